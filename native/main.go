// Command gitops-guard-native builds kustomizations for gitops-guard, with the libraries that Flux itself calls.
//
// It reads requests from standard input and writes one answer for each to standard output, until the input ends; see
// README.md for the frames. It has no policy and no I/O of its own: the files of a build come with the request, and
// before the first request is read the process gives up whatever could reach a disk, a network or another program.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

func main() {
	in, out := os.Stdin, os.Stdout
	// A hostile nesting ends the process with a message, long before it would take the machine's memory.
	debug.SetMaxStack(256 << 20)
	if err := seal(); err != nil {
		fmt.Fprintln(os.Stderr, "cannot seal the process:", err)
		os.Exit(1)
	}
	if err := serve(bufio.NewReaderSize(in, 1<<16), bufio.NewWriterSize(out, 1<<16)); err != nil {
		os.Exit(1)
	}
}

// serve answers requests in their order. kustomize keeps state in globals, so a process builds one at a time: the
// caller starts as many processes as it wants builds at a time.
//
// Requests are read by a goroutine of their own, so that the end of the input (the caller is gone, whatever the
// reason) ends a build that would never end by itself.
func serve(in *bufio.Reader, out *bufio.Writer) error {
	requests := make(chan frame)
	go func() {
		for {
			request, err := readFrame(in)
			if err == io.EOF {
				os.Exit(0)
			}
			if err != nil {
				os.Exit(1)
			}
			requests <- request
		}
	}()
	for request := range requests {
		if err := writeFrame(out, answer(request)); err != nil {
			return err
		}
	}
	return nil
}

// answer does what a request asks. A panic of a library is the error of this request and of no other.
func answer(request frame) (answered frame) {
	failed := func(message string) frame {
		return frame{header: header{ID: request.header.ID, Status: "error"}, parts: [][]byte{[]byte(message)}}
	}
	defer func() {
		if reason := recover(); reason != nil {
			answered = failed(fmt.Sprintf("the build panicked: %v", reason))
		}
	}()
	if request.header.Action != "kustomize" {
		return failed(fmt.Sprintf("unknown action %q", request.header.Action))
	}
	output, err := kustomize(request.parts)
	if err != nil {
		return failed(relative(err.Error()))
	}
	return frame{header: header{ID: request.header.ID, Status: "ok"}, parts: [][]byte{output}}
}

package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
)

// header is the JSON at the start of a frame. Sizes are the lengths of the parts that follow it, as raw bytes: names
// and contents of files are whatever bytes git holds, which JSON text could not carry.
type header struct {
	ID     uint64 `json:"id"`
	Action string `json:"action,omitempty"`
	Status string `json:"status,omitempty"`
	Sizes  []int  `json:"sizes"`
}

type frame struct {
	header header
	parts  [][]byte
}

var errFrame = errors.New("not a frame")

const maxHeader = 16 << 20

// readFrame reads the length of the header (4 bytes, big endian), the header, and its parts. io.EOF means that the
// input ended between two frames.
func readFrame(in *bufio.Reader) (frame, error) {
	var length uint32
	if err := binary.Read(in, binary.BigEndian, &length); err != nil {
		return frame{}, err
	}
	if length > maxHeader {
		return frame{}, errFrame
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(in, text); err != nil {
		return frame{}, errFrame
	}
	var read frame
	if err := json.Unmarshal(text, &read.header); err != nil {
		return frame{}, errFrame
	}
	for _, size := range read.header.Sizes {
		if size < 0 {
			return frame{}, errFrame
		}
		part := make([]byte, size)
		if _, err := io.ReadFull(in, part); err != nil {
			return frame{}, errFrame
		}
		read.parts = append(read.parts, part)
	}
	return read, nil
}

// writeFrame writes what readFrame reads.
func writeFrame(out *bufio.Writer, written frame) error {
	for _, part := range written.parts {
		written.header.Sizes = append(written.header.Sizes, len(part))
	}
	text, err := json.Marshal(written.header)
	if err != nil {
		return err
	}
	// A bufio.Writer remembers its first error and reports it when it is flushed.
	_ = binary.Write(out, binary.BigEndian, uint32(len(text)))
	_, _ = out.Write(text)
	for _, part := range written.parts {
		_, _ = out.Write(part)
	}
	return out.Flush()
}

//go:build unix

package main

import (
	"syscall"
	"time"
)

// closeDoors lowers the limit of open files to those that are open now, for good: the system then refuses every
// file, socket and pipe, and without a pipe Go starts no program either.
func closeDoors() error {
	// Timers make Go's runtime open what it polls with; it would die if it could not do so later.
	<-time.NewTimer(time.Microsecond).C
	// The lowest number that is free: all below it are taken.
	free, err := syscall.Dup(0)
	if err != nil {
		return err
	}
	if err := syscall.Close(free); err != nil {
		return err
	}
	return syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: uint64(free), Max: uint64(free)})
}

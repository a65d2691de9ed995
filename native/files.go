package main

import (
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// root is where a build's files are mounted. kustomize wants absolute paths, and messages must not show them.
const root = "/.gitops-guard-build"

// files is a read-only file system of one build: what kustomize's loader asks for. kustomize's own file system in
// memory refuses names that a disk takes (spaces, "+", "@", letters beyond ASCII), so it cannot stand in.
//
// The embedded one is empty: it answers whatever else might be asked, so that nothing ever asks the disk.
type files struct {
	filesys.FileSystem
	contents map[string][]byte
	folders  map[string]bool
}

// mount makes a file system of names (slashes between folders, relative to the root) and contents, in turns. The
// folder always exists, even where no file is in it.
func mount(folder string, parts [][]byte) (*files, error) {
	if len(parts)%2 != 0 {
		return nil, errFrame
	}
	made := &files{filesys.MakeFsInMemory(), map[string][]byte{}, map[string]bool{"/": true}}
	made.addFolder(path.Join(root, folder))
	for index := 0; index < len(parts); index += 2 {
		name := string(parts[index])
		if !isInside(name) || name == "" {
			return nil, fmt.Errorf("%q is no path of a file in a tree", name)
		}
		full := path.Join(root, name)
		if _, twice := made.contents[full]; twice {
			return nil, fmt.Errorf("%q is there twice", name)
		}
		made.contents[full] = parts[index+1]
		made.addFolder(path.Dir(full))
	}
	for name := range made.contents {
		if made.folders[name] {
			return nil, fmt.Errorf("%q is a file and a folder", relative(name))
		}
	}
	return made, nil
}

// isInside tells whether a path is relative and in its shortest form, without "..". The root itself is "".
func isInside(name string) bool {
	return name == "" || name != "." && fs.ValidPath(strings.ToValidUTF8(name, "?")) && !strings.Contains(name, "\x00")
}

func (f *files) addFolder(folder string) {
	for ; !f.folders[folder]; folder = path.Dir(folder) {
		f.folders[folder] = true
	}
}

func cleaned(name string) string {
	return path.Clean(filepath.ToSlash(name))
}

// IsDir implements filesys.FileSystem.
func (f *files) IsDir(name string) bool {
	return f.folders[cleaned(name)]
}

// Exists implements filesys.FileSystem.
func (f *files) Exists(name string) bool {
	_, found := f.contents[cleaned(name)]
	return found || f.IsDir(name)
}

// ReadFile implements filesys.FileSystem. Errors read as those of a disk. The loader's callers keep what they get
// and may change it, so each gets its own copy.
func (f *files) ReadFile(name string) ([]byte, error) {
	if f.IsDir(name) {
		return nil, &fs.PathError{Op: "read", Path: name, Err: syscall.EISDIR}
	}
	content, found := f.contents[cleaned(name)]
	if !found {
		return nil, f.missing("open", name)
	}
	return append([]byte{}, content...), nil
}

// CleanedAbs implements filesys.FileSystem: the folder, or the folder and the name of a file. There are no links.
func (f *files) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	full := cleaned(name)
	if f.folders[full] {
		return filesys.ConfirmedDir(full), "", nil
	}
	if _, found := f.contents[full]; found {
		return filesys.ConfirmedDir(path.Dir(full)), path.Base(full), nil
	}
	return "", "", fmt.Errorf("evalsymlink failure on '%s' : %w", name, f.missing("lstat", name))
}

// missing says of a path that is not there what a disk says.
func (f *files) missing(operation, name string) error {
	for above := path.Dir(cleaned(name)); above != "/"; above = path.Dir(above) {
		if _, isFile := f.contents[above]; isFile {
			return &fs.PathError{Op: operation, Path: name, Err: syscall.ENOTDIR}
		}
	}
	return &fs.PathError{Op: operation, Path: name, Err: syscall.ENOENT}
}

// relative is a message of kustomize with paths as they are in the tree.
func relative(message string) string {
	return strings.ReplaceAll(strings.ReplaceAll(message, root+"/", ""), root, ".")
}

package main

import (
	"fmt"
	"path"
	"sync"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

// kustomize builds the folder that is the first part, with the files that the other parts are, and gives YAML.
func kustomize(parts [][]byte) ([]byte, error) {
	if len(parts) == 0 {
		return nil, errFrame
	}
	folder := string(parts[0])
	if !isInside(folder) {
		return nil, fmt.Errorf("%q is no path of a folder in a tree", folder)
	}
	disk, err := mount(folder, parts[1:])
	if err != nil {
		return nil, err
	}
	built, err := build(disk, path.Join(root, folder))
	if err != nil {
		return nil, err
	}
	return built.AsYaml()
}

var builtin = sync.OnceValue(openapi.GetSchemaVersion)

// build is github.com/fluxcd/pkg/kustomize's Build: load restrictions off (the caller has walked what is read), no
// plugin but the builtin ones, and schemas that do not leak from one build to the next. Two things differ.
//
// The order: Flux keeps the order of the resources, and sorts by kind before it applies. Ours is that of
// `kubectl kustomize` (by kind, unless the kustomization says otherwise), so that both engines give the same bytes.
//
// The schema: Flux parses Kubernetes' own before each build, so that a schema which a kustomization brings (the field
// `openapi`) is added to it. That takes longer than most builds. Here a build which turns out to have brought a
// schema is done again over a fresh copy; the others share what was parsed when it was first needed.
func build(disk filesys.FileSystem, folder string) (resmap.ResMap, error) {
	usual := builtin()
	built, err := run(disk, folder)
	if openapi.GetSchemaVersion() == usual {
		return built, err
	}
	openapi.ResetOpenAPI()
	defer openapi.ResetOpenAPI()
	_ = openapi.Schema() // parses Kubernetes' own
	return run(disk, folder)
}

func run(disk filesys.FileSystem, folder string) (built resmap.ResMap, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			built, err = nil, fmt.Errorf("the build panicked: %v", reason)
		}
	}()
	options := &krusty.Options{
		Reorder:          krusty.ReorderOptionUnspecified,
		LoadRestrictions: types.LoadRestrictionsNone,
		PluginConfig:     types.DisabledPluginConfig(),
	}
	return krusty.MakeKustomizer(options).Run(disk, folder)
}

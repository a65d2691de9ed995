"""Bytes to documents with positions, in the dialect of the path taken.

Codes of problems. Without a value: yaml-syntax, yaml-template (a Go template, such as a chart's), yaml-encoding,
yaml-control-character, yaml-too-large, yaml-too-deep, yaml-alias-bomb, yaml-alias-cycle, yaml-merge (a bad `<<`),
yaml-tag (a value that its tag forbids), yaml-not-json (infinities, keys that are no scalars).
With a value: duplicate-key (the last counts); and, in manifests only, ambiguous-scalar, yaml-key-type (keys that
kustomize refuses), yaml-tag (an unknown tag, never constructed).
"""

from gitops_guard.manifests.ambiguity import AmbiguousScalar, ambiguous_scalars
from gitops_guard.manifests.comments import Comment, comments
from gitops_guard.manifests.compose import libyaml_missing
from gitops_guard.manifests.excerpts import excerpt
from gitops_guard.manifests.loader import UnreadableTextError, is_yaml_path, load, parse_text
from gitops_guard.manifests.positions import Positions
from gitops_guard.manifests.reading import FileReader, read_files

__all__ = [
    "AmbiguousScalar",
    "Comment",
    "FileReader",
    "Positions",
    "UnreadableTextError",
    "ambiguous_scalars",
    "comments",
    "excerpt",
    "is_yaml_path",
    "libyaml_missing",
    "load",
    "parse_text",
    "read_files",
]

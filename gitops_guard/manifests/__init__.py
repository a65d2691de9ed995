"""Bytes to documents with positions, in the dialect of the path taken."""

from gitops_guard.manifests.ambiguity import AmbiguousScalar, ambiguous_scalars
from gitops_guard.manifests.comments import Comment, comments
from gitops_guard.manifests.compose import libyaml_missing
from gitops_guard.manifests.excerpts import excerpt
from gitops_guard.manifests.loader import UnreadableTextError, is_yaml_path, load, parse_text
from gitops_guard.manifests.positions import Positions
from gitops_guard.manifests.reading import read_files

__all__ = [
    "AmbiguousScalar",
    "Comment",
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

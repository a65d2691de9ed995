"""Files that SOPS should have encrypted, and has not, or not in full."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from gitops_guard.checks._secrets import ENCRYPTED, is_plaintext
from gitops_guard.graph import items_at
from gitops_guard.model.fieldpath import FieldPath, mapping_at, text_at
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.manifest import Manifest, SourceFile
from gitops_guard.model.rule import Context

_CONFIG: Final = ".sops.yaml"
_SUFFIX: Final = "_unencrypted"
"""Keys that SOPS leaves alone unless told otherwise (sops.DefaultUnencryptedSuffix)."""

Matcher = Callable[[str], bool]


def check(file: SourceFile, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope file: documents with `sops` metadata, and files that a creation rule of `.sops.yaml` is for."""
    if file.path.rpartition("/")[2] == _CONFIG:
        return
    for manifest in file.manifests:
        if mapping_at(manifest.value, "sops"):
            yield from _partly(manifest)
            continue
        try:
            rule = _creation_rule(file.path, context)
        except ValueError as error:
            yield NotJudged(f"{_CONFIG}: {error}", manifest)
            return
        selects = _selector(rule) if rule else None
        # A rule without a selection is for whole files of a path: most of them name a folder, not each file in it.
        if rule and selects and any(text_at(rule, key) for key in ("encrypted_regex", "encrypted_suffix")):
            yield from _hits(
                manifest, selects, f"a creation rule of {_CONFIG} is for this file, and it is not encrypted"
            )


def _partly(manifest: Manifest) -> Iterator[Hit]:
    metadata = mapping_at(manifest.value, "sops")
    if not text_at(metadata, "mac"):
        yield Hit(
            "the `sops` metadata has no `mac`: whatever decrypts the file refuses it",
            manifest,
            ("sops",),
            at="key",
            fix="encrypt the file again from its plain form (sops --encrypt --in-place)",
            cause="mac",
        )
    try:
        selects = _selector(metadata)
    except ValueError:
        return
    yield from _hits(manifest, selects, "the file is encrypted with SOPS, this value is not")


def _hits(manifest: Manifest, selects: Callable[[FieldPath], bool], message: str) -> Iterator[Hit]:
    found = [path for path, value in _leaves(manifest.value) if selects(path) and is_plaintext(value)]
    if found:
        keys = ", ".join(str(path[-1]) for path in found[:4])
        yield Hit(
            f"{message}: {keys}",
            manifest,
            found[0],
            fix="encrypt the file (sops --encrypt --in-place), and change what has been in the open",
            cause=" ".join(str(path[-1]) for path in found),
        )


def _leaves(document: dict[str, object]) -> Iterator[tuple[FieldPath, object]]:
    """Scalars that SOPS would encrypt: all but its own metadata."""
    stack: list[tuple[FieldPath, object]] = [((key,), value) for key, value in document.items() if key != "sops"]
    while stack:
        path, node = stack.pop()
        if isinstance(node, dict):
            stack.extend(((*path, key), value) for key, value in reversed(node.items()))
        elif isinstance(node, list):
            stack.extend(((*path, index), value) for index, value in reversed(list(enumerate(node))))
        elif not (isinstance(node, str) and ENCRYPTED.match(node)):
            yield path, node


def _selector(settings: object) -> Callable[[FieldPath], bool]:
    """Which paths SOPS encrypts (getsops/sops, `Tree.Encrypt`): a key on the way decides. Raises `ValueError`."""
    if pattern := text_at(settings, "encrypted_regex"):
        chosen = _compiled(pattern)
        return lambda path: _any_key(path, chosen)
    if pattern := text_at(settings, "unencrypted_regex"):
        left = _compiled(pattern)
        return lambda path: not _any_key(path, left)
    if suffix := text_at(settings, "encrypted_suffix"):
        return lambda path: _any_key(path, lambda key: key.endswith(suffix))
    plain = text_at(settings, "unencrypted_suffix") or _SUFFIX
    return lambda path: not _any_key(path, lambda key: key.endswith(plain))


def _any_key(path: FieldPath, matches: Matcher) -> bool:
    return any(matches(step) for step in path if isinstance(step, str))


def _compiled(pattern: str) -> Matcher:
    """Go's regular expressions, in linear time: the pattern comes from the repository. Raises `ValueError`."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        found = re2.compile(pattern, options)
    except re2.error as error:
        raise ValueError(f"the pattern {pattern!r} cannot be read") from error
    return lambda text: found.search(text) is not None


def _creation_rule(path: str, context: Context) -> object:
    """The first creation rule of the nearest `.sops.yaml` upwards that is for the file (sops, config.go), or None."""
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        config = context.fleet.files.get(f"{folder}/{_CONFIG}" if folder else _CONFIG)
        if config is None or not config.manifests:
            continue
        inside = path[len(folder) + 1 :] if folder else path
        for _, rule in items_at(config.manifests[0].value, ("creation_rules",)):
            pattern = text_at(rule, "path_regex")
            if not pattern or _compiled(pattern)(inside):
                return rule
        return None
    return None

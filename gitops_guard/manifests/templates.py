"""Tells a Go template from YAML that is merely broken: charts' templates end in .yaml but only Helm can read them."""

from __future__ import annotations

import re
from typing import Final

from gitops_guard.manifests.lines import split_lines

_BLOCK_HEADER: Final = re.compile(r"[|>][-+0-9]{0,2}[ \t]*(?:#.*)?\Z")

# A block scalar whose header carries a longer comment is taken for none; this keeps the search short.
_HEADER_LENGTH: Final = 120


def looks_like_template(text: str) -> bool:
    """Whether a `{{` stands where YAML would read it: outside quotes, comments and block scalars.

    Only worth asking of a text that does not parse. One pass over the lines.
    """
    if "{{" not in text:
        return False
    block_column = -1
    for line in split_lines(text):
        content = line.lstrip()
        column = len(line) - len(content)
        if block_column >= 0 and (not content or column > block_column):
            continue
        block_column = -1
        before, braces, _ = content.partition("{{")
        if braces and not any(character in before for character in "\"'#"):
            return True
        if ("|" in content or ">" in content) and _BLOCK_HEADER.search(content[-_HEADER_LENGTH:]):
            block_column = column
    return False

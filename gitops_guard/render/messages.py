"""What kustomize says, made readable."""

from __future__ import annotations

import re

_PREFIX = re.compile(r"^error: ")
_REPEATED = re.compile(r"(?:accumulating resources|accumulation err='accumulating resources from '[^']*'): ?")

# Where kustomize prints a value, it prints pointers: other ones each time.
_POINTERS = re.compile(r" ?&\{(?:0x[0-9a-f]+|<nil>)(?: (?:0x[0-9a-f]+|<nil>))*\}")


def readable(message: str) -> str:
    """kustomize's message without warnings, pointers and most of its stack of wrappings."""
    lines = [line for line in message.splitlines() if line.strip()]
    kept = [line for line in lines if not line.startswith("# Warning:")]
    text = "\n".join(kept).strip()
    text = _POINTERS.sub("", _PREFIX.sub("", text))
    return _REPEATED.sub("", text).strip() or "kustomize failed without a message"

"""What kustomize says, made readable."""

from __future__ import annotations

import re

_PREFIX = re.compile(r"^error: ")
_REPEATED = re.compile(r"(?:accumulating resources|accumulation err='accumulating resources from '[^']*'): ?")


def readable(message: str) -> str:
    """kustomize's message without warnings and most of its stack of wrappings."""
    lines = [line for line in message.splitlines() if line.strip()]
    kept = [line for line in lines if not line.startswith("# Warning:")]
    text = "\n".join(kept).strip()
    text = _PREFIX.sub("", text)
    return _REPEATED.sub("", text).strip() or "kustomize failed without a message"

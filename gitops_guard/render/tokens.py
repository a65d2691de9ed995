"""Unknown values on their way through text: each is a token of private-use characters until the text is parsed."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from gitops_guard.model.unknown import Unknown

_TOKEN: Final = re.compile("\ue000[0-9a-f]{16}\ue001")


class Tokens:
    """Turns an `Unknown` into a token and back. A token is a function of its content, so that caches stay valid.

    Text of the repository that happens to hold a token's characters stays as it is, unless it is the very token.
    """

    def __init__(self) -> None:
        self._known: dict[str, Unknown] = {}

    def token_of(self, unknown: Unknown) -> str:
        """A string that survives YAML, kustomize and substitution."""
        content = "\0".join((unknown.text, *unknown.variables, unknown.reason))
        digest = hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        token = f"\ue000{digest}\ue001"
        self._known[token] = unknown
        return token

    @staticmethod
    def in_text(text: str) -> bool:
        """Whether a token may stand in `text`."""
        return "\ue000" in text

    def hidden(self, value: object) -> object:
        """A copy of plain data with a token for each `Unknown`."""
        if isinstance(value, Unknown):
            return self.token_of(value)
        if isinstance(value, dict):
            return {key: self.hidden(child) for key, child in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.hidden(child) for child in value]
        return value

    def restored(self, value: object) -> object:
        """A copy of plain data with an `Unknown` for each string that holds a token."""
        if isinstance(value, str):
            return self._restored_text(value) if self.in_text(value) else value
        if isinstance(value, dict):
            return {self.readable(key): self.restored(child) for key, child in value.items()}
        if isinstance(value, list):
            return [self.restored(child) for child in value]
        return value

    def readable(self, text: str) -> str:
        """`text` with what is known of each unknown in place of its token."""
        if not self.in_text(text):
            return text
        return _TOKEN.sub(lambda match: self._text_of(match.group()), text)

    def _text_of(self, token: str) -> str:
        found = self._known.get(token)
        return found.text if found else token

    def _restored_text(self, text: str) -> object:
        found = [self._known[token] for token in _TOKEN.findall(text) if token in self._known]
        if not found:
            return text
        variables = tuple(dict.fromkeys(name for unknown in found for name in unknown.variables))
        reasons = dict.fromkeys(unknown.reason for unknown in found)
        return Unknown(self.readable(text), variables, "; ".join(reasons))

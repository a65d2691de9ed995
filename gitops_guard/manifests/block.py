"""The fast way: reads the plain block style that people and generators write, and declines all else.

One mapping entry or list item a line, scalars on one line (or a plain one that goes on), `|` and `>` blocks, flow
collections within a line. In this subset nothing is left to interpretation, so the result is that of libyaml and the
exact way, which property tests hold; whatever is outside it (anchors, tags, quoted scalars over several lines,
duplicate keys, scalars that the dialects read differently, anything malformed) is declined and read exactly.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from gitops_guard.manifests.ambiguity import may_be_ambiguous
from gitops_guard.manifests.compose import ComposeError, compose
from gitops_guard.manifests.construct import construct
from gitops_guard.manifests.limits import MAX_BYTES, MAX_DEPTH, MAX_NODES
from gitops_guard.manifests.nodes import Kind, walk
from gitops_guard.manifests.scalars import Scalar, plain_scalar
from gitops_guard.model.manifest import Dialect

Values = dict[str, object] | list[object]

# Control characters but tabs and line feeds, YAML 1.1's other line breaks, byte order marks, noncharacters.
_DECLINED_CHARACTER: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_KEY: Final = re.compile(r"(?:([A-Za-z0-9_./$][A-Za-z0-9_./$-]{0,500})|\"([^\"\\]{0,500})\"|'([^']{0,500})'):(?: +|\Z)")
_QUOTED: Final = re.compile(r"(?:\"((?:[^\"\\]|\\[\"\\nt])*)\"|'((?:[^']|'')*)') *(?: #.*)?")
_ESCAPE: Final = re.compile(r"\\(.)")
_ESCAPED: Final = {"n": "\n", "t": "\t"}
_BLOCK: Final = re.compile(r"([|>])([-+]?) *(?: #.*)?")
_SEPARATOR: Final = re.compile(r"--- *(?: #.*)?")
_NOT_PLAIN: Final = frozenset("-?:,[]{}#&*!|>'\"%@`")


# What is put together line by line stays short, so that no text takes quadratic time.
_MAX_JOINED: Final = 8_000
_MAX_QUOTED_LINES: Final = 40


class _DeclinedError(Exception):
    """The text is outside the subset."""


def read_block_style(data: bytes, dialect: Dialect) -> list[tuple[object, int]] | None:
    """Each document's value with the line where it starts, or None where the exact way must read the text."""
    if len(data) > MAX_BYTES or data.count(b"\n") > MAX_NODES:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    if _DECLINED_CHARACTER.search(text):
        return None
    try:
        return _Reader(text, dialect).documents()
    except _DeclinedError:
        return None


class _Reader:
    """A stack of open collections with their columns; each line closes some, adds an entry, and may open one.

    A key or dash with nothing after it leaves its collection *waiting*: the next line decides whether the value is a
    deeper collection or null.
    """

    def __init__(self, text: str, dialect: Dialect) -> None:
        self._lines = text.split("\n")
        self._at = 0
        self._dialect = dialect
        self._has_tabs = "\t" in text
        self._scalars = _SCALARS[dialect]
        self._columns: list[int] = []
        self._open: list[Values] = []
        self._waiting = False
        self._key = ""
        self._plain = ""
        """The plain scalar that the last line ended in; the next line may continue it."""

    def documents(self) -> list[tuple[object, int]]:
        found: list[tuple[object, int]] = []
        lines = self._lines
        start = separator = 0
        while self._at < len(lines):
            line = lines[self._at]
            self._at += 1
            content = line.lstrip(" ")
            if not content or content[0] == "#":
                # Whether a scalar goes on after a blank line or a comment is for the exact way to say.
                self._plain = self._plain and "\n"
                continue
            if content is line and content[0] in "-.%":
                if content.startswith("---"):
                    if not _SEPARATOR.fullmatch(content):
                        raise _DeclinedError
                    if start or separator:
                        found.append(self._finish(start, separator))
                    start, separator = 0, self._at
                    continue
                if content.startswith(("...", "%")):
                    raise _DeclinedError
            start = start or self._at
            if self._has_tabs and "\t" in line:
                raise _DeclinedError
            self._line(content, len(line) - len(content))
        if start or separator:
            found.append(self._finish(start, separator))
        return found

    def _finish(self, start: int, separator: int) -> tuple[object, int]:
        root: object = self._open[0] if self._open else None
        if self._waiting:
            self._put(None)
            self._waiting = False
        self._columns.clear()
        self._open.clear()
        self._plain = ""
        return root, start or separator

    def _line(self, content: str, column: int) -> None:
        if self._plain and self._columns[-1] < column:
            self._continue_plain(content)
            return
        self._plain = ""
        if self._waiting:
            self._open_nested(content, column)
        elif not self._open:
            self._push(content, column)
        columns = self._columns
        while columns[-1] > column or (columns[-1] == column and self._ends_list(content)):
            columns.pop()
            self._open.pop()
            if not columns:
                raise _DeclinedError
        if columns[-1] != column:
            raise _DeclinedError
        self._entry(content, column)

    def _ends_list(self, content: str) -> bool:
        """A list may stand in the column of the key that holds it; the next key ends it."""
        return type(self._open[-1]) is list and not _is_item(content)

    def _open_nested(self, content: str, column: int) -> None:
        """Decides what a key or dash without a value holds, now that the next line is known."""
        parent = self._columns[-1]
        deeper = column > parent or (column == parent and type(self._open[-1]) is dict and _is_item(content))
        if not deeper:
            self._put(None)
            self._waiting = False
            return
        self._push(content, column)

    def _push(self, content: str, column: int) -> None:
        """Opens the collection that starts in this line, and puts it where it belongs."""
        opened: Values = [] if _is_item(content) else {}
        if self._open:
            self._put(opened)
        self._waiting = False
        self._open.append(opened)
        self._columns.append(column)
        if len(self._columns) > MAX_DEPTH:
            raise _DeclinedError

    def _put(self, value: object) -> None:
        holder = self._open[-1]
        if type(holder) is list:
            holder.append(value)
        else:
            assert type(holder) is dict
            holder[self._key] = value

    def _entry(self, content: str, column: int) -> None:
        holder = self._open[-1]
        while type(holder) is list:
            if not _is_item(content):
                raise _DeclinedError
            rest = content[1:].lstrip(" ")
            column += len(content) - len(rest)
            content = rest
            if not rest or rest[0] == "#":
                self._waiting = True
                return
            if not _is_item(rest) and not _KEY.match(rest):
                self._value(rest)
                return
            self._push(rest, column)
            holder = self._open[-1]
        match = _KEY.match(content)
        if match is None:
            raise _DeclinedError
        key = match[match.lastindex or 0]
        assert type(holder) is dict
        if key in holder or (match.lastindex == 1 and key not in _SAFE_KEYS and not _is_safe_key(key)):
            raise _DeclinedError
        self._key = key
        if match.end() == len(content) or content[match.end()] == "#":
            self._waiting = True
            # Keeps the order of keys.
            holder[key] = None
            return
        self._value(content[match.end() :])

    def _value(self, text: str) -> None:
        """A value that starts in the line of its key or dash."""
        first = text[0]
        if first not in _NOT_PLAIN or (first == "-" and text[1:2].strip()):
            self._put(self._plain_scalar(text))
        elif first in "\"'":
            self._put(self._quoted(text))
        elif first in "[{":
            self._put(_flow(text, self._dialect))
        elif first in "|>":
            self._put(self._block_scalar(text))
        else:
            raise _DeclinedError

    def _plain_scalar(self, text: str) -> Scalar:
        try:
            value = self._scalars[text]
        except KeyError:
            pass
        else:
            self._plain = text
            return value
        if " #" in text:
            comment = text.index(" #")
            # A comment ends the scalar: a deeper line after it is an error.
            self._plain = "\n"
            return self._typed(text[:comment].rstrip(" "))
        self._plain = text = text.rstrip(" ")
        return self._typed(text)

    def _typed(self, text: str) -> Scalar:
        if ": " in text or text[-1] == ":" or may_be_ambiguous(text):
            raise _DeclinedError
        value = plain_scalar(text, self._dialect)
        if (isinstance(value, float) and value in _NOT_FINITE) or value != value:
            raise _DeclinedError
        if len(text) <= 40:
            if len(self._scalars) > 20_000:
                self._scalars.clear()
            self._scalars[text] = value
        return value

    def _continue_plain(self, content: str) -> None:
        piece = content.rstrip(" ")
        self._plain, before = f"{self._plain} {piece}", self._plain
        unclear = ": " in piece or " #" in piece or piece[-1] == ":" or _is_item(content)
        if before == "\n" or unclear or len(self._plain) > _MAX_JOINED or may_be_ambiguous(self._plain):
            raise _DeclinedError
        # With a space inside, only a time stamp is not text, and that is ambiguous.
        holder = self._open[-1]
        if type(holder) is list:
            holder[-1] = self._plain
        else:
            self._put(self._plain)

    def _quoted(self, text: str) -> str:
        match = _QUOTED.fullmatch(text)
        end = min(self._at + _MAX_QUOTED_LINES, len(self._lines))
        while match is None:
            # Goes on in the next line; line ends become spaces.
            line = self._lines[self._at] if self._at < end else ""
            content = line.strip(" ")
            column = line.find(content)
            if not content or column <= self._columns[-1] or "\\" in text or "\t" in line:
                raise _DeclinedError
            self._at += 1
            text = f"{text.rstrip(' ')} {content}"
            match = _QUOTED.fullmatch(text) if len(text) < _MAX_JOINED else None
        double, single = match.groups()
        if double is None:
            return single.replace("''", "'")
        return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), double) if "\\" in double else double

    def _block_scalar(self, header: str) -> str:
        match = _BLOCK.fullmatch(header)
        if match is None:
            raise _DeclinedError
        style, chomping = match.groups()
        content = self._block_lines()
        kept = len(content)
        while kept and not content[kept - 1]:
            kept -= 1
        text = "\n".join(content[:kept]) if style == "|" else _folded(content[:kept])
        if chomping == "+":
            return text + "\n" * (len(content) - kept + (1 if kept else 0))
        return text + "\n" if kept and not chomping else text

    def _block_lines(self) -> list[str]:
        """The lines of a block scalar without their indentation; blank ones are empty."""
        lines, parent = self._lines, self._columns[-1]
        found: list[str] = []
        indentation = 0
        while self._at < len(lines) - 1 or lines[-1]:
            if self._at >= len(lines) - 1:
                # The text ends in the scalar and without a line end, about which parsers disagree.
                raise _DeclinedError
            line = lines[self._at]
            stripped = line.lstrip(" ")
            column = len(line) - len(stripped)
            if not stripped:
                if indentation and column > indentation:
                    # Spaces beyond the indentation are text.
                    raise _DeclinedError
                found.append("")
            else:
                if not indentation:
                    if column <= parent:
                        break
                    if stripped[0] == "\t":
                        raise _DeclinedError
                    indentation = column
                    if any(len(lines[self._at - 1 - back]) > column for back in range(len(found))):
                        raise _DeclinedError
                if column < indentation:
                    break
                found.append(line[indentation:])
            self._at += 1
        return found


def _is_item(content: str) -> bool:
    return content[0] == "-" and (len(content) == 1 or content[1] == " ")


def _is_safe_key(key: str) -> bool:
    """Whether both dialects read a plain key as this string."""
    if any(plain_scalar(key, dialect) is not key for dialect in Dialect):
        return False
    if len(_SAFE_KEYS) > 20_000:
        _SAFE_KEYS.clear()
    _SAFE_KEYS.add(key)
    return True


def _folded(lines: list[str]) -> str:
    """`>`: line ends become spaces, blank lines line ends. Lines that start with a blank keep theirs: declined."""
    text = ""
    blank = 0
    for line in lines:
        if not line:
            blank += 1
            continue
        if line[0] in " \t":
            raise _DeclinedError
        text += ("\n" * blank if blank else " " if text else "") + line
        blank = 0
    return text


@lru_cache(maxsize=4096)
def _flow_or_none(text: str, dialect: Dialect) -> tuple[object] | None:
    documents, troubles = compose(text)
    if troubles or len(documents) != 1 or documents[0].root is None:
        return None
    root = documents[0].root
    for node in walk(root):
        if node.tag or node.kind is Kind.ALIAS or (not node.style and may_be_ambiguous(node.text)):
            return None
    try:
        value, noted = construct(root, dialect, top=False)
    except ComposeError:
        return None
    return None if noted else (value,)


def _flow(text: str, dialect: Dialect) -> object:
    """A flow collection on one line; values are shared between equal texts, since nobody changes a manifest."""
    if text == "{}":
        return {}
    if text == "[]":
        return []
    if len(text) > 500 or "&" in text:
        raise _DeclinedError
    found = _flow_or_none(text, dialect)
    if found is None:
        raise _DeclinedError
    return found[0]


_NOT_FINITE: Final = (float("inf"), float("-inf"))
_SCALARS: Final[dict[Dialect, dict[str, Scalar]]] = {dialect: {} for dialect in Dialect}
_SAFE_KEYS: Final[set[str]] = set()

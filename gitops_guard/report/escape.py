"""Text from the repository is hostile: what it could do in a terminal, a CI log or Markdown is taken from it here."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Everything that is not plainly visible: controls, format characters (bidi, zero width), surrogates, private and
# unassigned code points, line and paragraph separators.
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

# What CI runners obey when it stands in a log: `::error::` at the start of a line (GitHub; actions/runner,
# ActionCommand.cs), `##[group]` (GitHub's first syntax) and `##vso[...]` (Azure) anywhere, `##teamcity[...]`.
COMMAND: Final = re.compile(r"##(?=\w*\[)|^\s*::")

_ASCII_PRINTABLE: Final = re.compile(r"[ -~]*\Z")


def _escaped(character: str) -> str:
    number = ord(character)
    if character == "\n":
        return "\\n"
    if number <= 0xFF:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def visible(text: str) -> str:
    """`text` on one line, with every invisible character as an escape (`\\x1b`, `\\u202e`, `\\n`)."""
    if _ASCII_PRINTABLE.match(text):
        return text
    return "".join(_escaped(c) if unicodedata.category(c) in _INVISIBLE else c for c in text)


def log_line(text: str) -> str:
    """`visible`, and no runner of CI jobs takes a part of it for a command."""
    return COMMAND.sub(lambda found: found[0][:-1] + f"\\x{ord(found[0][-1]):02x}", visible(text))


def log_lines(text: str) -> list[str]:
    """The lines of `text`, each as `log_line`; at least one."""
    return [log_line(line) for line in text.expandtabs(4).rstrip("\n").split("\n")]


def without_surrogates(text: str) -> str:
    """`text` as valid Unicode: half surrogates (names that are not UTF-8) as escapes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join(_escaped(c) if unicodedata.category(c) == "Cs" else c for c in text)
    return text


def shortened(text: str, limit: int) -> str:
    """`text`, or its start with an ellipsis: never more than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 3] + "..."


def workflow_data(text: str) -> str:
    """The message of a GitHub workflow command (line ends are kept, as GitHub wants them)."""
    lines = (visible(line) for line in text.split("\n"))
    return "%0A".join(line.replace("%", "%25") for line in lines)


def workflow_property(text: str) -> str:
    """A property of a GitHub workflow command."""
    return workflow_data(text).replace(":", "%3A").replace(",", "%2C")


# Characters that mean nothing to Markdown inside a line. All other punctuation becomes a character reference, which by
# CommonMark's rules never forms structure; a zero width space after `@` and `#` keeps GitHub from making a mention or a
# reference of the text afterwards.
_MARKDOWN_PLAIN: Final = frozenset(" ,-/.")
_WWW: Final = re.compile(r"www\.", re.IGNORECASE)


def markdown_text(text: str) -> str:
    """`text` as inline Markdown (also in a table's cell) that shows exactly these characters and does nothing."""
    shown = "".join(_markdown_character(c) for c in visible(text))
    return _WWW.sub(lambda found: found[0][:-1] + "&#46;", shown)


def _markdown_character(character: str) -> str:
    if not character.isascii() or character.isalnum() or character in _MARKDOWN_PLAIN:
        return character
    return f"&#{ord(character)};" + ("&#8203;" if character in "@#" else "")


def markdown_code(text: str) -> str:
    """`text` as inline code. HTML rather than backticks: a table's cell cannot hold every code span."""
    return "<code>" + markdown_text(text).replace("&#8203;", "") + "</code>"


def markdown_fence(lines: list[str], language: str = "") -> str:
    """A fenced block whose fence is longer than every run of backticks in it."""
    shown = [visible(line.expandtabs(4)) for line in lines]
    longest = max((len(run) for line in shown for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([fence + language, *shown, fence])

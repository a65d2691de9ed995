"""Every format, as a whole, over a few judgements."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from gitops_guard import __version__
from gitops_guard.report import FORMATS, write, write_file, writer

from .judgements import BLOCKED, JUDGEMENTS
from .writing import OPTIONS, written


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("name", JUDGEMENTS)
def test_the_report_is_as_agreed(format_name: str, name: str, snapshot: SnapshotAssertion) -> None:
    report = written(JUDGEMENTS[name], format_name)
    assert report.replace(f'"{__version__}"', '"VERSION"') == snapshot


def test_colour_paints_and_changes_nothing_else(snapshot: SnapshotAssertion) -> None:
    assert written(BLOCKED, "text", color=True) == snapshot


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("name", JUDGEMENTS)
def test_a_stream_of_ascii_gets_ascii(format_name: str, name: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", newline="\n")
    write(JUDGEMENTS[name], format_name, stream, OPTIONS)
    stream.flush()
    assert raw.getvalue().isascii()


def test_a_file_is_written_into_a_new_folder_without_colour(tmp_path: Path) -> None:
    from dataclasses import replace

    path = tmp_path / "out" / "deep" / "guard.txt"
    write_file(BLOCKED, "text", str(path), replace(OPTIONS, color=True))
    assert path.read_text(encoding="utf-8") == written(BLOCKED, "text")


def test_an_unknown_format_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        writer("xml")

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from gitops_guard.commands.rules import load

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_docs", ROOT / "scripts" / "generate_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(generate: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout that the script takes for its own."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text("# x\n<!-- rules:begin -->\nold\n<!-- rules:end -->\nrest\n", "utf-8")
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    return tmp_path


def test_check_fails_until_the_pages_are_written(
    generate: ModuleType, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate.main(["--check"]) == 1
    assert "stale: docs/rules.md" in capsys.readouterr().out
    assert not (checkout / "docs" / "rules.md").exists()
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0
    (checkout / "docs" / "cli.md").write_text("edited by hand", "utf-8")
    assert generate.main(["--check"]) == 1


def test_the_table_of_the_readme_stands_between_its_markers(generate: ModuleType, checkout: Path) -> None:
    generate.main([])
    text = (checkout / "README.md").read_text("utf-8")
    assert text.startswith("# x\n<!-- rules:begin -->\n| Pack | Rule |")
    assert text.endswith("|\n<!-- rules:end -->\nrest\n")
    assert "\nold\n" not in text


def test_every_rule_has_its_section_with_all_of_its_words(generate: ModuleType) -> None:
    rules = load(()).rules
    page = generate.rules_page(rules)
    for rule in rules:
        assert f"\n### {rule.name}\n" in page
        assert f"(#{rule.name})" in page
        for text in (rule.what, rule.why, rule.how, *rule.links):
            assert text.strip() in page


def test_the_page_of_the_command_line_has_every_verb_and_option(generate: ModuleType) -> None:
    page = generate.cli_page()
    for word in ("## validate", "## test-rules", "`--report FORMAT=PATH`", "`--index`, `--staged`", "`{dir,clear}`"):
        assert word in page


def test_a_schema_becomes_tables(generate: ModuleType) -> None:
    schema = {
        "description": "All.",
        "required": ["a"],
        "properties": {
            "a": {"type": ["array", "null"], "items": {"$ref": "#/$defs/Name"}, "description": "Things | stuff."},
            "b": {"anyOf": [{"enum": ["x", 1, None]}, {"type": ["null", "string"]}], "default": "x"},
            "c": {"type": "object", "additionalProperties": {"properties": {"d": {"const": 1}}}},
            "e": {"$ref": "#/$defs/Thing"},
        },
        "$defs": {
            "Name": {"type": "string", "description": "A name."},
            "Thing": {"description": "A thing.", "properties": {"f": {"type": "integer"}}},
        },
    }
    page = generate.schema_page("T", "s.json", schema)
    assert "| `a` (required) | list of string or null | Things \\| stuff. |" in page
    assert '| `b` | `"x"`, `1` or string | Default: `"x"`. |' in page
    assert "## c\n\n| Field | Type | Meaning |\n|---|---|---|\n| `d` | `1` |  |" in page
    assert "| `e` | [Thing](#thing) | A thing. |" in page
    assert "## Thing\n\nA thing.\n\n| Field" in page
    assert "## Name" not in page

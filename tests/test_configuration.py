"""The configuration as it is documented: every name once, with the default that it has."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = (ROOT / "config/environment/env.py").read_text()
ROW = re.compile(r"^\| `([A-Z0-9_]+)` \|([^|]*)\|", re.MULTILINE)
OUTSIDE = {"DJANGO_SETTINGS_MODULE", "PYTHON"}  # of Django and of scripts/environment
UNITS = {"KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
CONSTANTS = {"MIB": UNITS["MiB"], "GIB": UNITS["GiB"]}
BY_SETTINGS = {"SEED_DEMO"}  # production has another default


def rows(document: str) -> dict[str, str]:
    """The names of a document's tables, each with the text of its default."""
    found = ROW.findall((ROOT / document).read_text())
    assert len(dict(found)) == len(found), "a name stands twice"
    return dict(found)


def defaults() -> dict[str, object]:
    """The plain numbers and switches that `env.py` names as defaults."""
    calls = [node for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.Call) and len(node.args) > 1]
    numbers = [call for call in calls if ast.unparse(call.func) in ("env.int", "env.float", "env.bool")]
    return {
        ast.literal_eval(call.args[0]): eval(ast.unparse(call.args[1]), dict(CONSTANTS))  # of our own source
        for call in numbers
    }


def value_of(text: str) -> object:
    """The value that a default is written as: `true`, `8`, 120,000,000 or 50 MiB."""
    text = text.replace("`", "").replace(",", "").strip()
    if text in ("true", "false"):
        return text == "true"
    number, _, unit = text.partition(" ")
    return float(number) * UNITS.get(unit, 1)


def test_every_name_of_the_environment_is_in_the_document_and_no_other():
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', SOURCE))
    assert len(names) > 30
    assert rows("docs/configuration.md").keys() - OUTSIDE == names


def test_the_ten_of_the_readme_are_told_as_in_the_document():
    documented, short = rows("docs/configuration.md"), rows("README.md")
    assert len(short) == 10
    assert {name: documented[name] for name in short} == short


@pytest.mark.parametrize("name", sorted(defaults().keys() - BY_SETTINGS))
def test_the_default_in_the_document_is_the_one_in_use(name):
    assert value_of(rows("docs/configuration.md")[name]) == defaults()[name]

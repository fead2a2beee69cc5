"""Documents that lead somewhere: links, paths, modules and tests that they name are in the tree."""

import re
import subprocess
from functools import cache
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("clients/typescript/*.md")]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
PACKAGES = (
    "common",
    "permissions",
    "uploads",
    "resources",
    "media_library",
    "config",
    "tests",
    "scripts",
    "benchmarks",
)
PATH = re.compile(rf"(?<![\w./-])(?:{'|'.join(PACKAGES)}|docs|static|frontend|clients|templates)/[\w./{{}},-]*")
MODULE = re.compile(rf"(?<![\w./-])(?:{'|'.join(PACKAGES)})(?:\.\w+)+")
TEST_FILE = re.compile(r"[\w/]*\btest_\w+\.py\b")
TEST = re.compile(r"::(test_\w+)")

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


@cache
def files() -> tuple[str, ...]:
    """Every file of the apps and of the tests, by its path."""
    return tuple(str(path.relative_to(ROOT)) for name in PACKAGES for path in (ROOT / name).rglob("*.py"))


@cache
def names_of_tests() -> frozenset[str]:
    """The name of every test."""
    return frozenset(re.findall(r"def (test_\w+)", "\n".join((ROOT / name).read_text() for name in files())))


def named(document: Path, pattern: re.Pattern) -> list[str]:
    """What the code of a document names."""
    return [found for code in CODE.findall(document.read_text(encoding="utf-8")) for found in pattern.findall(code)]


def expanded(path: str) -> list[str]:
    """The paths that one with braces stands for: `a/{b,c}.py`."""
    parts = [part.split(",") for part in re.split(r"[{}]", path)]
    return [
        "".join(chosen) for chosen in product(*(part if n % 2 else [",".join(part)] for n, part in enumerate(parts)))
    ]


def is_module(dotted: str) -> bool:
    """Whether there is such a module, or such a name in one; a model or a check may be named by its app alone."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        module = ROOT.joinpath(*parts[:length])
        source = next((path for path in (module.with_suffix(".py"), module / "__init__.py") if path.exists()), None)
        if source is None:
            continue
        inside = "\n".join(path.read_text() for path in (source, *module.glob("models/*.py"), *module.glob("*.py")))
        return length == len(parts) or re.search(rf"\b{parts[length]}\b", inside) is not None
    return False


@each_document
def test_every_link_to_a_file_leads_to_one(document):
    targets = [target.split("#")[0] for target in LINK.findall(document.read_text(encoding="utf-8"))]
    local = [target for target in targets if target and "://" not in target and not target.startswith("mailto:")]

    assert [target for target in local if not (document.parent / target).exists()] == []


@each_document
def test_every_path_of_the_tree_that_is_named_exists(document):
    paths = {path.rstrip(".,") for found in named(document, PATH) for path in expanded(found)}
    assert sorted(path for path in paths if not (ROOT / path).exists()) == []


@each_document
def test_every_module_that_is_named_exists(document):
    modules = {dotted for dotted in named(document, MODULE) if not dotted.endswith((".py", ".md", ".json"))}
    assert sorted(dotted for dotted in modules if not is_module(dotted)) == []


@each_document
def test_every_test_that_is_named_exists(document):
    missing = [name for name in named(document, TEST_FILE) if not any(path.endswith(name) for path in files())]
    assert missing + [name for name in named(document, TEST) if name not in names_of_tests()] == []


def test_every_document_is_in_the_map():
    indexes = {"docs": "docs/index.md", "docs/cases": "docs/cases.md", "docs/decisions": "docs/decisions/index.md"}
    for folder, index in indexes.items():
        text = (ROOT / index).read_text(encoding="utf-8")
        names = [path.name for path in (ROOT / folder).glob("*.md") if path != ROOT / index]
        assert [name for name in names if name not in text] == [], index


def test_the_commands_of_the_readme_are_there_and_can_be_run():
    for command in ("scripts/run", "scripts/test", "scripts/lock", ".ci/run"):
        assert (ROOT / command).stat().st_mode & 0o111, command
        assert subprocess.run(["sh", "-n", ROOT / command], check=False).returncode == 0, command

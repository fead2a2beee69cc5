"""What people see goes through gettext: sentences of errors, labels and help texts of models and forms, messages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from common.errors import DomainError

ROOT = Path(__file__).resolve().parent.parent
APPS = ("common", "permissions", "uploads", "resources", "media_library")
# Texts for developers and operators: the schema of the API, commands, checks and settings.
NOT_SHOWN = ("api", "management", "checks.py", "demo", "migrations", "tests", "schema.py", "serializers.py")
GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
LABELS = {"help_text", "verbose_name", "verbose_name_plural", "label", "description", "search_help_text"}
MESSAGES = {"message_user", "success", "warning", "log_change"}
OTHER_ERRORS = {"AddressRefused", "JobFailed", "ValidationError"}


def modules() -> list[Path]:
    paths = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    return [path for path in paths if not set(NOT_SHOWN) & set(path.relative_to(ROOT).parts)]


def is_sentence(node: ast.AST) -> bool:
    """Tell whether a node is a literal text with words, not a code or a key."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.Constant) and re.search("[a-z] ", str(part.value)) for part in node.values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip()


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def error_names(error: type[Exception] = DomainError) -> set[str]:
    return {error.__name__, *OTHER_ERRORS}.union(*map(error_names, error.__subclasses__()))


def shown(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the expressions whose text people see."""
    errors = error_names()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if name_of(node) in errors:
                yield from node.args
            yield from (each.value for each in node.keywords if each.arg in LABELS)
            if name_of(node) in MESSAGES and not is_log(node):
                yield from node.args
        elif isinstance(node, ast.ClassDef):
            yield from class_texts(node)


def is_log(call: ast.Call) -> bool:
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(owner, ast.Name) and owner.id in {"log", "logger"}


def class_texts(node: ast.ClassDef) -> Iterator[ast.AST]:
    bases = {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
    for statement in node.body:
        if not (isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)):
            continue
        if statement.targets[0].id in LABELS | {"detail"}:
            yield statement.value
        if bases & {"TextChoices", "IntegerChoices"} and isinstance(statement.value, ast.Tuple):
            yield from statement.value.elts[1:]


def test_texts_that_people_see_go_through_gettext():
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in modules()}
    plain = {
        str(path): [ast.unparse(node) for node in shown(tree) if is_sentence(node)] for path, tree in trees.items()
    }
    assert {path: texts for path, texts in plain.items() if texts} == {}


def test_the_check_finds_a_text_without_gettext():
    source = """
class Lost(Gone):
    detail = "It is lost."

models.CharField(help_text="A text.")
raise Gone(f"There is no {it}.")
"""
    assert len([node for node in shown(ast.parse(source)) if is_sentence(node)]) == 3

"""What follows a commit cannot undo the answer."""

import ast
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from common.db.transactions import after_commit


def failing(*_):
    raise OSError("the neighbour is away")


class Callable:
    def __call__(self):
        raise ValueError


# FA-C3
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("hook", [failing, partial(failing, 1), Callable(), lambda: 1 / 0])
def test_a_failing_hook_is_logged_and_those_after_it_run(caplog, hook):
    done = []
    with transaction.atomic():
        after_commit(done.append, "first")
        after_commit(hook)
        after_commit(done.append, "last")
        assert done == []
    assert done == ["first", "last"]
    [logged] = [record for record in caplog.records if record.exc_info]
    assert "after the commit" in logged.getMessage()


# FA-C3
@pytest.mark.django_db(transaction=True)
def test_a_failing_hook_outside_of_a_transaction_is_logged_too(caplog):
    after_commit(partial(failing))
    assert "after the commit" in caplog.text


# FA-C3
@pytest.mark.django_db(transaction=True)
def test_nothing_follows_a_transaction_that_failed():
    done = []
    with pytest.raises(ValueError), transaction.atomic():
        after_commit(done.append, "never")
        raise ValueError
    assert done == []


def uses_on_commit(source: Path) -> bool:
    tree = ast.parse(source.read_text())
    return any(isinstance(node, ast.Attribute) and node.attr == "on_commit" for node in ast.walk(tree))


# FA-C3
def test_all_hooks_go_through_after_commit():
    apps = [settings.BASE_DIR / name for name in ("common", "permissions", "uploads", "resources", "media_library")]
    sources = [path for app in apps for path in app.rglob("*.py")]
    users = {path.relative_to(settings.BASE_DIR) for path in sources if uses_on_commit(path)}
    assert {str(path) for path in users if "tests" not in path.parts} == {"common/db/transactions.py"}

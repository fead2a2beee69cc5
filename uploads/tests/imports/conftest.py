import pytest

from tests.factories import make_organization
from tests.samples import pdf
from tests.upload_calls import jpeg


@pytest.fixture
def organization():
    return make_organization("acme")


@pytest.fixture
def folder(tmp_path):
    """A folder of existing files, as an old system left them."""
    old = tmp_path / "old"
    (old / "users" / "ann").mkdir(parents=True)
    (old / "users" / "ann" / "portrait.jpg").write_bytes(jpeg())
    (old / "paper.pdf").write_bytes(pdf(2))
    (old / "notes.txt").write_text("Grüße")
    return old

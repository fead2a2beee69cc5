"""A tag is made only when a file gets it."""

import pytest

from tests.factories import client_for, make_member, make_upload, put_tag
from uploads.files.edit import TAGS_OF_A_FILE
from uploads.models import Tag
from uploads.tests.files.bulk.conftest import LIST, bulk, ids

pytestmark = pytest.mark.django_db

UNKNOWN = "00000000-0000-7000-8000-000000000000"


def names():
    return list(Tag.objects.values_list("name", flat=True))


# FA-B7
@pytest.mark.parametrize(
    "chosen", [{"ids": [UNKNOWN]}, {"filter": {"search": "nothing matches", "type": "IMAGE"}, "count": 0}]
)
def test_tags_for_no_file_are_not_made(client, files, chosen):
    assert client.post(f"{LIST}bulk-tags/", {**chosen, "add": ["stray"]}).status_code in (200, 400)
    assert names() == []


# FA-B7
def test_tags_on_files_that_one_may_not_edit_are_not_made(organization, files):
    other = client_for(make_member(organization, "Creator"))
    assert bulk(other, "tags", files, add=["stray"]).json()["denied"] == ids(*files)
    assert names() == []


# FA-B7
def test_tags_that_only_a_full_file_would_get_are_not_made(client, owner, organization):
    full = make_upload(owner, organization)
    for number in range(TAGS_OF_A_FILE):
        put_tag(full, f"word {number}")
    assert bulk(client, "tags", [full], add=["stray"]).json()["too_many"] == ids(full)
    assert "stray" not in names()


# FA-B7
def test_taking_off_and_adding_the_same_word_keeps_it(client, files):
    assert bulk(client, "tags", files, add=["Kept"], remove=["kept", "gone"]).status_code == 200
    assert names() == ["Kept"]


# FA-B7
@pytest.mark.parametrize("word", ["a\x07b", "\u200b", "\u200d \u2060"])
@pytest.mark.parametrize("how", ["bulk", "patch"])
def test_what_shows_nothing_or_controls_a_terminal_is_no_tag(client, files, word, how):
    if how == "bulk":
        answer = bulk(client, "tags", files, add=["fine", word])
    else:
        answer = client.patch(f"{LIST}{files[0].pk}/", {"tags": ["fine", word]})
    assert answer.status_code == 400
    assert names() == []


# FA-B7
@pytest.mark.parametrize(
    "refused", [{"allowed_roles": [UNKNOWN]}, {"visibility": "NONE"}, {"title": "x" * 201}, {"nonsense": 1}]
)
def test_a_change_that_is_refused_makes_no_tags(client, files, refused):
    assert client.patch(f"{LIST}{files[0].pk}/", {"tags": ["stray"], **refused}).status_code == 400
    assert names() == []

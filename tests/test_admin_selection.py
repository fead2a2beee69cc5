"""Actions of the admin's lists are about the rows that were shown."""

import pytest

from media_library.models import Content
from tests.admin_cases import administrator
from tests.factories import make_content, make_member
from uploads.models import Tag

pytestmark = pytest.mark.django_db

TAGS = "/admin/uploads/tag/"


@pytest.fixture
def client(organization):
    return administrator(organization)


@pytest.fixture
def words(organization):
    return [_word(organization, f"word {number}") for number in range(3)]


def _word(organization, name):
    return Tag.objects.create(organization=organization, name=name, slug=name)


def _delete(client, address=TAGS, **posted):
    return client.post(address, {"action": "delete_selected", "index": "0", **posted}, follow=True)


def _confirm(client, ids):
    return client.post(TAGS, {"action": "delete_selected", "_selected_action": ids, "post": "yes"}, follow=True)


# FA-A1
def test_the_form_of_the_actions_carries_the_number_that_is_shown(client, words, organization):
    _word(organization, "other")
    assert 'name="_shown" value="3"' in client.get(f"{TAGS}?q=word").content.decode()


# FA-A1
@pytest.mark.parametrize("query", ["colour=red", "q=word&colour=red", "pk__in=nonsense", "e=1"])
def test_a_list_whose_address_means_nothing_shows_nothing_and_says_so(client, words, query):
    answer = client.get(f"{TAGS}?{query}", follow=True)
    assert "This list cannot be shown" in answer.content.decode()
    assert "word 1" not in answer.content.decode()


# FA-A1
@pytest.mark.parametrize(
    "address",
    [
        {"created_at__gte": "0001-01-01 00:00:00+14:00"},
        {"created_at__gte": "9999-12-31 23:59:59-12:00"},
        {"created_at__year": "0"},
        {"created_at__year": "99999"},
    ],
    ids=lambda address: " ".join(map("=".join, address.items())),
)
@pytest.mark.parametrize("label", ["uploads/activity", "uploads/job", "media_library/content"])
def test_a_moment_that_no_calendar_holds_lists_nothing(client, label, address):
    answer = client.get(f"/admin/{label}/", address, follow=True)
    assert answer.status_code == 200


# FA-A1
def test_a_value_that_no_database_can_read_lists_nothing(client):
    answer = client.get("/admin/uploads/activity/", {"action": "\0"}, follow=True)
    assert answer.status_code == 200


# FA-A1
def test_nothing_of_a_list_whose_address_means_nothing_can_be_acted_on(client, words):
    _delete(client, f"{TAGS}?e=1", _selected_action=str(words[0].pk), select_across="1", _shown="3", post="yes")
    assert Tag.objects.count() == 3


# FA-A1
@pytest.mark.parametrize("shown", ["", "2", "4", "three", "-3"])
def test_all_rows_of_a_list_that_shows_another_number_are_not_acted_on(client, words, shown):
    first = str(words[0].pk)
    answer = _delete(client, f"{TAGS}?q=word", _selected_action=first, select_across="1", _shown=shown)
    assert "3 match now. Nothing was changed." in answer.content.decode()
    assert "Are you sure" not in answer.content.decode()


# FA-A1
def test_all_rows_that_were_shown_are_asked_about_and_no_other_is_deleted(client, words, organization):
    first = str(words[0].pk)
    _word(organization, "other")
    answer = _delete(client, f"{TAGS}?q=word", _selected_action=first, select_across="1", _shown="3")
    asked = [str(row.pk) for row in answer.context["queryset"]]
    assert sorted(asked) == sorted(str(word.pk) for word in words)
    _word(organization, "word that came in meanwhile")
    _confirm(client, asked)
    assert set(Tag.objects.values_list("name", flat=True)) == {"other", "word that came in meanwhile"}


# FA-A1
@pytest.mark.parametrize("stranger", ["gone", "foreign", "filtered out", "nonsense"])
def test_a_chosen_row_that_the_list_does_not_have_stops_the_action(
    client, words, organization, other_organization, stranger
):
    others = {
        "gone": "0190c0de-0000-7000-8000-000000000000",
        "foreign": _word(other_organization, "word of theirs").pk,
        "filtered out": _word(organization, "other").pk,
        "nonsense": "x",
    }
    address = f"{TAGS}?q=word"
    posted = {"action": "delete_selected", "_selected_action": [words[0].pk, others[stranger]], "post": "yes"}
    answer = client.post(address, posted, follow=True)
    assert "2 tags were shown," in answer.content.decode()
    assert Tag.objects.count() == 5


# FA-A1
def test_more_rows_than_are_counted_are_neither_offered_nor_taken(client, words, monkeypatch):
    monkeypatch.setattr("permissions.admin.pagination.BoundedPaginator.COUNTED", 2)
    monkeypatch.setattr("uploads.admin.tags.TagAdmin.list_per_page", 1)
    assert "across all pages" not in client.get(TAGS).content.decode()
    answer = _delete(client, _selected_action=str(words[0].pk), select_across="1", _shown="2")
    assert "2 rows or more cannot be selected at once" in answer.content.decode()
    assert Tag.objects.count() == 3


# FA-A1
@pytest.mark.parametrize("action", ["publish", "archive", "delete_selected"])
def test_contents_that_came_in_meanwhile_stop_what_is_done_to_all(client, organization, action):
    owner = make_member(organization)
    contents = [make_content(owner, organization) for _ in range(2)]
    page = client.get("/admin/media_library/content/")
    assert page.context["cl"].result_count == 2
    make_content(owner, organization)
    posted = {"action": action, "index": "0", "_selected_action": contents[0].pk, "select_across": "1", "_shown": "2"}
    told = client.post("/admin/media_library/content/", posted, follow=True).content.decode()
    assert action in dict(page.context["action_form"].fields["action"].choices)
    assert "2 content were shown, 3 match now. Nothing was changed." in told
    assert set(Content.objects.values_list("status", flat=True)) == {"draft"}

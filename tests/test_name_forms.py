"""Forms of what is known by its name: tags and categories."""

import pytest
from django.test import Client

from media_library.models import Category
from tests.factories import make_category, make_content, make_upload
from uploads.models import Tag

pytestmark = pytest.mark.django_db

FORMS = {"/admin/uploads/tag/": Tag, "/admin/media_library/category/": Category}


@pytest.fixture
def client(keeper):
    client = Client()
    client.force_login(keeper)
    return client


def errors_of(answer):
    assert answer.status_code == 200
    return answer.context["errors"]


# FA-B7
@pytest.mark.parametrize("page", FORMS)
@pytest.mark.parametrize("name", ["", "   ", "\u2003", "x" * 400, "a\x00b"])
def test_a_name_that_is_none_is_an_error_of_the_form(client, page, name):
    assert errors_of(client.post(f"{page}add/", {"name": name}))
    assert not FORMS[page].objects.exists()


# FA-B7
@pytest.mark.parametrize("name", ["a\x07b", "\u200b", "\x1b[31m"])
def test_a_tag_that_cannot_be_seen_is_an_error_of_the_form(client, name):
    assert errors_of(client.post("/admin/uploads/tag/add/", {"name": name}))


# FA-B7
@pytest.mark.parametrize("page", FORMS)
def test_a_name_that_is_taken_is_an_error_of_the_form(client, page, organization):
    for name in ("Sea", "Sky"):
        client.post(f"{page}add/", {"name": name})
    sky = FORMS[page].objects.get(name="Sky")
    assert errors_of(client.post(f"{page}add/", {"name": " sEA "}))
    assert errors_of(client.post(f"{page}{sky.pk}/change/", {"name": "SEA", "slug": "sky"}))
    assert sorted(FORMS[page].objects.values_list("name", flat=True)) == ["Sea", "Sky"]


# FA-B7
@pytest.mark.parametrize("tags", ["a\x07b", "fine, \u200b", ",".join(map(str, range(51))), "x" * 51])
def test_tags_that_cannot_be_are_errors_of_the_forms_that_take_them(client, keeper, organization, tags):
    upload = make_upload(keeper, organization)
    content = make_content(keeper, organization, category=make_category(organization))
    details = {"title": "", "description": "", "alt_text": "", "category": "", "visibility": "PRIVATE"}
    rows = {"attachments-TOTAL_FORMS": 0, "attachments-INITIAL_FORMS": 0}
    kept = {"title": "a", "media_item": content.media_item_id, "price": "1", **rows}
    for page, fields in (
        (f"/admin/uploads/upload/{upload.pk}/change/", details),
        (f"/admin/media_library/content/{content.pk}/change/", kept),
    ):
        assert errors_of(client.post(page, {**fields, "tag_names": tags}))
    assert not Tag.objects.exists()

"""Captions in the admin."""

import pytest

from media_library.models import Caption
from media_library.tests.captions.test_captions import SRT, caption_document
from tests.admin_cases import signed_in
from tests.factories import make_media_item, make_member
from uploads.models import Upload

pytestmark = pytest.mark.django_db

ADD = "/admin/media_library/caption/add/"


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator", is_staff=True)


def add(owner, item, document, language="de"):
    data = {"media_item": item.pk, "document": document.pk, "language": language, "label": "Deutsch"}
    return signed_in(owner).post(ADD, data)


def test_captions_are_attached_and_detached(organization, owner):
    item, document = make_media_item(owner, organization), caption_document(owner, organization, SRT)
    assert add(owner, item, document).status_code == 302
    caption = Caption.objects.get(media_item=item)
    assert (caption.document_id, caption.language, caption.organization_id) == (document.pk, "de", organization.pk)
    assert Upload.objects.get(pk=document.pk).usage_count == 1
    page = f"/admin/media_library/caption/{caption.pk}/delete/"
    assert signed_in(owner).post(page, {"post": "yes"}).status_code == 302
    assert not Caption.objects.exists()
    assert Upload.objects.get(pk=document.pk).usage_count == 0


@pytest.mark.parametrize(
    ("content", "language", "text"),
    [(b"only a text", "de", "no captions"), (SRT, "de_DE", "valid value")],
    ids=["no captions", "no language"],
)
def test_what_is_wrong_is_said_beside_its_field(organization, owner, content, language, text):
    item = make_media_item(owner, organization)
    answer = add(owner, item, caption_document(owner, organization, content), language)
    assert answer.status_code == 200
    assert text in answer.content.decode()
    assert not Caption.objects.exists()


def test_an_item_of_another_person_gets_no_captions(organization, owner):
    item = make_media_item(make_member(organization, "Creator"), organization, visibility="PUBLIC")
    answer = add(owner, item, caption_document(owner, organization, SRT))
    assert "You may not edit this media item." in answer.content.decode()
    assert not Caption.objects.exists()

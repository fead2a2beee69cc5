"""The metadata of files in the admin: in the form, and in the preview of the media browser."""

import pytest
from django.test import Client
from django.utils.translation import override

from tests.factories import make_member, make_organization, make_upload
from uploads.admin.metadata import metadata_rows

pytestmark = pytest.mark.django_db

SAID = {
    "taken_at": "2024-05-01T12:30:00+02:00",
    "camera": "NIKON D850",
    "exposure": {"time": 0.004, "aperture": 2.8, "iso": 400, "focal_length": 85.0},
    "caption": "<b>Käfer</b>",
    "keywords": ["Insekt", "Markt"],
    "location": {"latitude": 48.5, "longitude": -2.25},
}
PAGE = "/admin/uploads/upload/browse/metadata/"


def staff(organization, role):
    user = make_member(organization, role, is_staff=True)
    client = Client()
    client.force_login(user)
    return user, client


def test_facts_are_labeled_texts_in_a_fixed_order():
    assert metadata_rows({**SAID, "duration": 3725.4, "pages": 3, "orientation": 6}) == [
        ("Taken", "May 1, 2024, 12:30 p.m. (UTC+02:00)"),
        ("Camera", "NIKON D850"),
        ("Exposure", "1/250 s, f/2.8, ISO 400, 85 mm"),
        ("Place", "48.5, -2.25"),
        ("Duration", "1:02:05"),
        ("Pages", "3"),
        ("Caption", "<b>Käfer</b>"),
        ("Keywords", "Insekt, Markt"),
    ]
    assert metadata_rows({"taken_at": "2024-05-01", "exposure": {"time": 1.5}}) == [
        ("Taken", "May 1, 2024"),
        ("Exposure", "1.5 s"),
    ]
    with override("de"):
        assert metadata_rows({"taken_at": "2024-05-01T12:30:00"})[0][1] == "1. Mai 2024 12:30"


def test_the_preview_gets_what_the_api_shows_to_the_person():
    organization = make_organization()
    owner, owners = staff(organization, "Creator")
    _, others = staff(organization, "Creator")
    upload = make_upload(owner, organization, metadata=SAID, visibility="PUBLIC")
    private = make_upload(owner, organization, metadata=SAID)
    shown = dict(owners.get(PAGE, {"id": upload.pk}).json()["rows"])
    assert shown["Place"] == "48.5, -2.25"
    shown = dict(others.get(PAGE, {"id": upload.pk}).json()["rows"])
    assert (shown["Camera"], "Place" in shown) == ("NIKON D850", False)
    for unknown in (private.pk, "nonsense", ""):
        assert others.get(PAGE, {"id": unknown}).status_code == 404


def test_the_form_shows_facts_escaped_and_without_a_place():
    organization = make_organization()
    owner, client = staff(organization, "Creator")
    upload = make_upload(owner, organization, metadata=SAID)
    html = client.get(f"/admin/uploads/upload/{upload.pk}/change/").content.decode()
    assert "<dt>Camera</dt><dd>NIKON D850</dd>" in html
    assert "&lt;b&gt;Käfer&lt;/b&gt;" in html
    assert "48.5" not in html

"""The demonstration: the accounts that clients count on, and files that came in as anybody's do."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from media_library.demo.accounts import create_accounts
from media_library.demo.files import FILES, missing_files
from media_library.models import Content, MediaItem
from permissions.models import Membership, Organization, Role, User
from resources.models import ResourceAttachment
from tests.jobs import run_pending_jobs
from uploads.models import Upload

pytestmark = pytest.mark.django_db

MEMBERSHIPS = {
    ("demo-admin", "demo", "Administrator"),
    ("demo-creator", "demo", "Creator"),
    ("demo-member", "demo", "Member"),
    ("acme-admin", "acme", "Administrator"),
    ("acme-creator", "acme", "Creator"),
    ("acme-member", "acme", "Member"),
}


def test_everybody_has_the_role_in_the_organization_of_the_name():
    create_accounts(password="one for all")

    held = Membership.objects.values_list("user__username", "organization__slug", "role__name")
    assert set(held) == MEMBERSHIPS
    assert Organization.objects.get(is_default=True).slug == "demo"
    assert list(User.objects.filter(is_superuser=True).values_list("username", flat=True)) == ["admin"]


def test_everybody_signs_in_with_the_one_password(client):
    create_accounts(password="one for all")

    for username in ("admin", "demo-member", "acme-admin"):
        assert client.login(username=username, password="one for all")


def test_a_second_run_changes_no_password_unless_told(client):
    create_accounts(password="first")
    again = create_accounts(password="second")

    assert again.password == ""
    assert client.login(username="demo-admin", password="first")

    create_accounts(password="second", new_password=True)

    assert client.login(username="demo-admin", password="second")


def test_a_generated_password_is_handed_out_and_hard_to_guess():
    first = create_accounts()

    assert len(first.password) >= 16


def test_the_files_are_real_and_come_in_once(capsys):
    call_command("create_demo")
    call_command("create_demo")

    uploads = {upload.original_filename: upload for upload in Upload.objects.select_related("uploaded_by")}
    assert len(uploads) == len(FILES) == Upload.everything.count()
    assert missing_files() == []
    assert all(upload.checksum_sha256 and upload.size for upload in uploads.values())
    assert uploads["test-card.mp4"].mime_type == "video/mp4"
    assert uploads["catalogue.pdf"].uploaded_by.username == "demo-creator"
    (content,) = Content.objects.all()
    assert (content.status, content.media_item_id) == ("published", uploads["chord.mp3"].pk)
    assert [attached.resource_id for attached in ResourceAttachment.objects.all()] == [uploads["catalogue.pdf"].pk]


def test_the_video_and_the_sound_play():
    call_command("create_demo")
    run_pending_jobs("transcode", "probe_media")

    items = {item.upload.original_filename: item for item in MediaItem.objects.select_related("upload")}
    assert {item.status for item in items.values()} == {"ready"}
    assert items["test-card.mp4"].hls_key
    assert items["chord.mp3"].duration_seconds == pytest.approx(8, abs=0.2)


def test_prepare_fills_an_empty_database_and_leaves_others_alone(settings):
    settings.SEED_DEMO = False
    call_command("prepare")

    assert User.objects.count() == 0

    User.objects.create_user("somebody")
    settings.SEED_DEMO = True
    call_command("prepare")

    assert list(User.objects.values_list("username", flat=True)) == ["somebody"]


def test_a_role_that_was_renamed_is_named_in_the_refusal():
    call_command("create_demo", accounts_only=True)
    User.objects.get(username="demo-member").delete()
    Role.objects.filter(organization__slug="demo", name="Member").update(name="Reader")

    with pytest.raises(CommandError, match="demo has no role Member"):
        call_command("create_demo", accounts_only=True)

"""The field that holds a file: who may choose what, and which usages follow."""

from datetime import timedelta

import pytest
from django import forms
from django.contrib.admin import ModelAdmin
from django.contrib.admin.sites import AdminSite
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from permissions.access import Access
from permissions.admin.tenant import admin_access
from permissions.choices import Permission
from permissions.context import access_everywhere, access_of
from tests.admin_cases import signed_in
from tests.factories import make_member, make_member_with, make_role, make_upload, make_user
from uploads.admin.chooser import UploadChoiceField, UploadChooserMixin, choosable
from uploads.models import ShareLink, Upload, Usage
from uploads.usages.record import follow_field

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def files(organization, other_organization, owner):
    """One file of every sort that the rule knows."""
    role = make_role(organization, Permission.MEDIA_VIEW, name="Readers")
    stranger = make_member(other_organization)
    return {
        "public": make_upload(owner, organization, visibility="PUBLIC"),
        "private": make_upload(owner, organization),
        "for readers": make_upload(owner, organization, visibility="ROLE_BASED", allowed_roles=[role]),
        "of others": make_upload(stranger, other_organization, visibility="PUBLIC"),
    }


def request_of(user):
    request = RequestFactory().get("/")
    request.user, request.session = user, {}
    return request


def names_of(rows, files):
    ids = set(rows.values_list("pk", flat=True))
    return {name for name, upload in files.items() if upload.pk in ids}


CALLERS = {
    "Administrator": {"public", "private", "for readers"},
    "Creator": {"public"},
    "Member": {"public"},
    "Readers": {"public", "for readers"},
    "nothing": set(),
}


@pytest.mark.parametrize("role", CALLERS)
def test_one_chooses_among_the_files_that_one_may_see(role, organization, files):
    holder = make_role(organization, name="nothing") if role == "nothing" else organization.roles.get(name=role)
    user = make_user("", holder, is_staff=True)
    assert names_of(choosable(access_of(user)), files) == CALLERS[role]


def test_the_owner_chooses_own_files(owner, files):
    assert names_of(choosable(access_of(owner)), files) == {"public", "private", "for readers"}


def test_a_superuser_chooses_among_all_organizations(files):
    assert names_of(choosable(access_everywhere(make_user("", is_superuser=True))), files) == set(files)


def test_staff_of_no_organization_choose_nothing(files):
    assert not choosable(Access(user_id=make_user("").pk, organization_id=None)).exists()


def test_only_the_wanted_types_are_offered(organization, owner):
    picture, film = make_upload(owner, organization), make_upload(owner, organization, type="VIDEO")
    rows = choosable(access_of(owner), ["VIDEO"])
    assert list(rows) == [film]
    assert picture not in rows


def field_of(user, **kwargs):
    return UploadChoiceField(request=request_of(user), **kwargs)


@pytest.mark.parametrize("name", ["private", "for readers", "of others"])
def test_what_one_may_not_see_is_refused_as_what_does_not_exist(name, organization, files):
    field = field_of(make_member(organization))
    with pytest.raises(forms.ValidationError) as unseen:
        field.clean(str(files[name].pk))
    with pytest.raises(forms.ValidationError) as unknown:
        field.clean("018f0000-0000-7000-8000-000000000000")
    assert unseen.value.messages == unknown.value.messages


@pytest.mark.parametrize("value", ["nonsense", "0", "\x00", "' or 1=1"])
def test_what_is_no_id_is_refused(value, organization):
    with pytest.raises(forms.ValidationError):
        field_of(make_member(organization)).clean(value)


def test_a_file_in_the_trash_cannot_be_chosen(organization, owner):
    upload = make_upload(owner, organization)
    Upload.objects.filter(pk=upload.pk).update(deleted_at=upload.created_at)
    with pytest.raises(forms.ValidationError):
        field_of(owner).clean(str(upload.pk))


def test_what_is_chosen_already_may_stay_for_every_viewer(organization, files):
    field = field_of(make_member(organization))
    field.kept = files["private"].pk
    assert field.clean(str(files["private"].pk)) == files["private"]
    with pytest.raises(forms.ValidationError):
        field.clean(str(files["for readers"].pk))


def test_a_chosen_file_that_one_may_not_see_is_shown_without_its_name(organization, owner):
    secret = make_upload(owner, organization, title="Merger")
    page = field_of(make_member(organization)).widget.render("picture", secret.pk, {"id": "id_picture"})
    assert "Merger" not in page
    assert "A file that you may not see" in page


def test_names_of_files_cannot_bring_markup_into_the_page(organization, owner):
    upload = make_upload(owner, organization, title="<img src=x onerror=alert(1)>")
    page = field_of(owner).widget.render("picture", upload.pk, {"id": "id_picture"})
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


# Usages

NAMES = {"entity_type": "shop.product", "entity_id": "1", "field": "picture"}


def used_by(upload):
    upload.refresh_from_db()
    assert upload.usage_count == upload.usages.count()
    return upload.usage_count


def test_a_field_uses_one_file_at_a_time(organization, owner):
    first, second = make_upload(owner, organization), make_upload(owner, organization)
    follow_field(upload_id=first.pk, **NAMES)
    follow_field(upload_id=second.pk, **NAMES)
    assert (used_by(first), used_by(second)) == (0, 1)
    follow_field(upload_id=second.pk, **NAMES)
    assert used_by(second) == 1
    follow_field(upload_id=None, **NAMES)
    assert used_by(second) == 0


def test_other_fields_and_entities_keep_their_files(organization, owner):
    upload, other = make_upload(owner, organization), make_upload(owner, organization)
    follow_field(upload_id=upload.pk, **NAMES)
    follow_field(upload_id=upload.pk, **{**NAMES, "field": "cover"})
    follow_field(upload_id=upload.pk, **{**NAMES, "entity_id": "2"})
    follow_field(upload_id=other.pk, **NAMES)
    assert used_by(upload) == 2


class LinkAdmin(UploadChooserMixin, ModelAdmin):
    """A host project's admin: any model with a foreign key to an upload."""

    fields = ["upload"]
    upload_fields = {"upload": ["IMAGE"]}

    def usage_address(self, obj):
        return f"/shop/{obj.pk}/"


def test_an_admin_with_the_mixin_shows_a_chooser_and_usages_follow(organization, owner):
    first, second = make_upload(owner, organization), make_upload(owner, organization)
    request, model_admin = request_of(owner), LinkAdmin(ShareLink, AdminSite(name="admin"))
    assert admin_access(request).organization_id == organization.pk
    field = model_admin.get_form(request).base_fields["upload"]
    assert isinstance(field, UploadChoiceField)

    now = timezone.now()
    link = ShareLink(upload=first, created_by=owner, created_at=now, expires_at=now + timedelta(hours=1))
    model_admin.save_model(request, link, None, change=False)
    assert used_by(first) == 1
    assert first.usages.get().url == f"/shop/{link.pk}/"
    link.upload = second
    model_admin.save_model(request, link, None, change=True)
    assert (used_by(first), used_by(second)) == (0, 1)
    model_admin.delete_model(request, link)
    assert used_by(second) == 0


# Avatars


@pytest.fixture
def person(organization):
    return make_member(organization, username="person")


def save_avatar(client, person, value):
    membership = person.memberships.get()
    return client.post(
        reverse("admin:permissions_user_change", args=[person.pk]),
        {
            "username": person.username,
            "email": person.email,
            "is_active": "on",
            "avatar": value,
            "memberships-TOTAL_FORMS": 1,
            "memberships-INITIAL_FORMS": 1,
            "memberships-0-id": membership.pk,
            "memberships-0-user": person.pk,
            "memberships-0-role": membership.role_id,
        },
    )


def test_an_administrator_sets_changes_and_removes_the_avatar_of_a_person(organization, person, keeper):
    first, second = (make_upload(keeper, organization, type="AVATAR") for _ in range(2))
    client = signed_in(keeper)
    assert save_avatar(client, person, first.pk).status_code == 302
    assert (used_by(first), used_by(second)) == (1, 0)
    assert save_avatar(client, person, second.pk).status_code == 302
    assert (used_by(first), used_by(second)) == (0, 1)
    assert save_avatar(client, person, "").status_code == 302
    assert not Usage.objects.exists()


def test_only_avatars_of_the_organization_can_be_chosen(organization, other_organization, person, keeper):
    client = signed_in(keeper)
    picture = make_upload(keeper, organization)
    foreign = make_upload(make_member(other_organization), other_organization, type="AVATAR", visibility="PUBLIC")
    assert save_avatar(client, person, picture.pk).status_code == 200
    assert save_avatar(client, person, foreign.pk).status_code == 200
    assert not Usage.objects.exists()


def test_who_may_not_see_files_is_not_offered_the_avatar(organization, person):
    needed = (Permission.VIEW_MEMBERSHIP, Permission.CHANGE_MEMBERSHIP)
    clerk = make_member_with(organization, *needed)
    clerk.is_staff = True
    clerk.save()
    page = signed_in(clerk).get(reverse("admin:permissions_user_change", args=[person.pk]))
    assert page.status_code == 200
    assert "data-upload-chooser" not in page.content.decode()

"""Two people have the same form open: the second save shows what differs, and neither loses anything."""

from datetime import UTC, datetime

import pytest
from django import forms
from django.contrib import admin
from django.http import QueryDict
from django.test import Client

from permissions.admin.base import ReadOnlyAdmin
from permissions.admin.form_versions.merge import FormMerge
from permissions.admin.form_versions.state import state_of_form
from permissions.choices import Permission
from permissions.models import Role, User
from permissions.services.memberships import add_member
from resources.models import ResourceAttachment
from resources.services.attachments import attach_resource
from tests.admin_cases import make_webhook
from tests.admin_forms import Fields, drawn, shown_again
from tests.factories import (
    client_for,
    make_category,
    make_content,
    make_library_resource,
    make_member,
    make_resource,
    make_role,
    make_upload,
    put_tag,
)
from uploads.models import Upload, Webhook

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(keeper):
    client = Client()
    client.force_login(keeper)
    return client


@pytest.fixture
def other(organization):
    client = Client()
    client.force_login(make_member(organization, "Administrator", "other-editor", is_staff=True))
    return client


def _webhook(organization):
    hook = Webhook(organization=organization, url="https://example.org/a", events=["upload.created"])
    hook.secret = "a-secret-of-many-letters"
    hook.save()
    return hook


MAKERS = {
    "uploads.upload": lambda keeper, home: make_upload(keeper, home, title="Before", description="Old"),
    "uploads.tag": lambda keeper, home: put_tag(make_upload(keeper, home), "Before"),
    "uploads.webhook": lambda keeper, home: _webhook(home),
    "media_library.category": lambda keeper, home: make_category(home, "Before"),
    "media_library.content": lambda keeper, home: make_content(keeper, home, title="Before"),
    "resources.libraryresource": lambda keeper, home: make_library_resource(keeper, home, name="Before"),
    "permissions.user": lambda keeper, home: make_member(home, "Creator", "somebody"),
    "permissions.role": lambda keeper, home: make_role(home, Permission.MEDIA_VIEW, name="Before"),
    "permissions.organization": lambda keeper, home: home,
    "permissions.membership": lambda keeper, home: make_member(home, "Creator", "somebody").memberships.get(),
}
# Of each form: a field that the first editor changes and what the second one, who did not see that, types into it.
CHANGED = {
    "uploads.upload": ("title", "First", "Second"),
    "uploads.tag": ("name", "First", "Second"),
    "uploads.webhook": ("url", "https://example.org/first", "https://example.org/second"),
    "media_library.category": ("name", "First", "Second"),
    "media_library.content": ("title", "First", "Second"),
    "resources.libraryresource": ("name", "First", "Second"),
    "permissions.user": ("display_name", "First", "Second"),
    "permissions.role": ("name", "First", "Second"),
    "permissions.organization": ("name", "First", "Second"),
    "permissions.membership": ("role", "Member", "Administrator"),
}


def _value(organization, name, text):
    return [str(organization.roles.get(name=text).pk)] if name == "role" else [text]


def _now(row, name):
    row = type(row)._base_manager.get(pk=row.pk)
    return str(getattr(row, name))


# FA-A4
@pytest.mark.parametrize("label", MAKERS)
def test_a_late_save_shows_both_and_can_be_saved_after_that(label, client, other, keeper, organization):
    row = MAKERS[label](keeper, organization)
    page = f"/admin/{label.replace('.', '/')}/{row.pk}/change/"
    name, first, second = CHANGED[label]
    early, late = drawn(other, page), drawn(client, page)
    early[name], late[name] = _value(organization, name, first), _value(organization, name, second)
    assert other.post(page, early).status_code == 302
    fields, text = shown_again(client.post(page, late))
    assert _now(row, name) == first
    assert "other-editor changed this while you had it open" in text
    assert first in text
    assert fields[name] == _value(organization, name, second)
    assert client.post(page, fields).status_code == 302
    assert _now(row, name) == second


# FA-A4
@pytest.mark.parametrize("label", MAKERS)
def test_a_form_that_nothing_overtook_is_saved_at_once(label, client, keeper, organization):
    row = MAKERS[label](keeper, organization)
    page = f"/admin/{label.replace('.', '/')}/{row.pk}/change/"
    for _ in range(2):
        assert client.post(page, drawn(client, page)).status_code == 302


# FA-A4
def test_changes_of_different_fields_are_both_kept(client, other, keeper, organization):
    upload = make_upload(keeper, organization, title="Before", description="Old")
    page = f"/admin/uploads/upload/{upload.pk}/change/"
    early, late = drawn(other, page), drawn(client, page)
    other.post(page, {**early, "title": "First", "tag_names": "sea, sky"})
    fields, text = shown_again(client.post(page, {**late, "description": "Second"}))
    assert (fields["title"], fields["tag_names"], fields["description"]) == (["First"], ["sea, sky"], ["Second"])
    assert "taken over" in text
    client.post(page, fields)
    upload.refresh_from_db()
    assert (upload.title, upload.description, upload.tags.count()) == ("First", "Second", 2)


# FA-A4
def test_a_change_over_the_api_is_met_and_named_too(client, keeper, organization):
    upload = make_upload(keeper, organization, title="Before")
    page = f"/admin/uploads/upload/{upload.pk}/change/"
    late = drawn(client, page)
    editor = client_for(make_member(organization, "Administrator", "api-editor"))
    assert editor.patch(f"/api/v1/uploads/{upload.pk}/", {"title": "First"}).status_code == 200
    _, text = shown_again(client.post(page, {**late, "title": "Second"}))
    assert "api-editor changed this" in text


# FA-A4
def test_the_same_words_are_no_conflict(client, other, keeper, organization):
    upload = make_upload(keeper, organization, title="Before")
    page = f"/admin/uploads/upload/{upload.pk}/change/"
    early, late = drawn(other, page), drawn(client, page)
    assert other.post(page, {**early, "title": "Same"}).status_code == 302
    assert client.post(page, {**late, "title": "Same"}).status_code == 302


# FA-A4
def test_boxes_that_the_other_ticked_stay_ticked(client, other, organization):
    role = make_role(organization, Permission.MEDIA_VIEW, name="Before")
    page = f"/admin/permissions/role/{role.pk}/change/"
    early, late = drawn(other, page), drawn(client, page)
    other.post(page, {**early, "may_files": ["media_view", "media_upload"]})
    fields, text = shown_again(client.post(page, {**late, "name": "Renamed"}))
    assert "Upload files" in text
    assert sorted(fields["may_files"]) == ["media_upload", "media_view"]
    client.post(page, fields)
    assert set(role.group.permissions.values_list("codename", flat=True)) == {"media_view", "media_upload"}
    assert Role.objects.get(pk=role.pk).name == "Renamed"


# FA-A4
def test_roles_given_and_taken_below_a_form_meanwhile_are_kept(client, other, organization):
    person = make_member(organization, "Creator", "somebody")
    page = f"/admin/permissions/user/{person.pk}/change/"
    early, late = drawn(other, page), drawn(client, page)
    member = str(organization.roles.get(name="Member").pk)
    added = {**early, "memberships-TOTAL_FORMS": "2", "memberships-1-role": member}
    assert other.post(page, added).status_code == 302
    fields, text = shown_again(client.post(page, {**late, "display_name": "Renamed"}))
    assert "Member" in text
    assert fields["memberships-INITIAL_FORMS"] == ["2"]
    assert client.post(page, fields).status_code == 302
    assert set(person.roles.values_list("name", flat=True)) == {"Creator", "Member"}
    assert User.objects.get(pk=person.pk).display_name == "Renamed"


# FA-A4
def test_a_row_below_a_form_that_was_deleted_meanwhile_does_not_stop_the_save(client, other, organization):
    person = make_member(organization, "Creator", "somebody")
    extra, chosen = make_role(organization, name="Extra"), make_role(organization, name="Chosen")
    add_member(user=person, role=extra)
    page = f"/admin/permissions/user/{person.pk}/change/"
    early, late = drawn(other, page), drawn(client, page)
    row = next(key for key, value in late.items() if value == [str(extra.pk)]).removesuffix("-role")
    assert other.post(page, {**early, f"{row}-DELETE": "on"}).status_code == 302
    fields, _ = shown_again(client.post(page, {**late, f"{row}-role": str(chosen.pk)}))
    assert [str(chosen.pk)] in fields.values()
    assert client.post(page, fields).status_code == 302
    assert set(person.roles.values_list("name", flat=True)) == {"Creator", "Chosen"}


# FA-A4
def test_a_row_that_both_deleted_is_gone_without_a_word(client, other, organization):
    person = make_member(organization, "Creator", "somebody")
    add_member(user=person, role=make_role(organization, name="Extra"))
    page = f"/admin/permissions/user/{person.pk}/change/"
    early, late = drawn(other, page), drawn(client, page)
    assert other.post(page, {**early, "memberships-1-DELETE": "on"}).status_code == 302
    assert client.post(page, {**late, "memberships-1-DELETE": "on"}).status_code == 302
    assert person.memberships.count() == 1


# FA-A4
def test_a_document_attached_meanwhile_stays_attached(client, other, keeper, organization):
    content = make_content(keeper, organization, title="Before")
    page = f"/admin/media_library/content/{content.pk}/change/"
    late = drawn(client, page)
    document = make_resource(keeper, organization)
    attach_resource(
        organization_id=organization.pk,
        entity_type="content",
        entity_id=str(content.pk),
        resource_id=document.pk,
        label="Added",
    )
    fields, text = shown_again(client.post(page, {**late, "title": "Second"}))
    assert "Added" in text
    assert client.post(page, fields).status_code == 302
    assert ResourceAttachment.objects.get().label == "Added"


# FA-A4
@pytest.mark.parametrize(
    "version", ["", "x", "[]", "{}", '{"at": "never", "of": {}}', "[" * 5000, '{"at": 1e999, "of": 1}']
)
def test_a_version_that_cannot_be_read_is_none(version, client, keeper, organization):
    upload = make_upload(keeper, organization, title="Before")
    page = f"/admin/uploads/upload/{upload.pk}/change/"
    answer = client.post(page, {**drawn(client, page), "title": "After", "_version": version})
    assert answer.status_code == 302
    assert Upload.objects.get().title == "After"


# FA-A4
def test_what_a_service_refuses_leaves_the_form_as_it_was_typed(client, keeper, organization):
    page = f"/admin/permissions/membership/{keeper.memberships.get().pk}/change/"
    member = str(organization.roles.get(name="Member").pk)
    answer = client.post(page, {**drawn(client, page), "role": member})
    assert answer.status_code == 200
    assert "without an administrator" in answer.content.decode()
    assert Fields(answer.content.decode()).sent["role"] == [member]


# FA-A4
@pytest.mark.parametrize("label", ["uploads.upload", "uploads.tag", "permissions.user", "media_library.category"])
def test_a_form_whose_row_was_deleted_meanwhile_gives_back_what_was_typed(label, client, other, keeper, organization):
    row = MAKERS[label](keeper, organization)
    page = f"/admin/{label.replace('.', '/')}/{row.pk}/change/"
    name = CHANGED[label][0]
    late = {**drawn(client, page), name: "Words that took <b>long</b>"}
    assert other.post(page.replace("/change/", "/delete/"), {"post": "yes"}).status_code == 302
    answer = client.post(page, late)
    assert answer.status_code == 404
    assert "Words that took &lt;b&gt;long&lt;/b&gt;" in answer.content.decode()
    assert keeper.password not in answer.content.decode()


# FA-A4
def test_a_secret_is_not_given_back_with_what_was_typed(client, other, organization):
    hook = make_webhook(organization)
    page = f"/admin/uploads/webhook/{hook.pk}/change/"
    late = {**drawn(client, page), "url": "https://typed.example/hook", "secret": "whispered-" * 4}
    assert other.post(page.replace("/change/", "/delete/"), {"post": "yes"}).status_code == 302
    text = client.post(page, late).content.decode()
    assert "https://typed.example/hook" in text
    assert "whispered" not in text


# FA-A4
@pytest.mark.parametrize(
    ("typed", "shown", "is_taken"), [("10:00:00", "12:00:00", True), ("11:00:00", "11:00:00", False)]
)
def test_a_field_of_several_inputs_is_compared_like_any_other(typed, shown, is_taken, keeper):
    fields = {"fields": ["last_login"], "field_classes": {"last_login": forms.SplitDateTimeField}}
    form_class = forms.modelform_factory(User, **fields, widgets={"last_login": forms.SplitDateTimeWidget})
    keeper.last_login = datetime(2026, 3, 1, 10, tzinfo=UTC)
    drawn = state_of_form(form_class(instance=keeper))
    keeper.last_login = datetime(2026, 3, 1, 12, tzinfo=UTC)
    form = form_class(instance=keeper)
    late = FormMerge(QueryDict(f"last_login_0=2026-03-01&last_login_1={typed}", mutable=True), drawn)
    late.merge_form(form, state_of_form(form))
    assert late.data["last_login_1"] == shown
    assert [each.is_taken for each in late.differences] == [is_taken]


def test_the_cases_are_all_forms_that_there_are():
    forms = {
        model._meta.label_lower
        for model, owner in admin.site._registry.items()
        if not isinstance(owner, ReadOnlyAdmin) and "change" in owner.grants
    }
    assert forms | {"uploads.upload"} == MAKERS.keys()

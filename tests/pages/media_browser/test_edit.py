"""Changing files: texts and rights, bytes, addresses, the trash."""

import re

import pytest
from playwright.sync_api import expect

from tests import samples
from tests.factories import client_for
from tests.pages.media_browser.actions import BROWSER, card, dialog, preview
from tests.upload_calls import jpeg, uploaded
from uploads.models import Upload
from uploads.usages.record import record_usage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_file_is_edited_without_leaving_the_page(files, organization, page):
    page.goto(BROWSER)
    card(page, "Harbour").hover()
    page.get_by_role("button", name="Edit Harbour").click()
    form = dialog(page)
    expect(form.get_by_role("group", name="Allowed roles")).to_be_hidden()
    form.get_by_label("Title").fill("Old harbour")
    tags = form.get_by_role("combobox", name="Tags")
    tags.fill("spr")
    expect(form.locator("datalist option")).to_have_attribute("value", "spring")
    tags.fill("sea")
    tags.press("Enter")
    form.get_by_role("button", name="Remove the tag autumn").click()
    form.get_by_label("Visibility").select_option("ROLE_BASED")
    form.get_by_label("Creator").check()
    form.get_by_role("button", name="Save").click()
    expect(card(page, "Old harbour")).to_contain_text("Role based")
    upload = files["Harbour"]
    upload.refresh_from_db()
    assert [tag.name for tag in upload.tags.all()] == ["sea"]
    assert upload.group_perms.get().group_id == organization.roles.get(name="Creator").group_id


def test_errors_of_the_server_stand_at_their_field(files, page):
    page.goto(BROWSER)
    card(page, "Harbour").hover()
    page.get_by_role("button", name="Edit Harbour").click()
    title = dialog(page).get_by_label("Title")
    title.evaluate("field => field.removeAttribute('maxlength')")
    title.fill("x" * 201)
    dialog(page).get_by_role("button", name="Save").click()
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(dialog(page).locator("[data-field=title] .field-error")).to_contain_text("200")


def test_a_change_of_another_user_meanwhile_is_not_overwritten(files, person, page):
    page.goto(BROWSER)
    card(page, "Harbour").hover()
    page.get_by_role("button", name="Edit Harbour").click()
    expect(dialog(page).get_by_label("Title")).to_have_value("Harbour")
    client_for(person).patch(f"/api/v1/uploads/{files['Harbour'].pk}/", {"title": "Changed"})
    dialog(page).get_by_label("Title").fill("Mine")
    dialog(page).get_by_role("button", name="Save").click()
    expect(dialog(page).get_by_role("alert")).to_contain_text("This file was changed while you edited it")
    files["Harbour"].refresh_from_db()
    assert files["Harbour"].title == "Changed"


def test_the_address_is_copied(files, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(BROWSER)
    card(page, "Harbour").hover()
    page.get_by_role("button", name="Copy the address of Harbour").click()
    expect(page.locator(".toast")).to_contain_text("Address copied")
    assert page.evaluate("() => navigator.clipboard.readText()").endswith(files["Harbour"].filename)


def test_a_share_link_is_made_and_revoked(files, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(BROWSER)
    preview(page, "Harbour")
    page.locator("[data-do=share]").click()
    dialog(page).get_by_role("button", name="Create and copy link").click()
    expect(page.locator(".toast", has_text="Address copied")).to_be_visible()
    link = page.evaluate("() => navigator.clipboard.readText()")
    assert page.request.get(link).status == 200
    page.locator("#preview-dialog summary", has_text="Share links").click()
    page.locator("#preview-dialog").get_by_role("button", name="Revoke").click()
    expect(page.locator(".toast", has_text="Link revoked")).to_be_visible()
    assert page.request.get(link).status == 403


def test_a_file_is_replaced_and_its_earlier_bytes_brought_back(files, page):
    page.goto(BROWSER)
    preview(page, "Harbour")
    with page.expect_file_chooser() as chooser:
        page.locator("[data-do=replace]").click()
    chooser.value.set_files({"name": "new.jpg", "mimeType": "image/jpeg", "buffer": jpeg((90, 60))})
    side = page.locator("#preview-dialog [data-side]")
    expect(side).to_contain_text(re.compile("90 . 60"))
    side.locator("summary", has_text="Versions").click()
    side.get_by_role("button", name="Restore version 1").click()
    expect(side).to_contain_text(re.compile("400 . 300"))


def test_deleting_one_file_can_be_undone(files, page):
    page.goto(BROWSER)
    card(page, "Night").hover()
    page.get_by_role("button", name="Delete Night").click()
    dialog(page).get_by_role("button", name="Move to the trash").click()
    expect(card(page, "Night")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(card(page, "Night")).to_have_count(1)


def test_a_canceled_deletion_deletes_nothing(files, page):
    page.goto(BROWSER)
    card(page, "Night").hover()
    page.get_by_role("button", name="Delete Night").click()
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    assert Upload.objects.count() == 5


def test_what_is_in_use_is_named_before_it_is_deleted(files, page):
    record_usage(upload_id=files["Night"].pk, entity_type="page", entity_id="7", label="The front page")
    page.goto(BROWSER)
    card(page, "Night").hover()
    page.get_by_role("button", name="Delete Night").click()
    expect(dialog(page)).to_contain_text("The front page")
    dialog(page).get_by_role("button", name="Move to the trash").click()
    expect(page.locator(".toast")).to_contain_text("kept: in use")
    assert Upload.objects.filter(pk=files["Night"].pk).exists()


def test_only_pictures_are_asked_for_an_alternative_text(files, person, page):
    uploaded(client_for(person), samples.pdf(), type="DOCUMENT", filename="paper.pdf", content_type="application/pdf")
    page.goto(BROWSER)
    for name, asked in (("Harbour", 1), ("paper.pdf", 0)):
        card(page, name).hover()
        page.get_by_role("button", name=f"Edit {name}").click()
        expect(dialog(page).get_by_label("Title")).to_be_visible()
        expect(dialog(page).get_by_label("Alternative text")).to_have_count(asked)
        page.keyboard.press("Escape")

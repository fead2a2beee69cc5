"""Pictures of a library resource are uploaded from its form."""

import json
from base64 import b64encode
from hashlib import sha256

import pytest
from playwright.sync_api import expect

from resources.models import LibraryResource
from tests.pages.library.actions import ADD, card, choose, gallery, save, sent
from tests.uploader import DROP, noise, picture
from tests.worker.installation import wait_until
from uploads.models import Upload, UploadSession
from uploads.storage import store

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


CORS = {"CORSRules": [{"AllowedOrigins": ["*"], "AllowedMethods": ["PUT"], "AllowedHeaders": ["*"]}]}


@pytest.mark.parametrize("kept", ["disk", pytest.param("s3", marks=pytest.mark.s3)])
def test_a_resource_is_made_of_pictures_that_go_straight_to_the_store(page, kept, request, settings):
    if kept == "s3":
        endpoint = request.getfixturevalue("s3_stores").endpoint
        bucket = store("assets")
        bucket.client.put_bucket_cors(Bucket=bucket.bucket_name, CORSConfiguration=CORS)
        policy = json.loads(json.dumps(settings.CSP_BY_PREFIX, default=list))
        policy["/admin/"]["connect-src"].append(endpoint)
        settings.CSP_BY_PREFIX = policy
    content = {name: noise(30 + number) for number, name in enumerate(("front.png", "small.png", "1.png", "2.png"))}
    page.goto(ADD)
    page.get_by_label("Name").fill("Parka")
    page.get_by_label("Category").fill("jackets")
    choose(page, "original", "front.png", content=content["front.png"])
    choose(page, "thumbnail", "small.png", content=content["small.png"])
    page.locator("input[data-role=gallery]").set_input_files([picture(n, content[n]) for n in ("1.png", "2.png")])
    sent(page, *content)
    assert page.locator(".picture-frame img[src^=data]").count() == 4
    save(page)
    resource = LibraryResource.objects.get()
    assert (resource.name, resource.type, resource.category) == ("Parka", "garment", "jackets")
    files = {file.upload.original_filename: file for file in resource.files.select_related("upload")}
    assert [(name, files[name].role) for name in content] == [
        *(("front.png", "original"), ("small.png", "thumbnail"), ("1.png", "gallery"), ("2.png", "gallery"))
    ]
    for name, file in files.items():
        with store("assets").open(file.upload.key) as stored:
            assert sha256(stored.read()).digest() == sha256(content[name]).digest()


def test_files_are_dropped_where_they_belong(page):
    page.goto(ADD)
    said = {"data": b64encode(noise()).decode(), "type": "image/png", "names": ["x.png", "y.png"]}
    page.evaluate(DROP, {**said, "target": "[data-zone=gallery]"})
    sent(page, "x.png", "y.png")
    assert gallery(page).count() == 2


def test_refusals_are_told_on_the_picture_and_hold_the_form_back(page):
    page.goto(ADD)
    page.get_by_label("Name").fill("Parka")
    page.get_by_label("Category").fill("jackets")
    document = {"name": "price.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    page.locator("input[data-role=original]").set_input_files([document])
    expect(card(page, "price.pdf")).to_contain_text("“price.pdf” is not accepted here. Accepted: JPG, PNG, WEBP, AVIF.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("“price.pdf” was not uploaded")
    page.get_by_role("button", name="Remove price.pdf").click()
    choose(page, "original", "lie.png", content=b"not a picture")
    sent(page, "lie.png")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("“lie.png”: ").first.wait_for()
    assert card(page, "lie.png").evaluate("(card) => card.classList.contains('is-failed')")
    page.get_by_role("button", name="Remove lie.png").click()
    choose(page, "original", "true.png")
    sent(page, "true.png")
    save(page)
    assert Upload.objects.get().original_filename == "true.png"


# FA-A7
def test_a_picture_whose_connection_breaks_is_sent_again_by_itself(page):
    page.goto(ADD)
    page.route("**/*", lambda route: route.abort() if route.request.method == "PUT" else route.continue_())
    choose(page, "original", "a.png")
    expect(card(page, "a.png")).to_contain_text("The connection was lost; trying again…")
    page.unroute_all()
    sent(page, "a.png")


# FA-A7
def test_a_picture_that_the_store_refuses_gives_back_its_quota_and_can_be_tried_again(page):
    page.goto(ADD)
    page.route("**/*", lambda route: route.fulfill(status=400) if route.request.method == "PUT" else route.continue_())
    choose(page, "original", "a.png")
    expect(card(page, "a.png")).to_contain_text("The store did not take the file. Try again.")
    wait_until(lambda: UploadSession.objects.get().state == "aborted")
    page.unroute_all()
    page.get_by_role("button", name="Try a.png again").click()
    sent(page, "a.png")


# FA-A7
def test_a_picture_that_is_on_its_way_when_the_page_is_left_gives_back_its_quota(page):
    page.goto(ADD)
    page.route("**/storage/**", lambda route: None)
    choose(page, "original", "a.png")
    wait_until(lambda: UploadSession.objects.filter(state="open").count() == 1)
    page.goto("/admin/")
    wait_until(lambda: UploadSession.objects.get().state == "aborted")


def test_progress_is_shown_and_what_is_canceled_is_given_up(page):
    page.goto(ADD)
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 300_000}
    line.send("Network.emulateNetworkConditions", slow)
    choose(page, "original", "large.png", content=noise(900))
    note = card(page, "large.png").locator(".picture-note")
    wait_until(lambda: note.inner_text().endswith("%"))
    assert 0 < float(card(page, "large.png").locator("progress").evaluate("(bar) => bar.value")) < 1
    page.get_by_label("Name").fill("Parka")
    page.get_by_label("Category").fill("jackets")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("still being uploaded")
    page.get_by_role("button", name="Cancel large.png").click()
    expect(card(page, "large.png")).to_have_count(0)
    wait_until(lambda: UploadSession.objects.get().state == "aborted")

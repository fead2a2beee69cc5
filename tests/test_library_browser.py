"""The resource library's pages in the admin in a real Chromium, on files that are really uploaded."""

import json
from base64 import b64encode
from hashlib import sha256

import pytest
from playwright.sync_api import expect

from resources.models import LibraryResource
from tests.axe import serious_findings
from tests.factories import client_for, make_library_resource, make_member, make_organization, make_user
from tests.jobs import run_pending_jobs
from tests.library import created
from tests.uploader import DROP, noise, picture, sign_in
from tests.worker.installation import wait_until
from uploads.models import Upload, UploadSession
from uploads.storage import store

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST, ADD = "/admin/resources/libraryresource/", "/admin/resources/libraryresource/add/"
CORS = {"CORSRules": [{"AllowedOrigins": ["*"], "AllowedMethods": ["PUT"], "AllowedHeaders": ["*"]}]}


@pytest.fixture
def home():
    return make_organization("home", is_default=True)


@pytest.fixture
def keeper(home):
    return make_member(home, "Administrator", "keeper", is_staff=True)


@pytest.fixture
def page(page, keeper):
    """Signed in; whatever the browser complains of fails the test."""
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    page.set_default_timeout(15_000)
    sign_in(page, "keeper")
    yield page
    assert complaints == []


def choose(page, role, *names, content=b""):
    files = [picture(name, content) for name in names]
    page.locator(f"input[data-role={role}]").set_input_files(files)


def card(page, name):
    return page.locator(".picture-card", has=page.get_by_text(name, exact=True))


def gallery(page):
    return page.locator("[data-zone=gallery] .picture-name")


def sent(page, *names):
    """Wait until these are uploaded."""
    for name in names:
        expect(card(page, name).locator(".picture-note")).to_have_text("New")


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"**{LIST}")


def shown_fields(page):
    names = ("gender", "age_group", "environment", "category")
    return [name for name in names if page.locator(f"[name={name}]").is_visible()]


def names_of(resource):
    return list(resource.files.filter(role="gallery").values_list("upload__original_filename", flat=True))


@pytest.fixture
def saved(page, keeper):
    """The page of a model with a gallery of three."""
    created(client_for(keeper))
    resource = LibraryResource.objects.get()
    for number, file in enumerate(resource.files.filter(role="gallery").order_by("position")):
        Upload.objects.filter(pk=file.upload_id).update(original_filename=f"{'abc'[number]}.png")
    page.goto(f"{LIST}{resource.pk}/change/")
    expect(gallery(page)).to_have_text(["a.png", "b.png", "c.png"])
    return resource


def test_each_type_asks_for_its_own_fields_and_no_others(page):
    page.goto(ADD)
    for kind, fields in (("garment", ["category"]), ("model", ["gender", "age_group"]), ("scene", ["environment"])):
        page.locator("select[name=type]").select_option(kind)
        assert shown_fields(page) == fields
        assert page.locator("input[required]:visible").count() == len(fields) + 1  # and the name
    page.get_by_label("Name").fill("Loft")
    page.get_by_role("button", name="Save", exact=True).click()
    assert page.locator("[name=environment]").evaluate("(field) => field.matches(':invalid')")
    assert page.url.endswith(ADD)


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


def test_the_gallery_is_sorted_by_dragging(page, saved):
    card(page, "c.png").drag_to(card(page, "a.png"), target_position={"x": 10, "y": 60})
    expect(gallery(page)).to_have_text(["c.png", "a.png", "b.png"])
    save(page)
    assert names_of(saved) == ["c.png", "a.png", "b.png"]


def test_a_card_that_is_let_go_elsewhere_goes_back(page, saved):
    card(page, "c.png").hover()
    page.mouse.down()
    for x in (20, 10):  # the first step picks it up
        card(page, "a.png").hover(position={"x": x, "y": 60})
    expect(gallery(page)).to_have_text(["c.png", "a.png", "b.png"])
    page.get_by_label("Name").hover()
    page.mouse.up()
    expect(gallery(page)).to_have_text(["a.png", "b.png", "c.png"])


def test_the_gallery_is_sorted_by_the_keyboard_alone(page, saved):
    later = page.get_by_role("button", name="Move a.png later")
    later.focus()
    page.keyboard.press("Enter")
    expect(gallery(page)).to_have_text(["b.png", "a.png", "c.png"])
    expect(later).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("“a.png” is picture 2 of 3.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move a.png earlier")).to_be_focused()  # it cannot go later
    save(page)
    assert names_of(saved) == ["b.png", "c.png", "a.png"]


def test_a_picture_that_is_removed_can_be_kept_until_the_form_is_saved(page, saved):
    for name in ("a.png", "b.png"):
        page.get_by_role("button", name=f"Remove {name}").click()
    expect(card(page, "b.png").locator(".picture-note")).to_have_text("Goes into the trash")
    page.get_by_role("button", name="Keep b.png").click()
    save(page)
    assert names_of(saved) == ["b.png", "c.png"]
    assert Upload.everything.trashed().get().original_filename == "a.png"


def test_refusals_are_told_on_the_picture_and_hold_the_form_back(page):
    page.goto(ADD)
    page.get_by_label("Name").fill("Parka")
    page.get_by_label("Category").fill("jackets")
    document = {"name": "price.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    page.locator("input[data-role=original]").set_input_files([document])
    expect(card(page, "price.pdf")).to_contain_text("It takes AVIF, JPG, PNG, WEBP.")
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
    refuse = lambda route: route.fulfill(status=400) if route.request.method == "PUT" else route.continue_()  # noqa: E731
    page.route("**/*", refuse)
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
    expect(page.get_by_role("status")).to_contain_text("still on their way")
    page.get_by_role("button", name="Cancel large.png").click()
    expect(card(page, "large.png")).to_have_count(0)
    wait_until(lambda: UploadSession.objects.get().state == "aborted")


def test_an_original_is_replaced_and_stays_where_the_other_one_is_taken_back(page, saved):
    choose(page, "original", "other.png")
    sent(page, "other.png")
    page.get_by_role("button", name="Remove other.png").click()
    expect(page.locator("[data-zone=original] .picture-name")).to_have_text("original.png")
    choose(page, "original", "better.png")
    sent(page, "better.png")
    save(page)
    assert saved.files.get(role="original").upload.original_filename == "better.png"
    assert Upload.everything.trashed().get().original_filename == "original.png"


def test_a_superuser_says_first_whose_library_it_is(home, page, context):
    make_user("root", is_staff=True, is_superuser=True)
    context.clear_cookies()
    sign_in(page, "root")
    page.goto(ADD)
    choose(page, "original", "a.png")
    expect(card(page, "a.png")).to_contain_text("Choose the organization first")
    page.locator("select[name=organization]").select_option(str(home.pk), force=True)
    page.get_by_role("button", name="Try a.png again").click()
    sent(page, "a.png")
    page.get_by_label("Name").fill("Parka")
    page.get_by_label("Category").fill("jackets")
    save(page)
    assert LibraryResource.objects.get().organization == home


def test_the_list_is_filtered_by_type_and_attributes_and_acts_on_what_is_chosen(page, keeper, home):
    for name, environment in (("Loft", "indoor"), ("Beach", "outdoor"), ("Pier", "outdoor")):
        make_library_resource(keeper, home, name=name, environment=environment)
    created(client_for(keeper))
    page.goto(f"{LIST}?type__exact=scene&environment=outdoor")
    names = page.locator("#result_list tbody th a")
    expect(names).to_have_text(["Pier", "Beach"])
    for action, status in (("archive", "Archived"), ("activate", "Active")):
        page.locator("#result_list input.action-select").first.check()
        page.locator("select[name=action]").select_option(action)
        page.get_by_role("button", name="Run").click()
        expect(page.locator("#result_list tbody tr").first).to_contain_text(status)
    page.locator("#result_list input.action-select").first.check()
    page.locator("select[name=action]").select_option("delete_selected")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("button", name="Yes").click()
    expect(names).to_have_text(["Beach"])
    assert Upload.everything.trashed().count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_form_and_list_have_no_serious_finding_for_assistive_technology(page, saved, width, scheme):
    run_pending_jobs("make_renditions")
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    page.reload()
    choose(page, "gallery", "new.png")
    choose(page, "thumbnail", "wrong.gif", content=b"GIF89a")
    sent(page, "new.png")
    page.get_by_role("button", name="Remove a.png").click()
    assert serious_findings(page, "main") == []
    assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.goto(LIST)
    assert page.locator("#result_list .thumbnail img").evaluate("(image) => image.naturalWidth") > 0
    assert serious_findings(page, "main") == []
    assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0

"""From an empty installation to a second person's file, by following what the screen says."""

import pytest

from permissions.services.installation import make_code
from tests.uploader import choose_files, picture
from tests.worker.installation import wait_until
from uploads.models import Upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


# FA-E1
def test_four_steps_lead_to_a_second_person_who_uploaded_a_file(page, browser, live_server):
    # 1. The address from the terminal
    page.goto(f"/account/setup/?code={make_code()}")
    page.get_by_label("Organization").fill("Acme Press")
    page.get_by_label("Storage quota").fill("50 GB")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Set up").click()
    # 2. The link of the next page
    page.get_by_role("link", name="invite your people").click()
    page.get_by_label("Role").select_option("Creator")
    page.get_by_role("button", name="Save", exact=True).click()
    link = page.locator("code").inner_text()
    # 3. The link that was handed over
    guest = browser.new_context(base_url=live_server.url).new_page()
    guest.goto(link)
    guest.get_by_label("Username").fill("ben")
    guest.get_by_label("Password").fill("another horse battery")
    guest.get_by_role("button", name="Create my account").click()
    # 4. A file
    guest.get_by_role("link", name="Media library").last.click()
    guest.wait_for_url("**/admin/uploads/upload/")
    guest.locator("[data-upload-open]").first.click()
    guest.locator("#uploader[open]").wait_for()
    choose_files(guest, [picture("sun.png")])
    guest.get_by_role("button", name="Upload 1 file").click()
    wait_until(Upload.objects.exists)
    guest.context.close()
    assert Upload.objects.get().uploaded_by.username == "ben"

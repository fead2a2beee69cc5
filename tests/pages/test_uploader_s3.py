"""Uploads in a real Chromium straight to a real S3 server, under the admin's Content-Security-Policy."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from tests.pages.test_uploader_restarts import MIB, PEOPLE
from tests.uploader import LIST, choose_files, film, noise, sign_in
from tests.web_server import served
from tests.worker.installation import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.s3]

BUCKETS = {"MEDIA_BUCKET": "media-of-the-browser", "ASSETS_BUCKET": "assets-of-the-browser"}


@pytest.fixture
def cors():
    """What docs/production.md tells operators to set, for whatever origin."""
    text = (Path(settings.BASE_DIR) / "docs" / "production.md").read_text()
    (block,) = re.findall(r"```json\n(.*?AllowedOrigins.*?)```", text, re.DOTALL)
    rules = json.loads(block)
    return lambda origin: [{**rule, "AllowedOrigins": [origin]} if "PUT" in str(rule) else rule for rule in rules]


@pytest.fixture
def server(tmp_path, s3_server, cors):
    client = s3_server.client()
    for bucket in BUCKETS.values():
        client.create_bucket(Bucket=bucket)
    with served(tmp_path, DEBUG="0", **s3_server.settings(), **BUCKETS) as server:
        rules = {"CORSRules": cors(f"http://127.0.0.1:{server.port}")}
        for bucket in BUCKETS.values():
            client.put_bucket_cors(Bucket=bucket, CORSConfiguration=rules)
        assert server.installation.manage("shell", "-v0", "-c", PEOPLE).wait() == 0
        server.installation.work()
        yield server
    for bucket in BUCKETS.values():
        for key in objects(client, bucket):
            client.delete_object(Bucket=bucket, Key=key)
        client.delete_bucket(Bucket=bucket)


@pytest.fixture
def page(server, new_context):
    page = new_context(base_url=f"http://127.0.0.1:{server.port}").new_page()
    sign_in(page, "keeper")
    page.goto(LIST)
    return page


def objects(client, bucket):
    return {found["Key"]: found["Size"] for found in client.list_objects_v2(Bucket=bucket).get("Contents", [])}


def test_files_go_from_the_browser_to_the_bucket_and_are_seen_from_there(server, s3_server, page, tmp_path):
    complaints, puts = [], []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: puts.append(request.url) if request.method == "PUT" else None)
    page.locator("[data-upload-open]").first.click()
    (tmp_path / "harbour.png").write_bytes(noise(300))
    choose_files(page, [tmp_path / "harbour.png", film(tmp_path / "film.mp4", 101 * MIB)])
    page.get_by_role("button", name="Upload 2 files").click()
    rows = "SELECT original_filename, size, key FROM uploads_upload ORDER BY original_filename"
    stored = wait_until(lambda: len(found := server.installation.rows(rows)) == 2 and found)
    assert [(name, size) for name, size, _ in stored] == [("film.mp4", 101 * MIB), ("harbour.png", len(noise(300)))]
    page.get_by_text("Upload complete").wait_for()
    assert {urlsplit(url).netloc for url in puts} == {urlsplit(s3_server.endpoint).netloc}
    assert len(puts) == 1 + 7  # in one piece, and in parts of 16 MiB
    there = objects(s3_server.client(), BUCKETS["MEDIA_BUCKET"])
    assert {key: there.get(key) for _, _, key in stored} == {key: size for _, size, key in stored}

    renditions = "SELECT count(*) FROM uploads_rendition"
    wait_until(lambda: server.installation.rows(renditions)[0][0] > 0)
    page.goto(f"{LIST}?search=harbour")
    drawn = page.locator(".file img").first
    wait_until(lambda: drawn.evaluate("(image) => image.complete && image.naturalWidth"))
    assert complaints == []

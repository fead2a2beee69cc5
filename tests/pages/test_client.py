"""The TypeScript client in a browser: what it does otherwise there is told by no test in Node."""

from pathlib import Path

import pytest
from django.conf import settings

from permissions.authentication.tokens import issue_token
from tests.factories import make_member
from uploads.models import Upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CLIENT = Path(settings.BASE_DIR) / "clients" / "typescript"
PAGE = """<!doctype html><title>A front end</title>
<script type="importmap">{"imports": {"openapi-fetch": "./openapi-fetch/index.mjs"}}</script>"""
SEND = """
async ([token, size]) => {
  const { createClient } = await import('./index.js')
  const library = createClient({ baseUrl: location.origin, token })
  const said = []
  const file = new File([new Uint8Array(size).fill(120)], 'notes.txt', { type: 'text/plain' })
  const onProgress = ({ sent, total }) => said.push(sent / total)
  const upload = await library.uploadFile(file, { type: 'DOCUMENT', title: 'Notes', onProgress })
  return { upload, said }
}
"""
LEAVE = """
async (token) => {
  const { createClient } = await import('./index.js')
  const leaving = new AbortController()
  const file = new File([new Uint8Array(8_000_000).fill(120)], 'left.txt', { type: 'text/plain' })
  const options = { type: 'DOCUMENT', signal: leaving.signal, onProgress: () => leaving.abort() }
  return createClient({ baseUrl: location.origin, token }).uploadFile(file, options).catch((error) => error.name)
}
"""


@pytest.fixture
def front_end(page):
    """A page with the client's modules, on the origin of the server."""
    if not (CLIENT / "dist" / "index.js").exists():
        pytest.skip("the client is not built: npm ci && npm run build in clients/typescript")

    def serve(route):
        name = route.request.url.partition("/front-end/")[2]
        if not name:
            return route.fulfill(body=PAGE, content_type="text/html")
        found = CLIENT / "dist" / name
        if name.startswith("openapi-fetch/"):
            found = CLIENT / "node_modules" / "openapi-fetch" / "dist" / name.rpartition("/")[2]
        return route.fulfill(path=found, content_type="text/javascript")

    page.route("**/front-end/**", serve)
    page.goto("/front-end/")
    return page


@pytest.fixture
def token(organization):
    return issue_token(user=make_member(organization, "Creator"))[0]


def test_progress_moves_with_the_bytes_of_one_piece(front_end, token):
    line = front_end.context.new_cdp_session(front_end)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 20_000_000}
    line.send("Network.emulateNetworkConditions", slow)  # else the bytes are gone before one looks
    seen = front_end.evaluate(SEND, [token, 20_000_000])
    upload = Upload.objects.get(pk=seen["upload"]["id"])
    assert (upload.title, upload.size) == ("Notes", 20_000_000)
    assert seen["said"] == sorted(seen["said"])
    assert seen["said"][-1] == 1
    assert any(0 < share < 1 for share in seen["said"])


def test_an_upload_that_is_left_is_undone(front_end, token):
    assert front_end.evaluate(LEAVE, token) == "AbortError"
    assert not Upload.objects.exists()

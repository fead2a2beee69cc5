"""The walk through the resource library that the documentation offers, as a client without our code goes it."""

import json
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from resources.models import LibraryResource
from tests.factories import PASSWORD, make_member, make_organization
from tests.library import png
from uploads.storage import store

WALK = Path(__file__).resolve().parent.parent / "docs/examples/library.sh"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl on this machine"),
]


@pytest.fixture
def kept(any_store, settings):
    """Where files are: "disk", or "s3" with a bucket that anybody may read in the place of the CDN."""
    if any_store == "s3":
        assets = store("assets")
        everything = f"arn:aws:s3:::{assets.bucket_name}/*"
        reading = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": everything}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [reading]})
        assets.client.put_bucket_policy(Bucket=assets.bucket_name, Policy=policy)
        settings.CDN_URL = f"{assets.client.meta.endpoint_url}/{assets.bucket_name}"
    return any_store


def test_a_model_a_scene_and_a_garment_are_made_by_curl_and_anybody_fetches_their_bytes(
    kept, live_server, settings, tmp_path
):
    make_member(make_organization("home", is_default=True), "Administrator", "keeper")
    pictures = [tmp_path / f"{name}.png" for name in ("original", "thumbnail", "1", "2", "3")]
    for number, path in enumerate(pictures):
        path.write_bytes(png(number, (300, 200)))
    walked = subprocess.run(
        [WALK, live_server.url, "keeper", PASSWORD, *pictures], capture_output=True, text=True, check=False
    )
    assert walked.returncode == 0, walked.stdout + walked.stderr
    fetched = [line.split() for line in walked.stdout.splitlines()]
    assert [digest for digest, _ in fetched] == 3 * [sha256(path.read_bytes()).hexdigest() for path in pictures]
    host = f"{live_server.url}/assets" if kept == "disk" else settings.CDN_URL
    assert all(address.startswith(f"{host}/") for _, address in fetched)
    assert sorted(LibraryResource.objects.values_list("type", flat=True)) == ["garment", "model", "scene"]

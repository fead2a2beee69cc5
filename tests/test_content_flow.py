"""From a video and a PDF to published content and back to nothing, over HTTP alone."""

import pytest

from tests.factories import client_for, make_member
from tests.jobs import run_pending_jobs
from tests.samples import pdf, video
from tests.upload_calls import code_of, sent
from uploads.models import Usage

pytestmark = [pytest.mark.differing, pytest.mark.django_db]

API = "/api/v1"


def refused_as_used(client, address):
    answer = client.delete(address)
    return answer.status_code == 409 and code_of(answer) == "in_use"


@pytest.fixture
def client(organization):
    return client_for(make_member(organization, "Creator"))


@pytest.fixture
def film(client, tmp_path):
    session = sent(client, video(tmp_path / "a.mp4"), type="VIDEO", filename="a.mp4", content_type="video/mp4")
    answer = client.post(f"{API}/media-items/", {"upload_session": session["id"], "title": "Film"})
    assert (answer.status_code, answer.json()["status"]) == (201, "transcoding")
    return f"{API}/media-items/{session['id']}/"


@pytest.fixture
def paper(client):
    session = sent(client, pdf(3), type="DOCUMENT", filename="Workbook.pdf", content_type="application/pdf")
    answer = client.post(f"{API}/resources/", {"upload_session": session["id"], "title": "Workbook"})
    assert answer.status_code == 201
    return f"{API}/resources/{session['id']}/"


def test_what_is_used_stays_until_nothing_uses_it(client, film, paper):
    film_id, paper_id = film.split("/")[-2], paper.split("/")[-2]
    body = {"title": "Morning flow", "media_item": film_id, "price": "29.99", "tags": ["yoga", "video"]}
    too_early = client.post(f"{API}/content/", body)
    assert (too_early.status_code, code_of(too_early)) == (400, "media_not_ready")

    run_pending_jobs()
    document = client.get(paper).json()
    assert document["page_count"] == 3
    picture = client.get(document["thumbnail_url"])
    assert b"".join(picture.streaming_content).startswith(b"RIFF")

    contents = []
    for title in ("Morning flow", "Evening flow"):
        answer = client.post(f"{API}/content/", {**body, "title": title})
        assert (answer.status_code, answer.json()["status"]) == (201, "draft")
        contents.append(f"{API}/content/{answer.json()['id']}/")
    for content in contents:
        assert client.post(f"{content}publish/").json()["status"] == "published"
        assert client.post(f"{content}resources/", {"resource": paper_id, "label": "Workbook"}).status_code == 201
    shown = client.get(contents[0]).json()
    assert shown["media_item"]["status"] == "ready"
    assert [(each["id"], each["label"]) for each in shown["resources"]] == [(paper_id, "Workbook")]
    assert len(client.get(paper).json()["attached_to"]) == 2

    addresses = [film, paper, f"{API}/uploads/{film_id}/", f"{API}/uploads/{paper_id}/"]
    assert all(refused_as_used(client, address) for address in addresses)
    assert client.post(f"{contents[0]}archive/").json()["status"] == "archived"
    assert all(refused_as_used(client, address) for address in addresses)
    assert client.delete(contents[0]).status_code == 204
    assert all(refused_as_used(client, address) for address in addresses)

    assert client.post(f"{contents[1]}archive/").status_code == 200
    assert client.delete(contents[1]).status_code == 204
    assert not Usage.objects.exists()
    assert client.get(film).status_code == 200
    assert client.delete(film).status_code == 204
    assert client.delete(paper).status_code == 204
    assert [client.get(address).status_code for address in addresses] == [404] * 4

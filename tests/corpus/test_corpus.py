"""The whole corpus: a share of it each day, all of it each night; docs/testing.md has the command."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from permissions.models import Organization
from tests import rotation
from tests.corpus import cases
from tests.corpus.case import Accepted, Case, Refused
from tests.corpus.check import differences, draw_all, refusal_differences
from tests.factories import client_for, make_member
from tests.upload_calls import announce, complete, send
from uploads.models import Upload

pytestmark = pytest.mark.django_db

SHARES = 24
CASES = cases()


def of_today(offset: int) -> dict[str, Case]:
    """A share of the cases, spread over all families; `offset` gives each way in another one."""
    names = list(CASES)
    return {name: CASES[name] for name in rotation.part([*names[offset:], *names[:offset]], of=SHARES)}


def by_form(client: APIClient, case: Case) -> Any:
    file = SimpleUploadedFile(case.name, case.make(), case.announced or "application/octet-stream")
    return client.post("/api/v1/uploads/", {"file": file, "type": case.type}, format="multipart")


def by_session(client: APIClient, case: Case) -> Any:
    data = case.make()
    answer = announce(client, data, type=case.type, filename=case.name, content_type=case.announced)
    if answer.status_code != 201:
        return answer
    session = answer.json()
    assert send(session["url"], session["headers"], data) == 200
    return complete(client, session)


@pytest.mark.parametrize(("way", "offset"), [(by_form, 0), (by_session, 3)])
def test_what_people_have_comes_in_by_the_api(
    organization: Organization, way: Callable[[APIClient, Case], Any], offset: int
) -> None:
    client = client_for(make_member(organization, "Administrator"))
    problems: dict[str, list[str]] = {}
    made: dict[str, str] = {}
    for name, case in of_today(offset).items():
        answer = way(client, case)
        problems[name] = problems_of(answer, case.out)
        if answer.status_code == 201:
            made[name] = answer.json()["id"]
    draw_all()
    uploads = Upload.objects.in_bulk(made.values(), field_name="pk") if made else {}
    by_id = {str(pk): upload for pk, upload in uploads.items()}
    for name, pk in made.items():
        expected = CASES[name].out
        if isinstance(expected, Accepted):
            problems[name] += differences(by_id[pk], expected)
    report(problems)


def report(problems: dict[str, list[str]]) -> None:
    """Fail with one line for each case that has problems."""
    lines = [f"{name}: {'; '.join(found)}" for name, found in problems.items() if found]
    if lines:
        pytest.fail("\n".join([f"{len(lines)} of {len(problems)} differ:", *lines]), pytrace=False)


def problems_of(answer: Any, expected: Accepted | Refused) -> list[str]:
    """What is wrong with the answer to an upload, in words."""
    if answer.status_code == 201:
        return [] if isinstance(expected, Accepted) else [f"accepted instead of {expected.code}"]
    if answer.status_code >= 500 or not isinstance(expected, Refused):
        return [f"{answer.status_code} {answer.content.decode()[:300]}"]
    return refusal_differences(answer.content, expected)

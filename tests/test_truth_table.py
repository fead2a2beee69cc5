"""Every one of the 2^7 sets of permissions against the written table, by the rule; a sample of them through HTTP."""

from itertools import combinations
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from permissions.access import Access
from permissions.api.requirements import is_met
from permissions.choices import Action, Permission, Visibility
from permissions.context import access_of
from permissions.services.memberships import grant_permissions
from tests.factories import client_for, make_member, make_role, make_upload, make_user
from tests.truth_table import KINDS, OWN_PERMISSIONS, TRUTH, UPLOADING, opens
from uploads.api.uploads import UploadViewSet
from uploads.models import Upload

pytestmark = pytest.mark.django_db

LIST = "/api/v1/uploads/"
SUBSETS = [frozenset(some) for size in range(8) for some in combinations(OWN_PERMISSIONS, size)]
EVERYTHING = SUBSETS[-1]
BY_THE_RULE = {
    "detail": Action.VIEW,
    "patch": Action.EDIT,
    "delete": Action.DELETE,
    "purge": Action.PURGE,
    "hand over": Action.HAND_OVER,
    "share": Action.SHARE,
}


class Place:
    """A caller with one role, and a file of each kind, live and in the trash."""

    def __init__(self, organization):
        self.role = make_role(organization)
        self.caller, owner = make_user("", self.role), make_member(organization, "Creator")
        self.heir = owner
        self.live = self._files(organization, owner)
        self.trashed = self._files(organization, owner, deleted_at=timezone.now())

    def _files(self, organization, owner, **fields):
        private, shared = {"visibility": Visibility.PRIVATE}, {"visibility": Visibility.ROLE_BASED}
        return {
            "own": make_upload(self.caller, organization, **private, **fields),
            "public": make_upload(owner, organization, visibility=Visibility.PUBLIC, **fields),
            "private": make_upload(owner, organization, **private, **fields),
            "shared": make_upload(owner, organization, **shared, allowed_roles=[self.role], **fields),
            "unshared": make_upload(owner, organization, **shared, **fields),
        }


@pytest.fixture
def place(organization):
    return Place(organization)


def expected(action, permissions):
    return {kind for kind in KINDS if opens(TRUTH[action][kind], {permission.value for permission in permissions})}


def test_there_are_128_sets():
    assert len(set(SUBSETS)) == 2**7


# PM-01, PM-02, PM-03, PM-04
def test_the_rule_is_the_written_table_for_every_set_of_permissions(place, organization):
    kinds = {upload.pk: kind for kind, upload in place.live.items()}
    for permissions in SUBSETS:
        access = Access(
            user_id=place.caller.pk,
            organization_id=organization.pk,
            permissions=frozenset(permission.value for permission in permissions),
            group_ids=(place.role.group_id,),
        )
        view: Any = SimpleNamespace(access=access, acts_in_organization=True)
        for name, action in BY_THE_RULE.items():
            allowed = Upload.objects.allowing(access, action).values_list("pk", flat=True)
            assert {kinds[pk] for pk in allowed} == expected(name, permissions), (name, permissions)
            assert place.live["own"].allows(access, action) is ("own" in expected(name, permissions))
        may_list = is_met(UploadViewSet.requires["list"], view, anonymous=False)
        listed = expected("detail", permissions) if may_list else set()
        assert listed == expected("list", permissions), permissions
        may_upload = is_met(UploadViewSet.requires["create"], view, anonymous=False)
        assert may_upload is opens(UPLOADING, access.permissions)


SAMPLE = [
    frozenset(),
    EVERYTHING,
    *(frozenset({permission}) for permission in OWN_PERMISSIONS),
    *(EVERYTHING - {permission} for permission in OWN_PERMISSIONS),
    *Random(7).sample(SUBSETS, 6),
]


class Asking:
    """The calls of a client, each answered by the kinds of files that it did something to or showed."""

    def __init__(self, place):
        self.place, self.client = place, client_for(place.caller)

    def each(self, method, path="", body=None, *, trashed=False):
        """Ask of each file in a transaction of its own; return the kinds for which that is a success."""
        done = set()
        for kind, upload in (self.place.trashed if trashed else self.place.live).items():
            with transaction.atomic():
                answer = getattr(self.client, method)(f"{LIST}{upload.pk}/{path}", body)
                transaction.set_rollback(True)
            assert answer.status_code in {200, 201, 204, 403}, (path, kind, answer.content)
            if answer.status_code != 403:
                done.add(kind)
        return done

    def listed(self, path=LIST, *, trashed=False):
        answer = self.client.get(path)
        assert answer.status_code in {200, 403}
        ids = {row["id"] for row in answer.json().get("results", [])}
        return self._kinds(ids, trashed)

    def bulk(self, what, done, *, trashed=False, **body):
        files = self.place.trashed if trashed else self.place.live
        with transaction.atomic():
            answer = self.client.post(f"{LIST}bulk-{what}/", {"ids": [str(row.pk) for row in files.values()], **body})
            transaction.set_rollback(True)
        assert answer.status_code == 200
        assert set(answer.json()[done]) | set(answer.json()["denied"]) == {str(row.pk) for row in files.values()}
        return self._kinds(set(answer.json()[done]), trashed)

    def bulk_visibility(self):
        done = set()
        for kind, upload in self.place.live.items():
            with transaction.atomic():
                body = {"ids": [str(upload.pk)], "visibility": "PUBLIC"}
                status = self.client.patch(f"{LIST}bulk-visibility/", body).status_code
                transaction.set_rollback(True)
            assert status in {200, 403}
            if status == 200:
                done.add(kind)
        return done

    def _kinds(self, ids, trashed):
        files = self.place.trashed if trashed else self.place.live
        return {kind for kind, upload in files.items() if str(upload.pk) in ids}


# PM-01, PM-07
@pytest.mark.parametrize("permissions", SAMPLE, ids=lambda some: " ".join(sorted(p.value[6:] for p in some)) or "none")
def test_the_api_answers_as_the_written_table_says(place, permissions):
    grant_permissions(grants={place.role: permissions})
    ask, heir = Asking(place), {"user": str(place.heir.pk)}
    done = {
        "list": ask.listed(),
        "trash": ask.listed(f"{LIST}trash/", trashed=True),
        "detail": ask.each("get"),
        "patch": ask.each("patch", body={"title": "New", "visibility": "PUBLIC"}),
        "delete": ask.each("delete"),
        "restore": ask.each("post", "restore/", trashed=True),
        "purge": ask.each("delete", "purge/", trashed=True),
        "hand over": ask.each("post", "hand-over/", heir),
        "share": ask.each("post", "share-links/", {}),
        "bulk-delete": ask.bulk("delete", "deleted"),
        "bulk-restore": ask.bulk("restore", "restored", trashed=True),
        "bulk-tags": ask.bulk("tags", "updated", add=["x"]),
        "bulk-visibility": ask.bulk_visibility(),
        **{name: ask.each("get", f"{name}/") for name in ("access", "activity", "grants", "versions")},
    }
    assert done == {name: expected(name, permissions) for name in TRUTH}
    session = {"type": "IMAGE", "filename": "a.png", "content_type": "image/png", "size": 10}
    status = ask.client.post("/api/v1/upload-sessions/", session).status_code
    assert status == (201 if Permission.MEDIA_UPLOAD in permissions else 403)


# PM-01: what a role is called is nobody's business.
def test_a_role_opens_what_it_grants_whatever_it_is_called(organization):
    administrator = make_member(organization, "Administrator")
    organization.roles.get(name="Administrator").group.permissions.clear()
    grant_permissions(grants={organization.roles.get(name="Member"): EVERYTHING})
    member = make_member(organization)
    assert access_of(administrator).permissions == frozenset()
    assert access_of(member).permissions == {permission.value for permission in EVERYTHING}
    upload = make_upload(make_member(organization, "Creator"), organization)
    assert client_for(administrator).get(f"{LIST}{upload.pk}/").status_code == 403
    assert client_for(member).delete(f"{LIST}{upload.pk}/").status_code == 204

"""Who sees which file: every kind of caller, visibility and state, in lists and as details alike."""

from itertools import product
from random import Random

import pytest
from django.utils import timezone

from permissions.choices import Action, Permission, Visibility
from permissions.context import access_of
from tests.factories import (
    allow,
    client_for,
    make_member,
    make_member_with,
    make_organization,
    make_role,
    make_upload,
    make_user,
)
from uploads.models import Upload, UploadGroupObjectPermission

pytestmark = pytest.mark.django_db

LIST = "/api/v1/uploads/"
PUBLIC, PRIVATE, ROLE_BASED = Visibility.PUBLIC, Visibility.PRIVATE, Visibility.ROLE_BASED

# Who → the answer to a detail read of a live file of another user: PUBLIC, PRIVATE, ROLE_BASED with the role Q allowed.
OTHERS_FILES = {
    "administrator": (200, 200, 200),
    "anonymous": (200, 401, 401),
    "creator": (200, 403, 403),
    "granted by name": (200, 403, 200),
    "holder of Q": (200, 403, 200),
    "holder of Q elsewhere": (404, 404, 404),
    "member": (200, 403, 403),
    "member elsewhere": (404, 404, 404),
    "member without media_view": (200, 403, 403),
    "superuser who names it": (200, 200, 200),
    "superuser without membership": (403, 403, 403),
}

# To list files one needs media_view; to see one that is PUBLIC or one's own one does not.
WITHOUT_LIST = {"member without media_view", "superuser without membership"}


class Place:
    """An organization with one caller of each kind, and another organization beside it."""

    def __init__(self):
        self.here, self.elsewhere = make_organization(is_default=True), make_organization()
        self.role = make_role(self.here, Permission.MEDIA_VIEW, name="Q")
        self.namesake = make_role(self.elsewhere, Permission.MEDIA_VIEW, name="Q")
        self.owner = make_member(self.here)
        self.granted = make_member(self.here)
        superuser = make_user(is_superuser=True)
        self.clients = {
            "administrator": client_for(make_member(self.here, "Administrator")),
            "anonymous": client_for(),
            "creator": client_for(make_member(self.here, "Creator")),
            "granted by name": client_for(self.granted),
            "holder of Q": client_for(make_user("", self.role)),
            "holder of Q elsewhere": client_for(make_user("", self.namesake)),
            "member": client_for(make_member(self.here)),
            "member elsewhere": client_for(make_member(self.elsewhere, "Administrator")),
            "member without media_view": client_for(make_member_with(self.here, Permission.MEDIA_UPLOAD)),
            "superuser who names it": client_for(superuser, self.here),
            "superuser without membership": client_for(superuser),
        }

    def upload(self, visibility, **fields):
        shared = {"allowed_roles": [self.role], "allowed_users": [self.granted]} if visibility == ROLE_BASED else {}
        return make_upload(self.owner, self.here, visibility=visibility, **shared, **fields)


@pytest.fixture
def place():
    return Place()


def detail(client, upload):
    return client.get(f"{LIST}{upload.pk}/").status_code


def listed(client):
    """The ids in the list and whether the count is theirs; nothing where there is no list to read."""
    answer = client.get(LIST, {"limit": 200})
    if answer.status_code != 200:
        return set()
    ids = {row["id"] for row in answer.json()["results"]}
    assert answer.json()["count"] == len(ids)
    return ids


# VM-01, VM-02, VM-03, VM-06, VM-12
@pytest.mark.parametrize("who", OTHERS_FILES)
def test_a_file_of_another_user_is_as_visible_as_the_table_says(place, who):
    client = place.clients[who]
    for visibility, expected in zip((PUBLIC, PRIVATE, ROLE_BASED), OTHERS_FILES[who], strict=True):
        upload = place.upload(visibility)
        assert detail(client, upload) == expected, visibility
        assert (str(upload.pk) in listed(client)) is (expected == 200 and who not in WITHOUT_LIST), visibility


# VM-01, VM-02, VM-03
@pytest.mark.parametrize("visibility", Visibility.values)
def test_the_owner_always_sees_an_own_file(place, visibility):
    upload = make_upload(place.owner, place.here, visibility=visibility)
    client = client_for(place.owner)
    assert detail(client, upload) == 200
    assert listed(client) == {str(upload.pk)}


@pytest.mark.parametrize(("who", "visibility"), product(OTHERS_FILES, Visibility.values))
def test_a_deleted_file_is_unknown_to_everybody(place, who, visibility):
    upload = place.upload(visibility, deleted_at=timezone.now())
    client = place.clients[who]
    refused_before_any_row = {"superuser without membership"}
    assert detail(client, upload) == (403 if who in refused_before_any_row else 404)
    assert listed(client) == set()


def test_a_deleted_file_is_unknown_to_its_owner(place):
    upload = make_upload(place.owner, place.here, deleted_at=timezone.now())
    assert detail(client_for(place.owner), upload) == 404
    assert listed(client_for(place.owner)) == set()


# VM-04
def test_a_role_based_file_without_roles_is_for_its_owner_and_those_who_see_everything(place):
    upload = make_upload(place.owner, place.here, visibility=ROLE_BASED)
    assert detail(client_for(place.owner), upload) == 200
    assert detail(place.clients["administrator"], upload) == 200
    assert detail(place.clients["holder of Q"], upload) == 403
    assert detail(place.clients["member"], upload) == 403


# VM-05
def test_a_role_taken_from_a_user_counts_no_longer(place):
    upload = place.upload(ROLE_BASED)
    user = make_user("", place.role, make_role(place.here, Permission.MEDIA_VIEW))
    client = client_for(user)
    assert detail(client, upload) == 200
    user.memberships.filter(role=place.role).delete()
    assert detail(client, upload) == 403
    assert listed(client) == set()


# VM-05
def test_a_role_taken_from_a_file_counts_no_longer(place):
    upload, client = place.upload(ROLE_BASED), place.clients["holder of Q"]
    assert detail(client, upload) == 200
    UploadGroupObjectPermission.objects.filter(content_object=upload).delete()
    assert detail(client, upload) == 403
    assert listed(client) == set()


# VM-05
def test_a_deleted_role_counts_no_longer(place):
    upload = place.upload(ROLE_BASED)
    user = make_user("", place.role, make_role(place.here, Permission.MEDIA_VIEW))
    client = client_for(user)
    assert detail(client, upload) == 200
    group = place.role.group
    place.role.delete()
    group.delete()
    assert detail(client, upload) == 403
    assert client_for(place.owner).get(f"{LIST}{upload.pk}/").json()["allowed_roles"] == []


# VM-11
def test_roles_stored_on_a_private_file_grant_nothing_until_it_is_role_based(place):
    upload, client = make_upload(place.owner, place.here, allowed_roles=[place.role]), place.clients["holder of Q"]
    assert detail(client, upload) == 403
    shown = client_for(place.owner).get(f"{LIST}{upload.pk}/").json()
    assert shown["allowed_roles"] == [str(place.role.pk)]
    Upload.objects.filter(pk=upload.pk).update(visibility=ROLE_BASED)
    assert detail(client, upload) == 200


def test_anonymous_callers_list_only_where_installation_and_organization_list_publicly(place, settings):
    upload, client = place.upload(PUBLIC), client_for()
    assert listed(client) == {str(upload.pk)}
    place.here.public_listing = False
    place.here.save()
    assert client.get(LIST).status_code == 401
    assert client.get("/api/v1/tags/").status_code == 401
    place.here.public_listing = True
    place.here.save()
    settings.PUBLIC_LISTING = False
    assert client.get(LIST).status_code == 401
    assert client.get("/api/v1/tags/").status_code == 401


def test_anonymous_callers_may_name_an_organization_that_lists_publicly(place):
    theirs = make_upload(make_member(place.elsewhere), place.elsewhere, visibility=PUBLIC)
    place.upload(PUBLIC)
    assert listed(client_for(None, place.elsewhere)) == {str(theirs.pk)}


def test_a_malformed_id_answers_as_an_unknown_one(place):
    assert place.clients["member"].get(f"{LIST}not-an-id/").status_code == 404


# TI-12, TI-16
def test_filters_with_a_foreign_value_answer_as_with_a_random_one(place):
    foreigner = make_member(place.elsewhere, username="foreigner-name")
    make_upload(foreigner, place.elsewhere, tags=["foreign-word"], category="foreign-category", visibility=PUBLIC)
    client = place.clients["administrator"]
    pairs = [
        ({"uploaded_by": str(foreigner.pk)}, {"uploaded_by": "0190a0a0-0000-7000-8000-000000000000"}),
        ({"tag": "foreign-word"}, {"tag": "random-word"}),
        ({"category": "foreign-category"}, {"category": "random-category"}),
        ({"search": "foreign-word"}, {"search": "random-word"}),
    ]
    for foreign, random in pairs:
        answers = [client.get(LIST, query) for query in (foreign, random)]
        assert [answer.json() for answer in answers] == [
            {"count": 0, "next": None, "previous": None, "results": []}
        ] * 2
    member = place.clients["member"]
    refusals = [
        member.get(LIST, {"uploaded_by": value}).json() for value in (str(foreigner.pk), pairs[0][1]["uploaded_by"])
    ]
    assert refusals[0] == refusals[1]
    assert "foreigner-name" not in str(refusals)


@pytest.fixture
def population(place):
    """500 files of random owners, visibilities, grants and states in two organizations, and who looks at them."""
    chance = Random(20240229)
    roles = [make_role(place.here, Permission.MEDIA_VIEW) for _ in range(4)]
    people = [make_user("", *chance.sample(roles, chance.randint(1, 3))) for _ in range(5)]
    people += [make_member(place.here, role) for role in ("Administrator", "Creator", "Member")]
    strangers = [make_member(place.elsewhere)]
    rows = []
    for _ in range(500):
        organization, owners = chance.choice([(place.here, people)] * 4 + [(place.elsewhere, strangers)])
        upload = make_upload(
            chance.choice(owners),
            organization,
            visibility=chance.choice(Visibility.values),
            deleted_at=timezone.now() if chance.random() < 0.1 else None,
        )
        allowed, granted = (
            chance.sample(roles, chance.choice([0, 0, 1, 2])),
            chance.sample(people, chance.choice([0, 0, 1])),
        )
        if organization == place.here:
            allow(upload, roles=allowed, users=granted)
        rows.append((upload, {role.pk for role in allowed}, {user.pk for user in granted}))
    return [*people, *strangers], rows


def is_visible(access, upload, allowed, granted):
    """The rule once more, in words: what section 2.2 of the requirements says of one row."""
    if upload.organization_id != access.organization_id or upload.deleted_at:
        return False
    if upload.uploaded_by_id == access.user_id or access.has(Permission.MEDIA_VIEW_ALL):
        return True
    shared = bool(allowed & set(access.role_ids)) or access.user_id in granted
    return upload.visibility == PUBLIC or (upload.visibility == ROLE_BASED and shared)


# VM-14, TI-10
def test_list_count_and_detail_agree_for_everybody_in_a_random_population(population):
    people, rows = population
    chance = Random(7)
    for user in people:
        access, client = access_of(user), client_for(user)
        expected = {str(upload.pk) for upload, *grants in rows if is_visible(access, upload, *grants)}
        ids, url = [], f"{LIST}?cursor=&limit=200"
        while url:
            answer = client.get(url).json()
            ids += [row["id"] for row in answer["results"]]
            url = answer["next"]
        assert len(ids) == len(set(ids))
        assert set(ids) == expected
        assert client.get(f"{LIST}?limit=1").json()["count"] == len(expected)
        for upload, *_ in rows:
            if not upload.deleted_at:
                assert upload.allows(access, Action.VIEW) is (str(upload.pk) in expected)
        for upload, *_ in chance.sample(rows, 25):
            assert (detail(client, upload) == 200) is (str(upload.pk) in expected)

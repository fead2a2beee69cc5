"""Whose a file is, to whom it is granted by name, and why a user may do something to it."""

from itertools import product
from random import Random

import pytest

from permissions.access import explain, rule
from permissions.choices import Action, Permission, Reason, Visibility
from permissions.context import access_of
from tests.factories import (
    allow,
    client_for,
    make_member,
    make_member_with,
    make_role,
    make_upload,
    make_user,
)
from uploads.models import Activity, StorageAccount, Upload, UploadVersion
from uploads.storage.quota import hold_bytes

pytestmark = pytest.mark.django_db

UNKNOWN = "0190c0de-0000-7000-8000-000000000000"


def url(upload, *parts):
    return "/".join(["/api/v1/uploads", str(upload.pk), *parts, ""])


def refusal(answer):
    error = answer.json()["errors"][0]
    return answer.status_code, error["code"], error["attr"]


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator", username="owner")


@pytest.fixture
def admin(organization):
    return client_for(make_member(organization, "Administrator", username="admin"))


@pytest.fixture
def upload(owner, organization):
    return make_upload(owner, organization)


class TestExplaining:
    def reasons(self, admin, upload, user):
        answer = admin.get(url(upload, "access"), {"user": str(user.pk)})
        assert answer.status_code == 200
        assert answer.json()["user"] == {"id": str(user.pk), "username": user.username}
        return answer.json()["actions"]

    def test_every_action_is_explained(self, admin, upload, owner):
        reasons = self.reasons(admin, upload, owner)
        assert {name: (r["allowed"], r["because"], r["permissions"]) for name, r in reasons.items()} == {
            "view": (True, "owner", []),
            "edit": (True, "owner", ["media_edit_own"]),
            "delete": (True, "owner", ["media_delete_own"]),
            "share": (True, "owner", ["media_edit_own"]),
            "hand_over": (False, "permission_missing", ["media_edit_all"]),
            "purge": (False, "permission_missing", ["media_delete_all"]),
        }
        assert all(reason["detail"].endswith(".") for reason in reasons.values())

    def test_what_is_missing_is_named(self, admin, upload, organization):
        reasons = self.reasons(admin, upload, make_member(organization, "Creator"))
        assert {name: (r["allowed"], r["because"], r["permissions"]) for name, r in reasons.items()} == {
            "view": (False, "private", ["media_view_all"]),
            "edit": (False, "not_owner", ["media_edit_all"]),
            "delete": (False, "not_owner", ["media_delete_all"]),
            "share": (False, "not_owner", []),
            "hand_over": (False, "permission_missing", ["media_edit_all"]),
            "purge": (False, "permission_missing", ["media_delete_all"]),
        }

    def test_the_role_that_lets_in_is_named_or_those_that_would(self, admin, owner, organization):
        role, other = make_role(organization, name="Press"), make_role(organization, name="Sales")
        upload = make_upload(owner, organization, visibility="ROLE_BASED", allowed_roles=[role, other])
        let_in = self.reasons(admin, upload, make_user("", role, make_role(organization)))["view"]
        assert (let_in["allowed"], let_in["because"]) == (True, "allowed_role")
        assert let_in["roles"] == [{"id": str(role.pk), "name": "Press"}]
        kept_out = self.reasons(admin, upload, make_member(organization))["view"]
        assert (kept_out["allowed"], kept_out["because"]) == (False, "no_allowed_role")
        assert [found["name"] for found in kept_out["roles"]] == ["Press", "Sales"]
        assert kept_out["permissions"] == ["media_view_all"]

    def test_public_files_and_personal_grants_are_named(self, admin, owner, organization):
        user = make_member(organization)
        public = make_upload(owner, organization, visibility="PUBLIC")
        granted = make_upload(owner, organization, visibility="ROLE_BASED", allowed_users=[user])
        assert self.reasons(admin, public, user)["view"]["because"] == "public"
        assert self.reasons(admin, granted, user)["view"]["because"] == "personal_grant"

    def test_sharing_needs_sight(self, admin, upload, organization):
        blind = make_member_with(organization, Permission.MEDIA_EDIT_ALL)
        share = self.reasons(admin, upload, blind)["share"]
        assert (share["allowed"], share["because"], share["permissions"]) == (False, "not_visible", ["media_view_all"])
        assert client_for(blind).post(url(upload, "share-links"), {}).status_code == 403

    def test_a_deactivated_account_may_nothing(self, admin, upload, owner):
        owner.is_active = False
        owner.save()
        reasons = self.reasons(admin, upload, owner)
        assert {(r["allowed"], r["because"]) for r in reasons.values()} == {(False, "inactive")}

    def test_without_a_name_it_is_about_the_caller(self, upload, owner):
        answer = client_for(owner).get(url(upload, "access")).json()
        assert answer["user"]["username"] == "owner"
        assert answer["actions"]["edit"]["because"] == "owner"

    @pytest.mark.parametrize("who", ["foreigner", "nobody", "malformed"])
    def test_who_is_no_member_does_not_exist(self, admin, upload, other_organization, who):
        asked = {"foreigner": str(make_member(other_organization).pk), "nobody": UNKNOWN, "malformed": "x"}[who]
        assert refusal(admin.get(url(upload, "access"), {"user": asked})) == (400, "does_not_exist", "user")

    def test_a_typing_error_is_refused(self, admin, upload):
        assert refusal(admin.get(url(upload, "access"), {"usr": UNKNOWN})) == (400, "unknown_parameter", None)

    def test_only_those_who_may_edit_are_told(self, upload, organization):
        Upload.objects.update(visibility="PUBLIC")
        assert client_for(make_member(organization, "Creator")).get(url(upload, "access")).status_code == 403

    def test_the_explanation_is_the_rule_for_everybody_and_every_row(self, organization):
        chance = Random(20240229)
        roles = [make_role(organization, *chance.sample(MEDIA, chance.randint(0, 4))) for _ in range(4)]
        people = [make_user("", *chance.sample(roles, chance.randint(1, 2))) for _ in range(6)]
        people += [make_member(organization, name) for name in ("Administrator", "Creator", "Member")]
        rows = [make_upload(chance.choice(people), organization, visibility=v) for v in Visibility.values * 8]
        for row in rows:
            allow(row, roles=chance.sample(roles, chance.randint(0, 2)), users=chance.sample(people, 1))
        for user, action in product(people, Action):
            access = access_of(user)
            allowed = set(Upload.objects.filter(rule(access, action, Upload)))
            explained = {row: explain(access, action, row) for row in rows}
            assert {row for row, found in explained.items() if found.allowed} == allowed
            for row, found in explained.items():
                assert (found.reason in REFUSALS) is (row not in allowed)

    # Sharing may take two permissions, so that one alone need not turn the refusal.
    @pytest.mark.parametrize("action", [action for action in Action if action != Action.SHARE])
    @pytest.mark.parametrize("visibility", Visibility.values)
    def test_what_would_turn_a_refusal_does(self, organization, owner, action, visibility):
        row, role = make_upload(owner, organization, visibility=visibility), make_role(organization)
        found = explain(access_of(make_user("", role)), action, row)
        assert found.allowed is (action == Action.VIEW and visibility == Visibility.PUBLIC)
        for permission in found.permissions:
            access = access_of(make_user("", role, make_role(organization, permission)))
            assert explain(access, action, row).allowed, permission

    def test_a_row_of_another_organization_is_not_explained(self, upload, other_organization):
        with pytest.raises(ValueError, match="another organization"):
            explain(access_of(make_member(other_organization)), Action.VIEW, upload)


MEDIA = [permission for permission in Permission if permission.value.startswith("media_")]
REFUSALS = {
    Reason.NO_ALLOWED_ROLE,
    Reason.NOT_OWNER,
    Reason.NOT_VISIBLE,
    Reason.PERMISSION_MISSING,
    Reason.PRIVATE,
}


class TestGrants:
    def test_a_person_sees_the_file_while_it_is_role_based_and_granted(self, upload, owner, organization):
        user, client = make_member(organization), client_for(owner)
        reader = client_for(user)
        answer = client.put(url(upload, "grants"), {"users": [str(user.pk)]})
        assert answer.json() == {"users": [{"id": str(user.pk), "username": user.username}]}
        assert client.get(url(upload, "grants")).json() == answer.json()
        assert reader.get(url(upload)).status_code == 403
        client.patch(url(upload), {"visibility": "ROLE_BASED"})
        assert reader.get(url(upload)).status_code == 200
        assert client.put(url(upload, "grants"), {"users": []}).json() == {"users": []}
        assert reader.get(url(upload)).status_code == 403

    def test_granting_leaves_roles_and_other_files_alone(self, upload, owner, organization):
        user, role = make_member(organization), make_role(organization)
        other = make_upload(owner, organization, allowed_users=[user])
        allow(upload, roles=[role])
        client_for(owner).put(url(upload, "grants"), {"users": []})
        assert other.user_perms.count() == upload.group_perms.count() == 1

    @pytest.mark.parametrize("who", ["foreigner", "nobody", "malformed"])
    def test_who_is_no_member_does_not_exist_and_nothing_changes(
        self, upload, owner, organization, other_organization, who
    ):
        granted = make_member(organization)
        allow(upload, users=[granted])
        asked = {"foreigner": str(make_member(other_organization).pk), "nobody": UNKNOWN, "malformed": "x"}[who]
        answer = client_for(owner).put(url(upload, "grants"), {"users": [str(owner.pk), asked]})
        assert refusal(answer) == (400, "does_not_exist", "users")
        assert [grant.user for grant in upload.user_perms.all()] == [granted]

    def test_who_left_the_organization_is_not_shown(self, upload, owner, organization):
        user = make_member(organization)
        allow(upload, users=[user])
        user.memberships.all().delete()
        assert client_for(owner).get(url(upload, "grants")).json() == {"users": []}

    def test_it_is_kept_in_the_history_and_makes_readers_stale(self, upload, owner, organization):
        client, user = client_for(owner), make_member(organization)
        tag = client.get(url(upload))["ETag"]
        for _ in range(2):
            client.put(url(upload, "grants"), {"users": [str(user.pk)]})
        entry = Activity.objects.get()
        assert (entry.action, entry.changes) == ("access", {"allowed_users": [[], [user.username]]})
        answer = client.put(url(upload, "grants"), {"users": []}, HTTP_IF_MATCH=tag)
        assert answer.status_code == 412

    @pytest.mark.parametrize("method", ["get", "put"])
    def test_only_those_who_may_edit_may_ask_or_grant(self, upload, organization, method):
        Upload.objects.update(visibility="PUBLIC")
        other = client_for(make_member(organization, "Creator"))
        assert getattr(other, method)(url(upload, "grants"), {"users": []}).status_code == 403


class TestHandingOver:
    def used(self, organization, user):
        return StorageAccount.objects.get(organization=organization, user=user).used

    # PM-05
    def test_the_new_owner_has_the_rights_of_an_owner_and_the_former_none(self, admin, upload, owner, organization):
        heir = make_member(organization, "Creator")
        hold_bytes(organization_id=organization.pk, user_id=owner.pk, size=upload.size)
        answer = admin.post(url(upload, "hand-over"), {"user": str(heir.pk)})
        assert answer.status_code == 200
        assert answer.json()["uploaded_by"]["id"] == str(heir.pk)
        assert client_for(owner).delete(url(upload)).status_code == 403
        assert client_for(owner).patch(url(upload), {"title": "Mine"}).status_code == 403
        assert (self.used(organization, owner), self.used(organization, heir)) == (0, upload.size)
        entry = Activity.objects.get()
        assert (entry.action, entry.changes) == ("hand_over", {"uploaded_by": ["owner", heir.username]})
        assert client_for(heir).delete(url(upload)).status_code == 204

    def test_earlier_versions_are_charged_to_the_new_owner_too(self, admin, upload, owner, organization):
        heir = make_member(organization)
        UploadVersion.objects.create(
            upload=upload,
            number=1,
            storage="media",
            key="earlier",
            size=1000,
            mime_type=upload.mime_type,
            checksum_sha256=upload.checksum_sha256,
            original_filename="earlier.png",
            created_at=upload.created_at,
        )
        Upload.objects.update(version=2)
        hold_bytes(organization_id=organization.pk, user_id=owner.pk, size=upload.size + 1000)
        admin.post(url(upload, "hand-over"), {"user": str(heir.pk)})
        assert (self.used(organization, owner), self.used(organization, heir)) == (0, upload.size + 1000)

    def test_handing_over_to_the_owner_changes_nothing(self, admin, upload, owner):
        tag = admin.get(url(upload))["ETag"]
        assert admin.post(url(upload, "hand-over"), {"user": str(owner.pk)})["ETag"] == tag
        assert not Activity.objects.exists()

    @pytest.mark.parametrize("who", ["foreigner", "nobody", "malformed"])
    def test_who_is_no_member_does_not_exist(self, admin, upload, owner, other_organization, who):
        asked = {"foreigner": str(make_member(other_organization).pk), "nobody": UNKNOWN, "malformed": "x"}[who]
        assert refusal(admin.post(url(upload, "hand-over"), {"user": asked})) == (400, "does_not_exist", "user")
        assert Upload.objects.get().uploaded_by == owner

    def test_owning_is_not_enough(self, upload, owner, organization):
        heir = make_member(organization)
        assert client_for(owner).post(url(upload, "hand-over"), {"user": str(heir.pk)}).status_code == 403

    def test_a_stale_reader_hands_nothing_over(self, admin, upload, organization):
        body = {"user": str(make_member(organization).pk)}
        assert admin.post(url(upload, "hand-over"), body, HTTP_IF_MATCH='"old"').status_code == 412

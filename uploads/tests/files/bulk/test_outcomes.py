"""What bulk calls do to each file, and what they say of it."""

import pytest
from django.utils import timezone

from permissions.choices import Permission
from tests.factories import client_for, make_member, make_member_with, make_role, make_upload, make_user, put_tag
from uploads.choices import UploadType
from uploads.models import Activity, Tag, Upload, UploadTag
from uploads.tests.files.bulk.conftest import LIST, bulk, ids, refusal
from uploads.usages import lifecycle
from uploads.usages.record import record_usage

pytestmark = pytest.mark.django_db

UNKNOWN = "0190c0de-0000-7000-8000-000000000000"


@pytest.fixture
def mixed(owner, organization, other_organization, files):
    """An own file, one of another user, a foreign one, a deleted one, and one that is used."""
    others = make_upload(make_member(organization), organization, visibility="PUBLIC")
    foreign = make_upload(make_member(other_organization), other_organization, visibility="PUBLIC")
    deleted = make_upload(owner, organization, deleted_at=timezone.now())
    used = files[1]
    record_usage(upload_id=used.pk, entity_type="page", entity_id="1")
    return {"own": files[0], "others": others, "foreign": foreign, "deleted": deleted, "used": used}


def actions():
    return list(Activity.objects.order_by("upload_id").values_list("upload_id", "action"))


class TestDelete:
    # BK-01
    def test_each_file_is_named_once_with_what_became_of_it(self, client, mixed, owner):
        named = [*ids(*mixed.values()), UNKNOWN, *ids(mixed["own"], mixed["others"])]
        answer = bulk(client, "delete", None, ids=named)
        assert answer.status_code == 200
        assert answer.json() == {
            "deleted": ids(mixed["own"]),
            "denied": ids(mixed["others"]),
            "not_found": [*ids(mixed["foreign"], mixed["deleted"]), UNKNOWN],
            "in_use": ids(mixed["used"]),
        }
        row = Upload.everything.get(pk=mixed["own"].pk)
        assert row.is_deleted
        assert row.deleted_by == owner
        assert not Upload.everything.get(pk=mixed["used"].pk).is_deleted
        assert not Upload.everything.get(pk=mixed["others"].pk).is_deleted
        assert not Upload.everything.get(pk=mixed["foreign"].pk).is_deleted

    # BK-10
    def test_only_what_was_deleted_is_in_the_history(self, client, mixed, owner):
        bulk(client, "delete", mixed.values())
        entry = Activity.objects.get()
        assert (entry.upload_id, entry.action, entry.actor) == (mixed["own"].pk, "delete", owner)
        assert entry.request_id

    def test_force_deletes_what_is_used_and_gives_no_right(self, client, mixed):
        answer = bulk(client, "delete", mixed.values(), force=True).json()
        assert answer["deleted"] == ids(mixed["own"], mixed["used"])
        assert answer["denied"] == ids(mixed["others"])
        assert answer["in_use"] == []

    def test_what_may_not_even_be_seen_answers_as_a_single_deletion_does(self, client, organization):
        hidden = make_upload(make_member(organization), organization)
        assert client.delete(f"{LIST}{hidden.pk}/").status_code == 403
        assert bulk(client, "delete", [hidden]).json()["denied"] == ids(hidden)

    def test_who_may_delete_nothing_deletes_nothing(self, organization, files):
        answer = bulk(client_for(make_member(organization)), "delete", files)
        assert (answer.status_code, answer.json()["denied"]) == (200, ids(*files))
        assert Upload.objects.count() == 3

    def test_what_is_made_of_files_is_told_a_thousand_at_a_time(self, admin, owner, organization, monkeypatch):
        told = []

        class Companion(lifecycle.UploadLifecycle):
            def on_trash(self, ids, *, at):
                told.append(len(ids))

            def on_restore(self, ids):
                told.append(-len(ids))

        monkeypatch.setattr(lifecycle, "_lifecycles", [Companion()])
        rows = [make_upload(owner, organization) for _ in range(5)]
        monkeypatch.setattr("uploads.files.trash.BATCH", 2)
        bulk(admin, "delete", rows)
        bulk(admin, "restore", rows)
        assert told == [2, 2, 1, -2, -2, -1]


class TestRestore:
    def test_what_is_in_the_trash_comes_back_where_one_may(self, client, mixed, owner):
        denied = make_upload(mixed["others"].uploaded_by, mixed["own"].organization, deleted_at=timezone.now())
        purging = make_upload(owner, mixed["own"].organization, deleted_at=timezone.now(), purging_at=timezone.now())
        answer = bulk(client, "restore", [*mixed.values(), denied, purging])
        assert answer.json() == {
            "restored": ids(mixed["deleted"]),
            "denied": ids(denied),
            "not_found": ids(mixed["own"], mixed["others"], mixed["foreign"], mixed["used"], purging),
        }
        assert not Upload.everything.get(pk=mixed["deleted"].pk).is_deleted
        assert Upload.everything.get(pk=denied.pk).is_deleted
        assert actions() == [(mixed["deleted"].pk, "restore")]


class TestVisibility:
    def test_all_files_change_and_only_they_are_in_the_history(self, client, files, owner):
        Upload.objects.filter(pk=files[0].pk).update(visibility="PUBLIC")
        before = client.get(f"{LIST}{files[0].pk}/")["ETag"], client.get(f"{LIST}{files[1].pk}/")["ETag"]
        answer = bulk(client, "visibility", [*files, files[0]], visibility="PUBLIC")
        assert (answer.status_code, answer.json()) == (200, {"updated": 3})
        assert set(Upload.objects.values_list("visibility", flat=True)) == {"PUBLIC"}
        assert actions() == [(file.pk, "access") for file in files[1:]]
        assert Activity.objects.first().changes == {"visibility": ["PRIVATE", "PUBLIC"]}
        assert client.get(f"{LIST}{files[0].pk}/")["ETag"] == before[0]
        assert client.get(f"{LIST}{files[1].pk}/")["ETag"] != before[1]

    # BK-02
    @pytest.mark.parametrize("stranger", ["others", "foreign", "deleted", "unknown"])
    def test_one_that_may_not_be_changed_stops_all_and_is_named(self, client, mixed, files, stranger):
        stopping = UNKNOWN if stranger == "unknown" else ids(mixed[stranger])[0]
        answer = bulk(client, "visibility", None, ids=[*ids(*files), stopping], visibility="ROLE_BASED")
        assert refusal(answer) == (403, "denied", "ids")
        assert answer.json()["errors"][0]["items"] == [stopping]
        assert not Upload.everything.filter(visibility="ROLE_BASED").exists()
        assert actions() == []

    def test_foreign_and_unknown_files_look_alike(self, client, mixed):
        foreign, unknown = ids(mixed["foreign"])[0], UNKNOWN
        answers = [bulk(client, "visibility", None, ids=[pk], visibility="PUBLIC").json() for pk in (foreign, unknown)]
        assert str(answers[0]).replace(foreign, "") == str(answers[1]).replace(unknown, "")

    def test_allowed_roles_are_replaced_and_kept_where_they_are_not_given(self, client, owner, organization):
        kept, gone, new = (make_role(organization, name=name) for name in ("Kept", "Gone", "New"))
        rows = [
            make_upload(owner, organization, allowed_roles=[kept, gone]),
            make_upload(owner, organization, visibility="ROLE_BASED", allowed_roles=[kept, new]),
            make_upload(owner, organization),
        ]
        bystander = make_upload(owner, organization, allowed_roles=[gone])
        answer = bulk(client, "visibility", rows, visibility="ROLE_BASED", allowed_roles=[str(kept.pk), str(new.pk)])
        assert answer.json() == {"updated": 3}
        shown = [client.get(f"{LIST}{row.pk}/").json() for row in rows]
        assert [set(one["allowed_roles"]) for one in shown] == [{str(kept.pk), str(new.pk)}] * 3
        entries = dict(Activity.objects.values_list("upload_id", "changes"))
        assert entries == {
            rows[0].pk: {"visibility": ["PRIVATE", "ROLE_BASED"], "allowed_roles": [["Gone", "Kept"], ["Kept", "New"]]},
            rows[2].pk: {"visibility": ["PRIVATE", "ROLE_BASED"], "allowed_roles": [[], ["Kept", "New"]]},
        }
        assert bystander.group_perms.count() == 1
        bulk(client, "visibility", rows, visibility="PRIVATE")
        assert client.get(f"{LIST}{rows[0].pk}/").json()["allowed_roles"] == shown[0]["allowed_roles"]
        bulk(client, "visibility", rows, visibility="PRIVATE", allowed_roles=[])
        assert client.get(f"{LIST}{rows[0].pk}/").json()["allowed_roles"] == []

    def test_roles_that_are_allowed_let_their_holders_in(self, client, files, organization):
        role = make_role(organization, Permission.MEDIA_VIEW)
        holder = client_for(make_user("", role))
        assert holder.get(LIST).json()["count"] == 0
        bulk(client, "visibility", files, visibility="ROLE_BASED", allowed_roles=[str(role.pk)])
        assert holder.get(LIST).json()["count"] == 3

    # PM-10
    def test_a_role_of_another_organization_does_not_exist(self, client, files, other_organization):
        body = {"visibility": "ROLE_BASED", "allowed_roles": ids(make_role(other_organization))}
        assert refusal(bulk(client, "visibility", files, **body)) == (400, "does_not_exist", "allowed_roles")
        assert set(Upload.objects.values_list("visibility", flat=True)) == {"PRIVATE"}

    def test_a_fixed_visibility_stops_all_and_is_named(self, client, files, owner, organization):
        fixed = make_upload(owner, organization, type=UploadType.LIBRARY, visibility="PUBLIC")
        answer = bulk(client, "visibility", [*files, fixed], visibility="ROLE_BASED")
        assert refusal(answer) == (400, "visibility_is_fixed", "visibility")
        assert answer.json()["errors"][0]["items"] == ids(fixed)
        assert bulk(client, "visibility", [*files, fixed], visibility="PUBLIC").json() == {"updated": 4}

    # FA-A8
    def test_with_partial_those_that_may_be_changed_change_and_the_others_are_named(self, client, mixed, files, owner):
        fixed = make_upload(owner, mixed["own"].organization, type=UploadType.LIBRARY, visibility="PUBLIC")
        named = [*ids(*files, mixed["others"], fixed, mixed["foreign"], mixed["deleted"]), UNKNOWN]
        answer = bulk(client, "visibility", None, ids=named, visibility="ROLE_BASED", partial=True)
        assert answer.status_code == 200
        assert answer.json() == {
            "updated": ids(*files),
            "denied": ids(mixed["others"], fixed),
            "not_found": [*ids(mixed["foreign"], mixed["deleted"]), UNKNOWN],
        }
        changed = Upload.everything.filter(visibility="ROLE_BASED")
        assert set(changed.values_list("pk", flat=True)) == {file.pk for file in files}
        assert {pk for pk, _ in actions()} == {file.pk for file in files}

    # FA-A8
    def test_with_partial_nothing_may_be_left_to_change(self, client, mixed):
        answer = bulk(client, "visibility", [mixed["others"]], visibility="ROLE_BASED", partial=True)
        assert (answer.status_code, answer.json()["updated"]) == (200, [])
        assert actions() == []

    # PM-06
    @pytest.mark.parametrize(
        ("permission", "status"), [(Permission.MEDIA_EDIT_ALL, 200), (Permission.MEDIA_EDIT_OWN, 403)]
    )
    def test_files_of_other_users_need_the_right_to_edit_any(self, files, organization, permission, status):
        client = client_for(make_member_with(organization, permission))
        assert bulk(client, "visibility", files, visibility="PUBLIC").status_code == status


class TestTags:
    def tags(self, upload):
        return list(upload.tags.order_by("slug").values_list("name", flat=True))

    def test_tags_are_put_on_and_taken_off_where_one_may(self, client, mixed, files):
        for name in ("Night", "Sea"):
            put_tag(files[0], name)
        answer = bulk(client, "tags", [*files, *mixed.values()], add=["Dawn", " dawn", "sea"], remove=["NIGHT", "none"])
        assert answer.json() == {
            "updated": ids(*files),
            "denied": ids(mixed["others"]),
            "not_found": ids(mixed["foreign"], mixed["deleted"]),
            "too_many": [],
        }
        assert [self.tags(file) for file in files] == [["Dawn", "Sea"]] * 3
        assert self.tags(mixed["others"]) == self.tags(mixed["foreign"]) == []
        assert [client.get(LIST, {"search": word}).json()["count"] for word in ("dawn", "night")] == [3, 0]
        assert client.get(LIST, {"tag": "sea"}).json()["count"] == 3

    # BK-10
    def test_files_for_which_nothing_changes_are_left_alone(self, client, files):
        put_tag(files[0], "sea")
        before = Upload.objects.get(pk=files[0].pk).updated_at
        assert bulk(client, "tags", files, add=["sea"]).json()["updated"] == ids(*files)
        assert Upload.objects.get(pk=files[0].pk).updated_at == before
        assert actions() == [(file.pk, "edit") for file in files[1:]]
        assert Activity.objects.first().changes == {"tags": {"added": ["sea"], "removed": []}}

    def test_no_file_gets_more_tags_than_it_may_have(self, client, files):
        for number in range(49):
            put_tag(files[0], f"word {number}")
        answer = bulk(client, "tags", files, add=["one more", "two more"]).json()
        assert (answer["too_many"], answer["updated"]) == (ids(files[0]), ids(*files[1:]))
        assert files[0].tags.count() == 49
        assert bulk(client, "tags", files, add=["one more"], remove=["word 1"]).json()["too_many"] == []

    # TI-11
    def test_tags_are_of_the_files_organization(self, client, files, mixed):
        theirs = put_tag(mixed["foreign"], "sea")
        bulk(client, "tags", files, add=["sea"], remove=["sea shell"])
        assert UploadTag.objects.filter(tag=theirs).count() == 1
        assert Tag.objects.filter(slug="sea").count() == 2

    def test_what_cannot_be_a_tag_is_refused(self, client, files):
        assert bulk(client, "tags", files, add=["x" * 51]).status_code == 400
        assert bulk(client, "tags", files, remove=[""]).status_code == 400
        assert not Tag.objects.exists()

"""Every model of the admin: a row of it, and what its pages need. The tests of the admin go through this table."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.db.ids import new_id
from media_library.captions.attach import attach_caption
from media_library.models import Caption
from permissions.authentication.tokens import issue_token
from permissions.choices import Permission
from permissions.models import ApiToken, Invitation, Organization, Role
from permissions.services.invitations import save_invitation
from resources.services.attachments import attach_resource
from tests.factories import (
    make_category,
    make_content,
    make_library_resource,
    make_media_item,
    make_member,
    make_organization,
    make_resource,
    make_role,
    make_upload,
    make_user,
)
from uploads.choices import ActivityAction
from uploads.models import Activity, Job, StorageDeletion, Tag, UploadSession, Webhook, WebhookDelivery

P = Permission  # the table below reads better


@dataclass
class Case:
    """How to make a row in an organization whose texts hold a word, and which permission each verb needs.

    Verbs without a permission are nobody's; those of `superusers` are theirs alone. Where `all_or_nothing`, a person
    who may look may also change. `queries` is what the changelist costs an administrator, for any number of rows.
    """

    make: Callable[[Organization, str], Any]
    queries: int
    needs: dict[str, set[P]] = field(default_factory=dict)
    superusers: frozenset[str] = frozenset()
    all_or_nothing: bool = False


def make_session(organization: Organization, word: str) -> UploadSession:
    now = timezone.now()
    return UploadSession.objects.create(
        organization=organization,
        user=make_member(organization),
        type="IMAGE",
        filename=f"{word}.png",
        content_type="image/png",
        size=1,
        storage="media",
        key=str(new_id()),
        created_at=now,
        expires_at=now,
    )


def _job(organization: Organization, word: str) -> Job:
    now = timezone.now()
    return Job.objects.create(
        organization=organization, kind="nothing", subject=f"{word} {new_id()}", run_after=now, created_at=now
    )


def _activity(organization: Organization, word: str) -> Activity:
    return Activity.objects.create(
        organization=organization,
        upload_id=new_id(),
        upload_name=word,
        action=ActivityAction.EDIT,
        actor_name=word,
        created_at=timezone.now(),
    )


def make_webhook(organization: Organization, word: str = "hook") -> Webhook:
    webhook = Webhook(organization=organization, url=f"https://{word}.example.org/{new_id()}", events=[])
    webhook.secret = "correct horse battery"
    webhook.save()
    return webhook


def _delivery(organization: Organization, word: str) -> WebhookDelivery:
    now = timezone.now()
    webhook = make_webhook(organization, word)
    return WebhookDelivery.objects.create(webhook=webhook, event="ping", created_at=now, not_before=now)


def _membership(organization: Organization, word: str) -> Any:
    return make_user(f"{word}-{new_id()}", make_role(organization, name=f"{word} {new_id()}")).memberships.get()


def _token(organization: Organization, word: str) -> ApiToken:
    user = make_member(organization, username=f"{word}-{new_id()}")
    issue_token(user=user)
    return user.api_tokens.get()


def _invitation(organization: Organization, word: str) -> Invitation:
    invitation = Invitation(role=make_role(organization, name=f"{word} {new_id()}"), email=f"{word}@example.org")
    save_invitation(invitation=invitation, by=make_member(organization, "Administrator", f"{word}-{new_id()}"))
    return invitation


def _tag(organization: Organization, word: str) -> Tag:
    slug = f"{word} {new_id()}".lower()
    return Tag.objects.create(organization=organization, name=slug[:50], slug=slug)


def _upload(organization: Organization, word: str) -> Any:
    owner = make_member(organization, username=f"{word}-{new_id()}")
    return make_upload(owner, organization, title=word, tags=[f"{word} {new_id()}"[:50]], visibility="PUBLIC")


def _of(noun: str) -> dict[str, set[P]]:
    return {verb: {P(f"{verb}_{noun}")} for verb in ("view", "add", "change", "delete")}


def _content(organization: Organization, word: str) -> Any:
    owner = make_member(organization, username=f"{word}-{new_id()}")
    item = make_media_item(owner, organization, title=word, visibility="PUBLIC")
    category = make_category(organization, f"{word} {new_id()}")
    content = make_content(owner, organization, title=word, media_item=item, category=category, tags=[word])
    document = make_resource(owner, organization, title=word, visibility="PUBLIC")
    attach_resource(
        organization_id=organization.pk,
        resource_id=document.pk,
        entity_type="content",
        entity_id=str(content.pk),
        label=word,
    )
    return content


def _caption(organization: Organization, word: str) -> Caption:
    owner = make_member(organization, username=f"{word}-{new_id()}")
    item = make_media_item(owner, organization, title=word, visibility="PUBLIC")
    document = make_upload(owner, organization, type="DOCUMENT", mime_type="text/vtt")
    return attach_caption(upload=item.upload, document=document, language="en", label=word)[0]


CASES: dict[str, Case] = {
    "media_library.caption": Case(
        make=_caption,
        needs={"view": {P.MEDIA_VIEW}, "add": {P.MEDIA_EDIT_OWN}, "delete": {P.MEDIA_EDIT_ALL}},
        queries=5,
    ),
    "media_library.category": Case(
        make=lambda organization, word: make_category(organization, f"{word} {new_id()}"),
        needs=_of("category"),
        queries=5,
    ),
    "media_library.content": Case(make=_content, needs=_of("content"), queries=6),
    "media_library.mediaitem": Case(
        make=lambda organization, word: make_media_item(
            make_member(organization), organization, title=word, visibility="PUBLIC"
        ),
        needs={"view": {P.MEDIA_VIEW}},
        queries=5,
    ),
    "resources.libraryresource": Case(
        make=lambda organization, word: make_library_resource(make_member(organization), organization, name=word),
        needs=_of("libraryresource"),
        queries=9,
    ),
    "resources.resource": Case(
        make=lambda organization, word: make_resource(
            make_member(organization), organization, title=word, visibility="PUBLIC"
        ),
        needs={verb: {P(f"{verb}_resource")} for verb in ("view", "add", "delete")},
        queries=5,
    ),
    "permissions.organization": Case(
        make=lambda organization, word: organization,
        needs={"view": {P.VIEW_ORGANIZATION}, "change": {P.CHANGE_ORGANIZATION}},
        superusers=frozenset({"add"}),
        queries=5,
    ),
    "permissions.role": Case(
        make=lambda organization, word: make_role(organization, name=f"{word} {new_id()}"),
        needs=_of("role"),
        queries=5,
    ),
    "permissions.invitation": Case(
        make=_invitation,
        needs={"view": {P.VIEW_MEMBERSHIP}, "add": {P.ADD_MEMBERSHIP}, "delete": {P.ADD_MEMBERSHIP}},
        queries=5,
    ),
    "permissions.membership": Case(make=_membership, needs=_of("membership"), queries=6),
    "permissions.user": Case(
        make=lambda organization, word: make_member(organization, username=f"{word}-{new_id()}"),
        needs=_of("membership"),
        queries=5,
    ),
    "permissions.apitoken": Case(make=_token, needs={"view": {P.CHANGE_MEMBERSHIP}}, queries=5),
    "uploads.activity": Case(make=_activity, needs={"view": {P.MEDIA_VIEW_ALL}}, queries=5),
    "uploads.webhook": Case(
        make=make_webhook,
        needs={verb: {P.CHANGE_ORGANIZATION} for verb in ("view", "add", "change", "delete")},
        all_or_nothing=True,
        queries=5,
    ),
    "uploads.webhookdelivery": Case(make=_delivery, needs={"view": {P.CHANGE_ORGANIZATION}}, queries=5),
    "uploads.tag": Case(
        make=_tag,
        needs={
            "view": {P.MEDIA_VIEW},
            "add": {P.MEDIA_EDIT_ALL},
            "change": {P.MEDIA_EDIT_ALL},
            "delete": {P.MEDIA_EDIT_ALL},
        },
        queries=5,
    ),
    "uploads.upload": Case(
        make=_upload,
        needs={
            "view": {P.MEDIA_VIEW},
            "add": {P.MEDIA_UPLOAD},
            "change": {P.MEDIA_VIEW},
            "delete": {P.MEDIA_DELETE_ALL},
        },
        queries=4,
    ),
    "uploads.uploadsession": Case(make=make_session, needs={"view": {P.MEDIA_VIEW_ALL}}, queries=6),
    "uploads.job": Case(make=_job, needs={"view": {P.MEDIA_VIEW_ALL}}, queries=6),
    "uploads.storagedeletion": Case(
        make=lambda organization, word: StorageDeletion.objects.create(
            storage="media", key=f"{word}/{new_id()}", organization_id=organization.pk, reason="purge"
        ),
        needs={"view": {P.MEDIA_VIEW_ALL}},
        queries=5,
    ),
}


def address(label: str, page: str, row: Any = None) -> str:
    """The address of a page of a model's admin."""
    name = f"admin:{label.replace('.', '_')}_{page}"
    return reverse(name, args=[row.pk]) if row is not None else reverse(name)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def staff(organization: Organization, *permissions: P) -> Client:
    """A user who may enter the admin and has exactly these permissions."""
    return signed_in(make_user("", make_role(organization, *permissions), is_staff=True))


def administrator(organization: Organization) -> Client:
    return signed_in(make_member(organization, "Administrator", is_staff=True))


def superuser() -> Client:
    return signed_in(make_user("", is_staff=True, is_superuser=True))


__all__ = ["CASES", "Case", "Role", "address", "administrator", "make_organization", "signed_in", "staff", "superuser"]

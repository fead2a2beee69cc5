"""Rows for tests. Each function creates the row of its name, and the rows that this row needs."""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from io import BytesIO
from itertools import count
from typing import Any, cast

from django.contrib.auth.models import Permission as GrantedPermission
from django.utils import timezone
from rest_framework.test import APIClient

from common.db.ids import new_id
from media_library.choices import MediaStatus, MediaType
from media_library.models import Category, Content, MediaItem
from media_library.services.categories import CategoryFields, create_category
from media_library.services.contents import ContentFields, create_content
from permissions.access import Access
from permissions.authentication.tokens import issue_token
from permissions.choices import Permission, Visibility
from permissions.context import EVERY_PERMISSION
from permissions.models import Organization, Role, User
from permissions.roles import ROLE_GRANTS
from permissions.services.memberships import add_member, create_organization, create_role
from resources.choices import FileRole
from resources.models import LibraryResource, LibraryResourceFile, Resource
from resources.services.library_files import LIBRARY_RESOURCE
from uploads.choices import RenditionKind, UploadType
from uploads.files.tag_names import tag_slug
from uploads.models import (
    Rendition,
    Tag,
    Upload,
    UploadGroupObjectPermission,
    UploadTag,
    UploadUserObjectPermission,
    UploadVersion,
    Usage,
)
from uploads.names import rendition_key
from uploads.search import search_text_of
from uploads.storage import store

PASSWORD = "password"
_number = count(1)
_EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "application/pdf": "pdf", "video/mp4": "mp4"}


def make_organization(slug: str = "", **fields: Any) -> Organization:
    """An organization with its seeded roles."""
    slug = slug or f"organization-{next(_number)}"
    organization = create_organization(slug=slug, name=fields.pop("name", slug.title()))
    for name, value in fields.items():
        setattr(organization, name, value)
    if fields:
        organization.save()
    return organization


def make_user(username: str = "", *roles: Role, **fields: Any) -> User:
    """A user with those roles; the password is PASSWORD."""
    username = username or f"user-{next(_number)}"
    fields.setdefault("email", f"{username}@example.org")
    user = User.objects.create_user(username, password=PASSWORD, **fields)
    for role in roles:
        add_member(user=user, role=role)
    return user


def make_member(organization: Organization, role: str = "Member", username: str = "", **fields: Any) -> User:
    """A user with one seeded role of `organization`: Administrator, Creator or Member."""
    assert role in ROLE_GRANTS
    return make_user(username, organization.roles.get(name=role), **fields)


def make_role(organization: Organization, *permissions: Permission, name: str = "") -> Role:
    """A custom role."""
    return create_role(
        organization=organization, name=name or f"role {next(_number)}", permissions=frozenset(permissions)
    )


def make_member_with(organization: Organization, *permissions: Permission) -> User:
    """A user who holds exactly `permissions` in `organization`."""
    return make_user("", make_role(organization, *permissions))


def client_for(user: User | None = None, organization: Organization | None = None) -> APIClient:
    """An API client that sends a token of `user` (none: anonymous) and names `organization` in every request."""
    headers: Any = {}
    if user is not None:
        headers["HTTP_AUTHORIZATION"] = f"Token {issue_token(user=user)[0]}"
    if organization is not None:
        headers["HTTP_X_ORGANIZATION"] = organization.slug
    return APIClient(raise_request_exception=False, **headers)


def make_upload(
    owner: User,
    organization: Organization,
    *,
    tags: Iterable[str] = (),
    allowed_roles: Iterable[Role] = (),
    allowed_users: Iterable[User] = (),
    content: bytes | None = None,
    **fields: Any,
) -> Upload:
    """An upload of `owner`, PRIVATE unless said otherwise; with `content` its bytes are in the store too."""
    upload = Upload(organization=organization, uploaded_by=owner, **_upload_fields(organization, content, fields))
    tags = list(tags)
    upload.search_text = search_text_of(
        filename=upload.filename,
        original_filename=upload.original_filename,
        title=upload.title,
        description=upload.description,
        tags=tags,
        metadata=upload.metadata,
    )
    upload.save(force_insert=True)
    for name in tags:
        put_tag(upload, name)
    allow(upload, roles=allowed_roles, users=allowed_users)
    if content is not None:
        store(upload.storage).put(upload.key, BytesIO(content), content_type=upload.mime_type)
    return upload


def _upload_fields(organization: Organization, content: bytes | None, fields: dict[str, Any]) -> dict[str, Any]:
    pk, now, data = fields.pop("id", None) or new_id(), timezone.now(), content or b"bytes"
    mime_type = fields.get("mime_type", "image/png")
    extension = _EXTENSIONS.get(mime_type, "bin")
    return {
        "id": pk,
        "type": UploadType.IMAGE,
        "visibility": Visibility.PRIVATE,
        "mime_type": mime_type,
        "filename": f"{pk}.{extension}",
        "original_filename": f"picture {next(_number)}.{extension}",
        "size": len(data),
        "checksum_sha256": b64encode(hashlib.sha256(data).digest()).decode(),
        "storage": "media",
        "key": f"{organization.pk}/uploads/{pk}/original.{extension}",
        "created_at": now,
        "updated_at": now,
        **fields,
    }


def put_tag(upload: Upload, name: str) -> Tag:
    """Put a tag on `upload`, making the word where the organization does not have it."""
    tag, _ = Tag.objects.get_or_create(
        organization_id=upload.organization_id, slug=tag_slug(name), defaults={"name": name}
    )
    UploadTag.objects.get_or_create(upload=upload, tag=tag)
    return tag


def allow(upload: Upload, *, roles: Iterable[Role] = (), users: Iterable[User] = ()) -> None:
    """Add allowed roles and personal grants."""
    for role in roles:
        UploadGroupObjectPermission.objects.create(
            content_object=upload, group_id=role.group_id, permission=view_permission()
        )
    for user in users:
        UploadUserObjectPermission.objects.create(content_object=upload, user=user, permission=view_permission())


def view_permission() -> Any:
    """The permission that grants on one upload name."""
    return GrantedPermission.objects.get(codename=Permission.MEDIA_VIEW, content_type__app_label="uploads")


def make_media_item(owner: User, organization: Organization, **fields: Any) -> MediaItem:
    """A ready video of `owner`; fields that a media item does not have are its upload's."""
    own = {
        name: fields.pop(name) for name in ("status", "duration_seconds", "hls_key", "error", "job") if name in fields
    }
    media_type = fields.pop("media_type", MediaType.VIDEO)
    kind, mime_type = ("VIDEO", "video/mp4") if media_type == MediaType.VIDEO else ("AUDIO", "audio/mpeg")
    upload = make_upload(owner, organization, **{"type": kind, "mime_type": mime_type, **fields})
    hls_key = f"{organization.pk}/media/{upload.pk}/hls/1/master.m3u8" if kind == "VIDEO" else ""
    return MediaItem.objects.create(
        upload=upload,
        organization=organization,
        media_type=media_type,
        created_at=upload.created_at,
        updated_at=upload.created_at,
        **{"status": MediaStatus.READY, "hls_key": hls_key, **own},
    )


def make_resource(owner: User, organization: Organization, **fields: Any) -> Resource:
    """A document of `owner`; the fields are its upload's."""
    fields = {"type": UploadType.DOCUMENT, "mime_type": "application/pdf", **fields}
    return Resource.objects.create(upload=make_upload(owner, organization, **fields), organization=organization)


def make_library_resource(owner: User, organization: Organization, **fields: Any) -> LibraryResource:
    """An active scene with an original of `owner`, which it uses."""
    said = {"type": "scene", "name": f"Scene {next(_number)}", "environment": "indoor", **fields}
    resource = LibraryResource.objects.create(organization=organization, updated_at=timezone.now(), **said)
    pk = new_id()
    key = f"{organization.pk}/assets/scene/{pk}/original.png"
    kind: dict[str, Any] = {
        "type": UploadType.LIBRARY,
        "visibility": Visibility.PUBLIC,
        "storage": "assets",
        "key": key,
    }
    upload = make_upload(owner, organization, id=pk, usage_count=1, **kind)
    LibraryResourceFile.objects.create(
        organization=organization, resource=resource, upload=upload, role=FileRole.ORIGINAL
    )
    Usage.objects.create(
        upload=upload,
        entity_type=LIBRARY_RESOURCE,
        entity_id=str(resource.pk),
        field=FileRole.ORIGINAL,
        label=resource.name,
    )
    return resource


def make_category(organization: Organization, name: str = "", **fields: Any) -> Category:
    """A category."""
    name = name or f"Category {next(_number)}"
    return create_category(organization_id=organization.pk, fields=cast(CategoryFields, {"name": name, **fields}))


def make_content(owner: User, organization: Organization, **fields: Any) -> Content:
    """A draft with a media item of `owner` (a new one unless `media_item` is given), its usages counted.

    References may be rows; `status`, `published_at` and other columns are written as given.
    """
    fields.setdefault("media_item", make_media_item(owner, organization))
    written = {"title": f"Content {next(_number)}"}
    for name in ("title", "description", "media_item", "category", "tags", "price", "custom_thumbnail"):
        if name in fields:
            value = fields.pop(name)
            written[name] = getattr(value, "pk", value)
    access = Access(user_id=owner.pk, organization_id=organization.pk, permissions=EVERY_PERMISSION)
    content = create_content(access=access, fields=cast(ContentFields, written))
    if fields:
        Content.everything.filter(pk=content.pk).update(**fields)
        content.refresh_from_db()
    return content


def make_version(upload: Upload, key: str) -> UploadVersion:
    """Earlier bytes of `upload`; nothing is stored."""
    return UploadVersion.objects.create(
        upload=upload, number=7, size=5, checksum_sha256="", storage="media", key=key, created_at=timezone.now()
    )


def make_rendition(upload: Upload) -> Rendition:
    """A small picture of `upload`; nothing is stored."""
    return Rendition.objects.create(
        upload=upload,
        kind=RenditionKind.SMALL,
        version=1,
        storage="media",
        key=rendition_key(upload, RenditionKind.SMALL),
        mime_type="image/webp",
        size=5,
        width=1,
        height=1,
    )

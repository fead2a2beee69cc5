"""The content of the demonstration, made of its files."""

from decimal import Decimal

from django.db import transaction

from media_library.models import Category, Content
from media_library.services.categories import create_category
from media_library.services.contents import create_content, publish_content
from media_library.services.media_items import create_from_upload as create_media_item
from permissions.access import Access, scope
from permissions.context import access_of
from permissions.models import Organization, User
from resources.services.attachments import attach_resource
from resources.services.documents import create_from_upload as create_document
from uploads.models import Upload

OWNER, ORGANIZATION = "demo-creator", "demo"
TITLE = "A chord to breathe by"


def create_contents() -> int:
    """Create the demonstration's media items, document, category and published content; return the number of contents.

    Audio is ready at once; a worker transcodes the video. Existing content, also in the trash, is not changed.
    """
    organization = Organization.objects.get(slug=ORGANIZATION)
    access = access_of(User.objects.get(username=OWNER), organization.pk)
    if Content.everything.filter(organization=organization, title=TITLE).exists():
        return 0
    files = {name: _file(access, name) for name in ("chord.mp3", "test-card.mp4", "catalogue.pdf")}
    if not all(files.values()):
        return 0
    with transaction.atomic():
        _publish(access, organization, files)
    return 1


def _publish(access: Access, organization: Organization, files: dict[str, Upload | None]) -> None:
    audio, video, document = (upload.pk for upload in files.values() if upload)
    item, _ = create_media_item(access=access, upload_id=audio, details={})
    create_media_item(access=access, upload_id=video, details={})
    create_document(access=access, upload_id=document, details={})
    category = Category.objects.filter(organization=organization, slug="sound").first() or create_category(
        organization_id=organization.pk, fields={"name": "Sound", "description": "To listen to."}
    )
    content = create_content(
        access=access,
        fields={
            "title": TITLE,
            "description": "Three tones that fade in eight seconds, with a catalogue to look at meanwhile.",
            "media_item": item.pk,
            "category": category.pk,
            "tags": ["calm", "sound"],
            "price": Decimal("4.50"),
        },
    )
    attach_resource(
        organization_id=organization.pk,
        resource_id=document,
        entity_type="content",
        entity_id=str(content.pk),
        label="Catalogue",
    )
    publish_content(content=content)


def _file(access: Access, name: str) -> Upload | None:
    own = scope(Upload.objects.filter(uploaded_by_id=access.user_id), access)
    return own.filter(original_filename=name).first()

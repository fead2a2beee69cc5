"""No table names an object in a store unless deletion of bytes knows of it: a model with a key is a key holder."""

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from media_library.models import MediaItem
from tests.factories import make_member, make_organization, make_rendition, make_upload, make_version
from uploads.models import Upload
from uploads.storage.key_holders import KeyHolder, key_holders, needed_keys, register_key_holder, stored_holders

KEY_LENGTH = 1024  # bytes, of the longest key that S3 takes
APPS = ("permissions", "uploads", "resources", "media_library")


def holds_keys(field: models.Field) -> bool:
    """Whether a field is the name of an object: a file field, or a text as long as a key and named like one."""
    if isinstance(field, models.FileField):
        return True
    is_named_so = field.name == "key" or field.name.endswith(("_key", "_prefix"))
    return isinstance(field, models.CharField | models.TextField) and is_named_so and (field.max_length or 0) >= 1000


def unlisted(candidates):
    listed = {(holder.model, name) for holder in key_holders() for name in holder.fields}
    fields = {(model, field.name) for model in candidates for field in model._meta.concrete_fields if holds_keys(field)}
    return fields - listed


def test_every_model_with_a_key_is_a_key_holder():
    ours = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    assert unlisted(ours) == set()
    assert len(key_holders()) == len({holder.model for holder in key_holders()}) == 7


@isolate_apps("uploads")
@pytest.mark.parametrize("name", ["key", "preview_key", "tiles_prefix"])
def test_a_model_that_is_forgotten_is_found(name):
    attributes = {
        "__module__": "uploads.models",
        name: models.CharField(max_length=KEY_LENGTH),
        "Meta": type("Meta", (), {"app_label": "uploads"}),
    }
    assert unlisted([type("Preview", (models.Model,), attributes)]) != set()


def test_a_holder_is_registered_once():
    with pytest.raises(ValueError, match="MediaItem is registered already"):
        register_key_holder(KeyHolder("again", MediaItem, None))


def test_holders_name_fields_that_exist():
    for holder in key_holders():
        names = {field.name for field in holder.model._meta.get_fields()}
        assert names.issuperset(holder.fields)
        assert not holder.is_stored or names.issuperset({"storage", "size", "mime_type"})


@pytest.mark.django_db
def test_a_row_of_each_stored_model_keeps_its_object_and_a_tombstone_does_not():
    organization = make_organization()
    upload = make_upload(make_member(organization), organization)
    make_version(upload, "older")
    make_rendition(upload)
    keys = {holder.name: holder.rows.get().key for holder in stored_holders()}
    assert needed_keys("media", keys.values()) == set(keys.values())
    Upload.everything.update(purging_at="2026-01-01T00:00Z", deleted_at="2026-01-01T00:00Z")
    assert needed_keys("media", keys.values()) == set()

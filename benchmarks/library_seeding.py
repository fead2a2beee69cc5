"""A resource library of the size we work with, written by SQL: every resource with an original, a thumbnail and three
gallery files, every file with the three pictures the background makes of it.

A third each are models, scenes and garments; one in twenty is a draft, one in twenty archived, one in fifty deleted.
"""

from typing import Any

from django.db import connection, transaction

from benchmarks.seeding import without_indexes
from permissions.models import User
from permissions.services.memberships import create_organization

NEEDLE = "zyzzyva"  # in the name of exactly one resource, an active garment
COMMON = "linen"  # in the name of one in ten
RARE = "capes"  # the category of one garment in a thousand

_IDS = """
CREATE FUNCTION pg_temp.id_of(moment timestamptz) RETURNS uuid VOLATILE LANGUAGE sql AS $$
    SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || '7'
        || left(replace(gen_random_uuid()::text, '-', ''), 3) || '8'
        || right(replace(gen_random_uuid()::text, '-', ''), 15))::uuid
$$
"""
_RESOURCES = """
INSERT INTO library_resources (id, organization_id, type, name, status, gender, age_group, environment, category,
    search_text, created_at, updated_at, deleted_at)
SELECT pg_temp.id_of(moment), %(organization)s, type, name, CASE WHEN needle THEN 'active' ELSE status END, gender,
    age_group, environment, category,
    lower(concat_ws(E'\\n', name, concat(gender, age_group, environment, category))), moment, moment,
    CASE WHEN random() < 0.02 AND NOT needle THEN moment END
FROM (
    SELECT moment, type, needle,
        initcap(word) || ' ' || n || CASE WHEN needle THEN ' ' || %(needle)s ELSE '' END AS name,
        CASE WHEN r < 0.9 THEN 'active' WHEN r < 0.95 THEN 'draft' ELSE 'archived' END AS status,
        CASE type WHEN 'model' THEN (ARRAY['female', 'male', 'other'])[1 + n %% 3] ELSE '' END AS gender,
        CASE type WHEN 'model' THEN (ARRAY['child', 'teen', 'adult', 'senior'])[1 + n %% 4] ELSE '' END AS age_group,
        CASE type WHEN 'scene' THEN (ARRAY['indoor', 'outdoor', 'studio', 'street'])[1 + n %% 4] ELSE '' END
            AS environment,
        CASE WHEN type != 'garment' THEN '' WHEN k < 0.001 THEN %(rare)s
            ELSE 'category ' || (1 + floor(random() * 40)) END AS category
    FROM (
        SELECT n, random() AS r, random() AS k, (ARRAY['model', 'scene', 'garment'])[1 + n / 7 %% 3] AS type,
            n = %(needle_at)s AS needle, timestamptz '2024-01-01' + n * interval '1 minute' AS moment,
            (%(words)s::text[])[1 + floor(random() * 10)] AS word
        FROM generate_series(1, %(resources)s) AS n
    ) AS facts
) AS resources
"""
_FILES = """
INSERT INTO uploads_upload (id, organization_id, uploaded_by_id, visibility, type, filename, original_filename,
    mime_type, size, checksum_sha256, storage, key, version, category, title, description, alt_text, search_text,
    width, height, has_thumbnail, usage_count, created_at, updated_at)
SELECT pg_temp.id_of(r.created_at), %(organization)s, %(owner)s, 'PUBLIC', 'LIBRARY', 'original.jpg', role || '.jpg',
    'image/jpeg', 1 + floor(random() * 9e6), encode(sha256(r.id::text::bytea), 'base64'), 'assets',
    r.organization_id || '/assets/' || r.type || '/' || r.id || '/' || replace(role, ' ', '-') || '.jpg', 1, '', '', '',
    r.id || ' ' || role, '', 1600, 1200, true, 1, r.created_at, r.created_at
FROM library_resources AS r
CROSS JOIN unnest(ARRAY['original', 'thumbnail', 'gallery 0', 'gallery 1', 'gallery 2']) AS role
"""
# The alternative text tells for a moment which file of which resource an upload is.
_ROLES = """
INSERT INTO library_resource_files (id, organization_id, resource_id, upload_id, role, position)
SELECT pg_temp.id_of(created_at), %(organization)s, split_part(alt_text, ' ', 1)::uuid, id,
    split_part(alt_text, ' ', 2), coalesce(nullif(split_part(alt_text, ' ', 3), '')::int, 0)
FROM uploads_upload
"""
_PICTURES = """
INSERT INTO uploads_rendition (upload_id, kind, version, storage, key, mime_type, size, width, height)
SELECT id, kind, 1, 'assets', key || '/thumb-' || kind, 'image/webp', 1 + size / 50, width_made, height_made
FROM uploads_upload CROSS JOIN (VALUES ('sm', 320, 240), ('md', 800, 600), ('lg', 1600, 1200))
    AS made (kind, width_made, height_made)
"""
_WORDS = [COMMON, *("cotton", "denim", "leather", "silk", "suede", "tweed", "velvet", "wool", "corduroy")]


def seed_library(resources: int) -> None:
    """Write `resources` resources of the default organization into the empty, migrated database. PostgreSQL only."""
    organization = create_organization(slug="home", name="Home", is_default=True)
    owner = User.objects.create(username="owner", password="!")
    said = {
        "organization": organization.pk,
        "owner": owner.pk,
        "resources": resources,
        "needle": NEEDLE,
        "needle_at": resources // 2 // 21 * 21 + 14,  # a garment, see _RESOURCES
        "rare": RARE,
        "words": _WORDS,
    }
    with without_indexes(r"uploads\_%"), without_indexes(r"library\_%"):
        _write(said)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL ANALYZE")


@transaction.atomic
def _write(said: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # everything that is referred to is written here
        for statement in (_IDS, _RESOURCES, _FILES, _ROLES, _PICTURES):
            cursor.execute(statement, said)
        cursor.execute("UPDATE uploads_upload SET alt_text = ''")

"""A library of a million files, written by SQL: one big organization with a tenth of them, nine others with the rest.

What an ordinary member of the big one sees: a fifth of the rows is PUBLIC, a fifth is ROLE_BASED with one or two of
twenty roles allowed, of which the member has three, and half a percent is the member's own; 5 % are in the trash.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import Permission as GrantedPermission
from django.db import connection

from permissions.choices import Permission
from permissions.models import Membership, Organization, Role, User
from permissions.roles import ROLE_GRANTS
from permissions.services.memberships import create_organization, create_role
from uploads.models import Tag

ORGANIZATIONS, ROLES, USERS, TAGS = 10, 20, 200, 500
NEEDLE = "zyzzyva"  # stands in the title of exactly one file
COMMON = "harbour"  # in one of ten

_UPLOADS = """
INSERT INTO uploads_upload (id, organization_id, uploaded_by_id, visibility, type, filename, original_filename,
    mime_type, size, checksum_sha256, storage, key, version, category, title, description, alt_text, search_text,
    width, height, has_thumbnail, usage_count, created_at, updated_at, deleted_at)
SELECT id, organization, owner, visibility, type, id || '.' || extension, name, mime, size,
    encode(sha256(id::text::bytea), 'base64'), 'media', organization || '/uploads/' || id || '/original', 1, category,
    title, description, '', lower(concat_ws(E'\\n', name, id || '.' || extension, title, description)),
    1600, 1200, true, (random() < 0.05)::int, moment, moment,
    CASE WHEN random() < 0.05 AND n != %(rows)s / 2 THEN moment END
FROM (
    SELECT n, (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || '7'
            || left(replace(gen_random_uuid()::text, '-', ''), 3) || '8'
            || right(replace(gen_random_uuid()::text, '-', ''), 15))::uuid AS id,
        organization, owner, moment, size,
        CASE WHEN n = %(rows)s / 2 THEN 'PUBLIC'
            ELSE (ARRAY['PRIVATE','PRIVATE','PRIVATE','PUBLIC','ROLE_BASED'])[1 + floor(random() * 5)]
        END AS visibility,
        kind.type, kind.mime, kind.extension, subject || ' ' || n || '.' || kind.extension AS name,
        (ARRAY['', 'press', 'products', 'people'])[1 + floor(random() * 4)] AS category,
        initcap(subject) || ' of the ' || place
            || CASE WHEN n = %(rows)s / 2 THEN ' ' || %(needle)s ELSE '' END AS title,
        'A ' || subject || ' from the ' || place || ', number ' || n AS description
    FROM (
        SELECT n, (%(organizations)s::uuid[])[o] AS organization,
            (%(owners)s::uuid[])[(o - 1) * %(users)s + 1 + floor(random() * %(users)s)] AS owner,
            timestamptz '2024-01-01' + n * interval '1 minute' AS moment, floor(random() * 9e6)::bigint + 1 AS size,
            1 + floor(random() * 10) AS k,
            (%(subjects)s::text[])[1 + floor(random() * %(words)s)] AS subject,
            (%(places)s::text[])[1 + floor(random() * %(words)s)] AS place
        FROM (SELECT n, 1 + n %% %(count)s AS o FROM generate_series(1, %(rows)s) AS n) AS numbers
    ) AS facts
    JOIN (VALUES (1, 6, 'IMAGE', 'image/jpeg', 'jpg'), (7, 7, 'IMAGE', 'image/png', 'png'),
        (8, 9, 'DOCUMENT', 'application/pdf', 'pdf'), (10, 10, 'VIDEO', 'video/mp4', 'mp4')
    ) AS kind (lowest, highest, type, mime, extension) ON k BETWEEN lowest AND highest
) AS files
"""
_GRANTS = """
INSERT INTO uploads_uploadgroupobjectpermission (content_object_id, group_id, permission_id)
SELECT DISTINCT u.id, (%(groups)s::int[])[1 + floor(random() * %(roles)s)], %(permission)s
FROM uploads_upload u, generate_series(1, 2)
WHERE u.visibility = 'ROLE_BASED' AND u.organization_id = %(organization)s
"""
_TAGGED = """
INSERT INTO uploads_uploadtag (upload_id, tag_id)
SELECT DISTINCT u.id, (%(tags)s::uuid[])[1 + floor(power(random(), 3) * %(count)s)]
FROM uploads_upload u, generate_series(1, 3) WHERE u.organization_id = %(organization)s
"""
_USED = """
INSERT INTO uploads_usage (id, upload_id, entity_type, entity_id, field, label, url, created_at)
SELECT gen_random_uuid(), id, 'page', id::text, 'body', '', '', created_at FROM uploads_upload WHERE usage_count = 1
"""
_SUBJECTS = (
    *("harbour", "lighthouse", "orchard", "bridge", "carousel", "ferry", "garden", "library", "market", "meadow"),
    *("museum", "orchestra", "palace", "quarry", "railway", "stadium", "theatre", "tower", "valley", "workshop"),
)


def seed(rows: int) -> User:
    """Write `rows` uploads into the empty, migrated database, with tags, grants and usages; return a member.

    PostgreSQL only.
    """
    organizations = [create_organization(slug=f"org-{n}", name=f"Organization {n}") for n in range(ORGANIZATIONS)]
    owners = [_people(organization) for organization in organizations]
    # 1 + n % 10: the first organization is the big one as any other; a tenth of the rows is its size.
    big, member = organizations[0], owners[0][0]
    roles = [create_role(organization=big, name=f"Team {n}") for n in range(ROLES)]
    for role in roles[:3]:
        Membership.objects.create(user=member, role=role, organization=big)
    with without_indexes(r"uploads\_upload%"), connection.cursor() as cursor:
        cursor.execute(_UPLOADS, _numbers(rows, organizations, owners))
        cursor.execute(_USED)
        cursor.execute(_GRANTS, _grants(big, roles))
        for organization in organizations:
            cursor.execute(_TAGGED, _tags(organization))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return member


def _people(organization: Organization) -> list[User]:
    role = Role.objects.get(organization=organization, name="Member")
    assert Permission.MEDIA_VIEW in ROLE_GRANTS["Member"]
    people = [User(username=f"{organization.slug}-{n}", password="!") for n in range(USERS)]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(
        Membership(user=user, role=role, organization=organization, is_default=True) for user in people
    )
    return people


def _numbers(rows: int, organizations: list[Organization], owners: list[list[User]]) -> dict[str, Any]:
    return {
        "rows": rows,
        "needle": NEEDLE,
        "organizations": [organization.pk for organization in organizations],
        "count": len(organizations),
        "owners": [user.pk for users in owners for user in users],
        "users": USERS,
        "subjects": list(_SUBJECTS),
        "places": list(_SUBJECTS),
        "words": len(_SUBJECTS),
    }


def _grants(organization: Organization, roles: list[Role]) -> dict[str, Any]:
    permission = GrantedPermission.objects.get(codename=Permission.MEDIA_VIEW, content_type__app_label="uploads")
    return {
        "organization": organization.pk,
        "groups": [role.group_id for role in roles],
        "roles": len(roles),
        "permission": permission.pk,
    }


def _tags(organization: Organization) -> dict[str, Any]:
    tags = [Tag(organization=organization, name=f"tag {n}", slug=f"tag {n}") for n in range(TAGS)]
    Tag.objects.bulk_create(tags)
    return {"organization": organization.pk, "tags": [tag.pk for tag in tags], "count": TAGS}


@contextmanager
def without_indexes(tables: str) -> Iterator[None]:
    """Make the indexes of `tables` (a LIKE pattern) after the rows: ten times faster than keeping them up to date."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename LIKE %s AND indexname NOT IN "
            "(SELECT conname FROM pg_constraint)",
            [tables],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        for _, definition in indexes:
            cursor.execute(definition)

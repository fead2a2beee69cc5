"""The least that a page of files can cost: two prepared statements behind the web server that serves ours.

The first finds the token's owner with memberships, roles and permissions; the second reads a page with tags, roles and
people, which the database writes as JSON. The answers have the columns as they are: no URLs, no links, no errors.
`/me` answers with the first statement alone.
"""

import os
import threading
from hashlib import sha256
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qs

import orjson
import psycopg
from psycopg.rows import dict_row

from common.asgi.pool import ThreadPool

SIGN_IN = """
SELECT t.digest, t.name, u.id, u.password, u.username, u.email, u.display_name, u.is_superuser,
    (SELECT json_agg(json_build_array(m.organization_id, o.slug, o.name, r.id, r.name, r.group_id,
        (SELECT json_agg(p.codename) FROM auth_group_permissions gp JOIN auth_permission p ON p.id = gp.permission_id
            WHERE gp.group_id = r.group_id)) ORDER BY m.is_default DESC, m.created_at, m.id)
    FROM permissions_membership m JOIN permissions_role r ON r.id = m.role_id
        JOIN permissions_organization o ON o.id = m.organization_id
    WHERE m.user_id = u.id AND o.is_active)::text AS memberships
FROM permissions_apitoken t JOIN permissions_user u ON u.id = t.user_id
WHERE t.prefix = %s AND (t.expires_at > now() OR t.expires_at IS NULL) AND u.is_active
"""
PAGE = """
SELECT u.id, u.type, u.filename, u.original_filename, u.mime_type, u.size, u.checksum_sha256, u.storage, u.key,
    u.category, u.visibility, u.title, u.description, u.alt_text, u.width, u.height, u.has_thumbnail, u.metadata,
    u.usage_count, u.created_at, u.updated_at, u.deleted_at, u.deleted_by_id, p.id AS owner, p.username,
    (SELECT json_agg(t.name ORDER BY t.name_sort, t.slug) FROM uploads_uploadtag ut
        JOIN uploads_tag t ON t.id = ut.tag_id WHERE ut.upload_id = u.id)::text AS tags,
    (SELECT json_agg(r.id ORDER BY g.id) FROM uploads_uploadgroupobjectpermission g
        JOIN permissions_role r ON r.group_id = g.group_id WHERE g.content_object_id = u.id)::text AS roles,
    (SELECT json_build_array(s.upload_id, a.filename) FROM uploads_usage s JOIN uploads_upload a ON a.id = s.upload_id
        WHERE s.entity_type = 'user' AND s.field = 'avatar' AND s.entity_id = p.id::text AND a.deleted_at IS NULL
        AND a.organization_id = %(organization)s LIMIT 1)::text AS avatar
FROM uploads_upload u JOIN permissions_user p ON p.id = u.uploaded_by_id WHERE u.id IN (
    SELECT v.id FROM uploads_upload v WHERE v.deleted_at IS NULL AND v.organization_id = %(organization)s AND ({deep})
    AND (
        v.visibility = 'PUBLIC' OR v.uploaded_by_id = %(user)s
        OR (v.visibility = 'ROLE_BASED' AND v.id IN (SELECT content_object_id FROM uploads_uploadgroupobjectpermission
            WHERE group_id = ANY(%(groups)s::int[])))
        OR (v.visibility = 'ROLE_BASED' AND v.id IN (SELECT content_object_id FROM uploads_uploaduserobjectpermission
            WHERE user_id = %(user)s)))
    ORDER BY v.created_at DESC, v.id DESC LIMIT 51)
ORDER BY u.created_at DESC, u.id DESC
"""
FIRST_PAGE = PAGE.format(deep="true")
DEEP_PAGE = PAGE.format(deep="(v.created_at, v.id) < (%(moment)s::timestamptz, %(id)s::uuid)")

_pool = ThreadPool(4, name="request")
_local = threading.local()


def _ask(sql: str, parameters: Any) -> list[dict[str, Any]]:
    if not hasattr(_local, "connection"):
        url = os.environ["DATABASE_URL"]
        _local.connection = psycopg.connect(url, autocommit=True, row_factory=dict_row, prepare_threshold=0)
    found: list[dict[str, Any]] = _local.connection.execute(sql, parameters).fetchall()
    return found


def _answer(path: str, query: dict[str, list[str]], token: str) -> bytes:
    (person,) = _ask(SIGN_IN, (token[:12],))
    secret = token if person["name"] else f"{token}:{person['password']}"
    assert compare_digest(sha256(secret.encode()).hexdigest(), person.pop("digest"))
    del person["password"]
    memberships = orjson.loads(person["memberships"])
    if path == "/me":
        return orjson.dumps({**person, "memberships": memberships})
    organization = memberships[0][0]
    groups = [row[5] for row in memberships if row[0] == organization]
    values = {"organization": organization, "user": person["id"], "groups": groups}
    values |= {name: query[name][0] for name in ("moment", "id") if name in query}
    rows = _ask(DEEP_PAGE if "moment" in query else FIRST_PAGE, values)
    for row in rows:
        for name in ("tags", "roles", "avatar"):
            row[name] = orjson.loads(row[name] or "null")
    return orjson.dumps({"results": rows[:50]})


async def application(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    token = dict(scope["headers"]).get(b"authorization", b"").decode().partition(" ")[2]
    if not token:  # the benchmark waits until the server answers
        await send({"type": "http.response.start", "status": 401, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})
        return
    query = parse_qs(scope["query_string"].decode())
    body = await _pool.run(lambda: _answer(scope["path"], query, token))
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})

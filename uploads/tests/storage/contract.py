"""What every store must do, as one suite: `test_disk.py` and `test_s3.py` run it over theirs.

A class that keeps the contract gives a `store` fixture (empty, fresh) and a `send` fixture: a real PUT of a ticket.
"""

import time
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from django.core.files.base import ContentFile

from tests.worker.installation import wait_until
from uploads.storage.contract import InvalidParts, MissingObject, ObjectExists, StoredPart

SOON = timedelta(minutes=15)
MIB = 1024**2
KEY = "org/uploads/1/original.png"
ODD_KEYS = [
    "a/plus+and space",
    "a/percent%41",
    "a/ünïcødé/😀.png",
    "a/new\nline",
    "a/quote\"and'<xml>&amp;",
    "b/" + "/".join(["x" * 99] * 10) + "/" + "y" * 22,  # 1024 bytes
]


def checksum(body: bytes) -> str:
    return b64encode(sha256(body).digest()).decode()


def put(store, key, body=b"bytes", content_type="text/plain"):
    return store.put(key, BytesIO(body), content_type=content_type)


class Contract:
    smallest_part = 5 * MIB
    starts_between: tuple[str, ...] = ()  # keys that are no objects (SeaweedFS skips what is below them)
    clock_step = 1.1  # seconds between two times that the store tells apart

    @pytest.fixture
    def ticket(self, store):
        def sign(body=b"hello", *, key=KEY, pinned="", content_type="image/png", expires_in=SOON):
            return store.sign_upload(
                key, size=len(body), content_type=content_type, checksum_sha256=pinned, expires_in=expires_in
            )

        return sign

    # US-01
    def test_a_ticket_stores_exactly_what_was_announced(self, store, send, ticket):
        status, headers = send(ticket(pinned=checksum(b"hello")), b"hello")
        assert status == 200
        stored = store.stat(KEY)
        assert (stored.key, stored.size, stored.content_type) == (KEY, 5, "image/png")
        assert stored.checksum_sha256 == checksum(b"hello")
        assert stored.etag == headers["ETag"]
        assert abs(datetime.now(UTC) - stored.modified_at) < timedelta(minutes=1)

    # US-13
    @pytest.mark.parametrize("body", [b"hell", b"hello!", b""])
    def test_another_length_is_refused(self, store, send, ticket, body):
        assert send(ticket(b"hello"), body)[0] in {400, 403}
        assert store.stat(KEY) is None

    # US-08
    def test_other_bytes_than_the_pinned_checksum_are_refused(self, store, send, ticket):
        assert send(ticket(pinned=checksum(b"hello")), b"jello")[0] == 400
        assert store.stat(KEY) is None

    # US-08
    def test_another_content_type_is_refused(self, store, send, ticket):
        assert send(ticket(), b"hello", headers={"Content-Type": "text/html"})[0] == 403
        assert store.stat(KEY) is None

    # US-08
    def test_an_expired_ticket_is_refused(self, store, send, ticket):
        asked = ticket(expires_in=timedelta(seconds=1))
        wait_until(lambda: datetime.now(UTC) > asked.expires_at + timedelta(seconds=1))
        assert send(asked, b"hello")[0] == 403
        assert store.stat(KEY) is None

    # US-08
    def test_a_changed_address_is_refused(self, store, send, ticket):
        url = ticket().url
        for changed in (url[:-1] + ("0" if url[-1] != "0" else "1"), url + "&x=1" if "?" in url else url + "?x=1"):
            assert send(ticket(), b"hello", url=changed)[0] == 403
        assert store.stat(KEY) is None

    def test_a_ticket_never_overwrites(self, store, send, ticket):
        assert send(ticket(), b"hello")[0] == 200
        assert send(ticket(), b"other")[0] == 412
        assert b"".join(store.read(KEY)) == b"hello"

    def test_a_missing_object_is_none_and_reading_it_says_so(self, store):
        assert store.stat("org/nothing") is None
        assert store.stat("org/nothing/below/it") is None
        with pytest.raises(MissingObject):
            next(store.read("org/nothing"))
        with pytest.raises(MissingObject):
            store.copy("org/nothing", "org/target")

    @pytest.mark.parametrize(
        ("start", "end", "expected"),
        [
            (0, None, b"0123456789"),
            (0, 1, b"0"),
            (3, 7, b"3456"),
            (8, 99, b"89"),
            (10, None, b""),
            (99, 120, b""),
            (4, 4, b""),
        ],
    )
    def test_reading_a_range_gives_those_bytes(self, store, start, end, expected):
        put(store, KEY, b"0123456789")
        assert b"".join(store.read(KEY, start, end)) == expected

    def test_large_objects_are_read_in_chunks(self, store):
        put(store, KEY, b"x" * 3 * MIB)
        chunks = list(store.read(KEY))
        assert sum(map(len, chunks)) == 3 * MIB
        assert max(map(len, chunks)) <= MIB

    def test_put_replaces_and_says_what_is_stored(self, store):
        put(store, KEY, b"first")
        stored = put(store, KEY, b"second", "image/webp")
        assert (stored.size, stored.content_type) == (6, "image/webp")
        assert b"".join(store.read(KEY)) == b"second"

    def test_put_leaves_the_file_of_its_caller_open(self, store):
        content = BytesIO(b"bytes")
        store.put(KEY, content, content_type="text/plain")
        assert not content.closed

    def test_a_batch_stores_many_objects_as_put_does(self, store):
        put(store, KEY, b"first")
        with store.batch() as batch:
            stored = [put(batch, key, key.encode(), "image/gif") for key in (KEY, "org/media/2/a.bin", "other/3")]
        assert [store.stat(found.key) for found in stored] == stored
        assert [b"".join(store.read(found.key)) for found in stored] == [found.key.encode() for found in stored]
        assert {found.content_type for found in stored} == {"image/gif"}

    def test_an_object_removed_within_its_batch_is_gone(self, store):
        with store.batch() as batch:
            put(batch, KEY)
            assert batch.remove([KEY]) == []
            put(batch, "org/uploads/2/original.png", b"other")
        assert store.stat(KEY) is None
        assert b"".join(store.read("org/uploads/2/original.png")) == b"other"

    def test_a_copy_has_the_same_bytes_and_type(self, store):
        put(store, KEY, b"same", "image/gif")
        copied = store.copy(KEY, "quarantine/1")
        assert (copied.key, copied.size, copied.content_type) == ("quarantine/1", 4, "image/gif")
        assert b"".join(store.read("quarantine/1")) == b"same"
        assert store.stat(KEY) is not None

    # ST-05
    def test_removing_what_is_gone_already_is_no_failure(self, store):
        put(store, KEY)
        assert store.remove([KEY, "org/never/was"]) == []
        assert store.remove([KEY]) == []
        assert store.stat(KEY) is None

    def test_any_number_of_objects_is_removed(self, store):
        keys = [f"many/{number:04}" for number in range(12)]
        for key in keys:
            put(store, key)
        assert store.remove(iter(keys + [f"gone/{n}" for n in range(1200)])) == []
        assert list(store.walk()) == []

    # OC-10
    def test_walking_gives_every_object_in_the_order_of_its_keys(self, store):
        keys = [*ODD_KEYS, "a/1", "a/10", "a/2", "B/1", "ä", "z"]
        for key in keys:
            put(store, key, key.encode())
        found = list(store.walk())
        assert [each.key for each in found] == sorted(keys, key=str.encode)
        assert [each.size for each in found] == [len(each.key.encode()) for each in found]
        assert all(store.stat(each.key).etag == each.etag for each in found)
        assert store.remove(keys) == []

    @pytest.mark.parametrize("prefix", ["", "a", "a/", "a/1", "a/b/", "nothing"])
    def test_walking_can_start_anywhere_below_any_prefix(self, store, prefix):
        keys = sorted(["a/1", "a/10", "a/2", "a/b/c", "a/b/d", "b/1"])
        for key in keys:
            put(store, key)
        for after in ["", *self.starts_between, "a/1", "a/b/c", "b/1", "zz"]:
            expected = [key for key in keys if key.startswith(prefix) and key > after]
            assert [each.key for each in store.walk(prefix, after=after)] == expected, after

    # US-34
    def test_parts_are_joined_in_their_order_and_an_upload_can_be_resumed(self, store, send):
        bodies = {1: b"a" * self.smallest_part, 2: b"b" * self.smallest_part, 3: b"c"}
        upload = store.start_multipart(KEY, content_type="video/mp4")
        assert store.list_parts(KEY, upload) == []
        for number in (3, 1):
            assert self.send_part(store, send, upload, number, bodies[number])[0] == 200
        assert [(part.part_number, part.size) for part in store.list_parts(KEY, upload)] == [
            (1, self.smallest_part),
            (3, 1),
        ]
        status, headers = self.send_part(store, send, upload, 2, bodies[2])
        assert status == 200
        parts = store.list_parts(KEY, upload)
        assert parts[1].etag == headers["ETag"]
        store.complete_multipart(KEY, upload, parts)
        assert b"".join(store.read(KEY)) == bodies[1] + bodies[2] + bodies[3]
        assert store.stat(KEY).content_type == "video/mp4"
        store.complete_multipart(KEY, upload, parts)  # again: harmless
        with pytest.raises(MissingObject):
            store.list_parts(KEY, upload)

    def send_part(self, store, send, upload, number, body):
        return send(store.sign_part(KEY, upload, number, size=len(body), expires_in=SOON), body)

    # US-34
    def test_a_part_of_another_length_is_refused(self, store, send):
        upload = store.start_multipart(KEY, content_type="video/mp4")
        asked = store.sign_part(KEY, upload, 1, size=5, expires_in=SOON)
        assert send(asked, b"longer than that")[0] in {400, 403}
        assert store.list_parts(KEY, upload) == []
        store.abort_multipart(KEY, upload)

    # US-34
    def test_a_part_sent_again_replaces_the_earlier_one(self, store, send):
        upload = store.start_multipart(KEY, content_type="video/mp4")
        self.send_part(store, send, upload, 1, b"first")
        time.sleep(self.clock_step)
        self.send_part(store, send, upload, 1, b"again")
        store.complete_multipart(KEY, upload, store.list_parts(KEY, upload))
        assert b"".join(store.read(KEY)) == b"again"

    # US-34
    def test_parts_that_are_not_those_stored_are_refused(self, store, send):
        upload = store.start_multipart(KEY, content_type="video/mp4")
        for number, body in ((1, b"a" * self.smallest_part), (2, b"b")):
            self.send_part(store, send, upload, number, body)
        first, second = store.list_parts(KEY, upload)
        unknown = StoredPart(3, 1, first.etag)
        changed = StoredPart(2, 1, '"0123456789abcdef0123456789abcdef"')
        for parts in ([], [second, first], [first, first], [first, second, unknown], [first, changed]):
            with pytest.raises(InvalidParts):
                store.complete_multipart(KEY, upload, parts)
        assert store.stat(KEY) is None
        store.abort_multipart(KEY, upload)

    # US-34
    def test_an_unknown_upload_or_one_of_another_key_is_missing(self, store):
        upload = store.start_multipart(KEY, content_type="video/mp4")
        for key, multipart_id in ((KEY, "0" * 32), ("other/key", upload)):
            with pytest.raises(MissingObject):
                store.list_parts(key, multipart_id)
            with pytest.raises(MissingObject):
                store.complete_multipart(key, multipart_id, [StoredPart(1, 1, '"x"')])
        store.abort_multipart(KEY, upload)

    # US-34
    def test_an_aborted_upload_is_over_and_aborting_again_is_fine(self, store, send):
        upload = store.start_multipart(KEY, content_type="video/mp4")
        self.send_part(store, send, upload, 1, b"part")
        store.abort_multipart(KEY, upload)
        store.abort_multipart(KEY, upload)
        assert self.send_part(store, send, upload, 2, b"part")[0] == 404
        assert store.stat(KEY) is None

    def test_joining_never_overwrites_another_object(self, store, send):
        upload = store.start_multipart(KEY, content_type="video/mp4")
        self.send_part(store, send, upload, 1, b"part")
        put(store, KEY, b"another object")
        with pytest.raises(ObjectExists):
            store.complete_multipart(KEY, upload, store.list_parts(KEY, upload))
        assert b"".join(store.read(KEY)) == b"another object"
        store.abort_multipart(KEY, upload)

    def test_unfinished_uploads_are_listed_until_they_end(self, store, send):
        begun = {key: store.start_multipart(key, content_type="video/mp4") for key in ("a/1", "a/2", "b/1")}
        self_listed = {each.key: each.multipart_id for each in store.unfinished("a/")}
        assert self_listed == {key: begun[key] for key in ("a/1", "a/2")}
        assert all(datetime.now(UTC) - each.started_at < timedelta(minutes=1) for each in store.unfinished())
        assert list(store.walk()) == []
        for key, upload in begun.items():
            store.abort_multipart(key, upload)
        assert list(store.unfinished()) == []

    def test_djangos_own_methods_work_too(self, store):
        name = store.save("django/file.txt", ContentFile(b"content"))
        assert store.exists(name)
        assert store.size(name) == 7
        with store.open(name) as file:
            assert file.read() == b"content"
        assert store.save("django/file.txt", ContentFile(b"other")) != name
        assert store.listdir("django")[0] == []
        assert "file.txt" in store.listdir("django")[1]
        store.delete(name)
        assert not store.exists(name)

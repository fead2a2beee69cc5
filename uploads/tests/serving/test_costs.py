"""What an address costs, and what happens when the store fails."""

import os

import pytest
from django.core.files.storage import storages
from django.test import Client

from permissions.authentication.tokens import issue_token
from permissions.choices import Visibility
from tests.factories import make_upload
from tests.reading_client import reader
from uploads.tests.serving.helpers import (
    CONTENT,
    assert_is_error,
    assert_is_protected,
    give_rendition,
    put,
    url_of,
)

pytestmark = pytest.mark.django_db


def test_an_address_costs_few_queries(public, private, owner, client, django_assert_num_queries):
    give_rendition(public)
    with django_assert_num_queries(1):
        client.get(url_of(public))
    with django_assert_num_queries(2):
        client.get(url_of(public, "sm"))
    signed_in = reader(owner)
    with django_assert_num_queries(1):  # whose session it is does not matter
        signed_in.get(url_of(public))
    token, _ = issue_token(user=owner)
    with django_assert_num_queries(3):  # the file, the token with the caller's roles, the rule
        client.get(url_of(private), headers={"Authorization": f"Token {token}"})


def test_a_row_without_bytes_is_not_found(owner, organization, client, caplog):
    upload = make_upload(owner, organization, visibility=Visibility.PUBLIC)
    assert_is_error(client.get(url_of(upload)), 404, "not_found")
    assert upload.key in caplog.text


def test_bytes_that_were_changed_behind_our_back_are_not_served(public, client, caplog):  # SV-19
    put(public.key, b"something else")
    headers = {"If-None-Match": f'"{public.checksum_sha256}"'}
    for sent in ({}, headers):
        response = client.get(url_of(public), headers=sent)
        assert_is_error(response, 503, "stored_bytes_differ")
        assert response["Cache-Control"] == "private, no-store"


def test_a_file_cut_short_while_it_is_sent_breaks_the_answer_off(public):  # SV-20
    response = Client().get(url_of(public))
    os.truncate(storages["media"].path(public.key), 1000)
    with pytest.raises(EOFError):
        b"".join(response.streaming_content)


def test_bytes_purged_while_they_are_sent_come_whole(public, client):  # SV-21
    response = Client().get(url_of(public))
    storages["media"].remove([public.key])
    assert b"".join(response.streaming_content) == CONTENT
    assert client.get(url_of(public)).status_code == 404


def test_a_broken_store_is_told_in_the_one_error_shape(public, client, monkeypatch):
    def fail(*args, **kwargs):
        raise PermissionError(13, "secret path")

    monkeypatch.setattr(type(storages["media"]), "open_descriptor", fail)
    response = client.get(url_of(public))
    assert_is_error(response, 503, "unavailable")
    assert_is_protected(response)
    assert b"secret" not in response.content

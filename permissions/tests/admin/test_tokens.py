"""The list of tokens in the admin: an administrator sees and revokes those of the organization."""

import pytest

from permissions.authentication.tokens import issue_named_token
from permissions.models import ApiToken
from tests.factories import add_member, make_member

pytestmark = pytest.mark.django_db

TOKENS = "/admin/permissions/apitoken/"


def issue(user, name):
    return issue_named_token(user=user, name=name, scope=["media_view"])[1]


def revoke(client, *tokens):
    return client.post(TOKENS, {"action": "revoke", "_selected_action": [token.pk for token in tokens]}, follow=True)


# FA-E3
def test_an_administrator_sees_and_revokes_tokens_of_members(client, keeper, organization, other_organization):
    mine = issue(make_member(organization, "Creator"), "front end")
    foreign = issue(make_member(other_organization, "Creator"), "elsewhere")
    client.force_login(keeper)
    page = client.get(TOKENS).content.decode()
    assert "front end" in page and mine.prefix in page and "media_view" in page
    assert "elsewhere" not in page
    revoke(client, foreign)
    revoke(client, mine)
    assert list(ApiToken.objects.all()) == [foreign]


def test_the_token_of_a_stronger_account_is_seen_and_kept(client, keeper, organization, other_organization):
    both = make_member(organization, "Creator")
    add_member(user=both, role=other_organization.roles.get(name="Member"))
    kept, ended = issue(both, "two places"), issue(make_member(organization), "one place")
    client.force_login(keeper)
    answer = revoke(client, kept, ended).content.decode()
    assert "1 token was revoked" in answer and "1 token was kept" in answer
    assert list(ApiToken.objects.all()) == [kept]


@pytest.mark.parametrize("way", ["action", "form"])
def test_tokens_end_with_the_account_and_do_not_come_back(client, keeper, organization, way):
    member = make_member(organization)
    issue(member, "front end")
    client.force_login(keeper)
    if way == "action":
        client.post("/admin/permissions/user/", {"action": "deactivate", "_selected_action": [member.pk]})
    else:
        inline = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
        client.post(f"/admin/permissions/user/{member.pk}/change/", {"username": member.username, **inline})
    member.refresh_from_db()
    assert not member.is_active and not ApiToken.objects.exists()

"""The storage page and its short form on the overview."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from permissions.choices import Permission, Visibility
from permissions.context import access_of
from tests.admin_cases import administrator, signed_in, staff, superuser
from tests.factories import make_member, make_upload
from uploads.choices import UploadType
from uploads.models import StorageAccount
from uploads.stats.dashboard import accounts_for, dashboard_of
from uploads.usages.record import record_usage

pytestmark = pytest.mark.django_db

PAGE = "/admin/uploads/upload/storage/"
MEBIBYTE = 2**20


@pytest.fixture
def keeper(organization):
    return make_member(organization, "Administrator", is_staff=True)


@pytest.fixture
def files(organization, other_organization, keeper):
    """A used film of long ago, a new picture of another user, one in the trash, one of another organization."""
    now = timezone.now()
    film = make_upload(
        keeper,
        organization,
        title="Film",
        type=UploadType.VIDEO,
        size=3 * MEBIBYTE,
        created_at=now - timedelta(days=800),
        visibility=Visibility.PUBLIC,
    )
    record_usage(upload_id=film.pk, entity_type="page", entity_id="1")
    secret = make_upload(make_member(organization, username="neighbour"), organization, title="Secret", size=MEBIBYTE)
    make_upload(keeper, organization, title="Gone", size=7, deleted_at=now)
    make_upload(make_member(other_organization), other_organization, title="Foreign", size=9 * MEBIBYTE)
    return {"film": film, "secret": secret}


def test_the_figures_are_those_of_the_organization_by_type_person_month_size_and_use(files, keeper, organization):
    figures = dashboard_of(access_of(keeper, organization.slug))
    assert figures["total"] == {"count": 2, "size": 4 * MEBIBYTE}
    assert [(row["name"], row["size"]) for row in figures["by_type"]] == [("Video", 3 * MEBIBYTE), ("Image", MEBIBYTE)]
    assert [row["user"]["username"] for row in figures["by_user"]] == [keeper.username, "neighbour"]
    assert [row["title"] for row in figures["largest"]] == ["Film", "Secret"]
    assert [row["title"] for row in figures["largest_unused"]] == ["Secret"]
    assert figures["unused"] == {"count": 1, "size": MEBIBYTE}
    assert figures["trash"] == {"count": 1, "size": 7}


def test_growth_begins_with_what_is_older_and_ends_with_what_there_is(files, keeper, organization):
    growth = dashboard_of(access_of(keeper, organization.slug))["growth"]
    assert len(growth) == 12
    assert growth[0]["size"] == 3 * MEBIBYTE
    assert growth[-1] == {
        "month": timezone.localdate().replace(day=1),
        "count": 1,
        "added": MEBIBYTE,
        "size": 4 * MEBIBYTE,
    }


def test_a_person_who_does_not_see_every_file_sees_own_figures_and_no_people(files, organization):
    answer = staff(organization, Permission.MEDIA_VIEW).get(PAGE)
    page = answer.content.decode()
    assert answer.context["figures"]["total"]["count"] == 1
    assert "Film" in page
    assert "Secret" not in page
    assert "neighbour" not in page
    assert "By person" not in page


def test_nothing_of_another_organization_is_counted_or_named(files, organization):
    page = administrator(organization).get(PAGE).content.decode()
    assert "Secret" in page
    assert "Foreign" not in page
    assert "9.0\xa0MB" not in page


def test_a_superuser_who_acts_everywhere_sees_the_files_of_all(files):
    assert superuser().get(PAGE).context["figures"]["total"]["count"] == 3


def test_the_page_needs_the_right_to_use_the_library(files, organization):
    rest = [each for each in Permission if each != Permission.MEDIA_VIEW]
    assert staff(organization, *rest).get(PAGE).status_code == 403
    assert "Show details" not in staff(organization, *rest).get("/admin/").content.decode()
    assert signed_in(make_member(organization)).get(PAGE).status_code == 302
    assert Client().get(PAGE).status_code == 302


def test_the_page_only_shows(organization):
    assert administrator(organization).post(PAGE).status_code == 405


def test_quotas_are_shown_with_what_is_used_of_them(keeper, organization):
    organization.storage_quota, organization.user_quota = 400, 0
    organization.save()
    StorageAccount.objects.create(organization=organization, used=90, reserved=10)
    accounts = accounts_for(access_of(keeper, organization.slug))
    assert [(account["name"], account["percent"]) for account in accounts] == [
        (organization.name, 25),
        ("Your own files", 100),
    ]
    assert "25 % of 400" in signed_in(keeper).get(PAGE).content.decode()


def test_the_account_of_the_organization_is_not_for_those_who_see_their_own_files_alone(organization):
    member = make_member(organization)
    assert [account["name"] for account in accounts_for(access_of(member, organization.slug))] == ["Your own files"]


def test_an_empty_library_says_so(organization):
    assert "No files yet" in administrator(organization).get(PAGE).content.decode()


def test_the_overview_says_how_much_there_is_and_leads_to_the_page(files, organization):
    page = administrator(organization).get("/admin/").content.decode()
    assert "Show details" in page
    assert "4.0\xa0MB" in page


def test_the_sidebar_leads_to_the_page_for_those_who_may_open_it(organization):
    assert f'href="{PAGE}"' in staff(organization, Permission.MEDIA_VIEW).get("/admin/").content.decode()
    assert f'href="{PAGE}"' not in staff(organization, Permission.VIEW_ROLE).get("/admin/").content.decode()


def test_only_the_page_itself_is_marked_in_the_sidebar(organization):
    groups = administrator(organization).get(PAGE).context["sidebar_navigation"]
    assert [item["title"] for group in groups for item in group["items"] if item["active"]] == ["Storage"]


# AD-11
def test_the_page_costs_the_same_number_of_queries_at_any_number_of_files(
    files, organization, keeper, django_assert_num_queries
):
    client = signed_in(keeper)
    for _ in range(20):
        make_upload(make_member(organization), organization)
    with django_assert_num_queries(13):
        client.get(PAGE)

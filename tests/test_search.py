"""Words are found however they are spelled, and names are in people's order, in every list."""

import pytest
from django.core.management import call_command

from common.db.computed_columns import computed_columns
from permissions.models import User
from tests.admin_cases import address, administrator
from tests.factories import (
    client_for,
    make_category,
    make_content,
    make_library_resource,
    make_media_item,
    make_member,
    make_resource,
    make_upload,
)
from uploads.models import Tag, Upload

pytestmark = pytest.mark.django_db

DECOMPOSED = "Cafe\N{COMBINING ACUTE ACCENT}"
SPELLINGS = ["cafe", "CAFÉ", DECOMPOSED, "\N{FULLWIDTH LATIN SMALL LETTER C}afe", "ca\N{SOFT HYPHEN}fe"]
VOWELLED = "مُحَمَّد"

# Named like files that people have, in the order in which people expect them.
ORDERED = ["apple", "Eagle", "Émile", "IMG2", "img10", "img11", "Zebra"]


def tagged(owner, organization, word):
    return make_upload(owner, organization, original_filename="other.png", tags=[word])


MAKERS = {
    "uploads by name": ("uploads", lambda o, org, word: make_upload(o, org, original_filename=f"{word}.png")),
    "uploads by title": ("uploads", lambda o, org, word: make_upload(o, org, title=word)),
    "uploads by description": ("uploads", lambda o, org, word: make_upload(o, org, description=f"A {word} at noon")),
    "uploads by tag": ("uploads", tagged),
    "media items": ("media-items", lambda o, org, word: make_media_item(o, org, title=word)),
    "documents": ("resources", lambda o, org, word: make_resource(o, org, title=word)),
    "content": ("content", lambda o, org, word: make_content(o, org, title=word)),
    "library": ("library-resources", lambda o, org, word: make_library_resource(o, org, name=word)),
    "library by attribute": ("library-resources", lambda o, org, word: make_library_resource(o, org, environment=word)),
    "categories": ("categories", lambda o, org, word: make_category(org, word)),
    "tags": ("tags", tagged),
}


@pytest.fixture
def admin(organization):
    return make_member(organization, "Administrator")


# FA-A12
@pytest.mark.parametrize("name", MAKERS)
def test_every_list_finds_a_word_in_every_spelling(organization, admin, name):
    path, make = MAKERS[name]
    make(admin, organization, "Café")
    make(admin, organization, f"{VOWELLED} Straße")
    client = client_for(admin)
    for search in [*SPELLINGS, "محمد", "STRASSE"]:
        assert client.get(f"/api/v1/{path}/", {"search": search}).json()["count"] == 1, search
    for search in ("cafes", "\N{COMBINING ACUTE ACCENT}"):
        assert client.get(f"/api/v1/{path}/", {"search": search}).json()["count"] == 0, search


# FA-A12
@pytest.mark.parametrize("label", ["uploads.upload", "uploads.tag", "media_library.category", "permissions.user"])
def test_lists_of_the_admin_find_words_as_the_api_does(organization, label):
    member = make_member(organization, display_name="Zoë Müller", username="zoe")
    tagged(member, organization, "Zoë Müller")
    make_category(organization, "Zoë Müller")
    answer = administrator(organization).get(address(label, "changelist"), {"q": "zoe muller"})
    assert b"Zo\xc3\xab" in answer.content or b"other.png" in answer.content
    answer = administrator(organization).get(address(label, "changelist"), {"q": "zoe nobody"})
    assert "Zoë" not in answer.content.decode()


# FA-A12
@pytest.mark.parametrize("spelling", ["café", "CAFÉ", DECOMPOSED])
def test_the_filter_by_tag_takes_both_compositions_and_no_other_word(organization, admin, spelling):
    tagged(admin, organization, "Café")
    tagged(admin, organization, "cafe")
    client = client_for(admin)
    assert client.get("/api/v1/uploads/", {"tag": spelling}).json()["count"] == 1
    assert sorted(tag["name"] for tag in client.get("/api/v1/tags/", {"search": "cafe"}).json()["results"]) == [
        "Café",
        "cafe",
    ]


ORDERINGS = {
    "uploads": ("original_filename", lambda o, org, name: make_upload(o, org, original_filename=name)),
    "media-items": ("original_filename", lambda o, org, name: make_media_item(o, org, original_filename=name)),
    "resources": ("original_filename", lambda o, org, name: make_resource(o, org, original_filename=name)),
    "content": ("title", lambda o, org, name: make_content(o, org, title=name)),
    "categories": ("name", lambda o, org, name: make_category(org, name)),
    "tags": ("name", tagged),
}


# FA-A12
@pytest.mark.parametrize("path", ORDERINGS)
@pytest.mark.parametrize("paging", [{}, {"cursor": "", "limit": "2"}], ids=["whole", "by cursor"])
def test_names_are_in_natural_order_on_every_database(organization, admin, path, paging):
    shown, make = ORDERINGS[path]
    for name in ORDERED[::-1]:
        make(admin, organization, name)
    has_orderings = shown != "name"
    for sign, expected in {"": ORDERED, "-": ORDERED[::-1]}.items() if has_orderings else {"": ORDERED}.items():
        query = {"ordering": f"{sign}{shown}", **paging} if has_orderings else paging
        assert [row[shown] for row in walk(client_for(admin), f"/api/v1/{path}/", query)] == expected


def walk(client, path, query):
    answer = client.get(path, query).json()
    rows = answer["results"]
    while answer["next"]:
        answer = client.get(answer["next"]).json()
        rows += answer["results"]
    return rows


# FA-A12
def test_columns_of_names_in_the_admin_are_in_natural_order(organization, admin):
    for name in ORDERED[::-1]:
        make_library_resource(admin, organization, name=name)
    body = administrator(organization).get(address("resources.libraryresource", "changelist"), {"o": "1"}).content
    places = [body.decode().index(f">{name}<") for name in ORDERED]
    assert places == sorted(places)


# FA-A12
def test_a_renamed_file_is_found_and_ordered_by_its_new_name(organization, admin):
    upload = make_upload(admin, organization, original_filename="b10.png")
    upload.original_filename = "Émile 2.png"
    upload.save(update_fields=["original_filename"])
    upload.refresh_from_db()
    assert upload.name_sort == "emile 12.png"


# FA-A12
def test_refolding_puts_right_what_sql_has_left_behind(organization, admin):
    upload = tagged(admin, organization, "Crème")
    Upload.everything.update(search_text="", name_sort="")
    Tag.objects.update(search_text="", name_sort="")
    User.objects.update(search_text="stale")
    call_command("refold", verbosity=0)
    upload.refresh_from_db()
    assert "creme" in upload.search_text
    assert upload.name_sort == "other.png"
    assert Tag.objects.get().search_text == "creme"
    assert admin.username in User.objects.get(pk=admin.pk).search_text
    before = list(Upload.everything.values_list("updated_at"))
    call_command("refold", verbosity=0)
    assert list(Upload.everything.values_list("updated_at")) == before


def test_a_model_names_its_computed_columns():
    assert {column.name for column in computed_columns(Upload)} == {"name_sort"}
    assert {column.name for column in computed_columns(Tag)} == {"search_text", "name_sort"}

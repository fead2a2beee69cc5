"""People, organizations, and what their memberships let them do."""

from typing import Any

from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.db import models
from django.db.models.functions import Lower

from common.db.computed_columns import HasComputedColumns, SearchTextField, SortKeyField
from common.db.constraints import SameOrganization
from common.db.ids import new_id
from common.time_zones import validate_time_zone
from permissions.passwords import ComposedPasswords, composed


class People(UserManager):
    """Makes accounts with their passwords composed."""

    use_in_migrations = False

    def _create_user_object(self, username: str, email: str | None, password: str | None, **fields: Any) -> Any:
        return super()._create_user_object(username, email, password and composed(password), **fields)


class User(HasComputedColumns, ComposedPasswords, AbstractUser):
    """Somebody who can sign in. What a user may do depends on the organization, see `permissions.access`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    display_name = models.CharField(max_length=150, blank=True)
    time_zone = models.CharField(
        max_length=63, blank=True, validators=[validate_time_zone], help_text="IANA name; empty: as the browser says."
    )
    language = models.CharField(max_length=10, blank=True, help_text="As in settings.LANGUAGES; empty: the browser's.")
    is_system = models.BooleanField(default=False, help_text="Owns imported files whose uploader is unknown.")
    search_text = SearchTextField(of=("username", "display_name", "first_name", "last_name", "email"))
    name_sort = SortKeyField(of=("username",))
    organizations: models.ManyToManyField = models.ManyToManyField(
        "Organization", through="Membership", related_name="users"
    )

    objects = People()

    class Meta(AbstractUser.Meta):
        ordering = ["name_sort", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_system"], condition=models.Q(is_system=True), name="user_system_is_only_one"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username


class Organization(HasComputedColumns, models.Model):
    """A tenant. Every file, role and category belongs to exactly one, and nothing crosses."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)
    is_default = models.BooleanField(
        default=False, help_text="Anonymous callers who name no organization act in this one."
    )
    public_listing = models.BooleanField(default=True, help_text="Anonymous callers may list public files.")
    storage_quota = models.PositiveBigIntegerField(null=True, blank=True, help_text="Bytes; empty: unlimited.")
    user_quota = models.PositiveBigIntegerField(null=True, blank=True, help_text="Bytes per user; empty: unlimited.")
    search_text = SearchTextField(of=("name", "slug"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="organization_default_is_only_one"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Role(HasComputedColumns, models.Model):
    """A named set of permissions inside one organization, carried by a Django group of its own.

    Group names are global, so the group is called ``org:<organization id>:<role id>`` and never shown to people.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="roles")
    name = models.CharField(max_length=80)
    search_text = SearchTextField(of=("name",))
    name_sort = SortKeyField(of=("name",))
    group = models.OneToOneField(Group, models.PROTECT, related_name="role", editable=False)
    users: models.ManyToManyField = models.ManyToManyField(User, through="Membership", related_name="roles")

    class Meta:
        ordering = ["name_sort", "id"]
        constraints = [
            models.UniqueConstraint("organization", Lower("name"), name="role_name_is_unique_in_organization"),
            models.UniqueConstraint(fields=["organization", "id"], name="role_is_unique_in_organization"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def group_name(self) -> str:
        return f"org:{self.organization_id}:{self.id}"


class Membership(models.Model):
    """One role of one user in the role's organization. Several roles are several memberships."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.ForeignKey(Role, models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="memberships", editable=False, help_text="The role's organization."
    )
    is_default = models.BooleanField(default=False, help_text="The user acts in this organization where none is named.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-is_default", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="membership_is_unique_per_user_and_role"),
            SameOrganization(field="role", name="membership_role_is_of_its_organization"),
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(is_default=True), name="membership_default_is_only_one_per_user"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.role}"


class SignInCounter(models.Model):
    """Failed sign-ins of a network, of a place with one name, or of an account; `key` is a digest that tells neither.

    Rows whose time is over count as absent and are removed in the background.
    """

    key = models.CharField(max_length=32, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["key"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.failures} of {self.key}"


class KnownNetwork(models.Model):
    """A network from which an account has signed in; both are digests, so that the table tells no one's whereabouts."""

    account = models.CharField(max_length=32)
    network = models.CharField(max_length=32)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["account", "network"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["account", "network"], name="known_network_is_unique_per_account"),
        ]

    def __str__(self) -> str:
        return f"{self.network} of {self.account}"

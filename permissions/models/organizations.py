"""Organizations, their roles, and the memberships that give users a role."""

from django.contrib.auth.models import Group
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from common.db.computed_columns import HasComputedColumns, SearchTextField, SortKeyField
from common.db.constraints import SameOrganization
from common.db.ids import new_id
from permissions.models.users import User


class Organization(HasComputedColumns, models.Model):
    """A tenant. Every file, role and category belongs to exactly one organization."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=150)
    is_active = models.BooleanField(_("is active"), default=True)
    is_default = models.BooleanField(
        _("is default"), default=False, help_text=_("Anonymous callers who name no organization act in this one.")
    )
    public_listing = models.BooleanField(
        _("public listing"),
        default=True,
        help_text=_(
            "Anyone may list and search the public files of this organization without signing in, as websites do that "
            "show them. Off: whoever knows the address of a public file opens it, and nobody finds it in a list."
        ),
    )
    storage_quota = models.PositiveBigIntegerField(
        _("storage quota"), null=True, blank=True, help_text=_("Bytes; empty: unlimited.")
    )
    user_quota = models.PositiveBigIntegerField(
        _("user quota"), null=True, blank=True, help_text=_("Bytes per user; empty: unlimited.")
    )
    search_text = SearchTextField(of=("name", "slug"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
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
    organization = models.ForeignKey(Organization, models.CASCADE, verbose_name=_("organization"), related_name="roles")
    name = models.CharField(_("name"), max_length=80)
    works_in_admin = models.BooleanField(
        _("works in the admin"),
        default=False,
        db_default=False,
        help_text=_("People with this role may sign in to the admin. What they may do there is chosen below."),
    )
    search_text = SearchTextField(of=("name",))
    name_sort = SortKeyField(of=("name",))
    group = models.OneToOneField(Group, models.PROTECT, related_name="role", editable=False)
    users: models.ManyToManyField = models.ManyToManyField(User, through="Membership", related_name="roles")

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
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
    user = models.ForeignKey(User, models.CASCADE, verbose_name=_("user"), related_name="memberships")
    role = models.ForeignKey(Role, models.CASCADE, verbose_name=_("role"), related_name="memberships")
    organization = models.ForeignKey(
        Organization,
        models.CASCADE,
        verbose_name=_("organization"),
        related_name="memberships",
        editable=False,
        help_text=_("The role's organization."),
    )
    is_default = models.BooleanField(
        _("is default"), default=False, help_text=_("The user acts in this organization where none is named.")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
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

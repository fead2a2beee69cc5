"""People who can sign in."""

from typing import Any, ClassVar

from asgiref.sync import sync_to_async
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as BaseUserManager
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from common.db.computed_columns import HasComputedColumns, SearchTextField, SortKeyField
from common.db.ids import new_id
from common.passwords import composed, spellings
from common.time_zones import validate_time_zone
from permissions.token_scopes import TokenScope


class UserManager(BaseUserManager["User"]):
    """Creates users with the composed form of their passwords."""

    use_in_migrations = False

    def _create_user_object(self, username: str, email: str | None, password: str | None, **fields: Any) -> "User":
        """Override of Django's method, through which every way to create a user goes."""
        if not username:
            raise ValueError("The given username must be set")
        email, username = self.normalize_email(email), self.model.normalize_username(username)
        user = self.model(username=username, email=email, **fields)
        user.set_password(password)
        return user


class User(HasComputedColumns, AbstractUser):
    """A person who can sign in, or the system user. The rights of a user depend on the organization.

    Passwords are stored composed and checked in every composition, which takes at most three hashes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    display_name = models.CharField(_("display name"), max_length=150, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=63,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("IANA name; empty: that of the browser."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        help_text=_("Language code of settings.LANGUAGES; empty: that of the browser."),
    )
    is_system = models.BooleanField(default=False, help_text=_("Owns imported files whose uploader is unknown."))
    search_text = SearchTextField(of=("username", "display_name", "first_name", "last_name", "email"))
    name_sort = SortKeyField(of=("username",))
    organizations: models.ManyToManyField = models.ManyToManyField(
        "Organization", through="Membership", related_name="users"
    )

    # Not a column: what the token of a request narrows its owner to; None without a token that narrows.
    token_scope: TokenScope | None = None
    # Nor this: the memberships as `permissions.context` reads them with the user, in one statement; None: not read.
    known_memberships: list[list[Any]] | None = None

    objects: ClassVar[UserManager] = UserManager()

    class Meta(AbstractUser.Meta):
        ordering = ["name_sort", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_system"], condition=models.Q(is_system=True), name="user_system_is_only_one"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    @cached_property
    def works_in_admin(self) -> bool:
        """Whether the person may sign in to the admin: as staff, or by a role. One query at most."""
        return self.is_active and (self.is_staff or self._has_role_in_admin())

    def _has_role_in_admin(self) -> bool:
        return self.memberships.filter(role__works_in_admin=True, organization__is_active=True).exists()

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password and composed(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        return any(super(User, self).check_password(spelling) for spelling in spellings(raw_password or ""))

    async def acheck_password(self, raw_password: str | None) -> bool:
        return await sync_to_async(self.check_password)(raw_password)

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class PermissionsConfig(AppConfig):
    name = "permissions"
    verbose_name = _("People and organizations")
    default = True

    def ready(self) -> None:
        from permissions import checks  # noqa: F401
        from permissions.admin import registration  # noqa: F401  the site exists by now


class LibraryAdminConfig(admin_apps.AdminConfig):
    """Django's admin, with this project's site."""

    default = False
    default_site = "permissions.admin.site.LibraryAdminSite"

"""The app of uploads."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class UploadsConfig(AppConfig):
    name = "uploads"
    verbose_name = _("Uploads")

    def ready(self) -> None:
        from uploads import checks  # noqa: F401

        # Modules in which each app registers its kinds of job, lifecycles and entity types.
        autodiscover_modules("handlers", "registrations")

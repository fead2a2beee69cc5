from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class UploadsConfig(AppConfig):
    name = "uploads"
    verbose_name = "Uploads"

    def ready(self) -> None:
        from uploads import checks  # noqa: F401

        # Every app says there what it adds: its kinds of job; its uses of uploads and its entities.
        autodiscover_modules("handlers", "registrations")

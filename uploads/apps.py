from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class UploadsConfig(AppConfig):
    name = "uploads"
    verbose_name = "Uploads"

    def ready(self) -> None:
        from uploads import checks  # noqa: F401

        autodiscover_modules("handlers")  # every app registers its kinds of job there

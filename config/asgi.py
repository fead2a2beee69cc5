"""The ASGI application, which `python -m config.serve` serves. `config.web` builds it."""

import os

import django
from django.utils.module_loading import import_string

from config.environment.startup import explain_faults

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
with explain_faults():
    from config.environment.private_files import keep_private

    keep_private()
    django.setup(set_prefix=False)
    application = import_string("config.web.application")

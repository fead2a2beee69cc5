"""The ASGI application, which `python -m config.serve` serves. What it is made of is in `config.web`."""

import os

import django
from django.utils.module_loading import import_string

from config.environment.startup import explained

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
with explained():
    from config.environment.private_files import keep_private

    keep_private()
    django.setup(set_prefix=False)
    application = import_string("config.web.application")

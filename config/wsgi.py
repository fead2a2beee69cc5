"""The WSGI application, for tests: bodies have no clocks here, and each answer holds a thread. See `config.asgi`."""

import os

from django.core.wsgi import get_wsgi_application

from config.environment.startup import explained

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
with explained():
    from config.environment.private_files import keep_private

    keep_private()
    application = get_wsgi_application()

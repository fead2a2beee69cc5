"""The WSGI application, for tests: without time limits for bodies, and with one thread for each response."""

import os

from django.core.wsgi import get_wsgi_application

from config.environment.startup import explain_faults

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
with explain_faults():
    from config.environment.private_files import keep_private

    keep_private()
    application = get_wsgi_application()

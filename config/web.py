"""The parts of the ASGI application. Import it after `django.setup()`."""

import sys

from django.conf import settings
from django.db import close_old_connections

from common.asgi.admission import AdmissionMiddleware
from common.asgi.bodies import Body, Pace, Scope
from common.asgi.handler import Handler
from common.asgi.pool import ThreadPool
from common.asgi.spool import SpoolBudget, SpooledBody, body_limit
from config.environment import env
from config.middleware.error_responses import error_response
from uploads.api.form_upload import OTHER_FIELDS
from uploads.sessions.receive.body import Receptions

FILE_THREADS = 8  # that read and write files, and never wait for a client or the database

# Seconds that the event loop waits for the interpreter while threads compute; Python's default is 5 ms.
sys.setswitchinterval(0.001)

requests = ThreadPool(env.WEB_THREADS, name="request", after=close_old_connections)
files = ThreadPool(FILE_THREADS, name="file")
budget = SpoolBudget()
pace = Pace(idle=settings.RECEIVE_TIMEOUT)
receptions = Receptions(requests=requests, files=files, pace=pace)


def body_of(scope: Scope) -> Body:
    """Return the object that receives the body of a request."""
    if upload := receptions.body_of(scope):
        return upload
    other = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    limit = body_limit(scope, form=settings.MAX_FORM_UPLOAD_SIZE + OTHER_FIELDS, other=other)
    return SpooledBody(scope, limit=limit, pace=pace, budget=budget, files=files)


handler = Handler(requests=requests, files=files, body_of=body_of, error_response=error_response)
application = AdmissionMiddleware(handler, error_response=error_response)

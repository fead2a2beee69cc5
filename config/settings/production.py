"""Production: required values have no defaults."""

from environs import validate

from config.environment import env
from config.settings.base import *
from config.settings.base import STORAGES

SECRET_KEY = env.env.str("SECRET_KEY", validate=validate.Length(min=50))
ALLOWED_HOSTS = env.env.list("ALLOWED_HOSTS", validate=validate.Length(min=1))
SEED_DEMO = env.env.bool("SEED_DEMO", False)
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# Only behind a proxy that sets the header: any client could send it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.TRUST_PROXY_HEADERS else None

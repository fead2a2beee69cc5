"""What every environment shares. No logic: values come from `config.environment.env`."""

from common.resilience.redis_options import redis_options
from config.environment import env
from config.environment.databases import with_options
from config.environment.origins import public_bucket_url

BASE_DIR = env.BASE_DIR
DATA_DIR = env.DATA_DIR

DEBUG = False
SECRET_KEY = env.SECRET_KEY
SECRET_KEY_FALLBACKS = env.SECRET_KEY_FALLBACKS
ALLOWED_HOSTS = env.ALLOWED_HOSTS
CSRF_TRUSTED_ORIGINS = env.CSRF_TRUSTED_ORIGINS
PUBLIC_URL = env.PUBLIC_URL
TRUST_PROXY_HEADERS = env.TRUST_PROXY_HEADERS

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # the theme's default config would put its own site in place of ours
    "unfold.contrib.filters",
    "permissions.apps.LibraryAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "django_filters",
    "guardian",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "corsheaders",
    "csp",
    "permissions",
    "uploads",
    "resources",
    "media_library",
]

MIDDLEWARE = [
    "common.web.request_id.RequestIdMiddleware",
    "common.web.request_records.RequestRecordsMiddleware",
    "common.resilience.deadlines.RequestDeadlineMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.headers.ContentSecurityPolicyMiddleware",
    "config.middleware.headers.ApiCacheMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.trailing_slashes.TrailingSlashMiddleware",
    "common.web.error_pages.ErrorPageMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "common.web.time_zones.AdminTimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.tz",  # TIME_ZONE, shown beside times
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["permissions.templatetags.page_organization"],
        },
    }
]

REQUEST_DEADLINE = env.REQUEST_DEADLINE  # seconds that a request waits for database, stores and Redis in all

# Data
DATABASES = {"default": with_options(env.DATABASE, pool_size=env.DATABASE_POOL_SIZE, prepares=env.PREPARED_STATEMENTS)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.REDIS_URL,
        "OPTIONS": redis_options(),
    }
    if env.REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Files
STORAGES = {
    "media": {
        "BACKEND": "uploads.storage.s3.S3Store" if env.MEDIA_BUCKET else "uploads.storage.disk.DiskStore",
        "OPTIONS": {"bucket_name": env.MEDIA_BUCKET}
        if env.MEDIA_BUCKET
        else {"location": DATA_DIR / "media", "alias": "media"},
    },
    "assets": {
        "BACKEND": "uploads.storage.s3.S3Store" if env.MEDIA_BUCKET else "uploads.storage.disk.DiskStore",
        "OPTIONS": {"bucket_name": env.ASSETS_BUCKET}
        if env.MEDIA_BUCKET
        else {"location": DATA_DIR / "assets", "alias": "assets"},
    },
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
S3_ENDPOINT_URL = env.S3_ENDPOINT_URL
S3_PUBLIC_ENDPOINT_URL = env.S3_PUBLIC_ENDPOINT_URL
S3_REGION = env.S3_REGION
S3_ACCESS_KEY_ID = env.S3_ACCESS_KEY_ID
S3_SECRET_ACCESS_KEY = env.S3_SECRET_ACCESS_KEY
CDN_URL = env.CDN_URL
# URL of the public-read assets bucket without a CDN; empty on local disk, where this server serves assets.
ASSETS_URL = public_bucket_url(env.S3_PUBLIC_ENDPOINT_URL, env.S3_REGION, env.ASSETS_BUCKET) if env.MEDIA_BUCKET else ""
X_ACCEL_PREFIX = env.X_ACCEL_PREFIX

MAX_IMAGE_SIZE = env.MAX_IMAGE_SIZE
MAX_AVATAR_SIZE = env.MAX_AVATAR_SIZE
MAX_RESOURCE_SIZE = env.MAX_RESOURCE_SIZE
MAX_VIDEO_SIZE = env.MAX_VIDEO_SIZE
MAX_AUDIO_SIZE = env.MAX_AUDIO_SIZE
FORMATS_REFUSED = env.FORMATS_REFUSED  # extensions or media types of uploads/kinds/formats.py that are not accepted
FORMATS_ADDED = env.FORMATS_ADDED  # further documents, each as extension=media/type
MAX_IMAGE_PIXELS = env.MAX_IMAGE_PIXELS
UPLOAD_SCANNER = env.UPLOAD_SCANNER
MAX_FORM_UPLOAD_SIZE = env.MAX_FORM_UPLOAD_SIZE
RECEIVE_TIMEOUT = env.RECEIVE_TIMEOUT  # seconds without a byte after which a body is refused
MAX_CONCURRENT_RECEIVES = env.MAX_CONCURRENT_RECEIVES  # bodies for local disk at once in one process
PUBLIC_LISTING = env.PUBLIC_LISTING
TRASH_RETENTION_DAYS = env.TRASH_RETENTION_DAYS
ORPHAN_GRACE_HOURS = env.ORPHAN_GRACE_HOURS  # younger objects are never orphans
TEMPORARY_GRACE = env.TEMPORARY_GRACE  # seconds that temporary files of killed writes are kept
ORPHAN_CLEAN_LIMIT = env.ORPHAN_CLEAN_LIMIT  # objects that one run of cleaning removes
VERSIONS_KEPT = env.VERSIONS_KEPT  # earlier versions of each file
WEBHOOK_ALLOW_HTTP = env.WEBHOOK_ALLOW_HTTP  # also unencrypted addresses
WEBHOOK_ALLOW_PRIVATE = env.WEBHOOK_ALLOW_PRIVATE  # also addresses of private networks and of this machine
WEBHOOK_DELIVERIES_KEPT_DAYS = 30
SEED_DEMO = env.SEED_DEMO
DEMO_PASSWORD = env.DEMO_PASSWORD

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o755  # of collected static files alone, which another account may serve

# Sign-in
AUTH_USER_MODEL = "permissions.User"
AUTHENTICATION_BACKENDS = [
    "permissions.authentication.backends.ComposedBackend",
    "django.contrib.auth.backends.ModelBackend",  # sessions of earlier releases name it; it is never asked to sign in
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account:sign_in"
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_RESET_TIMEOUT = 4 * 3600  # seconds that a link to a new password is valid
ANONYMOUS_USER_NAME = None  # guardian: anonymous callers are not rows
GUARDIAN_MONKEY_PATCH_USER = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # grants are read by permissions.access, never through user.has_perm

# Browser-facing defences
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "common.web.error_views.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CORS_ALLOWED_ORIGINS = env.CORS_ALLOWED_ORIGINS
CORS_URLS_REGEX = r"^/(api|files|s|storage)/"
CORS_ALLOW_HEADERS = [
    *("accept", "authorization", "content-type", "idempotency-key", "if-match", "if-none-match"),
    *("x-csrftoken", "x-organization"),
]
CORS_EXPOSE_HEADERS = ["Content-Disposition", "Content-Range", "ETag", "Location", "Retry-After"]

# Language and time
LANGUAGE_CODE = "en"
TIME_ZONE = env.TIME_ZONE  # of people without a choice whose browser reports none; the database stores UTC
USE_TZ = True
USE_I18N = True

# Watching
METRICS_TOKEN = env.METRICS_TOKEN
METRICS_NETWORKS = env.METRICS_NETWORKS
ACCESS_LOG = env.ACCESS_LOG

LOGGING_CONFIG = "config.logs.configure"  # removes secrets from every line
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"},
        "json": {"()": "config.logs.JsonFormatter"},
    },
    "filters": {
        "request_id": {"()": "common.web.request_id.RequestIdFilter"},
        "brief_outages": {"()": "common.rest.outage_logs.BriefOutages"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env.LOG_FORMAT,
            "filters": ["request_id", "brief_outages"],
        }
    },
    "root": {"handlers": ["console"], "level": env.LOG_LEVEL},
    "loggers": {
        # Django's own handlers would write lines twice, or mail whole requests.
        "django": {"handlers": [], "level": env.LOG_LEVEL},
    },
}

from config.settings.admin import *  # noqa: E402
from config.settings.api import *  # noqa: E402
from config.settings.email import *  # noqa: E402
from config.settings.headers import *  # noqa: E402
from config.settings.media import *  # noqa: E402
from config.settings.tasks import *  # noqa: E402

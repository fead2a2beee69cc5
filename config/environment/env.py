"""The environment, read once: every variable of an installation, with its type and default.

No other module reads settings from ``os.environ``: ``config/environment/startup.py`` reads the name of Django's
settings module for a sentence, and ``uploads/sandbox/run.py`` passes PATH, LANG and TMPDIR on to child processes.
docs/configuration.md documents each name.
"""

from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from environs import Env, EnvError, validate

from config.environment.databases import database_at
from config.environment.email import email_at
from config.environment.networks import Network, networks_of
from config.environment.origins import address_validator, store_origins, validate_origins

env = Env(expand_vars=False)

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR: Path = env.path("DATA_DIR", BASE_DIR / "var").resolve()

if DATA_DIR.exists() and not DATA_DIR.is_dir():
    raise EnvError(f"DATA_DIR is not a folder: {DATA_DIR}.")

AT_LEAST_0, AT_LEAST_1 = validate.Range(min=0), validate.Range(min=1)
WEB_ADDRESS = address_validator("http", "https")
REDIS_ADDRESS = address_validator("redis", "rediss", "unix")

X264_PRESETS = ["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"]

MIB = 1024**2
GIB = 1024**3

HOST: str = env.str("HOST", "127.0.0.1")
PORT: int = env.int("PORT", 8000, validate=validate.Range(1, 65535))
WEB_WORKERS: int = env.int("WEB_WORKERS", 1, validate=AT_LEAST_1)
WEB_THREADS: int = env.int("WEB_THREADS", 8, validate=AT_LEAST_1)
TIME_ZONE_NAME = validate.OneOf(available_timezones(), error="Must be the name of a time zone, such as Europe/Berlin.")
TIME_ZONE: str = env.str("TIME_ZONE", "UTC", validate=TIME_ZONE_NAME)
SEED_DEMO: bool = env.bool("SEED_DEMO", True)

SECRET_KEY: str = env.str("SECRET_KEY", "")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
DEBUG: bool = env.bool("DEBUG", False)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [], validate=validate_origins)
CORS_ALLOWED_ORIGINS: list[str] = env.list("CORS_ALLOWED_ORIGINS", [], validate=validate_origins)
PUBLIC_URL: str = env.str("PUBLIC_URL", "", validate=WEB_ADDRESS).rstrip("/")
TRUST_PROXY_HEADERS: bool = env.bool("TRUST_PROXY_HEADERS", False)
X_ACCEL_PREFIX: str = env.str("X_ACCEL_PREFIX", "")

REQUEST_DEADLINE: float = env.float("REQUEST_DEADLINE", 10, validate=validate.Range(min=1, max=60))
DATABASE: dict[str, object] = database_at(env.str("DATABASE_URL", f"sqlite:///{DATA_DIR / 'db.sqlite3'}"))
DATABASE_POOL_SIZE: int = env.int("DATABASE_POOL_SIZE", 10, validate=AT_LEAST_0)
PREPARED_STATEMENTS: bool = env.bool("PREPARED_STATEMENTS", True)
REDIS_URL: str = env.str("REDIS_URL", "", validate=REDIS_ADDRESS)
TASKS_BACKEND: str = env.str("TASKS_BACKEND", "database", validate=validate.OneOf(["database", "rq"]))
WORKER_PROCESSES: int = env.int("WORKER_PROCESSES", 3, validate=AT_LEAST_1)
WORKER_GRACE_SECONDS: int = env.int("WORKER_GRACE_SECONDS", 30, validate=AT_LEAST_0)

MEDIA_BUCKET: str = env.str("MEDIA_BUCKET", "")
ASSETS_BUCKET: str = env.str("ASSETS_BUCKET", "")
CLOUDFLARE_ACCOUNT_ID: str = env.str("CLOUDFLARE_ACCOUNT_ID", "")
S3_ENDPOINT_URL: str = env.str("S3_ENDPOINT_URL", "", validate=WEB_ADDRESS) or (
    f"https://{CLOUDFLARE_ACCOUNT_ID}.r2.cloudflarestorage.com" if CLOUDFLARE_ACCOUNT_ID else ""
)
S3_PUBLIC_ENDPOINT_URL: str = env.str("S3_PUBLIC_ENDPOINT_URL", "", validate=WEB_ADDRESS) or S3_ENDPOINT_URL
S3_REGION: str = env.str("S3_REGION", "auto" if CLOUDFLARE_ACCOUNT_ID else "us-east-1")
S3_ACCESS_KEY_ID: str = env.str("S3_ACCESS_KEY_ID", "")
S3_SECRET_ACCESS_KEY: str = env.str("S3_SECRET_ACCESS_KEY", "")
CDN_URL: str = env.str("CDN_URL", "", validate=WEB_ADDRESS).rstrip("/")
# Where browsers fetch files from and send them to, besides this server: for the Content-Security-Policy.
STORE_ORIGINS: list[str] = store_origins(
    endpoint=S3_PUBLIC_ENDPOINT_URL, cdn=CDN_URL, on_amazon=bool(MEDIA_BUCKET) and not S3_PUBLIC_ENDPOINT_URL
)

MAX_IMAGE_SIZE: int = env.int("MAX_IMAGE_SIZE", 50 * MIB, validate=AT_LEAST_1)
MAX_AVATAR_SIZE: int = env.int("MAX_AVATAR_SIZE", 5 * MIB, validate=AT_LEAST_1)
MAX_RESOURCE_SIZE: int = env.int("MAX_RESOURCE_SIZE", 100 * MIB, validate=AT_LEAST_1)
MAX_VIDEO_SIZE: int = env.int("MAX_VIDEO_SIZE", 5 * GIB, validate=AT_LEAST_1)
MAX_AUDIO_SIZE: int = env.int("MAX_AUDIO_SIZE", 500 * MIB, validate=AT_LEAST_1)
FORMATS_REFUSED: list[str] = env.list("FORMATS_REFUSED", [])
FORMATS_ADDED: list[str] = env.list("FORMATS_ADDED", [])
MAX_IMAGE_PIXELS: int = env.int("MAX_IMAGE_PIXELS", 120_000_000, validate=AT_LEAST_1)
UPLOAD_SCANNER: str = env.str("UPLOAD_SCANNER", "")
MAX_FORM_UPLOAD_SIZE: int = env.int("MAX_FORM_UPLOAD_SIZE", 25 * MIB, validate=AT_LEAST_0)

RECEIVE_TIMEOUT: int = env.int("RECEIVE_TIMEOUT", 30, validate=AT_LEAST_1)
MAX_CONCURRENT_RECEIVES: int = env.int("MAX_CONCURRENT_RECEIVES", 256, validate=AT_LEAST_1)

MAX_TRANSCODES: int = env.int("MAX_TRANSCODES", 1, validate=AT_LEAST_0)
TRANSCODE_PRESET: str = env.str("TRANSCODE_PRESET", "veryfast", validate=validate.OneOf(X264_PRESETS))
TRANSCODE_TIMEOUT: int = env.int("TRANSCODE_TIMEOUT", 6 * 3600, validate=AT_LEAST_1)
TRANSCODE_DIR: Path = env.path("TRANSCODE_DIR", DATA_DIR / "transcoding").resolve()
TRANSCODER_URL: str = env.str("TRANSCODER_URL", "", validate=WEB_ADDRESS)
TRANSCODER_SECRET: str = env.str("TRANSCODER_SECRET", "")
PLAYBACK_SECONDS: int = env.int("PLAYBACK_SECONDS", 6 * 3600, validate=AT_LEAST_1)

PUBLIC_LISTING: bool = env.bool("PUBLIC_LISTING", True)
THROTTLING: bool = env.bool("THROTTLING", True)
TRASH_RETENTION_DAYS: int = env.int("TRASH_RETENTION_DAYS", 30, validate=AT_LEAST_0)
PURGE_TRASH_EVERY: int = env.int("PURGE_TRASH_EVERY", 24 * 60 * 60, validate=AT_LEAST_0)
ORPHAN_GRACE_HOURS: int = env.int("ORPHAN_GRACE_HOURS", 48, validate=AT_LEAST_0)
TEMPORARY_GRACE: int = env.int("TEMPORARY_GRACE", 3600, validate=AT_LEAST_0)
ORPHAN_CLEAN_LIMIT: int = env.int("ORPHAN_CLEAN_LIMIT", 10_000, validate=AT_LEAST_0)
AUDIT_ORPHANS_EVERY: int = env.int("AUDIT_ORPHANS_EVERY", 7 * 24 * 60 * 60, validate=AT_LEAST_0)
CLEAN_ORPHANS_EVERY: int = env.int("CLEAN_ORPHANS_EVERY", 0, validate=AT_LEAST_0)
VERSIONS_KEPT: int = env.int("VERSIONS_KEPT", 10, validate=AT_LEAST_0)
WEBHOOK_ALLOW_HTTP: bool = env.bool("WEBHOOK_ALLOW_HTTP", False)
WEBHOOK_ALLOW_PRIVATE: bool = env.bool("WEBHOOK_ALLOW_PRIVATE", False)

LOG_FORMAT: str = env.str("LOG_FORMAT", "text", validate=validate.OneOf(["text", "json"]))
LOG_LEVEL: str = env.str("LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
ACCESS_LOG: bool = env.bool("ACCESS_LOG", False)
METRICS_TOKEN: str = env.str("METRICS_TOKEN", "")
METRICS_NETWORKS: list[Network] = networks_of(env.list("METRICS_NETWORKS", []))

EMAIL_URL: str = env.str("EMAIL_URL", "")
EMAIL: dict[str, Any] = email_at(EMAIL_URL)
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", "")

DEMO_PASSWORD: str = env.str("DEMO_PASSWORD", "")
TEST_S3_ENDPOINT: str = env.str("TEST_S3_ENDPOINT", "", validate=WEB_ADDRESS)
TEST_DATABASE_URL: str = env.str("TEST_DATABASE_URL", "")

for name, required, are_set in (
    ("TASKS_BACKEND=rq", "REDIS_URL", (TASKS_BACKEND == "rq", REDIS_URL)),
    ("MEDIA_BUCKET", "ASSETS_BUCKET", (MEDIA_BUCKET, ASSETS_BUCKET)),
    ("ASSETS_BUCKET", "MEDIA_BUCKET", (ASSETS_BUCKET, MEDIA_BUCKET)),
    ("S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY", (S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY)),
    ("S3_SECRET_ACCESS_KEY", "S3_ACCESS_KEY_ID", (S3_SECRET_ACCESS_KEY, S3_ACCESS_KEY_ID)),
    ("EMAIL_URL", "DEFAULT_FROM_EMAIL", (EMAIL_URL, DEFAULT_FROM_EMAIL)),
    ("TRANSCODER_URL", "TRANSCODER_SECRET", (TRANSCODER_URL, TRANSCODER_SECRET)),
):
    if are_set[0] and not are_set[1]:
        raise EnvError(f"{name} needs {required}.")

"""System checks of the framework, the secrets and the sign-in."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning

from common.file_permissions import exposed_paths
from common.rest.counters import is_shared

SAFE_DJANGO = (5, 2, 19)
# Placeholders for secrets in examples, of this project and of others.
_EXAMPLE = re.compile(
    r"replace.?me|change.?(me|this)|example|insecure|placeholder|password|secret.?key|tests?.only|minioadmin|^secret$"
    r"|^test(key|secret)$|your.?(key|secret)|0123456789|1234567890|abcdefgh|qwerty",
    re.IGNORECASE,
)
_MIN_KEY_LENGTH = 50  # characters, as Django's own check has it
_MIN_COMPRESSED = 42  # bytes; random keys of that length compress to more, repetitions to fewer


@register(Tags.security)
def check_django_is_patched(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a release of Django with known vulnerabilities, also if the lock file has it."""
    if django.VERSION[:3] >= SAFE_DJANGO:
        return []
    message = f"Django {django.get_version()} has known vulnerabilities."
    hint = f"Install Django {'.'.join(map(str, SAFE_DJANGO))} or later."
    return [Error(message, hint=hint, id="permissions.E001")]


@register(Tags.security, deploy=True)
def check_throttles_are_shared(**kwargs: Any) -> list[CheckMessage]:
    """Warn if throttles are counted in each process. Sign-ins are counted in the database."""
    if is_shared():
        return []
    message = "Each process counts anonymous reads and uploads alone, so that limits multiply with the processes."
    return [CheckWarning(message, hint="Set REDIS_URL.", id="permissions.W001")]


@register(Tags.security, deploy=True)
def check_secret_keys(**kwargs: Any) -> list[CheckMessage]:
    """Find keys that are examples or easy to guess. The key signs sessions, links and tickets."""
    keys = {"SECRET_KEY": [settings.SECRET_KEY], "SECRET_KEY_FALLBACKS": settings.SECRET_KEY_FALLBACKS}
    hint = 'python -c "import secrets; print(secrets.token_urlsafe(64))"'
    return [
        Error(f"{name} is an example, too short, or easy to guess.", hint=hint, id="permissions.E002")
        for name, values in keys.items()
        if any(is_weak_key(value) for value in values)
    ]


def is_weak_key(key: str) -> bool:
    """Tell whether `key` is easy to guess: an example, a short key, or one that repeats itself."""
    return (
        len(key) < _MIN_KEY_LENGTH
        or bool(_EXAMPLE.search(key))
        or len(zlib.compress(key.encode(), 9)) < _MIN_COMPRESSED
    )


@register(Tags.security, deploy=True)
def check_hosts_are_named(**kwargs: Any) -> list[CheckMessage]:
    """Find settings that accept any host: a client could choose the host of links, redirects and caches."""
    every = [
        host for host in settings.ALLOWED_HOSTS if "*" in host or host.strip(".").count(".") < host.startswith(".")
    ]
    every += [origin for origin in settings.CSRF_TRUSTED_ORIGINS if re.fullmatch(r"\w+://\*(\.\w+)?", origin)]
    message = "ALLOWED_HOSTS or CSRF_TRUSTED_ORIGINS accepts every host: {}."
    hint = "Name the hosts of this installation."
    return [Error(message.format(host), hint=hint, id="permissions.E003") for host in every]


@register(Tags.security, deploy=True)
def check_no_example_is_in_use(**kwargs: Any) -> list[CheckMessage]:
    """Find accounts and keys that the documentation contains."""
    return list(_examples())


def _examples() -> Iterator[CheckMessage]:
    if settings.SEED_DEMO or settings.DEMO_PASSWORD:
        message = "An empty database gets demonstration accounts, including an administrator."
        yield Error(message, hint="Set SEED_DEMO=false and remove DEMO_PASSWORD.", id="permissions.E004")
    secrets = {
        "S3_ACCESS_KEY_ID": settings.S3_ACCESS_KEY_ID,
        "S3_SECRET_ACCESS_KEY": settings.S3_SECRET_ACCESS_KEY,
        "TRANSCODER_SECRET": settings.TRANSCODER_SECRET,
        "the password in DATABASE_URL": str(settings.DATABASES["default"].get("PASSWORD") or ""),
    }
    for name, value in secrets.items():
        if _EXAMPLE.search(value):
            yield Error(f"The value of {name} is from an example.", id="permissions.E005")


@register(Tags.security, deploy=True)
def check_files_are_private(**kwargs: Any) -> list[CheckMessage]:
    """Find files that other accounts of the machine may use, such as the database."""
    database = settings.DATABASES["default"]
    file = Path(database["NAME"]) if database["ENGINE"].endswith("sqlite3") else None
    return [
        Error(
            f"Other accounts of this machine can access {path}.",
            hint=f"chmod {'go' if surplus & 0o070 else 'o'}-rwx",
            id="permissions.E006",
        )
        for path, surplus in exposed_paths(data_dir=Path(settings.DATA_DIR), database=file)
    ]

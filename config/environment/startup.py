"""The start of a process: faults become one sentence, and a root process switches to the owner of DATA_DIR.

Imports nothing of the project at its top, since reading the environment may fail.
"""

import os
import pwd
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOT_CONFIGURED = 78  # EX_CONFIG of sysexits.h
UNAVAILABLE = 69  # EX_UNAVAILABLE
NOT_PERMITTED = 77  # EX_NOPERM
_CREDENTIALS = re.compile(r"//[^/@\s]*@")


class CannotStart(SystemExit):
    """Ends the process with a code of sysexits.h, after a sentence on standard error."""

    def __init__(self, sentence: str, code: int) -> None:
        sys.stderr.write(f"{_CREDENTIALS.sub('//…@', sentence)}\n")
        super().__init__(code)


@contextmanager
def explain_faults() -> Iterator[None]:
    """End the process with a sentence and an exit code for a fault of the environment, DATA_DIR or the database.

    With `--traceback` among the arguments, the traceback is shown instead.
    """
    if "--traceback" in sys.argv:
        yield
        return
    try:
        yield
    except Exception as error:
        if fault := _fault(error):
            raise CannotStart(*fault) from None
        raise


def _fault(error: Exception) -> tuple[str, int] | None:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import InterfaceError, OperationalError
    from environs import EnvError

    named = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    if isinstance(error, ModuleNotFoundError) and error.name and f"{named}.".startswith(f"{error.name}."):
        return f"The environment is not valid: there is no module {named} (DJANGO_SETTINGS_MODULE).", NOT_CONFIGURED
    if isinstance(error, EnvError | ImproperlyConfigured):
        return f"The environment is not valid: {_flat(error)}", NOT_CONFIGURED
    if isinstance(error, OperationalError | InterfaceError):
        return f"The database cannot be used: {_flat(error)}", UNAVAILABLE
    if isinstance(error, PermissionError) and _is_data(error.filename):
        return f"{error.filename} cannot be used by the account {account()}: {error.strerror}.", NOT_PERMITTED
    if isinstance(error, OSError) and _is_data(error.filename):
        return f"{error.filename} cannot be used: {error.strerror}.", NOT_PERMITTED
    return None


def _flat(error: Exception) -> str:
    return " ".join(str(error).split())


def _is_data(path: object) -> bool:
    from config.environment import env

    if not isinstance(path, str | bytes | os.PathLike):
        return False
    named = Path(os.fsdecode(path))
    return named == env.DATA_DIR or env.DATA_DIR in named.parents or named in env.DATA_DIR.parents


def account() -> str:
    """Return the name of the account of this process, or its number."""
    return _name_of(os.geteuid())


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"#{uid}"


def become_owner_of_data() -> None:
    """Continue as the owner of DATA_DIR if this process is root: the service could not write files of root.

    Raises CannotStart if the owner cannot read this program. Does nothing for other accounts, and if DATA_DIR does not
    exist yet or belongs to root.
    """
    from config.environment import env

    if os.geteuid() != 0 or not env.DATA_DIR.is_dir():
        return
    owner = env.DATA_DIR.stat()
    if owner.st_uid == 0:
        return
    name = _name_of(owner.st_uid)
    try:
        os.initgroups(name, owner.st_gid)
    except (KeyError, OSError):
        os.setgroups([owner.st_gid])
    os.setgid(owner.st_gid)
    os.setuid(owner.st_uid)
    if not (os.access(__file__, os.R_OK) and os.access(sys.executable, os.X_OK)):
        command = f"sudo -u {shlex.quote(name)} {' '.join(sys.argv)}"
        raise CannotStart(
            f"{env.DATA_DIR} belongs to {name}, who cannot read {env.BASE_DIR} or run {sys.executable}. Install both "
            f"where that account can use them, or run as that account: {command}",
            NOT_PERMITTED,
        )
    if sys.stderr.isatty():
        sys.stderr.write(f"Continuing as {name}, who owns {env.DATA_DIR}.\n")

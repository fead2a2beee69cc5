"""Starting: what keeps a process from it is said in a sentence, and root leaves no file that the service cannot write.

Imports nothing of the project at its top: reading the environment is what may fail.
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
def explained() -> Iterator[None]:
    """Say what keeps this process from starting, or ends its command, where the fault is not in the code.

    That is the environment, DATA_DIR or the database. `--traceback` among the arguments shows everything.
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
        return f"The environment is not right: DJANGO_SETTINGS_MODULE names no module: {named}.", NOT_CONFIGURED
    if isinstance(error, EnvError | ImproperlyConfigured):
        return f"The environment is not right: {_flat(error)}", NOT_CONFIGURED
    if isinstance(error, OperationalError | InterfaceError):
        return f"The database does not answer as it should: {_flat(error)}", UNAVAILABLE
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
    """The name of the account that this process runs as, or its number."""
    return _name_of(os.geteuid())


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"#{uid}"


def become_owner_of_data() -> None:
    """As root, go on as the account that DATA_DIR belongs to: what root made there the service could not write.

    Raises CannotStart where that account cannot read this program. Nothing happens for other accounts, and where
    DATA_DIR is not there yet or belongs to root.
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
        raise CannotStart(
            f"{env.DATA_DIR} belongs to {name}, who cannot read {env.BASE_DIR} or run {sys.executable}. Install both "
            f"where that account can, and run this as it: sudo -u {shlex.quote(name)} {' '.join(sys.argv)}",
            NOT_PERMITTED,
        )
    if sys.stderr.isatty():
        sys.stderr.write(f"Going on as {name}, to whom {env.DATA_DIR} belongs.\n")

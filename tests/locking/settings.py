"""The tests' settings and the app with the migration that locks."""

from config.settings.testing import *  # noqa: F403
from config.settings.testing import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.locking"]

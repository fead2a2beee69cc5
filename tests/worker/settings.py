"""The installation that a worker under test works for: its database is named in the environment."""

from config.settings.development import *  # noqa: F403
from config.settings.development import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.worker"]
PERIODIC_JOBS = {"prune_jobs": None}

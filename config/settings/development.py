"""Development: everything is under DATA_DIR, and nothing needs configuration."""

from config.environment import addresses, env
from config.environment.secret import local_secret_key
from config.settings.base import *

DEBUG = env.DEBUG
SECRET_KEY = env.SECRET_KEY or local_secret_key(env.DATA_DIR / "secret_key")
ALLOWED_HOSTS = env.ALLOWED_HOSTS or [*addresses.own_names(), "testserver"]
WHITENOISE_USE_FINDERS = True

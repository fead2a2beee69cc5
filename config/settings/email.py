"""E-mail: of password resets and invitations."""

from config.environment import env

EMAIL_CONFIGURED = bool(env.EMAIL_URL)  # else pages say who can help instead
EMAIL_BACKEND = env.EMAIL["EMAIL_BACKEND"]
EMAIL_HOST = env.EMAIL["EMAIL_HOST"] or ""
EMAIL_PORT = env.EMAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER = env.EMAIL["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = env.EMAIL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = env.EMAIL["EMAIL_USE_TLS"]
EMAIL_USE_SSL = env.EMAIL["EMAIL_USE_SSL"]
EMAIL_FILE_PATH = env.EMAIL["EMAIL_FILE_PATH"]
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.DEFAULT_FROM_EMAIL

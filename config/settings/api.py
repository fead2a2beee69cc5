"""Settings of the HTTP API: DRF, tokens, errors and the OpenAPI schema."""

from datetime import timedelta
from typing import Any

from config.environment import env
from media_library import __version__

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "permissions.authentication.tokens.ApiTokenAuthentication",  # first, so that a 401 carries WWW-Authenticate
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["permissions.api.requirements.DenyUndeclared"],
    "DEFAULT_RENDERER_CLASSES": ["common.rest.renderers.FastJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.rest.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "common.rest.keyset.OffsetOrCursor",
    "DEFAULT_FILTER_BACKENDS": ["common.rest.filters.StrictFilterBackend"],
    # Only a proxy that is known to set X-Forwarded-For is asked who the client is.
    "NUM_PROXIES": 1 if env.TRUST_PROXY_HEADERS else 0,
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_THROTTLE_RATES": {
        "login": "10/min" if env.THROTTLING else None,
        "upload": "600/min" if env.THROTTLING else None,
        "anonymous": "600/min" if env.THROTTLING else None,
        "account": "20/h" if env.THROTTLING else None,  # password resets, invitations and set-up codes that are tried
    },
    "DEFAULT_SCHEMA_CLASS": "permissions.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "DATETIME_FORMAT": "iso-8601",
}

DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "common.rest.exceptions.Handler",
    "EXCEPTION_FORMATTER_CLASS": "common.rest.exceptions.Formatter",
    "ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": True,  # the API answers JSON in every mode
}

API_TOKEN_LIFETIME = timedelta(days=14)

SPECTACULAR_SETTINGS = {
    "TITLE": "Media library",
    "DESCRIPTION": "Files of many organizations: upload, find, serve, share.",
    "VERSION": __version__,
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    # Fields of one name with different values: each set has its own name in the schema.
    "ENUM_NAME_OVERRIDES": {
        "ErrorTypeEnum": "permissions.api.schema.ERROR_TYPES",
        "LibraryStatusEnum": "resources.choices.LibraryStatus",
        "LibraryTypeEnum": "resources.choices.LibraryType",
        "MediaStatusEnum": "media_library.choices.MediaStatus",
        "SessionStateEnum": "uploads.choices.SessionState",
        "UploadTypeEnum": "uploads.choices.UploadType",
    },
}

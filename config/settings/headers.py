"""Content-Security-Policy: nothing is allowed by default, and each part of the site allows what it needs."""

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE

from config.environment import env

# What no page needs.
_LOCKED = {"object-src": [NONE], "base-uri": [NONE], "frame-ancestors": [NONE]}

CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"default-src": [NONE], "form-action": [NONE], **_LOCKED}}

CSP_BY_PREFIX = {
    # The theme of the admin alone.
    "/account/": {
        "default-src": [SELF],
        "script-src": [SELF, UNSAFE_EVAL, UNSAFE_INLINE],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "form-action": [SELF],
        **_LOCKED,
    },
    # Unfold's Alpine compiles expressions and its pages carry inline scripts, so both are unsafe-*; files are shown
    # from and sent to the stores.
    "/admin/": {
        "default-src": [SELF],
        "script-src": [SELF, UNSAFE_EVAL, UNSAFE_INLINE],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:", *env.STORE_ORIGINS],
        "media-src": [SELF, "blob:", *env.STORE_ORIGINS],
        "connect-src": [SELF, *env.STORE_ORIGINS],
        "worker-src": [SELF, "blob:"],
        "form-action": [SELF],
        "frame-src": [SELF, *env.STORE_ORIGINS],
        **_LOCKED,
    },
    # Swagger UI styles its elements inline and draws its logo from a data URL; its script is a request of its own.
    "/api/docs/": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [NONE],
        **_LOCKED,
    },
}

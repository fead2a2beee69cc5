"""The admin: theme and sidebar. `permissions.admin.theme` is the only code that knows the theme."""

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

UNFOLD = {
    "SITE_TITLE": _("Media library"),
    "SITE_HEADER": _("Media library"),
    "SITE_SYMBOL": "perm_media",
    "SITE_URL": None,
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("library/favicon.svg")},
    ],
    "ACCOUNT": {
        "navigation": [
            {"title": _("Preferences"), "link": reverse_lazy("admin:preferences")},
            {"title": _("Change password"), "link": reverse_lazy("account:password_change")},
            {"title": _("API tokens"), "link": reverse_lazy("account:tokens")},
        ]
    },
    "STYLES": [lambda request: static("library/admin.css"), lambda request: static("library/forced_colors.css")],
    "SCRIPTS": [
        lambda request: static("dist/forms.js"),
        lambda request: static("library/time_zone.js"),
        lambda request: static("library/unsaved.js"),
        lambda request: static("library/page_organization.js"),
    ],
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "8px",
    "COLORS": {
        # Blue of which 600 on white and 400 on the dark background reach a contrast of 4.5.
        "primary": {
            "50": "oklch(97% .014 254.6)",
            "100": "oklch(93.2% .032 255.6)",
            "200": "oklch(88.2% .059 254.1)",
            "300": "oklch(80.9% .105 251.8)",
            "400": "oklch(70.7% .165 254.6)",
            "500": "oklch(62.3% .214 259.8)",
            "600": "oklch(54.6% .245 262.9)",
            "700": "oklch(48.8% .243 264.4)",
            "800": "oklch(42.4% .199 265.6)",
            "900": "oklch(37.9% .146 265.5)",
            "950": "oklch(28.2% .091 267.9)",
        },
    },
    "SIDEBAR": {"show_search": False, "navigation": "permissions.admin.navigation.sidebar"},
}

# Groups of (model, Material symbol[, title]) or (page beside the lists, Material symbol, title). A person sees the
# entries that they may open.
ADMIN_SIDEBAR: list[tuple[Promise, list[tuple[str, str] | tuple[str, str, Promise]]]] = [
    (
        _("Library"),
        [
            ("uploads.Upload", "photo_library", _("Media library")),
            ("uploads.Tag", "sell"),
            ("admin:uploads_upload_storage", "bar_chart", _("Storage")),
            ("admin:uploads_upload_trash", "delete", _("Trash")),
        ],
    ),
    (
        _("Content"),
        [
            ("media_library.Content", "article"),
            ("media_library.Category", "category"),
            ("media_library.MediaItem", "movie"),
            ("media_library.Caption", "closed_caption"),
            ("resources.Resource", "description"),
            ("resources.LibraryResource", "styler"),
        ],
    ),
    (
        _("People"),
        [
            ("permissions.User", "person"),
            ("permissions.Invitation", "mail"),
            ("permissions.Membership", "badge"),
            ("permissions.Role", "admin_panel_settings"),
            ("permissions.Organization", "domain"),
        ],
    ),
    (
        _("Operation"),
        [
            ("uploads.UploadSession", "upload"),
            ("uploads.Job", "manufacturing"),
            ("admin:uploads_upload_health", "monitor_heart", _("Health")),
            ("admin:uploads_upload_orphans", "troubleshoot", _("Orphans")),
            ("uploads.StorageDeletion", "delete_sweep"),
            ("uploads.Activity", "history"),
            ("uploads.Webhook", "webhook"),
            ("uploads.WebhookDelivery", "outbox"),
            ("permissions.ApiToken", "key"),
        ],
    ),
]

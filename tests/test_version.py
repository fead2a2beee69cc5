"""The version stands in one place; what is generated or packaged repeats it."""

import json
import re
from pathlib import Path

from django.conf import settings

from media_library import __version__

ROOT = Path(__file__).resolve().parent.parent
CLIENT = ROOT / "clients/typescript"


def test_the_schema_has_the_version_of_the_library():
    assert settings.SPECTACULAR_SETTINGS["VERSION"] == __version__
    assert json.loads((CLIENT / "openapi.json").read_text())["info"]["version"] == __version__


def test_the_client_is_released_with_the_library():
    for name in ("package.json", "package-lock.json"):
        assert json.loads((CLIENT / name).read_text())["version"] == __version__, name


def test_the_newest_heading_of_the_changes_is_this_version():
    assert re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[0] == __version__

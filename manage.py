#!/usr/bin/env python
"""Run a management command of the media library."""

import os
import sys

from django.core.management import execute_from_command_line

from config.modes import keep_private

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    keep_private()
    execute_from_command_line(sys.argv)

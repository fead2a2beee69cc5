#!/usr/bin/env python
"""Run a management command of the media library."""

import os
import sys

from config.environment.startup import become_owner_of_data, explain_faults

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    with explain_faults():
        become_owner_of_data()
        from django.core.management import execute_from_command_line

        from config.environment.private_files import keep_private

        keep_private()
        execute_from_command_line(sys.argv)

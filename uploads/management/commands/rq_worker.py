from typing import Any

from django.core.management.base import BaseCommand

from uploads.jobs.rq import new_worker


class Command(BaseCommand):
    help = "Do jobs that Redis rings for (TASKS_BACKEND=rq); `manage.py work` supervises it. Example: manage.py work"

    def handle(self, *args: Any, **options: Any) -> None:
        new_worker().work(logging_level="WARNING")

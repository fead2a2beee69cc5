"""The lifetimes of upload sessions and of their signed URLs."""

from datetime import timedelta

SESSION_LIFE = timedelta(hours=24)
URL_LIFE = timedelta(minutes=15)
LATE_ARRIVAL = URL_LIFE + timedelta(hours=1)  # a PUT that began before its URL expired may still be running

"""Addresses and errors of content."""

LIST = "/api/v1/content/"


UNKNOWN = "01890000-0000-7000-8000-000000000000"


def url(content, *parts):
    return "/".join([f"{LIST}{content.pk}", *map(str, parts), ""])


def error(answer):
    found = answer.json()["errors"][0]
    return answer.status_code, found["code"], found["attr"]

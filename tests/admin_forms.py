"""The data that a browser sends for forms of the admin."""

import re
from html import unescape
from html.parser import HTMLParser


class Fields(HTMLParser):
    """The data that a browser sends for the form of a page without edits."""

    def __init__(self, page):
        super().__init__()
        self.sent, self._select, self._area, self._inside = {}, None, None, False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        name, value = given.get("name"), given.get("value") or ""
        if tag == "form":
            self._inside = (given.get("id") or "").endswith("_form")
        if not self._inside or "disabled" in given or "__prefix__" in (name or ""):
            return
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.sent.setdefault(self._select, []).append(value)
        elif tag == "textarea":
            self._area = name
            self.sent[name] = [""]
        elif tag == "input" and name and self._is_sent(given):
            self.sent.setdefault(name, []).append(value or ("on" if given.get("type") == "checkbox" else ""))

    @staticmethod
    def _is_sent(given):
        kind = given.get("type")
        return "checked" in given if kind in {"checkbox", "radio"} else kind not in {"submit", "file"}

    def handle_data(self, data):
        if self._area:
            self.sent[self._area][0] += data.removeprefix("\n") if not self.sent[self._area][0] else data

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None
        elif tag == "form":
            self._inside = False


def drawn(client, page):
    answer = client.get(page)
    assert answer.status_code == 200
    return Fields(answer.content.decode()).sent


def shown_again(answer):
    """The fields of a form that was not saved, and what its page says."""
    assert answer.status_code == 200, "saved"
    page = answer.content.decode()
    assert "data-late" in page
    return Fields(page).sent, unescape(re.sub(r"\s+", " ", page))

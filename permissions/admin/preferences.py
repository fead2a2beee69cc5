"""Preferences of the signed-in person."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.time_zones import COOKIE, known_time_zones
from permissions.admin import theme
from permissions.admin.pages import FORM_METHODS, AdminPage
from permissions.admin.tenant import person_of
from permissions.models import User


class PreferencesForm(forms.ModelForm):
    """The name that others see, and the time zone of times and of filters by date."""

    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        required=False,
        widget=theme.SelectWidget,
        help_text=gettext_lazy("Times are shown in this zone, and filters by date mean its days."),
    )

    class Meta:
        model = User
        fields = ["display_name", "time_zone"]
        widgets = {"display_name": theme.TextInputWidget}

    def __init__(self, *args: Any, browser_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["time_zone"]
        if isinstance(field, forms.ChoiceField):
            names = [(name, name.replace("_", " ")) for name in sorted(known_time_zones())]
            field.choices = [("", _browser_label(browser_zone)), *names]


class PreferencesPage(AdminPage):
    """Shows and saves the preferences of the person who asks."""

    route = "preferences/"
    name = "preferences"
    title = gettext_lazy("Preferences")
    template_name = "admin/preferences.html"
    http_method_names = FORM_METHODS

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self.render({"form": self._form()})

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = self._form()
        if not form.is_valid():
            return self.render({"form": form})
        form.save()
        messages.success(request, _("Your preferences are saved."))
        return redirect("admin:preferences")

    def _form(self) -> PreferencesForm:
        browser_zone = self.request.COOKIES.get(COOKIE, "")
        return PreferencesForm(
            self.request.POST or None,
            instance=User.objects.get(pk=person_of(self.request).pk),
            browser_zone=browser_zone if browser_zone in known_time_zones() else "",
        )


def _browser_label(zone: str) -> str:
    return _("That of the browser (%(zone)s)") % {"zone": zone} if zone else _("That of the browser")

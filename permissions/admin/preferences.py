"""What people choose for themselves."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.time_zones import COOKIE, known_time_zones
from permissions.admin import theme
from permissions.models import User


class PreferencesForm(forms.ModelForm):
    """The name that others read, and the time zone in which times are shown and dates are asked."""

    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        required=False,
        widget=theme.SelectWidget,
        help_text=gettext_lazy("Times are shown in it, and filters by date mean its days."),
    )

    class Meta:
        model = User
        fields = ["display_name", "time_zone"]
        widgets = {"display_name": theme.TextInputWidget}

    def __init__(self, *args: Any, browser_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_browser = _("As the browser says (%(zone)s)") % {"zone": browser_zone} if browser_zone else ""
        names = [(name, name.replace("_", " ")) for name in sorted(known_time_zones())]
        cast(Any, self.fields["time_zone"]).choices = [("", as_browser or _("As the browser says")), *names]


def preferences_view(site: Any, request: HttpRequest) -> HttpResponse:
    """Show and save the preferences of the person who asks."""
    browser_zone = request.COOKIES.get(COOKIE, "")
    form = PreferencesForm(
        request.POST or None,
        instance=User.objects.get(pk=request.user.pk),
        browser_zone=browser_zone if browser_zone in known_time_zones() else "",
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your preferences are saved."))
        return redirect("admin:preferences")
    context = {**site.each_context(request), "title": _("Preferences"), "form": form}
    return TemplateResponse(request, "admin/preferences.html", context)

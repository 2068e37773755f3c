"""How a person wants to read: language, clock, appearance; and which mails they want."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from zoneinfo import available_timezones

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from directory.models import User
from secretariat.accounts import set_preferences

_MAILS = ("mail_invitations", "mail_minutes", "mail_reminders")
_AREAS = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}


class PreferencesForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["language", "time_zone", "theme", "mail_invitations", "mail_minutes", "mail_reminders"]
        labels = {"time_zone": gettext_lazy("Time zone"), "theme": gettext_lazy("Appearance")}
        help_texts = {
            "language": gettext_lazy("Of the pages. Records are shown in it where they have it."),
            "time_zone": gettext_lazy("For times that belong to no side. Meetings always show both sides' clocks."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"] = forms.ChoiceField(
            label=self.fields["time_zone"].label,
            help_text=self.fields["time_zone"].help_text,
            choices=time_zones(self.initial["time_zone"]),
        )
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("language", "time_zone", "theme", Fieldset(_("Mail"), *_MAILS))
        self.fields["mail_invitations"].help_text = _("When a meeting is called, moved or called off.")
        self.fields["mail_minutes"].help_text = _("When minutes are circulated, answered, agreed or sealed.")
        self.fields["mail_reminders"].help_text = _("When minutes wait for an answer.")


def time_zones(present: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Time zones by area, for a list to choose from; ``present`` is always among them."""
    names = sorted({name for name in available_timezones() if name.partition("/")[0] in _AREAS} | {present, "UTC"})
    return [
        (area, [(name, name.replace("_", " ")) for name in group])
        for area, group in groupby(names, lambda name: name.partition("/")[0])
    ]


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    # Not request.user: a form that is refused would leave its marks on it, and the page is drawn for that user.
    user = User.objects.get(username=request.user.get_username())
    form = PreferencesForm(request.POST or None, instance=user)
    if request.method == "POST":
        if form.is_valid():
            stored = set_preferences(user, **form.cleaned_data)
            with translation.override(stored.language):
                messages.success(request, _("Your preferences are saved."))
            return redirect("account_preferences")
        return render(request, "account/preferences.html", {"form": form, "address": user.email}, status=422)
    return render(request, "account/preferences.html", {"form": form, "address": user.email})

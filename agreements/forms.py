"""The forms of a commitment's page."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.models import StatusReport
from directory.models import Side
from records.fields import TextBlockField
from records.forms import DayInput, RecordForm, in_languages
from records.languages import columns


class MoveForm(forms.Form):
    """A move to another state. The table says whether a reason is needed; one may always be given."""

    target = forms.CharField(widget=forms.HiddenInput, max_length=20)
    reason = TextBlockField(
        label=_("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class StatusReportForm(RecordForm):
    """What a side says of a commitment. ``sides`` are those for which the person may report."""

    class Meta:
        model = StatusReport
        fields = ("side", "status", "reported_on", *columns("text"), "evidence")
        widgets = {"reported_on": DayInput()}

    def __init__(self, *args: Any, sides: list[Side], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sides = sides
        side: Any = self.fields["side"]
        side.queryset = Side.objects.filter(pk__in=[each.pk for each in sides])
        side.empty_label = None
        if len(sides) == 1:
            self.initial["side"] = sides[0].pk
            side.widget = forms.HiddenInput()
        for name in (*columns("text"), "evidence"):
            self.fields[name].widget.attrs["rows"] = 3
        hidden = ["side"] if len(sides) == 1 else []
        shown = [name for name in ("side", "status", "reported_on") if name not in hidden]
        self.helper.layout = Layout(
            "submission",
            *hidden,
            Row(*(Column(name, css_class="col-lg-4") for name in shown)),
            in_languages("text"),
            "evidence",
        )

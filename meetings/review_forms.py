"""The shape of what is typed around a review link: by the secretary who makes it, by the delegate who answers."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.actions.reviewing import LONGEST, SHORTEST, USUAL
from meetings.forms import CommentsForm
from meetings.models import ReviewLink, Verdict
from meetings.reading import Passage
from records.fields import TextBlockField
from records.forms import RecordForm


class ReviewLinkForm(RecordForm):
    """For whom a link is made, in which language it greets them, how long it is valid."""

    days = forms.IntegerField(
        label=_("Valid for (days)"),
        min_value=SHORTEST,
        max_value=LONGEST,
        initial=USUAL,
        help_text=_("1 to 30 days. It answers once, and can be revoked at any time."),
    )

    class Meta:
        model = ReviewLink
        fields = ["delegate", "language"]
        labels = {"delegate": _("Delegate"), "language": _("Language of the page and of the covering note")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delegate"].widget.attrs["autofocus"] = True
        self.helper.layout = Layout(
            "submission",
            "delegate",
            Row(Column("language", css_class="col-sm-7"), Column("days", css_class="col-sm-5")),
        )


class ReviewForm(forms.Form):
    """What the delegate says to the revision, with comments beside its entries."""

    verdict = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (Verdict.ACCEPTED, _("We accept this text")),
            (Verdict.RESERVED, _("We accept this text with a reservation")),
            (Verdict.RETURNED, _("We return this text with comments")),
        ],
        widget=forms.RadioSelect,
    )
    text = TextBlockField(
        label=_("Reservation or comments"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
        help_text=_("Needed for a reservation. For comments it may stay empty where entries are commented above."),
    )

    def __init__(self, *args: Any, entries: list[Passage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remarks = CommentsForm(self.data if self.is_bound else None, entries=entries)

    def is_valid(self) -> bool:
        return all([self.remarks.is_valid(), super().is_valid()])

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        is_bare = facts.get("verdict") == Verdict.RETURNED and not facts.get("text")
        if is_bare and self.remarks.is_valid() and self.comments():
            facts["text"] = gettext("See the comments on the entries.")
        return facts

    def comments(self) -> dict[str, str]:
        """What was written beside the entries, by their keys."""
        written = self.remarks.cleaned_data
        return {name.removeprefix("comment-"): text for name, text in written.items() if text}

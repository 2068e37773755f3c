"""The shape of what is typed about meetings. What is allowed is said by the actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.bootstrap import InlineCheckboxes
from crispy_forms.layout import Column, Div, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.models import PlanItem
from directory.models import Committee, Person, Side
from exchanges.models import ExchangeYear
from meetings.actions import local_instant
from meetings.models import AgendaItem, Attendance, Document, Entry, EntryKind, Meeting, Verdict
from meetings.reading import Passage
from records.access import Classification, Permission
from records.dates import Precision
from records.fields import TextBlockField, TextLineField
from records.forms import DayInput, RecordForm, in_languages
from records.languages import CODES, columns
from records.uploads import UploadField


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class MeetingForm(RecordForm):
    """A meeting's facts. Times are typed on one side's clock and kept as instants."""

    clock = forms.ModelChoiceField(
        Side.objects.none(), label=_("Times on the clock of"), required=False, empty_label=None
    )
    start_time = forms.TimeField(label=_("Begins"), required=False, widget=TimeInput)
    end_time = forms.TimeField(
        label=_("Ends"),
        required=False,
        widget=TimeInput,
        help_text=_("A time before the beginning means the next day."),
    )

    class Meta:
        model = Meeting
        fields = [
            "committee",
            "kind",
            "ordinal",
            "format",
            "date",
            "date_precision",
            *columns("title"),
            *columns("place"),
            "classification",
            "source",
        ]
        widgets = {"date": DayInput, "source": forms.Textarea(attrs={"rows": 2})}

    field_order = [
        "committee",
        "kind",
        "ordinal",
        "format",
        "date",
        "date_precision",
        "clock",
        "start_time",
        "end_time",
    ]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        committees = Committee.objects.visible_to(user).select_related("own_side", "other_side")
        self.fields["committee"].queryset = committees.filter(pk__in=_writable(user, Permission.MEETINGS_WRITE))
        sides = Side.objects.filter(pk__in=committees.values("own_side")) | Side.objects.filter(
            pk__in=committees.values("other_side")
        )
        self.fields["clock"].queryset = sides.distinct()
        if self.instance.pk:
            self._show_times(self.instance)
            del self.fields["committee"]
        elif self.instance.committee_id:
            del self.fields["committee"]  # the next meeting of a committee that is known
        elif len(choices := list(self.fields["committee"].queryset[:2])) == 1:
            self.fields["committee"].initial = choices[0]
        self.fields["classification"].choices = [
            (level.value, level.label) for level in Classification if level <= _clearance(user)
        ]
        self.fields["date_precision"].label = _("Known to the")
        for column in columns("title"):
            self.fields[column].help_text = ""  # the group says it once
        self.helper.layout = self._layout()

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        meeting = self.instance
        committee = meeting.committee if meeting.committee_id else facts.get("committee")
        day, start, end = facts.get("date"), facts.get("start_time"), facts.get("end_time")
        meeting.starts_at = meeting.ends_at = None
        if end is not None and start is None and "start_time" not in self.errors:
            self.add_error("start_time", gettext("Say when it begins as well."))
        if day is not None and not 1900 <= day.year <= 2200:
            self.add_error("date", gettext("Choose a year from 1900 to 2200."))
            return facts
        if committee is None or day is None or start is None:
            return facts
        if facts.get("date_precision") != Precision.DAY:
            self.add_error("start_time", gettext("A time needs a date known to the day."))
            return facts
        side = facts.get("clock") or committee.own_side
        if side not in committee.sides:
            self.add_error("clock", gettext("Choose the clock of one of the committee's two sides."))
            return facts
        try:
            # ``date`` is the day on the clock chosen here; it is kept as the day at the own side.
            meeting.starts_at = local_instant(day, start, side.time_zone)
            if end is not None:
                ends_on = day if end > start else day + timedelta(days=1)
                meeting.ends_at = local_instant(ends_on, end, side.time_zone)
        except ValidationError as refusal:
            self.add_error("start_time", refusal)
            return facts
        facts["date"] = meeting.starts_at.astimezone(ZoneInfo(committee.own_side.time_zone)).date()
        return facts

    def _show_times(self, meeting: Meeting) -> None:
        side = meeting.committee.own_side
        self.fields["clock"].initial = side.pk
        for name, instant in (("start_time", meeting.starts_at), ("end_time", meeting.ends_at)):
            if isinstance(instant, datetime):
                self.fields[name].initial = instant.astimezone(ZoneInfo(side.time_zone)).time()

    def _layout(self) -> Layout:
        first = ["committee"] if "committee" in self.fields else []
        return Layout(
            *[name for name in ("version", "submission") if name in self.fields],
            Row(*(Column(name, css_class="col-md-6") for name in first)),
            Row(
                Column("kind", css_class="col-sm-6 col-lg-4"),
                Column("ordinal", css_class="col-sm-6 col-lg-4"),
                Column("format", css_class="col-sm-6 col-lg-4"),
            ),
            Row(
                Column("date", css_class="col-sm-6 col-lg-3"),
                Column("start_time", css_class="col-6 col-lg-2"),
                Column("end_time", css_class="col-6 col-lg-2"),
                Column("clock", css_class="col-sm-6 col-lg-3"),
                Column("date_precision", css_class="col-sm-6 col-lg-2"),
            ),
            Fieldset(gettext("Place"), in_languages("place")),
            Fieldset(gettext("Title, where it differs from the committee's name and the kind"), in_languages("title")),
            Row(Column("classification", css_class="col-md-4"), Column("source", css_class="col-md-8")),
        )


class AttendanceForm(RecordForm):
    """Who attends. Names and office are filled in as of the meeting's day and may be corrected as printed."""

    class Meta:
        model = Attendance
        fields = [
            "person",
            "role",
            "mode",
            "read_by",
            "sent_apologies",
            "office",
            *columns("name"),
            *columns("office_title"),
        ]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        sides = self.instance.meeting.committee.sides
        people = Person.objects.visible_to(user).filter(side__in=sides).select_related("side")
        self.fields["person"].queryset = people
        self.fields["read_by"].queryset = people
        self.fields["office"].queryset = self.fields["office"].queryset.filter(organisation__side__in=sides)
        is_new = not self.instance.pk
        if is_new:
            for name in ("office", *columns("name"), *columns("office_title")):
                del self.fields[name]
        else:
            del self.fields["person"]
        self.helper.layout = self._layout(is_new)

    def _layout(self, is_new: bool) -> Layout:
        fields = [name for name in ("version", "submission") if name in self.fields]
        person = [Column("person", css_class="col-md-6")] if is_new else []
        rows: list[Any] = [
            Row(*person, Column("role", css_class="col-md-3"), Column("mode", css_class="col-md-3")),
            Row(
                Column("read_by", css_class="col-md-6"), Column("sent_apologies", css_class="col-md-6 form-switchless")
            ),
        ]
        if not is_new:
            rows += [
                Fieldset(gettext("As printed that day"), "office", in_languages("name"), in_languages("office_title"))
            ]
        return Layout(*fields, *rows)


class AgendaItemForm(RecordForm):
    class Meta:
        model = AgendaItem
        fields = [*columns("title"), "plan_item", "exchange_year"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["plan_item"].queryset = PlanItem.objects.visible_to(user).select_related("plan")
        self.fields["exchange_year"].queryset = ExchangeYear.objects.visible_to(user)
        self.helper.layout = Layout(
            *[name for name in ("version", "submission") if name in self.fields],
            in_languages("title"),
            Row(Column("plan_item", css_class="col-md-6"), Column("exchange_year", css_class="col-md-6")),
        )

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        if not any(facts.get(column) for column in columns("title")) and not self.errors:
            self.add_error("title_en", gettext("Give the title in at least one language."))
        return facts


class EntryForm(RecordForm):
    class Meta:
        model = Entry
        fields = ["kind", "speakers", *columns("text"), "agenda_item", "audience"]
        widgets = {
            **{f"text_{code}": forms.Textarea(attrs={"rows": 5, "lang": code}) for code in CODES},
            "speakers": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meeting = self.instance.minutes.meeting
        self.fields["speakers"].queryset = meeting.attendances.all()
        self.fields["speakers"].required = False
        self.fields["speakers"].help_text = _("Those who attended or sent a message. A statement needs at least one.")
        self.fields["agenda_item"].queryset = meeting.agenda_items.all()
        if not self.instance.pk:
            self.initial["kind"] = EntryKind.STATEMENT  # half of what is taken down
        self.helper.layout = Layout(
            *[name for name in ("version", "submission") if name in self.fields],
            Row(
                Column("kind", css_class="col-sm-6 col-lg-3"),
                Column("audience", css_class="col-sm-6 col-lg-3"),
                Column("agenda_item", css_class="col-lg-6"),
            ),
            Div(InlineCheckboxes("speakers"), css_class="speakers"),
            in_languages("text"),
        )

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        written = [column for column in columns("text") if facts.get(column)]
        if not written and not any(column in self.errors for column in columns("text")):
            self.add_error("text_en", gettext("Write the text in at least one language."))
        return facts


class DocumentForm(RecordForm):
    """A document's facts; for a new one the file as well. Without a title it is called as its file is."""

    upload = UploadField(label=_("File"))

    class Meta:
        model = Document
        fields = ["kind", "title", "audience", "entry"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        is_new = not self.instance.pk
        if is_new:
            self.fields["title"].required = False
            self.fields["title"].help_text = _("Left empty, it is called as the file is.")
        else:
            del self.fields["upload"]
        entries = Entry.objects.visible_to(user).filter(minutes=self.instance.meeting.minutes)
        self.fields["entry"].queryset = entries
        self.fields["entry"].choices = [
            ("", _("the meeting as a whole")),
            *((entry.pk, f"{number}. {entry}") for number, entry in enumerate(entries, start=1)),
        ]
        self.fields["entry"].label = _("Belongs to")
        self.fields["audience"].help_text = _("Not wider than the entry's that it belongs to.")
        self.helper.layout = Layout(
            *[name for name in ("version", "submission", "upload") if name in self.fields],
            "title",
            Row(
                Column("kind", css_class="col-sm-6 col-lg-3"),
                Column("audience", css_class="col-sm-6 col-lg-3"),
                Column("entry", css_class="col-lg-6"),
            ),
        )

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        if not facts.get("title") and "title" not in self.errors and facts.get("upload"):
            facts["title"] = facts["upload"].name.rpartition(".")[0]
        return facts

    def attempt(self, act: Callable[[], Any], *, by: Any) -> bool:
        """As every form's, and 413 for a file that is too large. A browser sends a file once only: the form says so."""
        if super().attempt(act, by=by):
            return True
        if self.has_error("upload", "too_large"):
            self.http_status = 413
        elif "upload" in self.fields and "upload" not in self.errors:
            self["upload"].help_text = _("What you typed was kept; the file was not. Please choose it again.")
        return False


class MoveForm(forms.Form):
    """A move to another state, with a reason where the table asks for one."""

    target = forms.CharField(widget=forms.HiddenInput, max_length=20)
    reason = TextBlockField(
        label=_("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class OrderForm(forms.Form):
    """A new order of a list: all its primary keys (from dragging), or the one that goes up or down (a button)."""

    order = forms.RegexField(r"^\d{1,18}(,\d{1,18}){0,999}\Z", max_length=20_000, required=False)
    up = forms.IntegerField(required=False, min_value=1, max_value=10**18)
    down = forms.IntegerField(required=False, min_value=1, max_value=10**18)

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        if not any(facts.get(name) for name in ("order", "up", "down")):
            raise ValidationError(gettext("Say which part goes where."))
        return facts

    def keys(self, present: list[int]) -> list[int]:
        """The whole list in its new order. ``present`` is the order as it is now."""
        if self.cleaned_data["order"]:
            return [int(key) for key in self.cleaned_data["order"].split(",")]
        part = self.cleaned_data["up"] or self.cleaned_data["down"]
        if part not in present:
            return []
        keys = [key for key in present if key != part]
        keys.insert(max(0, present.index(part) + (-1 if self.cleaned_data["up"] else 1)), part)
        return keys


def _writable(user: Any, permission: Permission) -> list[int]:
    if user.sees_all:
        return list(Committee.objects.values_list("pk", flat=True))
    return [grant.committee_id for grant in user.grants if permission in grant.permissions]


def _clearance(user: Any) -> int:
    return 2 if user.sees_all else max((grant.clearance for grant in user.grants), default=0)


class AnswerForm(forms.Form):
    """What a side says to a revision. For the other side, the letter in which it says so."""

    side = forms.ModelChoiceField(Side.objects.none(), label=_("In the name of"), empty_label=None)
    verdict = forms.ChoiceField(label=_("Answer"), choices=Verdict.choices, widget=forms.RadioSelect)
    text = TextBlockField(
        label=_("Reservation or comments"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    spoken_by = TextLineField(
        label=_("Who answered for the other side"), required=False, max_length=300, help_text=_("Name and office.")
    )
    document = forms.ModelChoiceField(
        Document.objects.none(),
        label=_("Note verbale or letter"),
        required=False,
        help_text=_("Attach it to the meeting first. It is needed where the other side answers on paper."),
    )

    def __init__(
        self, *args: Any, sides: list[Side], meeting: Meeting, user: Any, entries: list[Passage], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.remarks = CommentsForm(self.data if self.is_bound else None, entries=entries)
        self.fields["side"].queryset = Side.objects.filter(pk__in=[side.pk for side in sides])
        if user.can(Permission.MINUTES_CIRCULATE, meeting.committee):
            letters = Document.objects.visible_to(user).filter(meeting=meeting, kind__in=["note_verbale", "letter"])
            self.fields["document"].queryset = letters
        else:
            del self.fields["document"], self.fields["spoken_by"]

    def is_valid(self) -> bool:
        return self.remarks.is_valid() and super().is_valid()

    def comments(self) -> dict[str, str]:
        """What was written beside the entries, by their keys."""
        written = self.remarks.cleaned_data
        return {name.removeprefix("comment-"): text for name, text in written.items() if text}


class CommentsForm(forms.Form):
    """A comment beside each entry that the person reads."""

    def __init__(self, *args: Any, entries: list[Passage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for entry in entries:
            label = gettext("Comment on entry %(number)s") % {"number": entry.number}
            self.fields[f"comment-{entry.key}"] = TextBlockField(
                label=label,
                required=False,
                max_length=5000,
                widget=forms.Textarea(attrs={"rows": 2, "class": "form-control", "aria-label": label}),
            )


class VerifyForm(forms.Form):
    file = forms.FileField(
        label=_("PDF or JSON of minutes"),
        max_length=300,
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.json"}),
    )

"""The shape of what is confirmed about commitments: what an agreement makes, and what an entry does to one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.models import Commitment, PlanItem, Responsibility, TimingKind
from agreements.models.commitments import ResponsibilityRole
from agreements.timing import ParallelTiming, left_open, review_after
from directory.models import Office, Organisation, Side
from meetings.commitment_drafts import Proposal
from meetings.models import Entry, Mention, MentionKind
from records.access import Classification
from records.fields import TextBlockField, TextLineField
from records.forms import DayInput, RecordForm
from records.languages import CODES, NAMES, columns, pick

OPEN, OTHERWISE = "open", "otherwise"
_DATES = ("due_on", "window_starts_on", "window_ends_on")
_TIMING = ("timing_kind", *columns("timing_phrase"), *_DATES)


@dataclass(frozen=True)
class Choice:
    """One timing that can be chosen, and the value that the form sends for it."""

    value: str
    timing: ParallelTiming

    @property
    def label(self) -> str:
        return str(TimingKind(self.timing.kind).label)

    @property
    def said(self) -> list[tuple[str, str, Any]]:
        """The words in each language that the passage has: (its code, the words, the language's name)."""
        return [(code, self.timing.phrases.get(code, ""), NAMES[code]) for code in CODES]


@dataclass(frozen=True)
class Row:
    """Who of one side is to keep it: two fields beside each other."""

    side: Side
    who: str
    role: str
    is_spare: bool


class WordsForm(RecordForm):
    """The words in which an entry speaks of a commitment, by language, quoted from it."""

    words_en, words_ja, words_ru = (
        TextBlockField(
            label=name,
            required=False,
            max_length=20_000,
            widget=forms.Textarea(attrs={"rows": 2, "lang": code}),
        )
        for code, name in NAMES.items()
    )

    @property
    def words(self) -> dict[str, str]:
        return {code: self.cleaned_data.get(f"words_{code}", "") for code in CODES}


class CommitmentForm(WordsForm):
    """A commitment as an agreement makes it: filled in from what was said, confirmed with one click."""

    timing = forms.ChoiceField(label=_("Timing as said"), widget=forms.RadioSelect)

    class Meta:
        model = Commitment
        fields = [*columns("text"), "plan_item", "coupled_with", "classification", *_TIMING, "review_on"]
        widgets = {
            **{f"text_{code}": forms.Textarea(attrs={"rows": 4, "lang": code}) for code in CODES},
            **{f"timing_phrase_{code}": forms.TextInput(attrs={"lang": code}) for code in CODES},
            **dict.fromkeys((*_DATES, "review_on"), DayInput),
        }

    def __init__(
        self,
        *args: Any,
        entry: Entry,
        timings: Sequence[ParallelTiming],
        plan_items: Sequence[PlanItem],
        couplable: Sequence[Commitment],
        responsible: Sequence[Responsibility],
        mention: Mention | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.entry, self.mention = entry, mention
        self.facts = {
            "entry": entry,
            "timings": timings,
            "plan_items": plan_items,
            "couplable": couplable,
            "responsible": responsible,
        }
        meeting = entry.minutes.meeting
        self.spoken_on: date = meeting.date
        fields: Any = self.fields
        self._offer("plan_item", plan_items)
        self._offer("coupled_with", couplable)
        fields["classification"].choices = [
            (level.value, level.label)
            for level in Classification
            if meeting.classification <= level <= _clearance(self.user, meeting.committee)
        ]
        for code in CODES:
            self.fields[f"text_{code}"].label = NAMES[code]
            self.fields[f"timing_phrase_{code}"].label = NAMES[code]
        self.fields["timing_kind"].label = _("Kind")
        self.fields["timing_kind"].required = False
        self.fields["review_on"].label = _("Look again on another day than proposed")
        self.choices = self._choices(timings)
        fields["timing"].choices = [
            *((choice.value, choice.label) for choice in self.choices),
            (OPEN, _("Not these words: left open")),
            (OTHERWISE, _("Otherwise")),
        ]
        self.rows = self._rows(meeting.committee.sides, responsible)
        if mention is not None:
            self.fields["mention_version"] = forms.IntegerField(widget=forms.HiddenInput, initial=mention.version)

    @classmethod
    def proposing(cls, proposal: Proposal, entry: Entry, **kwargs: Any) -> CommitmentForm:
        """The form for a new commitment, filled in from what the passage says."""
        meeting = entry.minutes.meeting
        commitment = Commitment(committee=meeting.committee, classification=meeting.classification)
        initial: dict[str, Any] = {f"text_{code}": text for code, text in proposal.texts.items()}
        initial |= {f"words_{code}": text for code, text in proposal.words.items()}
        initial |= {"plan_item": proposal.plan_item, "coupled_with": proposal.coupled_with}
        initial["timing"] = packed(proposal.timings[0]) if proposal.timings else OPEN
        responsible = [Responsibility(side=side) for side in proposal.sides]
        return cls(
            instance=commitment,
            entry=entry,
            timings=proposal.timings,
            responsible=responsible,
            initial=initial,
            **kwargs,
        )

    @classmethod
    def changing(cls, mention: Mention, entry: Entry, **kwargs: Any) -> CommitmentForm:
        """The form for a commitment that the entry makes, with what is stored, and what the passage says besides."""
        commitment = mention.commitment
        stored = timing_of(commitment)
        is_open = stored.kind == TimingKind.OPEN and not stored.phrases
        timings = [t for t in kwargs.pop("timings") if t.phrases != stored.phrases or t.kind != stored.kind]
        initial = {f"words_{code}": getattr(mention, f"words_{code}") for code in CODES}
        initial |= {"timing": OPEN if is_open else packed(stored)}
        return cls(
            instance=commitment,
            entry=entry,
            mention=mention,
            timings=timings if is_open else [stored, *timings],
            responsible=list(commitment.responsibilities.select_related("side")),
            initial=initial,
            **kwargs,
        )

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        if not any(facts.get(column) for column in columns("text")) and not self.errors:
            self.add_error("text_en", gettext("Write the text in at least one language."))
        chosen = facts.get("timing")
        if chosen and chosen != OTHERWISE and not {*_TIMING}.isdisjoint(self.changed_data):
            self.add_error("timing", gettext("You wrote a timing yourself: choose “Otherwise” for it, or take it out."))
        elif chosen == OPEN:
            self._take(left_open(spoken_on=self.spoken_on), facts)
        elif chosen and chosen != OTHERWISE:
            self._take(unpacked(chosen), facts)
        elif chosen == OTHERWISE:
            facts["timing_kind"] = facts.get("timing_kind") or TimingKind.OPEN
            if facts["timing_kind"] == TimingKind.EXACT:
                facts["review_on"] = None
            elif not facts.get("review_on"):
                facts["review_on"] = facts.get("window_ends_on") or review_after(self.spoken_on)
        self._clean_responsible()
        return facts

    def _get_validation_exclusions(self) -> set[str]:
        """Where it is not clear which timing is meant, its contradictions are nobody's."""
        excluded = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded | {*_TIMING, "review_on"} if "timing" in self.errors else excluded

    @property
    def responsible(self) -> list[Responsibility]:
        """Those who were chosen, not yet stored."""
        chosen = []
        for row in self.rows:
            who, _colon, key = self.cleaned_data.get(row.who, "").partition(":")
            if who:
                body = {f"{who}_id": int(key)} if key else {}
                chosen.append(Responsibility(side=row.side, role=self.cleaned_data[row.role], **body))
        return chosen

    def timing_choices(self) -> Iterable[tuple[Choice | None, Any]]:
        """Each timing with its radio button; no choice stands beside “left open” and “otherwise”."""
        by_value = {choice.value: choice for choice in self.choices}
        for radio in self["timing"]:
            yield by_value.get(str(radio.data["value"])), radio

    def responsible_by_side(self) -> list[tuple[Side, list[tuple[Row, forms.BoundField, forms.BoundField]]]]:
        """Each side with its rows: who is to keep it, and in what role."""
        sides = self.entry.minutes.meeting.committee.sides
        return [(side, [(r, self[r.who], self[r.role]) for r in self.rows if r.side == side]) for side in sides]

    @property
    def is_otherwise(self) -> bool:
        """Whether the fields in which a timing is written by hand stand open."""
        names = (*_TIMING, "review_on")
        is_written = self.is_bound and not {*_TIMING}.isdisjoint(self.changed_data)
        return self["timing"].value() == OTHERWISE or is_written or any(name in self.errors for name in names)

    def _choices(self, timings: Sequence[ParallelTiming]) -> list[Choice]:
        choices = {packed(timing): Choice(packed(timing), timing) for timing in timings}
        sent = str(self.data.get(self.add_prefix("timing"), "")) if self.is_bound else ""
        if sent not in (*choices, "", OPEN, OTHERWISE):
            with suppress(ValueError):  # chosen from words that were changed in the meantime
                choices[sent] = Choice(sent, unpacked(sent))
        return list(choices.values())

    def _take(self, timing: ParallelTiming, facts: dict[str, Any]) -> None:
        """Store the timing as it was chosen; what stands in the fields for another one does not count."""
        facts["timing_kind"] = timing.kind
        for code in CODES:
            facts[f"timing_phrase_{code}"] = timing.phrases.get(code, "")
            setattr(self.instance, f"timing_phrase_{code}", timing.phrases.get(code, ""))
        for name in _DATES:
            facts[name] = getattr(timing, name)
        for name in _TIMING:
            self.errors.pop(name, None)
        if timing.kind == TimingKind.EXACT:
            facts["review_on"] = None
        else:
            facts["review_on"] = facts.get("review_on") or timing.review_on or review_after(self.spoken_on)

    def _rows(self, sides: Iterable[Side], responsible: Sequence[Responsibility]) -> list[Row]:
        """For each side those who are named already, and one more who may be."""
        offices: dict[int, list[tuple[str, str]]] = {}
        organisations: dict[int, list[tuple[str, str]]] = {}
        for office in (
            Office.objects.visible_to(self.user).filter(organisation__side__in=sides).select_related("organisation")
        ):
            offices.setdefault(office.organisation.side_id, []).append((f"office:{office.pk}", str(office)))
        for organisation in Organisation.objects.visible_to(self.user).filter(side__in=sides):
            organisations.setdefault(organisation.side_id, []).append(
                (f"organisation:{organisation.pk}", str(organisation))
            )
        rows = []
        for side in sides:
            named = [each for each in responsible if each.side_id == side.pk]
            groups = [
                (gettext("Offices"), offices.get(side.pk)),
                (gettext("Organisations"), organisations.get(side.pk)),
            ]
            bodies: list[Any] = [("", gettext("nobody")), ("side", str(side)), *(each for each in groups if each[1])]
            given: list[Responsibility | None] = [*named, None] if named else [None, None]
            for number, each in enumerate(given):
                row = Row(side, f"who_{side.pk}_{number}", f"role_{side.pk}_{number}", number >= max(1, len(named)))
                self.fields[row.who] = forms.ChoiceField(
                    label=gettext("Who"), choices=bodies, required=False, initial=_body(each)
                )
                self.fields[row.role] = forms.ChoiceField(
                    label=gettext("Role"),
                    choices=ResponsibilityRole.choices,
                    required=False,
                    initial=each.role if each else ResponsibilityRole.LEAD,
                )
                rows.append(row)
        return rows

    def _clean_responsible(self) -> None:
        seen: set[tuple[int, str]] = set()
        for row in self.rows:
            who = self.cleaned_data.get(row.who, "")
            self.cleaned_data[row.role] = self.cleaned_data.get(row.role) or ResponsibilityRole.LEAD
            if who and (row.side.pk, who) in seen:
                self.add_error(row.who, gettext("This is named twice."))
            seen.add((row.side.pk, who))

    def _offer(self, name: str, records: Sequence[Any]) -> None:
        """Offer these records, which were read already, and what is chosen now."""
        field: Any = self.fields[name]
        current = getattr(self.instance, name)
        offered = [*records, *([current] if current is not None and current not in records else [])]
        field.queryset = field.queryset.filter(pk__in=[each.pk for each in offered])
        field.choices = [("", "—"), *((each.pk, _named(each)) for each in offered)]

    def _anew(self, current: Any) -> RecordForm:
        mention = Mention.objects.select_related("commitment").get(pk=self.mention.pk) if self.mention else None
        if mention is None:
            return super()._anew(current)
        names = ("timings", "plan_items", "couplable")
        facts = {name: self.facts[name] for name in names}
        return CommitmentForm.changing(mention, self.entry, user=self.user, **facts)

    def _show_both(self, current: Any) -> None:
        """The commitment or the words of its mention were changed: both versions are those of now."""
        theirs = self._anew(current)
        super()._show_both(theirs.instance)
        if isinstance(theirs, CommitmentForm) and theirs.mention is not None:
            data: Any = self.data
            data[self.add_prefix("mention_version")] = str(theirs.mention.version)


class MentionForm(WordsForm):
    """What an entry does to a commitment that there is already."""

    class Meta:
        model = Mention
        fields = ["kind", *columns("words")]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(
            label=_("What the entry does to it"),
            choices=[choice for choice in MentionKind.choices if choice[0] != MentionKind.MAKES],
            widget=forms.RadioSelect,
            initial=MentionKind.REAFFIRMS,
        )
        if self.instance.pk and self.instance.kind == MentionKind.MAKES:
            del self.fields["kind"]


class SearchForm(forms.Form):
    """What somebody remembers of a commitment: its reference, or words in any language."""

    q = TextLineField(label=_("Commitment"), required=False, max_length=200)


class SelectionForm(forms.Form):
    """The words that were marked before the page was opened."""

    words_en, words_ja, words_ru = (TextBlockField(required=False, max_length=20_000) for _code in CODES)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> tuple[dict[str, str], bool]:
        """The words by language, and whether all of them could be read."""
        form = cls(data)
        is_readable = form.is_valid()
        words = {code: form.cleaned_data.get(f"words_{code}", "") for code in CODES}
        return {code: text for code, text in words.items() if text}, is_readable


def packed(timing: ParallelTiming) -> str:
    """A timing as the value of a radio button: whatever becomes of the text, what was chosen is what is stored."""
    days = {name: str(day) for name in (*_DATES, "review_on") if (day := getattr(timing, name)) is not None}
    facts = {"kind": str(timing.kind), "phrases": dict(timing.phrases), "relative": timing.is_relative, **days}
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def unpacked(value: str) -> ParallelTiming:
    """The timing of a radio button. Raises ``ValueError`` for what no page of ours has sent."""
    try:
        facts = json.loads(value)
        phrases = {code: said for code in CODES if (said := _phrase(facts["phrases"].get(code, "")))}
        days = {name: date.fromisoformat(facts[name]) for name in (*_DATES, "review_on") if name in facts}
        return ParallelTiming(TimingKind(facts["kind"]), phrases, is_relative=bool(facts["relative"]), **days)
    except (KeyError, TypeError, AttributeError, ValidationError, RecursionError) as problem:
        raise ValueError("This is no timing.") from problem


def timing_of(commitment: Commitment) -> ParallelTiming:
    """A commitment's timing as it is stored."""
    phrases = {code: said for code in CODES if (said := getattr(commitment, f"timing_phrase_{code}"))}
    days = {name: getattr(commitment, name) for name in (*_DATES, "review_on")}
    return ParallelTiming(commitment.timing_kind, phrases, **days)


def _phrase(value: Any) -> str:
    return TextLineField(required=False, max_length=300).clean(value) if isinstance(value, str) else ""


def _body(responsibility: Responsibility | None) -> str:
    if responsibility is None:
        return ""
    if responsibility.office_id:
        return f"office:{responsibility.office_id}"
    return f"organisation:{responsibility.organisation_id}" if responsibility.organisation_id else "side"


def _named(record: Any) -> str:
    if not isinstance(record, Commitment):
        return str(record)
    text = pick(record, "text")
    return f"{record.reference} · {text[:90]}{'…' if len(text) > 90 else ''}"


def _clearance(user: Any, committee: Any) -> int:
    if user is None or user.sees_all:
        return max(Classification)
    return max((grant.clearance for grant in user.grants if grant.committee_id == committee.pk), default=0)

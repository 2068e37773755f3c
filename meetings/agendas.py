"""What belongs on the agenda of the next meeting: proposed line by line, with the reason. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import override

from agreements.models import Commitment, PlanItem
from directory.models import Committee
from exchanges.models import ExchangeYear
from meetings.models import AgendaItem, Entry, Meeting, MeetingKind, MeetingState, MinutesState
from records.access import Classification
from records.dates import written
from records.languages import CODES, columns, pick

#: The longest that a commitment's words may be in a title; Japanese says more with a character.
_LONGEST = {"en": 160, "ja": 80, "ru": 160}


@dataclass
class Line:
    """One proposed item, not stored. ``is_on`` says whether it is ticked at first.

    ``classification`` is how closely the meeting is held that it names or is left over from.
    """

    key: str
    item: AgendaItem
    reasons: list[str] = field(default_factory=list)
    is_on: bool = True
    classification: int = Classification.OPEN


def propose_agenda(
    meeting: Meeting, *, last: Meeting | None, minuted: Meeting | None, user: Any, on: date
) -> list[Line]:
    """The lines in their order: approval, left over, commitments with the most pressing first, plan, exchange years.

    ``meeting`` is the one that the agenda is for, stored or not; only what ``user`` may read is proposed. An item left
    over from ``last`` that concerns a commitment, a plan item or a year stands in that one's place.
    """
    family = _family(meeting.committee)
    approval = [_approval(minuted)] if minuted is not None else []
    left = list(_left_over(last, user)) if last is not None else []
    rest = [
        *_commitments(meeting, user, on),
        *_plan_items(family, user),
        *_years(family, user, day=meeting.date, on=on),
    ]
    lines = [*approval, *_merged(left, approval, rest)]
    _hold_back(lines, meeting)
    return lines


def _merged(left: list[Line], approval: list[Line], rest: list[Line]) -> list[Line]:
    """What is left over takes the place of what is proposed on the same thing, keeping the words that it had."""
    places = {_subject(line.item): line for line in rest}
    titles = {_titles(line.item): line for line in approval}
    standing = []
    for line in left:
        same = titles.pop(_titles(line.item), None) or places.pop(_subject(line.item), None)
        if same is None:
            standing.append(line)
            continue
        for column in columns("title"):
            setattr(same.item, column, getattr(line.item, column))
        same.item.carried_over_from = line.item.carried_over_from
        same.reasons += line.reasons
        same.classification = max(same.classification, line.classification)
    return [*standing, *rest]


def _hold_back(lines: list[Line], meeting: Meeting) -> None:
    """No agenda quotes to its readers what is held more closely than the meeting."""
    for line in lines:
        commitment = line.item.commitment
        highest = max(line.classification, commitment.classification if commitment is not None else 0)
        if highest > meeting.classification:
            line.is_on = False
            line.reasons.append(
                _("%(classification)s: held more closely than this meeting")
                % {"classification": Classification(highest).label}
            )


# Minutes


def _approval(meeting: Meeting) -> Line:
    is_agreed = meeting.minutes.state in (MinutesState.AGREED, MinutesState.SEALED)
    reasons = [_("both sides have agreed to them already")] if is_agreed else []
    item = AgendaItem(**_in_each(lambda language: approval_title(meeting, language)))
    return Line(f"approval-{meeting.pk}", item, reasons, is_on=not is_agreed, classification=meeting.classification)


def approval_title(meeting: Meeting, language: str) -> str:
    """“Approval of the minutes of the co-chairs' meeting of 21 December 2020”, in the language that is active."""
    day = written(meeting.date, meeting.date_precision, language)
    if own := pick(meeting, "title", language):
        return _("Approval of the minutes: %(title)s, %(date)s") % {"title": own, "date": day}
    if meeting.ordinal is not None:
        heading = meeting.heading(language)
        return _("Approval of the minutes: %(heading)s of %(date)s") % {"heading": heading, "date": day}
    return {
        MeetingKind.SESSION: _("Approval of the minutes of the session of %(date)s"),
        MeetingKind.CO_CHAIRS: _("Approval of the minutes of the co-chairs' meeting of %(date)s"),
        MeetingKind.SUBCOMMISSION: _("Approval of the minutes of the sub-commission's meeting of %(date)s"),
        MeetingKind.WORKING_LEVEL: _("Approval of the minutes of the working-level meeting of %(date)s"),
    }[MeetingKind(meeting.kind)] % {"date": day}


# Left over


def _left_over(last: Meeting, user: Any) -> Iterator[Line]:
    """The items of the last agenda under which nothing was minuted; all of them after a cancelled meeting."""
    entries = Entry.objects.visible_to(user)
    items = (
        AgendaItem.objects.visible_to(user)
        .filter(meeting=last)
        .annotate(
            is_dealt_with=Exists(entries.filter(agenda_item=OuterRef("pk"))),
            has_minutes=Exists(entries.filter(minutes__meeting=OuterRef("meeting"))),
            shows_commitment=_may_see(Commitment, user, "commitment"),
            shows_plan_item=_may_see(PlanItem, user, "plan_item"),
            shows_exchange_year=_may_see(ExchangeYear, user, "exchange_year"),
        )
        .select_related("commitment", "plan_item__plan", "exchange_year")
    )
    for item in items:
        if not item.is_dealt_with:
            yield _carried(item, last)


def _may_see(model: Any, user: Any, name: str) -> Exists:
    return Exists(model.objects.visible_to(user).filter(pk=OuterRef(name)))


def _carried(item: Any, last: Meeting) -> Line:
    """The item once more, with what it concerns as far as the person may read that."""
    is_cancelled = last.state == MeetingState.CANCELLED
    reason = _("not dealt with: the meeting was called off") if is_cancelled else _("not dealt with last time")
    if not is_cancelled and not item.has_minutes:
        reason = _("no minutes have been taken of the last meeting yet")
    again = AgendaItem(
        plan_item=item.plan_item if item.shows_plan_item else None,
        exchange_year=item.exchange_year if item.shows_exchange_year else None,
        commitment=item.commitment if item.shows_commitment else None,
        carried_over_from=item,
        **{column: getattr(item, column) for column in columns("title")},
    )
    is_on = is_cancelled or item.has_minutes
    return Line(f"item-{item.pk}", again, [reason], is_on=is_on, classification=last.classification)


# Commitments


def _commitments(meeting: Meeting, user: Any, on: date) -> list[Line]:
    """The committee's open commitments: overdue by the meeting, then stale, then told differently, then the others."""
    commitments = Commitment.objects.visible_to(user).filter(committee=meeting.committee).open()
    found = sorted(commitments.with_standing(on=meeting.date), key=_urgency)
    return [
        Line(
            f"commitment-{commitment.pk}",
            AgendaItem(commitment=commitment, **_in_each(lambda language, c=commitment: _words(c, language))),
            list(_reasons(commitment, on)),
        )
        for commitment in found
    ]


def _urgency(commitment: Any) -> tuple[int, date, str]:
    if commitment.is_overdue:
        return (0, commitment.due_on or commitment.window_ends_on, commitment.reference)
    if commitment.is_stale:
        return (1, commitment.review_on, commitment.reference)
    return (2 if commitment.is_divergent else 3, date.max, commitment.reference)


def _reasons(commitment: Any, on: date) -> Iterator[str]:
    due = commitment.due_on or commitment.window_ends_on
    if commitment.is_overdue and due < on:
        yield _("overdue since %(date)s") % {"date": written(due)}
    elif due is not None:
        yield _("due on %(date)s") % {"date": written(due)}
    if commitment.is_stale:
        yield _("to be looked at again by %(date)s") % {"date": written(commitment.review_on)}
        reported = commitment.last_reported_on
        yield _("nothing since %(date)s") % {"date": written(reported)} if reported else _("no report yet")
    if commitment.is_divergent:
        yield _("the sides report differently")
    if phrase := pick(commitment, "timing_phrase"):
        yield _("“%(words)s”") % {"words": phrase}


def _words(commitment: Commitment, language: str) -> str:
    text = getattr(commitment, f"text_{language}")
    return f"{commitment.reference}: {_shortened(text, _LONGEST[language])}" if text else ""


# The plan and the exchange years


def _plan_items(family: list[int], user: Any) -> list[Line]:
    items = PlanItem.objects.visible_to(user).filter(plan__committee__in=family).select_related("plan")
    return [Line(f"plan-{item.pk}", _about_plan_item(item)) for item in items]


def _about_plan_item(item: PlanItem) -> AgendaItem:
    def title(language: str) -> str:
        words = getattr(item, f"title_{language}")
        return _("Plan item %(number)s: %(title)s") % {"number": item.number, "title": words} if words else ""

    return AgendaItem(plan_item=item, **_in_each(title))


def _years(family: list[int], user: Any, *, day: date, on: date) -> list[Line]:
    """The exchange years in force on the day of the meeting, as far as extended by today."""
    years = ExchangeYear.objects.visible_to(user).filter(committee__in=family, starts_on__lte=day)
    return [
        Line(
            f"year-{year.pk}",
            AgendaItem(exchange_year=year, **_in_each(lambda language, y=year: getattr(y, f"name_{language}"))),
            [_("until %(date)s") % {"date": written(last)}],
        )
        for year in years.prefetch_related("extensions")
        if (last := year.last_day(on=on)) >= day
    ]


# Words


def _in_each(make: Any) -> dict[str, str]:
    """The title in all three languages; where the record has no words in one, that one stays empty."""
    titles = {}
    for code in CODES:
        with override(code):
            titles[f"title_{code}"] = _shortened(make(code), 300)
    return titles


def _shortened(text: str, longest: int) -> str:
    """One line of at most ``longest`` characters, cut between words where there are any."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    at_a_space = cut.rpartition(" ")[0]
    return f"{at_a_space if len(at_a_space) > longest // 2 else cut}…"


def _subject(item: AgendaItem) -> tuple[str, int | None]:
    """What the item is about before all else."""
    for name in ("commitment_id", "plan_item_id", "exchange_year_id"):
        if (key := getattr(item, name)) is not None:
            return (name, key)
    return ("", None)


def _titles(item: AgendaItem) -> tuple[str, ...]:
    return tuple(getattr(item, column) for column in columns("title"))


def _family(committee: Committee) -> list[int]:
    """The committee and those above it: a sub-commission works on its committee's plan."""
    family: list[int] = []
    current: Committee | None = committee
    while current is not None and current.pk not in family:
        family.append(current.pk)
        current = current.parent
    return family

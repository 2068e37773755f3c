"""What is done to meetings and their minutes: each verb is one transaction, checked, and written to the trail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from directory.models import Committee, Person, Tenure, User
from meetings import mailing, workflow
from meetings.actions.committing import drop_commitments_made
from meetings.actions.documents import leave_documents, narrow_documents
from meetings.actions.publishing import leave_sentences, open_communique
from meetings.models import AgendaItem, Attendance, CommuniqueSentence, Entry, EntryKind, Meeting, Minutes
from meetings.naming import meeting_reference
from records import actions, audit, languages
from records.access import Permission, permit
from records.actions import action
from records.workflow import Refused

Positioned = Attendance | AgendaItem | Entry | CommuniqueSentence


# Meetings


@action
def call_meeting(meeting: Meeting, *, by: User | None) -> Meeting:
    """Store a new meeting, with its reference and its empty minutes. The co-chairs of that day are invited with it."""
    permit(by, Permission.MEETINGS_WRITE, meeting.committee)
    Committee.objects.select_for_update().get(pk=meeting.committee_id)  # references are given one at a time
    _refuse_twin(meeting, by)
    meeting.state = "draft"
    meeting.reference = _free_reference(meeting)
    actions.create(meeting, by=by)
    actions.create(Minutes(meeting=meeting), by=by)
    for chair in meeting.committee.co_chairs(on=meeting.date):
        if chair.tenure is not None:
            attend(new_attendance(meeting, chair.tenure.person, tenure=chair.tenure, role="co_chair"), by=by)
    return meeting


@action
def change_meeting(meeting: Meeting, *, by: User | None, expected: int) -> Meeting:
    """Store a meeting's changed facts. While it is a draft, its reference follows its date and kind."""
    permit(by, Permission.MEETINGS_WRITE, meeting.committee)
    stored = actions.lock(meeting)
    workflow.refuse_unless_editable(stored)
    if stored.committee_id != meeting.committee_id:
        raise Refused(_("A meeting stays with its committee."), field="committee")
    if stored.state == "draft" and _identity(stored) != _identity(meeting):
        meeting.reference = _free_reference(meeting)
    changed = actions.change(meeting, by=by, expected=expected)
    mailing.tell_of_change(changed, before=stored)
    return changed


@action
def move_meeting(meeting: Meeting, target: str, *, by: User, reason: str = "") -> Meeting:
    """Take the meeting to another state by the table in ``workflow``. Raises ``Refused``."""
    permit(by, Permission.MEETINGS_WRITE, meeting.committee)
    came_from = actions.lock(meeting).state
    moved = actions.move(meeting, target, workflow.MEETING, by=by, reason=reason)
    mailing.tell_of_move(moved, came_from, reason=reason)
    return moved


# Attendance


def new_attendance(
    meeting: Meeting, person: Person, *, tenure: Tenure | None = None, role: str = "member"
) -> Attendance:
    """An attendance, not yet stored, that carries names and office as they are printed on the meeting's day."""
    attendance = Attendance(meeting=meeting, person=person, side=person.side, role=role)
    if meeting.format in ("video", "telephone"):
        attendance.mode = "online"
    if tenure is None:
        tenure = person.tenures.current(on=meeting.date).select_related("office").order_by("-started_on", "pk").first()
    attendance.office = tenure.office if tenure else None
    freeze_names(attendance)
    return attendance


def freeze_names(attendance: Attendance) -> None:
    """Print the person's names and the office's titles into the attendance, where nothing is printed yet."""
    for code in languages.CODES:
        if getattr(attendance.person, f"family_name_{code}") and not getattr(attendance, f"name_{code}"):
            setattr(attendance, f"name_{code}", attendance.person.full_name(code))
        if attendance.office is not None and not getattr(attendance, f"office_title_{code}"):
            setattr(attendance, f"office_title_{code}", getattr(attendance.office, f"title_{code}"))


@action
def attend(attendance: Attendance, *, by: User | None) -> Attendance:
    """Add somebody to the meeting's attendance."""
    meeting = _editable(attendance.meeting, by)
    _check_side(attendance, meeting)
    freeze_names(attendance)
    attendance.position = last_position(meeting.attendances) + 1
    return actions.create(attendance, by=by)


@action
def change_attendance(attendance: Attendance, *, by: User | None, expected: int) -> Attendance:
    """Store a changed attendance. Somebody who made a statement stays among those who could."""
    meeting = _editable(attendance.meeting, by)
    _check_side(attendance, meeting)
    freeze_names(attendance)
    if not attendance.may_speak and attendance.entries.filter(kind=EntryKind.STATEMENT).exists():
        raise Refused(
            _("A statement in the minutes is theirs, so they attended or sent a message."), field="sent_apologies"
        )
    return actions.change(attendance, by=by, expected=expected)


@action
def remove_attendance(attendance: Attendance, *, by: User | None, expected: int | None = None) -> None:
    """Take somebody off the list, unless an entry names them as its speaker."""
    _editable(attendance.meeting, by)
    if attendance.entries.exists():
        raise Refused(_("The minutes name this person as a speaker. Change those entries first."))
    actions.delete(attendance, by=by, expected=expected)


# Agenda


@action
def add_agenda_item(item: AgendaItem, *, by: User | None) -> AgendaItem:
    """Put an item at the end of the agenda."""
    meeting = _editable(item.meeting, by)
    _check_references(item, meeting)
    if meeting.agenda_items.filter(**_texts(item, "title")).exists():
        raise Refused(_("This item stands on the agenda already."))
    item.position = last_position(meeting.agenda_items) + 1
    return actions.create(item, by=by)


@action
def change_agenda_item(item: AgendaItem, *, by: User | None, expected: int) -> AgendaItem:
    meeting = _editable(item.meeting, by)
    _check_references(item, meeting)
    return actions.change(item, by=by, expected=expected)


@action
def remove_agenda_item(item: AgendaItem, *, by: User | None, expected: int | None = None) -> None:
    """Take an item off the agenda. Entries under it stay, under no item."""
    _editable(item.meeting, by)
    for entry in item.entries.all():
        entry.agenda_item = None
        actions.change(entry, by=by)
    actions.delete(item, by=by, expected=expected)


# Entries


@action
def add_entry(entry: Entry, *, by: User | None, speakers: Iterable[Attendance] = ()) -> Entry:
    """Put an entry at the end of the minutes."""
    minutes = open_minutes(entry.minutes, by)
    chosen = list(speakers)
    check_entry(entry, minutes, chosen)
    if minutes.entries.filter(kind=entry.kind, **_texts(entry, "text")).exists():
        raise Refused(_("The same entry stands in the minutes already."))
    entry.position = last_position(minutes.entries) + 1
    return actions.create(entry, by=by, relations={"speakers": chosen})


@action
def change_entry(
    entry: Entry, *, by: User | None, expected: int, speakers: Iterable[Attendance] | None = None
) -> Entry:
    minutes = open_minutes(entry.minutes, by)
    chosen = list(entry.speakers.all() if speakers is None else speakers)
    check_entry(entry, minutes, chosen)
    changed = actions.change(entry, by=by, expected=expected, relations={"speakers": chosen})
    narrow_documents(changed, by=by)
    return changed


@action
def remove_entry(entry: Entry, *, by: User | None, expected: int | None = None) -> None:
    """Delete an entry from a draft; the trail keeps its words.

    Its documents stay with the meeting. What only it promised, and nobody has agreed to yet, is dropped.
    """
    open_minutes(entry.minutes, by)
    leave_documents(entry, by=by)
    leave_sentences(entry, by=by)
    drop_commitments_made(entry, by=by)
    actions.delete(entry, by=by, expected=expected)


# Order


@action
def reorder(things: Sequence[Positioned], order: Sequence[int], *, by: User | None) -> None:
    """Put the parts of one meeting – all entries, all agenda items, all attendances or a whole communiqué – in order.

    ``order`` lists their primary keys. Raises ``Refused`` when it does not name each of ``things`` once: somebody
    added or removed one in the meantime. Parts that were not among ``things`` keep their places.
    """
    if not things:
        return
    first = things[0]
    if isinstance(first, Entry):
        open_minutes(first.minutes, by)
    elif isinstance(first, CommuniqueSentence):
        open_communique(first.communique, by)
    else:
        _editable(first.meeting, by)
    by_key = {thing.pk: thing for thing in things}
    if sorted(by_key) != sorted(order):
        raise Refused(_("The list has changed in the meantime. It is shown as it is now: please order it again."))
    places = sorted(thing.position for thing in things)
    before = [thing.pk for thing in sorted(things, key=lambda thing: (thing.position, thing.pk))]
    if before == list(order):
        return
    for place, key in zip(places, order, strict=True):
        by_key[key].position = place
    # Only the place is written, not the version: moving a thing does not spoil anybody's open form.
    rows: Any = type(first)._base_manager
    rows.bulk_update(by_key.values(), ["position"])
    names = [[str(by_key[key]) for key in keys] for keys in (before, order)]
    actions.note(audit.Event("reordered", first.history_root, by, {_part_name(first): names}))


# What must hold


def _editable(meeting: Meeting, by: User | None) -> Meeting:
    permit(by, Permission.MEETINGS_WRITE, meeting.committee)
    stored = actions.lock(meeting)
    workflow.refuse_unless_editable(stored)
    return stored


def open_minutes(minutes: Minutes, by: User | None) -> Minutes:
    """The minutes as they are now, held until the transaction ends. Refuses all but drafts."""
    permit(by, Permission.MINUTES_WRITE, minutes.meeting.committee)
    stored = actions.lock(minutes)
    workflow.refuse_unless_draft(stored)
    return stored


def _check_side(attendance: Attendance, meeting: Meeting) -> None:
    if attendance.side not in meeting.committee.sides:
        raise Refused(_("This person belongs to neither side of the committee."), field="person")


def _check_references(item: AgendaItem, meeting: Meeting) -> None:
    if item.plan_item is not None and item.plan_item.governing_committee.pk not in _family(meeting.committee):
        raise Refused(_("This plan item belongs to another committee."), field="plan_item")
    if item.exchange_year is not None and item.exchange_year.committee_id not in _family(meeting.committee):
        raise Refused(_("This exchange year belongs to another committee."), field="exchange_year")


def _family(committee: Committee) -> set[int | None]:
    """The committee and those above it: a sub-commission works on its committee's plan."""
    family: set[int | None] = set()
    current: Committee | None = committee
    while current is not None and current.pk not in family:
        family.add(current.pk)
        current = current.parent
    return family


def check_entry(entry: Entry, minutes: Minutes, speakers: Sequence[Attendance]) -> None:
    """Raise ``Refused`` unless everything the entry names is of this meeting, and a statement has its speaker."""
    if entry.agenda_item is not None and entry.agenda_item.meeting_id != minutes.meeting_id:
        raise Refused(_("This agenda item belongs to another meeting."), field="agenda_item")
    for speaker in speakers:
        if speaker.meeting_id != minutes.meeting_id:
            raise Refused(_("%(name)s did not attend this meeting.") % {"name": speaker}, field="speakers")
        if not speaker.may_speak:
            raise Refused(
                _("%(name)s sent apologies and no message, and so cannot have spoken.") % {"name": speaker},
                field="speakers",
            )
    if entry.kind == EntryKind.STATEMENT and not speakers:
        raise Refused(_("A statement needs its speaker: choose who attended and said it."), field="speakers")


def _refuse_twin(meeting: Meeting, by: User | None) -> None:
    """A form sent again from the browser's history calls no second meeting."""
    twins = Meeting.objects.filter(committee=meeting.committee, kind=meeting.kind, starts_at=meeting.starts_at)
    if by is not None:
        twins = twins.visible_to(by)  # nobody learns in this way of a meeting held more closely
    if meeting.starts_at is not None and (twin := twins.exclude(state="cancelled").first()):
        raise Refused(_("This meeting has been called already: %(reference)s.") % {"reference": twin.reference})


def _texts(record: Any, name: str) -> dict[str, str]:
    return {column: getattr(record, column) for column in languages.columns(name)}


def _identity(meeting: Meeting) -> tuple[date, str, int | None]:
    return (meeting.date, meeting.kind, meeting.ordinal)


def _free_reference(meeting: Meeting) -> str:
    prefix = f"{meeting.committee.code}-{meeting.date:%Y-%m-%d}"
    taken = Meeting.objects.filter(reference__startswith=prefix).exclude(pk=meeting.pk)
    return meeting_reference(
        meeting.committee.code,
        meeting.date,
        meeting.kind,
        meeting.ordinal,
        frozenset(taken.values_list("reference", flat=True)),
    )


def last_position(parts: Any) -> int:
    return parts.aggregate(last=Max("position"))["last"] or 0


def _part_name(thing: Positioned) -> str:
    names = {Attendance: "attendances", AgendaItem: "agenda_items", Entry: "entries", CommuniqueSentence: "sentences"}
    return names[type(thing)]


def local_instant(day: date, time: Any, zone: str) -> datetime:
    """The instant at which a clock in ``zone`` shows ``time`` on ``day``. Raises ``Refused`` when it never does."""
    from zoneinfo import ZoneInfo

    local = datetime.combine(day, time, tzinfo=ZoneInfo(zone))
    if local.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).replace(fold=0) != local.replace(fold=0):
        raise Refused(_("The clocks were put forward: this time did not exist on that day."))
    return local

"""What is done to the directory: each verb is one transaction, checked, and written to the trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TypeVar

from django.utils.translation import gettext as _

from directory.models import Assignment, Committee, Office, Person, Seat, SeatRole, Tenure, User
from records import actions
from records.access import Permission, permit
from records.actions import action
from records.dates import written
from records.models import Record
from records.workflow import Refused

Shared = TypeVar("Shared", bound=Record)

_WRITE = Permission.DIRECTORY_WRITE


# What all committees share: people, organisations, offices, regions, sides


@action
def add(record: Shared, *, by: User | None) -> Shared:
    """Store a new person, organisation, office, region or side."""
    permit(by, _WRITE)
    return actions.create(record, by=by)


@action
def alter(record: Shared, *, by: User | None, expected: int | None) -> Shared:
    """Store a changed person, organisation, office, region or side."""
    permit(by, _WRITE)
    return actions.change(record, by=by, expected=expected)


@action
def remove(record: Record, *, by: User | None, expected: int | None = None) -> None:
    """Delete a record of the directory on which nothing stands. Raises ``ProtectedError`` when something does."""
    permit(by, _WRITE, record.governing_committee)
    actions.delete(record, by=by, expected=expected)


@action
def add_person(
    person: Person,
    *,
    by: User | None,
    office: Office | None = None,
    started_on: date | None = None,
    is_acting: bool = False,
) -> Person:
    """Store a new person, with their first tenure where an office is named."""
    add(person, by=by)
    if office is not None:
        take_office(Tenure(person=person, office=office, started_on=started_on, is_acting=is_acting), by=by)
    return person


# Tenures


@action
def take_office(tenure: Tenure, *, by: User | None) -> Tenure:
    """Store a new tenure."""
    permit(by, _WRITE)
    check_tenure(tenure)
    return actions.create(tenure, by=by)


@action
def change_tenure(tenure: Tenure, *, by: User | None, expected: int | None) -> Tenure:
    """Store a changed tenure. What past attendances print was frozen with them and stays."""
    permit(by, _WRITE)
    check_tenure(tenure)
    return actions.change(tenure, by=by, expected=expected)


@action
def hand_over(
    office: Office,
    *,
    to: Person,
    on: date,
    by: User | None,
    is_acting: bool = False,
    ends: Iterable[Tenure] | None = None,
) -> Tenure:
    """A new holder takes the office on the day ``on``; whoever held it leaves the day before.

    ``ends`` names those who leave; omitted, everybody who holds the office on that day. Attendances of past meetings
    keep the office that was printed. Raises ``Refused`` when somebody took office on that day or later.
    """
    permit(by, _WRITE)
    actions.lock(office)
    leaving = office.tenures.current(on=on).select_related("person__side", "office")
    if ends is not None:
        leaving = leaving.filter(pk__in=[tenure.pk for tenure in ends])
    for tenure in leaving:
        _leave(tenure, on=on, by=by)
    return take_office(Tenure(person=to, office=office, started_on=on, is_acting=is_acting), by=by)


def _leave(tenure: Tenure, *, on: date, by: User | None) -> None:
    if tenure.started_on is not None and tenure.started_on >= on:
        raise Refused(
            _("%(person)s took this office on %(day)s: choose a later day, or correct that tenure.")
            % {"person": tenure.person, "day": written(tenure.started_on)},
            field="started_on",
        )
    tenure.ended_on = on - timedelta(days=1)
    actions.change(tenure, by=by)


def check_tenure(tenure: Tenure) -> None:
    """Refuse a tenure that overlaps another where the two cannot both be true.

    Nobody holds the same office twice at once. Several people may hold an office at once – there are many deputy
    ministers – unless it carries a co-chair's seat in those days: then one person speaks from it. Still free to
    overlap are somebody acting, the day of the handover (both papers of that day name it) and days that are not known.
    """
    actions.lock(tenure.office)
    others = Tenure.objects.filter(office=tenure.office).exclude(pk=tenure.pk).select_related("person__side", "office")
    for other in others:
        if other.person_id == tenure.person_id and coincide(tenure, other):
            raise Refused(
                _("%(person)s already holds this office in that time.") % {"person": tenure.person},
                field="started_on",
            )
    if not tenure.is_acting and _carries_a_co_chair(tenure):
        for other in others:
            if not other.is_acting and _share_more_than_a_day(tenure, other):
                raise Refused(
                    _("%(person)s holds this office in that time. End that tenure first, or mark one as acting.")
                    % {"person": other.person},
                    field="started_on",
                )


def _carries_a_co_chair(tenure: Tenure) -> bool:
    seats = Seat.objects.filter(office=tenure.office, role=SeatRole.CO_CHAIR)
    return any(coincide(tenure, seat) for seat in seats)


def coincide(one: Tenure | Seat, other: Tenure | Seat) -> bool:
    """Whether the two periods have a day in common; an unknown first day counts as long ago."""
    return (one.started_on or date.min) <= (other.ended_on or date.max) and (other.started_on or date.min) <= (
        one.ended_on or date.max
    )


def _share_more_than_a_day(one: Tenure, other: Tenure) -> bool:
    """As ``coincide``, with the last day of one allowed to be the first of the other and unknown days let be."""
    if one.started_on is None and other.started_on is None:
        return one.ended_on is None and other.ended_on is None
    return (one.started_on or date.min) < (other.ended_on or date.max) and (other.started_on or date.min) < (
        one.ended_on or date.max
    )


# Committees and their seats


@action
def found_committee(committee: Committee, *, by: User | None) -> Committee:
    """Store a new body.

    A sub-commission or working group has its parent's two sides, and whoever serves the parent serves it in the same
    role until an administrator says otherwise. A body under nobody is founded by a superuser.
    """
    parent = committee.parent
    if parent is not None:
        permit(by, _WRITE, parent)
    elif by is not None and not by.sees_all:
        raise Refused(_("Choose the committee under which this body stands."), field="parent")
    _check_parent(committee)
    actions.create(committee, by=by)
    if parent is not None:
        for grant in parent.assignments.select_related("user", "side"):
            actions.create(
                Assignment(
                    user=grant.user, committee=committee, side=grant.side, role=grant.role, clearance=grant.clearance
                ),
                by=by,
            )
    return committee


@action
def change_committee(committee: Committee, *, by: User | None, expected: int | None) -> Committee:
    """Store a changed body. Its code stays: the references of its meetings begin with it."""
    permit(by, _WRITE, committee)
    stored = actions.lock(committee)
    if stored.code != committee.code:
        raise Refused(_("The code stays: references of meetings and commitments begin with it."), field="code")
    if (committee.own_side_id, committee.other_side_id) != (stored.own_side_id, stored.other_side_id):
        # Which side is the own one decides who reads what is internal: no edit of a name may turn that round.
        raise Refused(_("The two sides of a body stay as they are. For other sides, found another body."), "own_side")
    if committee.parent_id is not None and committee.parent_id != stored.parent_id:
        permit(by, _WRITE, committee.parent)
    _check_parent(committee)
    return actions.change(committee, by=by, expected=expected)


def _check_parent(committee: Committee) -> None:
    parent = committee.parent
    if parent is None:
        return
    if {committee.own_side_id, committee.other_side_id} != {parent.own_side_id, parent.other_side_id}:
        raise Refused(_("A body under a committee has the same two sides."), field="parent")
    above: Committee | None = parent
    seen: set[int | None] = set()
    while above is not None and above.pk not in seen:
        if committee.pk is not None and above.pk == committee.pk:
            raise Refused(_("A body cannot stand under itself."), field="parent")
        seen.add(above.pk)
        above = above.parent


@action
def bind_seat(seat: Seat, *, by: User | None) -> Seat:
    """Store a new seat: a place at the committee, bound to an office for a time."""
    permit(by, _WRITE, seat.committee)
    check_seat(seat)
    return actions.create(seat, by=by)


@action
def change_seat(seat: Seat, *, by: User | None, expected: int | None) -> Seat:
    permit(by, _WRITE, seat.committee)
    check_seat(seat)
    return actions.change(seat, by=by, expected=expected)


@action
def end_seat(seat: Seat, *, on: date, by: User | None, expected: int | None) -> Seat:
    """The seat is bound to its office for the last time on that day."""
    seat.ended_on = on
    if seat.started_on is not None and on < seat.started_on:
        raise Refused(_("The last day lies before the first."), field="ended_on")
    return change_seat(seat, by=by, expected=expected)


def check_seat(seat: Seat) -> None:
    """Refuse a seat of a third side, of an office of the other side, or a second co-chair of one side at a time.

    The committee's row is held, so that two people cannot bind the same seat at once.
    """
    committee = actions.lock(seat.committee)
    if seat.side_id not in (committee.own_side_id, committee.other_side_id):
        raise Refused(_("This side is not one of the committee's two."), field="side")
    if seat.office.organisation.side_id != seat.side_id:
        raise Refused(_("This office belongs to another side."), field="office")
    if seat.role != SeatRole.CO_CHAIR:
        return
    others = committee.seats.filter(side=seat.side_id, role=SeatRole.CO_CHAIR).exclude(pk=seat.pk)
    for other in others.select_related("office"):
        if coincide(seat, other):
            raise Refused(
                _("In that time this side's co-chair seat is bound to “%(office)s” (%(period)s). End that first.")
                % {"office": other.office, "period": period(other)},
                field="started_on",
            )


def period(held: Tenure | Seat) -> str:
    """“1 May 2018 – 3 June 2020”, with words for the days that are not known or not yet come."""
    first = written(held.started_on) or _("day not known")
    return f"{first} – {written(held.ended_on) or _('today')}"

"""What is done to commitments: each verb is one transaction, checked, and written to the trail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from agreements.models import Commitment, CommitmentState, PlanItem, Project, Responsibility, StatusReport
from agreements.reporting import (
    NOT_REPORTED_ON,
    is_second_person,
    ordered_reports,
    reports_of_fulfilment,
    sides_reported_for,
)
from agreements.workflow import COMMITMENT
from directory.models import Committee, User
from records import actions
from records.access import Permission, permit
from records.actions import action
from records.workflow import Refused

_IN_ADDRESSES = re.compile(r"\w[\w.-]*")


@action
def add_commitment(
    commitment: Commitment, *, by: User | None, made_on: date | None = None, responsible: Sequence[Responsibility] = ()
) -> Commitment:
    """Store a new commitment with those who are to keep it.

    Without a reference it is given the next free one of the year ``made_on``.
    """
    permit(by, Permission.AGREEMENTS_WRITE, commitment.committee)
    Committee.objects.select_for_update().get(pk=commitment.committee_id)  # references are given one at a time
    if not commitment.reference:
        if made_on is None:
            raise Refused(_("Give it a reference."), field="reference")
        commitment.reference = next_reference(commitment.committee, made_on.year)
    _check(commitment)
    actions.create(commitment, by=by)
    for each in responsible:
        each.commitment = commitment
        add_responsible(each, by=by)
    return commitment


@action
def change_commitment(
    commitment: Commitment, *, by: User | None, expected: int, responsible: Sequence[Responsibility] | None = None
) -> Commitment:
    """Store a changed commitment; with ``responsible``, those and nobody else are to keep it from now on."""
    permit(by, Permission.AGREEMENTS_WRITE, commitment.committee)
    stored = actions.lock(commitment)
    permit(by, Permission.AGREEMENTS_WRITE, stored.committee)
    if stored.committee_id != commitment.committee_id:
        raise Refused(_("A commitment stays with its committee."), field="committee")
    _check(commitment)
    actions.change(commitment, by=by, expected=expected)
    if responsible is not None:
        _make_responsible(commitment, responsible, by)
    return commitment


@action
def drop_commitment(commitment: Commitment, *, by: User | None, reason: str) -> Commitment:
    """Give up a commitment that was proposed and not agreed. Its reference is not given again."""
    permit(by, Permission.AGREEMENTS_WRITE, commitment.committee)
    return actions.move(commitment, "dropped", COMMITMENT, by=by, reason=reason)


@action
def move_commitment(commitment: Commitment, target: str, *, by: User | None, reason: str = "") -> Commitment:
    """Take a commitment to another state of its table.

    It is agreed with the minutes that make it, never by hand. It is fulfilled when a side reports so with evidence
    and somebody else than who filed that report says so as well.
    """
    permit(by, Permission.AGREEMENTS_WRITE, commitment.committee)
    stored = actions.lock(commitment)
    if (stored.state, target) == (CommitmentState.PROPOSED, CommitmentState.AGREED):
        raise Refused(_("It is agreed with the minutes that make it, and in no other way."))
    COMMITMENT.move(stored, target, reason=reason)
    if target == CommitmentState.FULFILLED:
        _check_fulfilment(stored, by)
    return actions.move(stored, target, COMMITMENT, by=by, reason=reason)


@action
def report_status(report: StatusReport, *, by: User | None, on: date) -> StatusReport:
    """Store what a side says of a commitment. People report for the side that they serve; ``on`` is today."""
    _check_report(report, by, on)
    return actions.create(report, by=by)


@action
def change_status_report(report: StatusReport, *, by: User | None, expected: int, on: date) -> StatusReport:
    """Store a corrected report. It stays with its commitment and its side."""
    stored = actions.lock(report)
    if (stored.commitment_id, stored.side_id) != (report.commitment_id, report.side_id):
        raise Refused(_("A report stays with its commitment and its side: remove it and file another."))
    _check_report(report, by, on)
    return actions.change(report, by=by, expected=expected)


@action
def remove_status_report(report: StatusReport, *, by: User | None, expected: int | None = None) -> None:
    """Take back what was reported for the side that the person serves. The history keeps it."""
    _permit_report(report, by)
    actions.delete(report, by=by, expected=expected)


@action
def add_responsible(responsibility: Responsibility, *, by: User | None) -> Responsibility:
    """Name a side, or an office or organisation of it, as one that is to keep a commitment."""
    _check_responsible(responsibility, by)
    return actions.create(responsibility, by=by)


@action
def change_responsible(responsibility: Responsibility, *, by: User | None, expected: int) -> Responsibility:
    """Store who is to keep a commitment, and in what role. It stays with its commitment."""
    if actions.lock(responsibility).commitment_id != responsibility.commitment_id:
        raise Refused(_("It stays with its commitment: remove it and name another."), field="commitment")
    _check_responsible(responsibility, by)
    return actions.change(responsibility, by=by, expected=expected)


@action
def remove_responsible(responsibility: Responsibility, *, by: User | None, expected: int | None = None) -> None:
    permit(by, Permission.AGREEMENTS_WRITE, responsibility.commitment.committee)
    actions.delete(responsibility, by=by, expected=expected)


def next_reference(committee: Committee, year: int) -> str:
    """The next free reference of a committee's year: JR-C-2020-01, JR-C-2020-02, …, JR-C-2020-100.

    The caller holds the committee's row, so that nobody else is given the same one.
    """
    prefix = f"{committee.code}-C-{year}-"
    taken = Commitment.objects.filter(reference__startswith=prefix).values_list("reference", flat=True)
    numbers = [int(number) for each in taken if re.fullmatch(r"\d{1,6}", number := each.removeprefix(prefix))]
    return f"{prefix}{max(numbers, default=0) + 1:02}"


def committees_above(committee: Committee) -> set[int]:
    """The committee and those above it: a sub-commission works on its committee's plan."""
    above: set[int] = set()
    current: Committee | None = committee
    while current is not None and current.pk not in above:
        above.add(current.pk)
        current = current.parent
    return above


def committee_family(committee: Committee) -> set[int]:
    """The committee, those above it and those below: they speak of each other's commitments."""
    parents = dict(Committee.objects.order_by().values_list("pk", "parent"))
    family = committees_above(committee)
    below = {committee.pk}
    while below:
        below = {pk for pk, parent in parents.items() if parent in below} - family
        family |= below
    return family


# What must hold


def _check(commitment: Commitment) -> None:
    if not _IN_ADDRESSES.fullmatch(commitment.reference):
        raise Refused(_("A reference stands in addresses: letters, digits, hyphens and full stops."), field="reference")
    above = committees_above(commitment.committee)
    item: PlanItem | None = commitment.plan_item
    if item is not None and item.governing_committee.pk not in above:
        raise Refused(_("This plan item belongs to another committee."), field="plan_item")
    project: Project | None = commitment.project
    if project is not None and project.committee_id not in above:
        raise Refused(_("This project belongs to another committee."), field="project")
    for field in ("coupled_with", "supersedes"):
        other: Commitment | None = getattr(commitment, field)
        if other is None:
            continue
        if other.committee_id != commitment.committee_id:
            raise Refused(_("%(reference)s is another committee's.") % {"reference": other}, field=field)
        if commitment.pk and commitment.pk in _chain(other, field):
            raise Refused(_("%(reference)s hangs on this commitment itself.") % {"reference": other}, field=field)


def _chain(commitment: Commitment, field: str) -> set[int]:
    """The commitment and all that it hangs on, one after the other."""
    chain: set[int] = set()
    current: Commitment | None = commitment
    while current is not None and current.pk not in chain:
        chain.add(current.pk)
        current = getattr(current, field)
    return chain


def _permit_report(report: StatusReport, by: User | None) -> None:
    committee = report.commitment.committee
    served = committee.sides if by is None else sides_reported_for(by, committee)
    if not served:
        raise PermissionDenied(_("You may read this, but you may not change it."))
    if report.side not in committee.sides:
        raise Refused(_("%(side)s has no part in the committee.") % {"side": report.side}, field="side")
    if report.side not in served:
        raise Refused(_("You report for the side that you serve."), field="side")


def _check_report(report: StatusReport, by: User | None, on: date) -> None:
    _permit_report(report, by)
    commitment = actions.lock(report.commitment)
    if commitment.state in NOT_REPORTED_ON:
        raise Refused(
            _("%(reference)s is %(state)s: there is nothing to report on yet.")
            % {"reference": commitment, "state": commitment.get_state_display()}
        )
    if report.reported_on > on:
        raise Refused(_("This day has not come yet."), field="reported_on")
    if report.status == CommitmentState.FULFILLED and not report.evidence.strip():
        raise Refused(_("Fulfilment needs evidence."), field="evidence")


def _check_fulfilment(commitment: Commitment, by: User | None) -> None:
    reports = reports_of_fulfilment(ordered_reports(commitment))
    if not reports:
        raise Refused(_("Neither side's latest report says, with evidence, that it is fulfilled."))
    if by is not None and not is_second_person(by, reports):
        raise Refused(_("You filed the report of fulfilment yourself: somebody else must confirm it."))


def _check_responsible(responsibility: Responsibility, by: User | None) -> None:
    committee = responsibility.commitment.committee
    permit(by, Permission.AGREEMENTS_WRITE, committee)
    if responsibility.side not in committee.sides:
        raise Refused(_("%(side)s has no part in the committee.") % {"side": responsibility.side}, field="side")
    if responsibility.office is not None and responsibility.office.organisation.side_id != responsibility.side_id:
        raise Refused(
            _("%(body)s does not belong to this side.") % {"body": responsibility.office},
            field="office",
        )
    if responsibility.organisation is not None and responsibility.organisation.side_id != responsibility.side_id:
        raise Refused(
            _("%(body)s does not belong to this side.") % {"body": responsibility.organisation},
            field="organisation",
        )


def _make_responsible(commitment: Commitment, wanted: Iterable[Responsibility], by: User | None) -> None:
    """Adds, changes and removes until exactly ``wanted`` are named."""
    stored = {_body(each): each for each in commitment.responsibilities.all()}
    named = {_body(each): each for each in wanted}
    for body, each in stored.items():
        if body not in named:
            remove_responsible(each, by=by)
        elif each.role != named[body].role:
            each.role = named[body].role
            change_responsible(each, by=by, expected=each.version)
    for body, each in named.items():
        if body not in stored:
            each.commitment = commitment
            add_responsible(each, by=by)


def _body(responsibility: Responsibility) -> tuple[int, int | None, int | None]:
    return (responsibility.side_id, responsibility.office_id, responsibility.organisation_id)

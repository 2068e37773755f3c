"""One commitment: its page, its moves, what the sides report of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements import actions
from agreements.forms import MoveForm, StatusReportForm
from agreements.models import Commitment, CommitmentState, PlanItem, Project, Responsibility, StatusReport
from agreements.models.commitments import ENDED
from agreements.reporting import (
    NOT_REPORTED_ON,
    is_second_person,
    reports_of_fulfilment,
    sides_reported_for,
)
from agreements.workflow import COMMITMENT
from records.access import Permission, load, requires
from records.workflow import Refused

_ENDED = {str(state) for state in ENDED}
_WITH_SIDES = ("committee__own_side", "committee__other_side")


def commitment_detail(request: HttpRequest, reference: str) -> HttpResponse:
    user: Any = request.user
    standing = Commitment.objects.with_standing(on=timezone.localdate()).select_related(*_WITH_SIDES)
    commitment = load(standing, user, reference=reference)
    reports = list(StatusReport.objects.visible_to(user).filter(commitment=commitment))
    reports.sort(key=lambda report: (report.reported_on, report.pk), reverse=True)
    bodies = Responsibility.objects.visible_to(user).filter(commitment=commitment)
    context = {
        "commitment": commitment,
        "sides": _sides(commitment, list(bodies.select_related("office", "organisation")), reports),
        "plan_item": PlanItem.objects.visible_to(user).filter(pk=commitment.plan_item_id).first(),
        "project": Project.objects.visible_to(user).filter(pk=commitment.project_id).first(),
        "may_report": bool(sides_reported_for(user, commitment.committee)) and commitment.state not in NOT_REPORTED_ON,
        "may_read_history": user.can(Permission.HISTORY_READ, commitment.committee),
        **_moves(commitment, user, reports),
        **_related(commitment, user),
    }
    return render(request, "agreements/commitment_detail.html", context)


@requires(Permission.AGREEMENTS_WRITE)
def commitment_move(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask once, with the reason where one is needed, then take the commitment to another state."""
    commitments = Commitment.objects.select_related("committee")
    commitment = load(commitments, request.user, Permission.AGREEMENTS_WRITE, reference=reference)
    form = MoveForm(request.POST or None, initial={"target": request.GET.get("target", "")})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                moved = actions.move_commitment(commitment, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            except Refused as refusal:
                form.add_error(refusal.field, refusal)
            else:
                messages.success(request, _("The commitment is now %s.") % moved.get_state_display())
                return redirect(moved)
    target = form["target"].value()
    move = next((move for move in COMMITMENT.open_to(commitment, request.user) if move.target == target), None)
    if move is None:
        messages.error(request, _("This move is not possible from the commitment's present state."))
        return redirect(commitment)
    context = {"form": form, "commitment": commitment, "move": move}
    return render(request, "agreements/commitment_move.html", context, status=status)


def report_file(request: HttpRequest, reference: str) -> HttpResponse:
    """What the person's side says of the commitment: a status, as of today unless said otherwise."""
    user: Any = request.user
    commitment = load(Commitment.objects.select_related(*_WITH_SIDES), user, reference=reference)
    sides = sides_reported_for(user, commitment.committee)
    if not sides:
        raise PermissionDenied(_("You may read this, but you may not change it."))
    today = timezone.localdate()
    report = StatusReport(commitment=commitment)
    initial = {"reported_on": today, "status": _likely(commitment)}
    form = StatusReportForm(request.POST or None, instance=report, sides=sides, initial=initial, user=user)
    if request.method == "POST" and form.attempt(lambda: actions.report_status(report, by=user, on=today), by=user):
        messages.success(request, _("The report has been filed."))
        return redirect(f"{commitment.get_absolute_url()}#reports")
    context = {"form": form, "commitment": commitment, "sides": sides}
    return render(request, "agreements/report_form.html", context, status=form.http_status)


def _likely(commitment: Commitment) -> str:
    """What is reported most often: that it stands where it stands."""
    return CommitmentState.UNDER_WAY if commitment.state == CommitmentState.AGREED else commitment.state


def _sides(commitment: Commitment, bodies: list[Responsibility], reports: list[StatusReport]) -> list[dict[str, Any]]:
    """Per side, the own one first: who is to keep it, and what the side said, the latest first."""
    return [
        {
            "side": side,
            "responsible": [body for body in bodies if body.side_id == side.pk],
            "reports": [report for report in reports if report.side_id == side.pk],
        }
        for side in commitment.committee.sides
    ]


def _moves(commitment: Commitment, user: Any, reports: list[StatusReport]) -> dict[str, Any]:
    """The moves that the person can make now, and why it cannot be called fulfilled where that alone is in the way."""
    moves = COMMITMENT.open_to(commitment, user)
    if not any(move.target == CommitmentState.FULFILLED for move in moves):
        return {"moves": moves}
    reported = reports_of_fulfilment(reports)
    if reported and is_second_person(user, reported):
        return {"moves": moves}
    why_not = (
        _("You filed the report of fulfilment yourself: somebody else must confirm it.")
        if reported
        else _("It can be marked as fulfilled once a side reports so with evidence; somebody else then confirms it.")
    )
    return {"moves": [move for move in moves if move.target != CommitmentState.FULFILLED], "why_not": why_not}


def _related(commitment: Commitment, user: Any) -> dict[str, list[Commitment]]:
    """The commitments that it hangs together with, as far as the person may read them: in one query."""
    others = Commitment.objects.visible_to(user).filter(
        Q(pk__in=[commitment.coupled_with_id, commitment.supersedes_id])
        | Q(coupled_with=commitment)
        | Q(supersedes=commitment)
    )
    found = list(others)
    coupled = [each for each in found if commitment.pk == each.coupled_with_id or each.pk == commitment.coupled_with_id]
    return {
        "coupled_with": [each for each in found if each.pk == commitment.coupled_with_id],
        "coupled_from": [each for each in found if each.coupled_with_id == commitment.pk],
        "supersedes": [each for each in found if each.pk == commitment.supersedes_id],
        "parted": [
            each for each in coupled if each.state != commitment.state and {each.state, commitment.state} & _ENDED
        ],
        "superseded_by": [each for each in found if each.supersedes_id == commitment.pk],
    }

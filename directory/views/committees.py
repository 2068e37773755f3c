"""Committees and their seats."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import actions
from directory.forms import CommitteeForm, DayForm, SeatEndForm, SeatForm
from directory.models import Committee, Seat
from directory.views.shared import edited, removed, rights, sent
from records.access import Permission, load, requires


def committee_list(request: HttpRequest) -> HttpResponse:
    """The committees that the person serves, each with the bodies under it."""
    committees = list(
        Committee.objects.visible_to(request.user).select_related("own_side", "other_side").order_by("code", "pk")
    )
    context = {"rows": _as_tree(committees), "may_write": request.user.can(Permission.DIRECTORY_WRITE)}
    return render(request, "directory/committee_list.html", context)


def _as_tree(committees: list[Committee]) -> list[tuple[Committee, int]]:
    """Each committee followed by those under it, with its depth. A parent that is not read counts as none."""
    known = {committee.pk for committee in committees}
    below: dict[int | None, list[Committee]] = {}
    for committee in committees:
        below.setdefault(committee.parent_id if committee.parent_id in known else None, []).append(committee)
    rows: list[tuple[Committee, int]] = []

    def walk(parent: int | None, depth: int) -> None:
        for committee in below.get(parent, []):
            rows.append((committee, depth))
            walk(committee.pk, depth + 1)

    walk(None, 0)
    return rows


def committee_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Who co-chairs on a day (``?on=``, today when empty), the seats through time, the bodies below."""
    committee = _committee(request, code)
    asked = DayForm(request.GET or None)
    is_valid = not asked.is_bound or asked.is_valid()
    on = (asked.cleaned_data["on"] if asked.is_bound and is_valid else None) or timezone.localdate()
    user = request.user
    seats = Seat.objects.visible_to(user).filter(committee=committee).select_related("side", "office__organisation")
    parent = Committee.objects.visible_to(user).filter(pk=committee.parent_id).first() if committee.parent_id else None
    context = {
        "committee": committee,
        "parent": parent,
        "on": on,
        "is_today": on == timezone.localdate(),
        "form": asked,
        "co_chairs": committee.co_chairs(on=on),
        "seats": seats.order_by(*Seat._meta.ordering[1:]),
        "subordinates": Committee.objects.visible_to(user).filter(parent=committee).order_by("code", "pk"),
        **rights(request, committee),
    }
    return render(request, "directory/committee_detail.html", context, status=200 if is_valid else 422)


@requires(Permission.DIRECTORY_WRITE)
def committee_create(request: HttpRequest) -> HttpResponse:
    form = CommitteeForm(sent(request), user=request.user)

    def act() -> Committee:
        return actions.found_committee(form.instance, by=request.user)  # type: ignore[arg-type]

    note = _("Whoever serves the committee above serves the new body in the same role.")
    back = reverse("directory:committee-list")
    return edited(request, form, act, heading=_("New body"), back=back, note=note)


@requires(Permission.DIRECTORY_WRITE)
def committee_edit(request: HttpRequest, code: str) -> HttpResponse:
    committee = _committee(request, code, Permission.DIRECTORY_WRITE)
    form = CommitteeForm(sent(request), instance=committee, user=request.user)
    back, name = committee.get_absolute_url(), str(committee)

    def act() -> Committee:
        return actions.change_committee(form.instance, by=request.user, expected=form.expected_version)  # type: ignore[arg-type]

    return edited(request, form, act, heading=_("Edit the committee"), back=back, thing=name)


@requires(Permission.DIRECTORY_WRITE)
def seat_create(request: HttpRequest, code: str) -> HttpResponse:
    committee = _committee(request, code, Permission.DIRECTORY_WRITE)
    form = SeatForm(sent(request), instance=Seat(committee=committee), user=request.user)

    def act() -> Seat:
        return actions.bind_seat(form.instance, by=request.user)  # type: ignore[arg-type]

    back = committee.get_absolute_url()
    return edited(request, form, act, heading=_("New seat"), back=back, thing=str(committee))


@requires(Permission.DIRECTORY_WRITE)
def seat_edit(request: HttpRequest, pk: int) -> HttpResponse:
    seat = _seat(request, pk)
    form = SeatForm(sent(request), instance=seat, user=request.user)

    def act() -> Seat:
        return actions.change_seat(form.instance, by=request.user, expected=form.expected_version)  # type: ignore[arg-type]

    return edited(
        request,
        form,
        act,
        heading=_("Edit the seat"),
        back=seat.committee.get_absolute_url(),
        thing=str(seat.committee),
        remove_url=reverse("directory:seat-delete", args=[pk]),
    )


@requires(Permission.DIRECTORY_WRITE)
def seat_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The seat moves away from its office: the last day."""
    seat = _seat(request, pk)
    name = str(seat)
    form = SeatEndForm(sent(request), instance=seat, user=request.user)

    def act() -> Seat:
        last_day = form.cleaned_data["ended_on"]
        return actions.end_seat(form.instance, on=last_day, by=request.user, expected=form.expected_version)  # type: ignore[arg-type]

    back = seat.committee.get_absolute_url()
    return edited(request, form, act, heading=_("End the seat"), back=back, thing=name, submit=_("End it"))


@requires(Permission.DIRECTORY_WRITE)
def seat_delete(request: HttpRequest, pk: int) -> HttpResponse:
    seat = _seat(request, pk)
    back = seat.committee.get_absolute_url()
    return removed(request, seat, back=back, after=back)


def _committee(request: HttpRequest, code: str, permission: Permission | None = None) -> Committee:
    return load(Committee.objects.select_related("own_side", "other_side"), request.user, permission, code=code)


def _seat(request: HttpRequest, pk: int) -> Seat:
    seats = Seat.objects.select_related("committee__own_side", "committee__other_side", "side", "office__organisation")
    return load(seats, request.user, Permission.DIRECTORY_WRITE, pk=pk)

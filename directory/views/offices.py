"""Organisations, and the offices at them."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import actions
from directory.filters import OfficeFilter, OrganisationFilter
from directory.forms import HandoverForm, OfficeForm, OrganisationForm
from directory.models import Office, Organisation, Seat, Tenure
from directory.views.shared import edited, held_today, listed, removed, rights, sent
from records.access import Permission, load, requires


def organisation_list(request: HttpRequest) -> HttpResponse:
    organisations = Organisation.objects.visible_to(request.user).select_related("side", "region")
    return listed(request, "directory/organisation_list.html", OrganisationFilter, organisations)


def organisation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = _organisation(request, pk)
    user = request.user
    offices = Office.objects.visible_to(user).filter(organisation=organisation).order_by("title_en", "pk")
    held = held_today(user).select_related("person__side")
    context = {
        "organisation": organisation,
        "offices": offices.prefetch_related(Prefetch("tenures", held, to_attr="held_today")),
        "parts": Organisation.objects.visible_to(user).filter(parent=organisation).order_by("name_en", "pk"),
        **rights(request, organisation),
    }
    return render(request, "directory/organisation_detail.html", context)


@requires(Permission.DIRECTORY_WRITE)
def organisation_create(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(sent(request), user=request.user)

    def act() -> Organisation:
        return actions.add(form.instance, by=request.user)  # type: ignore[arg-type]

    return edited(request, form, act, heading=_("New organisation"), back=reverse("directory:organisation-list"))


@requires(Permission.DIRECTORY_WRITE)
def organisation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = _organisation(request, pk, Permission.DIRECTORY_WRITE)
    form = OrganisationForm(sent(request), instance=organisation, user=request.user)
    back, name = organisation.get_absolute_url(), str(organisation)

    def act() -> Organisation:
        return actions.alter(form.instance, by=request.user, expected=form.expected_version)  # type: ignore[arg-type]

    return edited(request, form, act, heading=_("Edit the organisation"), back=back, thing=name)


@requires(Permission.DIRECTORY_WRITE)
def organisation_delete(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = _organisation(request, pk, Permission.DIRECTORY_WRITE)
    after = reverse("directory:organisation-list")
    return removed(request, organisation, back=organisation.get_absolute_url(), after=after)


def _organisation(request: HttpRequest, pk: int, permission: Permission | None = None) -> Organisation:
    return load(Organisation.objects.select_related("side", "region", "parent"), request.user, permission, pk=pk)


def office_list(request: HttpRequest) -> HttpResponse:
    """Offices with whoever holds them today."""
    held = held_today(request.user).select_related("person__side")
    offices = Office.objects.visible_to(request.user).select_related("organisation__side")
    offices = offices.prefetch_related(Prefetch("tenures", held, to_attr="held_today"))
    return listed(request, "directory/office_list.html", OfficeFilter, offices)


def office_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The office's holders through time, the present one first, and the seats it carries."""
    office = _office(request, pk)
    today = timezone.localdate()
    tenures = Tenure.objects.visible_to(request.user).filter(office=office).select_related("person__side", "office")
    seats = Seat.objects.visible_to(request.user).filter(office=office).select_related("committee", "side")
    context = {
        "office": office,
        "tenures": [(t, t.holds_on(today)) for t in tenures.order_by(*Tenure._meta.ordering[1:], "pk")],
        "seats": seats,
        **rights(request, office),
    }
    return render(request, "directory/office_detail.html", context)


@requires(Permission.DIRECTORY_WRITE)
def office_create(request: HttpRequest) -> HttpResponse:
    """A new office; ``?organisation=`` chooses where."""
    initial = {}
    if (chosen := request.GET.get("organisation", "")).isdecimal() and len(chosen) < 19:
        initial["organisation"] = int(chosen)
    form = OfficeForm(sent(request), initial=initial, user=request.user)

    def act() -> Office:
        return actions.add(form.instance, by=request.user)  # type: ignore[arg-type]

    return edited(request, form, act, heading=_("New office"), back=reverse("directory:office-list"))


@requires(Permission.DIRECTORY_WRITE)
def office_edit(request: HttpRequest, pk: int) -> HttpResponse:
    office = _office(request, pk, Permission.DIRECTORY_WRITE)
    form = OfficeForm(sent(request), instance=office, user=request.user)
    back, name = office.get_absolute_url(), str(office)

    def act() -> Office:
        return actions.alter(form.instance, by=request.user, expected=form.expected_version)  # type: ignore[arg-type]

    return edited(request, form, act, heading=_("Edit the office"), back=back, thing=name)


@requires(Permission.DIRECTORY_WRITE)
def office_delete(request: HttpRequest, pk: int) -> HttpResponse:
    office = _office(request, pk, Permission.DIRECTORY_WRITE)
    return removed(request, office, back=office.get_absolute_url(), after=reverse("directory:office-list"))


@requires(Permission.DIRECTORY_WRITE)
def office_handover(request: HttpRequest, pk: int) -> HttpResponse:
    """A new holder takes the office; the one who held it leaves the day before."""
    office = _office(request, pk, Permission.DIRECTORY_WRITE)
    today = timezone.localdate()
    tenures = Tenure.objects.visible_to(request.user).filter(office=office).select_related("person__side", "office")
    holders = list(tenures.current(on=today).order_by("started_on", "pk"))
    form = HandoverForm(
        sent(request),
        instance=Tenure(office=office),
        initial={"started_on": today},
        office=office,
        holders=holders,
        user=request.user,
    )

    def act() -> Office:
        facts = form.cleaned_data
        user = request.user
        person = facts["person"] or actions.add(form.new_person, by=user)  # type: ignore[arg-type]
        actions.hand_over(
            office,
            to=person,
            on=facts["started_on"],
            is_acting=facts["is_acting"],
            ends=facts.get("ends"),
            by=user,  # type: ignore[arg-type]
        )
        return office

    return edited(
        request,
        form,
        act,
        heading=_("New holder"),
        back=office.get_absolute_url(),
        thing=str(office),
        note=_(
            "Whoever holds the office leaves it the day before. Future invitations go to the new holder; "
            "the attendance of past meetings stays as it was printed."
        ),
        holders=holders,
        submit=_("Hand over"),
    )


def _office(request: HttpRequest, pk: int, permission: Permission | None = None) -> Office:
    return load(Office.objects.select_related("organisation__side"), request.user, permission, pk=pk)

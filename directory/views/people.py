"""People and what they held."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import actions
from directory.filters import PersonFilter
from directory.forms import PersonForm, TenureForm
from directory.models import Person, Seat, Tenure
from directory.views.shared import edited, held_today, listed, removed, rights, sent
from records.access import Permission, load, requires


def person_list(request: HttpRequest) -> HttpResponse:
    """People with the offices they hold today."""
    held = held_today(request.user).select_related("office__organisation")
    people = Person.objects.visible_to(request.user).select_related("side")
    people = people.prefetch_related(Prefetch("tenures", held, to_attr="held_today"))
    return listed(request, "directory/person_list.html", PersonFilter, people)


def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    person = load(Person.objects.select_related("side"), request.user, pk=pk)
    tenures = list(
        Tenure.objects.visible_to(request.user)
        .filter(person=person)
        .select_related("office__organisation")
        .order_by(*Tenure._meta.ordering[1:], "pk")
    )
    seats = list(
        Seat.objects.visible_to(request.user)
        .filter(office__in=[tenure.office_id for tenure in tenures])
        .select_related("committee", "side", "office")
    )
    today = timezone.localdate()
    context = {
        "person": person,
        "tenures": [(tenure, tenure.holds_on(today)) for tenure in tenures],
        "seats": [(seat, tenure) for seat in seats for tenure in tenures if actions.coincide(seat, tenure)],
        **rights(request, person),
    }
    return render(request, "directory/person_detail.html", context)


@requires(Permission.DIRECTORY_WRITE)
def person_create(request: HttpRequest) -> HttpResponse:
    form = PersonForm(sent(request), user=request.user)

    def act() -> Person:
        facts = form.cleaned_data
        return actions.add_person(
            form.instance,
            by=request.user,  # type: ignore[arg-type]
            office=facts["office"],
            started_on=facts["started_on"],
            is_acting=facts["is_acting"],
        )

    return edited(request, form, act, heading=_("New person"), back=reverse("directory:person-list"))


@requires(Permission.DIRECTORY_WRITE)
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = load(Person.objects.select_related("side"), request.user, Permission.DIRECTORY_WRITE, pk=pk)
    form = PersonForm(sent(request), instance=person, user=request.user)

    def act() -> Person:
        return actions.alter(form.instance, by=request.user, expected=form.expected_version)  # type: ignore[arg-type]

    return edited(request, form, act, heading=_("Edit the person"), back=person.get_absolute_url(), thing=str(person))


@requires(Permission.DIRECTORY_WRITE)
def person_delete(request: HttpRequest, pk: int) -> HttpResponse:
    person = load(Person.objects.select_related("side"), request.user, Permission.DIRECTORY_WRITE, pk=pk)
    return removed(request, person, back=person.get_absolute_url(), after=reverse("directory:person-list"))


@requires(Permission.DIRECTORY_WRITE)
def tenure_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Another office for the person."""
    person = load(Person.objects.select_related("side"), request.user, Permission.DIRECTORY_WRITE, pk=pk)
    form = TenureForm(sent(request), instance=Tenure(person=person), user=request.user)

    def act() -> Tenure:
        return actions.take_office(form.instance, by=request.user)  # type: ignore[arg-type]

    return edited(request, form, act, heading=_("New tenure"), back=person.get_absolute_url(), thing=str(person))


@requires(Permission.DIRECTORY_WRITE)
def tenure_edit(request: HttpRequest, pk: int) -> HttpResponse:
    tenure = _tenure(request, pk)
    back = tenure.person.get_absolute_url()
    form = TenureForm(sent(request), instance=tenure, user=request.user)

    def act() -> Tenure:
        return actions.change_tenure(form.instance, by=request.user, expected=form.expected_version)  # type: ignore[arg-type]

    remove = reverse("directory:tenure-delete", args=[pk])
    return edited(
        request, form, act, heading=_("Edit the tenure"), back=back, thing=str(tenure.person), remove_url=remove
    )


@requires(Permission.DIRECTORY_WRITE)
def tenure_delete(request: HttpRequest, pk: int) -> HttpResponse:
    tenure = _tenure(request, pk)
    back = tenure.person.get_absolute_url()
    return removed(request, tenure, back=back, after=back)


def _tenure(request: HttpRequest, pk: int) -> Tenure:
    tenures = Tenure.objects.select_related("person__side", "office__organisation")
    return load(tenures, request.user, Permission.DIRECTORY_WRITE, pk=pk)

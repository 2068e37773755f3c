"""Regions and sides."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from directory import actions
from directory.filters import RegionFilter
from directory.forms import RegionForm, SideForm
from directory.models import Region, Side
from directory.views.shared import edited, listed, removed, rights, sent
from records.access import Permission, load, requires


def region_list(request: HttpRequest) -> HttpResponse:
    regions = Region.objects.visible_to(request.user).select_related("side", "parent")
    return listed(request, "directory/region_list.html", RegionFilter, regions)


@requires(Permission.DIRECTORY_WRITE)
def region_create(request: HttpRequest) -> HttpResponse:
    form = RegionForm(sent(request), user=request.user)

    def act() -> Region:
        return actions.add(form.instance, by=request.user)  # type: ignore[arg-type]

    return edited(request, form, act, heading=_("New region"), back=reverse("directory:region-list"))


@requires(Permission.DIRECTORY_WRITE)
def region_edit(request: HttpRequest, pk: int) -> HttpResponse:
    region = load(Region, request.user, Permission.DIRECTORY_WRITE, pk=pk)
    form = RegionForm(sent(request), instance=region, user=request.user)

    def act() -> Region:
        return actions.alter(form.instance, by=request.user, expected=form.expected_version)  # type: ignore[arg-type]

    return edited(
        request,
        form,
        act,
        heading=_("Edit the region"),
        back=reverse("directory:region-list"),
        thing=str(region),
        remove_url=reverse("directory:region-delete", args=[pk]),
        history_url=region.get_history_url if rights(request, region)["may_read_history"] else "",
    )


@requires(Permission.DIRECTORY_WRITE)
def region_delete(request: HttpRequest, pk: int) -> HttpResponse:
    region = load(Region, request.user, Permission.DIRECTORY_WRITE, pk=pk)
    after = reverse("directory:region-list")
    return removed(request, region, back=reverse("directory:region-edit", args=[pk]), after=after)


def side_list(request: HttpRequest) -> HttpResponse:
    sides = Side.objects.visible_to(request.user).order_by("code", "pk")
    context = {"sides": sides, "may_write": request.user.can(Permission.DIRECTORY_WRITE)}
    return render(request, "directory/side_list.html", context)


@requires(Permission.DIRECTORY_WRITE)
def side_edit(request: HttpRequest, pk: int) -> HttpResponse:
    side = load(Side, request.user, Permission.DIRECTORY_WRITE, pk=pk)
    form = SideForm(sent(request), instance=side, user=request.user)

    def act() -> Side:
        return actions.alter(form.instance, by=request.user, expected=form.expected_version)  # type: ignore[arg-type]

    return edited(
        request,
        form,
        act,
        heading=_("Edit the side"),
        back=reverse("directory:side-list"),
        thing=str(side),
        history_url=side.get_history_url if rights(request, side)["may_read_history"] else "",
    )

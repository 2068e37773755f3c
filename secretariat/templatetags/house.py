"""Where one is in the house: the main navigation."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from records.access import Permission

register = template.Library()


class Place(NamedTuple):
    """One entry of the navigation. It is the present one when the view's name begins with one of ``views``."""

    name: str
    label: Any
    icon: str
    views: tuple[str, ...]


class Heading(NamedTuple):
    label: Any
    places: tuple[Place, ...]


_PLAN = (
    Heading("", (Place("desk", _("Desk"), "house", ("desk",)),)),
    Heading(
        _("Work"),
        (
            Place("meetings:meeting-list", _("Meetings"), "people", ("meetings:",)),
            Place("meetings:meeting-calendar", _("Calendar"), "calendar3", ("meetings:meeting-calendar",)),
            Place("agreements:commitment-list", _("Commitments"), "clipboard-check", ("agreements:",)),
        ),
    ),
    Heading(
        _("Directory"),
        (
            Place("directory:person-list", _("People"), "person", ("directory:person-",)),
            Place("directory:office-list", _("Offices"), "briefcase", ("directory:office-",)),
            Place("directory:organisation-list", _("Organisations"), "building", ("directory:organisation-",)),
            Place("directory:committee-list", _("Committees"), "diagram-3", ("directory:committee-",)),
        ),
    ),
)
_ADMINISTRATION = Heading("", (Place("admin:index", _("Administration"), "gear", ("admin:",)),))


@register.inclusion_tag("_parts/navigation.html", takes_context=True)
def navigation(context: template.Context) -> dict[str, Any]:
    """The places that the person may go to, the present one marked."""
    request = context["request"]
    plan = [*_PLAN, _ADMINISTRATION] if request.user.can(Permission.ADMIN_ENTER) else list(_PLAN)
    present = _present(request, plan)
    return {
        "headings": [
            (heading.label, [(reverse(place.name), place, place is present) for place in heading.places])
            for heading in plan
        ]
    }


def _present(request: HttpRequest, plan: list[Heading]) -> Place | None:
    """The place whose description fits the view most closely."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    fitting = [
        (len(start), place)
        for heading in plan
        for place in heading.places
        for start in place.views
        if name.startswith(start)
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def browser(user_agent: str) -> str:
    """What a browser calls itself, in two words: “Firefox, Windows”. Whatever it is, where it is none we know."""
    known = [next((name for mark, name in marks if mark in user_agent), "") for marks in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, known)) or user_agent[:60] or "?"

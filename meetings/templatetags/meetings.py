"""What meetings have to say on the pages of the storeys below."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import QuerySet

from agreements.models import Commitment
from directory.models import Committee, Person
from meetings.genealogy import Genealogy, genealogy_of
from meetings.models import Attendance, Meeting

register = template.Library()

#: How many the pages show; the list of meetings has them all.
_SHOWN = 50


@register.simple_tag
def attendances_of(person: Person, user: Any) -> QuerySet[Attendance]:
    """Where the person attended or sent apologies, as far as ``user`` may read it; the latest first."""
    attended = Attendance.objects.visible_to(user).filter(person=person)
    return attended.select_related("meeting__committee").order_by(
        "-meeting__date", "-meeting__starts_at", "-meeting__pk", "-pk"
    )[:_SHOWN]


@register.simple_tag
def meetings_of(committee: Committee, user: Any) -> QuerySet[Meeting]:
    """The committee's meetings, as far as ``user`` may read them; the latest first."""
    return Meeting.objects.visible_to(user).with_details().filter(committee=committee)[:_SHOWN]


@register.simple_tag
def genealogy(commitment: Commitment, user: Any) -> Genealogy:
    """The line through the meetings that spoke of the commitment, as far as ``user`` may read them."""
    return genealogy_of(commitment, user)

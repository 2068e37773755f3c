"""How people are named on a page."""

from __future__ import annotations

from django import template

from directory.models import Person

register = template.Library()


@register.filter
def name_in(person: Person, language: str) -> str:
    """The person's whole name as papers in ``language`` print it; empty when it is not known in that script."""
    return person.full_name(language) if getattr(person, f"family_name_{language}") else ""

"""Which edition, in which languages, for whom; and the trail that a download leaves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from agreements.models import Commitment
from directory.models import Committee
from meetings.models import Entry, Mention, Minutes
from records import actions, audit, languages
from records.access import Classification, Edition, Permission

Languages = tuple[str, ...]


class Operator:
    """Whoever has a shell on the server, and with it the whole database: reads everything, speaks for no side.

    Passed where a user is expected, so that an operator's export takes the same road as everybody's.
    """

    is_authenticated = is_member = sees_all = True

    def can(self, permission: Permission, committee: Committee | None = None) -> bool:
        return permission in (Permission.INTERNAL_READ, Permission.MINUTES_EXPORT)


OPERATOR = Operator()


def parse_languages(value: str) -> Languages:
    """``"ja"`` or ``"en+ja"`` as a tuple. A ``+`` may have arrived as a space, as it does in an address."""
    codes = tuple(value.replace("+", " ").split())
    if not 1 <= len(codes) <= 2 or len(set(codes)) != len(codes) or not set(codes) <= set(languages.CODES):
        raise ValidationError(
            _("“%(value)s” is not possible here. Choose en, ja or ru, or two of them joined by a plus: en+ja."),
            params={"value": value[:40]},
            code="invalid",
        )
    return codes


def widest_edition(user: Any, committee: Committee | None = None) -> Edition:
    """The edition that leaves out least of what ``user`` may read, of ``committee`` or of any."""
    return Edition.INTERNAL if user.can(Permission.INTERNAL_READ, committee) else Edition.SHARED


def editions_for(user: Any, committee: Committee) -> list[Edition]:
    """The editions that ``user`` may hold of ``committee``'s minutes, the widest first."""
    whole = user.can(Permission.INTERNAL_READ, committee)
    return [edition for edition in Edition if whole or edition != Edition.INTERNAL]


def permit_edition(user: Any, edition: Edition, committee: Committee | None = None) -> None:
    """Raise ``PermissionDenied`` unless ``user`` may hold that edition in hands."""
    if edition == Edition.INTERNAL and not user.can(Permission.INTERNAL_READ, committee):
        raise PermissionDenied(_("The internal edition is for the committee's own side. You may have the shared one."))


def entries_in(edition: Edition, user: Any) -> QuerySet[Entry]:
    """The passages that the edition prints, as far as ``user`` may read them."""
    return Entry.objects.visible_to(user).in_edition(edition)


def mentions_in(edition: Edition, user: Any) -> QuerySet[Mention]:
    """The mentions in what the edition prints whose commitment it may name.

    No paper names a commitment held more closely than its meeting; what everybody may read names open ones only.
    """
    mentions = Mention.objects.visible_to(user).filter(
        entry__audience__in=edition.audiences, commitment__in=Commitment.objects.visible_to(user)
    )
    if edition == Edition.PUBLIC:
        mentions = mentions.filter(commitment__classification=Classification.OPEN)
    mentions = mentions.filter(commitment__classification__lte=F("entry__minutes__meeting__classification"))
    return mentions.order_by("entry", "commitment__reference", "pk")


def filename(reference: str, edition: Edition, languages: Languages, suffix: str, *, paper: str = "minutes") -> str:
    """``JR-2020-12-21-CC minutes en+ja shared.pdf``"""
    return f"{reference} {paper} {'+'.join(languages)} {edition}.{suffix}"


@actions.action
def note_download(minutes: Minutes, *, edition: Edition, languages: Languages, format: str, by: Any) -> None:
    """Write into the trail that somebody took these minutes with them. ``by`` is ``None`` for an operator."""
    actions.note(audit.Event("downloaded", minutes, by, _taken(edition, languages, format)))


@actions.action
def note_downloads(minutes: Iterable[Minutes], *, edition: Edition, languages: Languages, by: Any) -> None:
    """The same for the minutes of many meetings: an event each, to be read by whoever may know of the meeting."""
    for each in minutes:
        actions.note(audit.Event("downloaded", each, by, _taken(edition, languages, "csv")))


def _taken(edition: Edition, languages: Languages, format: str) -> dict[str, list[Any]]:
    return {"edition": [None, str(edition)], "language": [None, "+".join(languages)], "format": [None, format]}

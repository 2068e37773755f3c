"""The latest revision for machines: the words that both sides were asked to accept, and their proof."""

from __future__ import annotations

from typing import Any

from meetings.exports.editions import permit_edition
from meetings.models import Minutes
from meetings.revisions import canonical, content_of, in_edition
from records.access import Edition


class NotFrozen(Exception):
    """The minutes are a draft: no revision says what they say now."""


def minutes_json(minutes: Minutes, *, edition: Edition, user: Any) -> bytes:
    """The edition of the revision that is circulated, agreed or sealed, in all languages, as RFC 8785 writes it.

    Of the parts that the edition leaves out it holds hashes only; ``revisions.digest_of`` gives the revision's own.
    Raises ``NotFrozen``, and ``PermissionDenied`` for an edition that ``user`` may not hold.
    """
    permit_edition(user, edition, minutes.meeting.committee)
    revision = None if minutes.is_draft else minutes.revisions.order_by("-number").first()
    if revision is None:
        raise NotFrozen
    return canonical(in_edition(content_of(revision), edition)).encode()

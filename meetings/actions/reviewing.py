"""Review links: by one, a delegate of the other side without a log-in reads one revision and answers to it, once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.models import User
from meetings.actions.agreeing import ACCEPTANCES, answer
from meetings.models import Approval, MinutesState, ReviewLink, Revision, Verdict
from records import actions, audit
from records.access import Permission, permit
from records.actions import action
from records.workflow import Refused

SHORTEST, USUAL, LONGEST = 1, 7, 30  # days for which a link is valid


class LinkState(models.TextChoices):
    """What can be done with a link, and what was."""

    UNOPENED = "unopened", gettext_lazy("not opened yet")
    OPENED = "opened", gettext_lazy("opened, not answered yet")
    ANSWERED = "answered", gettext_lazy("answered")
    REVOKED = "revoked", gettext_lazy("revoked")
    SUPERSEDED = "superseded", gettext_lazy("closed: this text is no longer circulated")
    EXPIRED = "expired", gettext_lazy("expired")

    @property
    def is_open(self) -> bool:
        return self in (LinkState.UNOPENED, LinkState.OPENED)


class UnknownKey(Exception):
    """A key that this house never gave out."""


class ExpiredKey(Exception):
    """A key so old that no link is valid any more."""


class Closed(Refused):
    """The link opens nothing any more, or answers nothing. ``state`` says why."""

    def __init__(self, state: LinkState) -> None:
        super().__init__(_("This link cannot be used any more. Nothing was recorded."))
        self.state = state


@action
def make_review_link(link: ReviewLink, *, days: int, by: User | None) -> tuple[ReviewLink, str]:
    """Store a new link for a delegate of the other side. Returns it with its key, which is kept nowhere."""
    revision = link.revision
    permit(by, Permission.MINUTES_CIRCULATE, revision.governing_committee)
    minutes = revision.minutes = actions.lock(revision.minutes)
    if link.side_id != minutes.meeting.committee.other_side_id:
        raise Refused(_("A review link is for a delegate of the other side."))
    if not is_circulated(revision):
        raise Refused(_("Only the revision that is circulated is sent out for an answer."))
    if revision.approvals.filter(side=link.side, verdict__in=ACCEPTANCES).exists():
        raise Refused(_("%(side)s has accepted this revision already.") % {"side": link.side})
    if not SHORTEST <= days <= LONGEST:
        raise Refused(_("A link is valid for 1 to 30 days."), field="days")
    secret = secrets.token_urlsafe(32)
    link.key_digest = _digest(secret)
    link.expires_at = timezone.now() + timedelta(days=days)
    return actions.create(link, by=by), _signer().sign(secret)


@action
def revoke_review_link(link: ReviewLink, *, by: User | None) -> ReviewLink:
    """Make the link open nothing from now on. Revoking it again changes nothing."""
    permit(by, Permission.MINUTES_CIRCULATE, link.governing_committee)
    stored = actions.lock(link)
    if Approval.objects.filter(link=stored).exists():
        raise Refused(_("The delegate has answered by this link: the answer stands, and the link opens nothing more."))
    stored.revoked_at = stored.revoked_at or timezone.now()
    return actions.change(stored, by=by, verb="revoked")


def link_of(key: str) -> ReviewLink:
    """The link that ``key`` belongs to, whatever its state.

    Raises ``UnknownKey`` – for a forged one before the database is asked – and ``ExpiredKey``.
    """
    try:
        secret = _signer().unsign(key, max_age=timedelta(days=LONGEST, minutes=1))
    except signing.SignatureExpired:
        raise ExpiredKey from None
    except signing.BadSignature:
        raise UnknownKey from None
    links = ReviewLink.objects.filter(key_digest=_digest(secret)).select_related(
        "side",
        "approval",
        "revision__corrects",
        "revision__minutes__meeting__committee__own_side",
        "revision__minutes__meeting__committee__other_side",
    )
    link = links.first()
    if link is None:
        raise UnknownKey
    return link


def state_of(link: ReviewLink, *, at: datetime, circulated: bool) -> LinkState:
    """Where the link stands at ``at``. ``circulated``: its revision is the one that is circulated."""
    if hasattr(link, "approval"):
        return LinkState.ANSWERED
    if link.revoked_at is not None:
        return LinkState.REVOKED
    if not circulated:
        return LinkState.SUPERSEDED
    if link.expires_at <= at:
        return LinkState.EXPIRED
    return LinkState.UNOPENED if link.opened_at is None else LinkState.OPENED


def is_circulated(revision: Revision) -> bool:
    """Whether this is the text to which the sides answer now."""
    is_latest = not Revision.objects.filter(minutes=revision.minutes, number__gt=revision.number).exists()
    return revision.minutes.state == MinutesState.CIRCULATED and is_latest


@action
def note_opened(link: ReviewLink, *, by: User | None = None) -> None:
    """Write into the trail that the revision was read by the link, and into the link that it was opened.

    Whoever is logged in (``by``) looks at what the delegate will see: that is noted as theirs and opens nothing.
    """
    if by is not None:
        actions.note(audit.Event("looked at", link, by))
        return
    stored = actions.lock(link) if link.opened_at is None else link
    if stored.opened_at is not None:
        actions.note(audit.Event("read again", link, None))
        return
    stored.opened_at = timezone.now()
    actions.change(stored, by=None, verb="opened")


@action
def note_taken_by_link(link: ReviewLink, *, languages: tuple[str, ...], by: User | None = None) -> None:
    """Write into the trail that the revision's PDF was taken away by the link."""
    facts: dict[str, list[Any]] = {"edition": [None, "shared"], "language": [None, "+".join(languages)]}
    actions.note(audit.Event("taken by link", link, by, facts))


@action
def answer_by_link(
    link: ReviewLink, verdict: Verdict, *, text: str = "", comments: Mapping[str, str] | None = None
) -> Approval:
    """Record what the delegate says, in the name of their side; the link is then used up.

    Raises ``Closed`` when it opens nothing any more, and ``Refused`` as ``answer`` does.
    """
    revision = Revision.objects.select_related("minutes__meeting__committee").get(pk=link.revision_id)
    revision.minutes = actions.lock(revision.minutes)  # first the minutes, then the link: as everywhere
    stored = actions.lock(link)
    state = state_of(stored, at=timezone.now(), circulated=is_circulated(revision))
    if not state.is_open:
        raise Closed(state)
    approval = answer(
        revision,
        stored.side,
        verdict,
        by=None,
        text=text,
        comments=comments,
        spoken_by=stored.delegate,
        link=stored,
    )
    facts: dict[str, list[Any]] = {"verdict": [None, str(verdict)], "revision": [None, str(revision.number)]}
    actions.note(audit.Event("answered by link", stored, None, facts, text))
    return approval


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="meetings.review-link", sep=".")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

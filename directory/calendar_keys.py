"""Keys to calendar feeds: one a person, shown once, kept as a hash, taken back at any time."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from directory.models import CalendarKey, User
from records import actions, audit
from records.actions import action

#: When a key was last used is known to this precision, so that a calendar that asks every minute writes once an hour.
PRECISION_OF_USE = timedelta(hours=1)


@action
def make_calendar_key(user: User, *, at: datetime) -> str:
    """A new key for the person, in place of the one there is. It is returned once; only its SHA-256 is kept."""
    _take_back(user, at=at)
    key = secrets.token_urlsafe(32)
    CalendarKey.objects.create(user=user, key_digest=_digest(key), made_at=at)
    actions.note(audit.Event("made calendar key", user, user))
    return key


@action
def revoke_calendar_key(user: User, *, at: datetime) -> bool:
    """Take the person's key back: its address opens nothing from now on. False when there was none."""
    return _take_back(user, at=at)


def present_key(user: User) -> CalendarKey | None:
    """The key that opens the person's feed, if they have made one."""
    return CalendarKey.objects.filter(user=user, revoked_at=None).first()


def key_behind(secret: str) -> CalendarKey | None:
    """The key that ``secret`` is, with its user; ``None`` when it is unknown, taken back, or the person is disabled.

    Found by its hash, so that the time that it takes tells nothing about keys that exist.
    """
    keys = CalendarKey.objects.filter(key_digest=_digest(secret), revoked_at=None, user__is_active=True)
    return keys.select_related("user").first()


def note_use(key: CalendarKey, *, at: datetime) -> None:
    """Keep when the feed was last read, at most once an hour. Not an event of the trail: calendars ask all day."""
    if key.last_used_at is None or at - key.last_used_at >= PRECISION_OF_USE:
        CalendarKey.objects.filter(pk=key.pk).update(last_used_at=at)


def _take_back(user: User, *, at: datetime) -> bool:
    User.objects.select_for_update().get(pk=user.pk)  # keys of one person are made and taken back one at a time
    if not CalendarKey.objects.filter(user=user, revoked_at=None).update(revoked_at=at):
        return False
    actions.note(audit.Event("revoked calendar key", user, user))
    return True


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()

"""What is done to the public text on a meeting: draft it from the public entries, edit it, clear it on its own."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import Committee, User
from meetings.communique_report import drafted, fingerprint
from meetings.models import Communique, CommuniqueSentence, Entry, Meeting
from records import actions, audit
from records.access import Audience, Permission, permit
from records.actions import action
from records.languages import columns
from records.workflow import Refused


class ChangedSince(Refused):
    """What a person decided upon is no longer what they saw."""


@action
def draft_communique(communique: Communique, *, by: User | None) -> Communique:
    """Store a meeting's communiqué, or fill an empty one: a sentence for each that the public entries have."""
    meeting = communique.meeting
    permit(by, Permission.MINUTES_WRITE, meeting.committee)
    minutes = actions.lock(meeting.minutes)
    if minutes.meeting.state == "cancelled":
        raise Refused(_("This meeting was called off: there is nothing to publish."))
    stored = Communique._base_manager.filter(meeting=meeting).first()
    if stored is None:
        stored = actions.create(communique, by=by, verb="drafted")
    elif stored.sentences.exists():
        raise Refused(_("There is a communiqué on this meeting already."))
    public = minutes.entries.filter(audience=Audience.PUBLIC).order_by("position", "pk")
    found = [(entry, texts) for entry in public for texts in drafted(entry)]
    for place, (entry, texts) in enumerate(found, start=1):
        actions.create(CommuniqueSentence(communique=stored, entry=entry, position=place, **texts), by=by)
    return stored


@action
def discard_communique(communique: Communique, *, by: User | None, expected: int | None = None) -> None:
    """Delete a draft; the trail keeps its words."""
    actions.delete(open_communique(communique, by), by=by, expected=expected)


@action
def add_sentence(
    sentence: CommuniqueSentence, *, by: User | None, after: CommuniqueSentence | None = None
) -> CommuniqueSentence:
    """Put a sentence at the end of the communiqué, or behind ``after``."""
    communique = open_communique(sentence.communique, by)
    _check_entry(sentence, communique)
    if communique.sentences.filter(entry=sentence.entry, **_texts(sentence)).exists():
        raise Refused(_("The same sentence stands in the communiqué already."))
    sentence.position = _make_room(communique, after)
    return actions.create(sentence, by=by)


@action
def change_sentence(sentence: CommuniqueSentence, *, by: User | None, expected: int) -> CommuniqueSentence:
    """Store a sentence's changed words, or the public entry from which it is taken."""
    _check_entry(sentence, open_communique(sentence.communique, by))
    return actions.change(sentence, by=by, expected=expected)


@action
def split_sentence(
    sentence: CommuniqueSentence, second: dict[str, str], *, by: User | None, expected: int
) -> CommuniqueSentence:
    """Store the first half, which ``sentence`` now says, and behind it another sentence with the columns ``second``."""
    if not any(second.values()):
        raise Refused(_("Both sentences need words."), field="second_en")
    first = change_sentence(sentence, by=by, expected=expected)
    other = CommuniqueSentence(communique=first.communique, entry=first.entry, **second)
    return add_sentence(other, by=by, after=first)


@action
def remove_sentence(sentence: CommuniqueSentence, *, by: User | None, expected: int | None = None) -> None:
    """Take a sentence out of the communiqué; the trail keeps its words."""
    open_communique(sentence.communique, by)
    actions.delete(sentence, by=by, expected=expected)


@action
def clear(communique: Communique, *, by: User, seen: str) -> Communique:
    """Clear the communiqué for everybody, exactly as the person saw it: ``seen`` is its ``fingerprint``.

    An approver of the own side clears. Raises ``ChangedSince`` when a word, a link or a linked entry is another by now.
    """
    _permit_clearing(by, communique.meeting.committee)
    stored = _hold(communique)
    sentences = list(stored.sentences.select_related("entry").order_by("position", "pk"))
    if stored.is_cleared:
        raise Refused(_("This communiqué has been cleared already."))
    if stored.meeting.state not in ("held", "closed"):
        raise Refused(_("The meeting has not been held yet: its communiqué is cleared afterwards."))
    if not sentences:
        raise Refused(_("There is no sentence in it yet."))
    if any(each.entry is not None and each.entry.audience != Audience.PUBLIC for each in sentences):
        raise Refused(
            _("A sentence is taken from an entry that is no longer public. Take the sentence out or link it elsewhere.")
        )
    if fingerprint(sentences) != seen:
        raise ChangedSince(
            _("It was changed after you had opened it, and is shown as it is now. Please read it again, then clear it.")
        )
    stored.cleared_at, stored.cleared_by = timezone.now(), by
    return actions.change(stored, by=by, verb="cleared")


@action
def withdraw_clearance(communique: Communique, *, by: User | None, reason: str) -> Communique:
    """Make a cleared communiqué a draft of the own side again, for a reason.

    It only narrows who reads it, so whoever circulates minutes may do it as well as an approver.
    """
    committee = communique.meeting.committee
    if by is None or not may_clear(by, committee):
        permit(by, Permission.MINUTES_CIRCULATE, committee)
    stored = _hold(communique)
    if not stored.is_cleared:
        raise Refused(_("This communiqué is not cleared."))
    if not reason.strip():
        raise Refused(_("Please give a reason."), field="reason")
    stored.cleared_at = stored.cleared_by = None
    return actions.change(stored, by=by, verb="clearance withdrawn", reason=reason)


@action
def note_communique_taken(communique: Communique, *, languages: tuple[str, ...], format: str, by: User | None) -> None:
    """Write into the trail that somebody took the communiqué with them."""
    facts = {"language": [None, "+".join(languages)], "format": [None, format]}
    actions.note(audit.Event("downloaded", communique, by, facts))


def may_clear(user: Any, committee: Committee) -> bool:
    """Whether the person clears public texts of the committee: an approver of its own side."""
    return bool(user.speaks_for(committee.own_side, committee))


def may_withdraw(user: Any, committee: Committee) -> bool:
    return may_clear(user, committee) or bool(user.can(Permission.MINUTES_CIRCULATE, committee))


def open_communique(communique: Communique, by: User | None) -> Communique:
    """The communiqué as it is now, held until the transaction ends; refuses whoever may not write, and cleared ones."""
    permit(by, Permission.MINUTES_WRITE, communique.meeting.committee)
    stored = _hold(communique)
    if stored.is_cleared:
        raise Refused(_("This communiqué is cleared: withdraw the clearance before you change it."))
    return stored


def leave_sentences(entry: Entry, *, by: User | None) -> None:
    """Keep the sentences that were taken from an entry that goes, linked to none; part of another action."""
    for sentence in entry.communique_sentences.order_by("pk"):
        sentence.entry = None
        actions.change(sentence, by=by)


def _hold(communique: Communique) -> Communique:
    """Minutes first, as everybody who changes an entry does: nobody narrows one while a sentence is linked to it."""
    actions.lock(Meeting.objects.get(pk=communique.meeting_id).minutes)
    return actions.lock(communique)


def _permit_clearing(by: User, committee: Committee) -> None:
    permit(by, Permission.MINUTES_APPROVE, committee)
    if not may_clear(by, committee):
        raise Refused(_("Only an approver of the own side clears what it publishes."))


def _check_entry(sentence: CommuniqueSentence, communique: Communique) -> None:
    if sentence.communique_id != communique.pk:
        raise Refused(_("A sentence stays in its communiqué."))
    if sentence.entry_id is None:
        return
    entry = communique.meeting.minutes.entries.filter(pk=sentence.entry_id, audience=Audience.PUBLIC).first()
    if entry is None:
        raise Refused(_("Sentences are linked to public entries of the same meeting only."), field="entry")


def _make_room(communique: Communique, after: CommuniqueSentence | None) -> int:
    if after is None:
        last = communique.sentences.order_by("-position").values_list("position", flat=True).first()
        return (last or 0) + 1
    place: int = CommuniqueSentence.objects.values_list("position", flat=True).get(pk=after.pk)
    # Only places are written, not versions: it spoils nobody's open form.
    communique.sentences.filter(position__gt=place).update(position=F("position") + 1)
    return place + 1


def _texts(sentence: CommuniqueSentence) -> dict[str, str]:
    return {column: getattr(sentence, column) for column in columns("text")}

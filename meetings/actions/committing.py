"""What an entry of the minutes does to commitments: it makes, reaffirms, modifies, supersedes or fulfils one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from agreements.actions import add_commitment, change_commitment, committee_family, drop_commitment
from agreements.models import Commitment, CommitmentState, Responsibility
from directory.models import User
from meetings import workflow
from meetings.models import Entry, EntryKind, Mention, MentionKind
from records import actions
from records.access import Audience, Permission, permit
from records.actions import action
from records.languages import CODES, columns
from records.text import folded
from records.workflow import Refused

_LEFT_OUT = re.compile(r"\s*(?:\[\s*(?:…|\.\.\.)\s*\]|…|\.\.\.)\s*")
_SPACES = re.compile(r"\s+")


@action
def make_commitment(
    commitment: Commitment,
    entry: Entry,
    *,
    by: User | None,
    words: Mapping[str, str],
    responsible: Sequence[Responsibility] = (),
) -> Mention:
    """Propose ``commitment``, with those who are to keep it, in the words of an agreement.

    ``words`` are quoted from the entry, by language. It is agreed when both sides agree to the minutes.
    """
    held = _hold(entry, by)
    meeting = held.minutes.meeting
    commitment.committee = meeting.committee
    if commitment.classification < meeting.classification:
        raise Refused(
            _("The meeting is %(classification)s: what it agreed is held no less closely.")
            % {"classification": meeting.get_classification_display()},
            field="classification",
        )
    texts = {f"commitment__{column}": getattr(commitment, column) for column in columns("text")}
    if held.mentions.filter(kind=MentionKind.MAKES, **texts).exists():
        raise Refused(_("The entry already makes this commitment."))
    mention = Mention(entry=held, commitment=commitment, kind=MentionKind.MAKES)
    _quote(mention, words)
    _check(mention)
    add_commitment(commitment, by=by, made_on=meeting.date, responsible=responsible)
    return actions.create(mention, by=by)


@action
def change_made_commitment(
    mention: Mention,
    *,
    by: User | None,
    expected: int,
    commitment: Commitment,
    expected_commitment: int,
    words: Mapping[str, str],
    responsible: Sequence[Responsibility],
) -> Mention:
    """Store a changed commitment together with the words of the entry that makes it.

    ``expected`` and ``expected_commitment`` are the versions of the two that the person saw.
    """
    held = _hold(mention.entry, by)
    if mention.kind != MentionKind.MAKES or mention.commitment_id != commitment.pk:
        raise Refused(_("The entry does not make this commitment."))
    if commitment.classification < held.minutes.meeting.classification:
        raise Refused(
            _("The meeting is %(classification)s: what it agreed is held no less closely.")
            % {"classification": held.minutes.meeting.get_classification_display()},
            field="classification",
        )
    change_commitment(commitment, by=by, expected=expected_commitment, responsible=responsible)
    _quote(mention, words)
    return actions.change(mention, by=by, expected=expected)


@action
def add_mention(mention: Mention, *, by: User | None) -> Mention:
    """Say that an entry does something to a commitment that there is already, in words of the entry.

    Where the entry makes one commitment and supersedes another, the new one is noted as superseding the old one.
    """
    mention.entry = _hold(mention.entry, by)
    _quote(mention, _words(mention))
    _check(mention)
    actions.create(mention, by=by)
    if mention.kind == MentionKind.SUPERSEDES:
        _note_superseding(mention, by)
    return mention


@action
def change_mention(mention: Mention, *, by: User | None, expected: int) -> Mention:
    """Store a mention's other kind or words. What makes a commitment goes on making it, and nothing else starts to."""
    mention.entry = _hold(mention.entry, by)
    stored = actions.lock(mention)
    if (stored.entry_id, stored.commitment_id) != (mention.entry_id, mention.commitment_id):
        raise Refused(_("A mention stays with its entry and its commitment: remove it and add another."))
    if MentionKind.MAKES in (stored.kind, mention.kind) and stored.kind != mention.kind:
        raise Refused(_("Only the entry that made a commitment makes it, and goes on doing so."), field="kind")
    _quote(mention, _words(mention))
    _check(mention)
    return actions.change(mention, by=by, expected=expected)


@action
def remove_mention(mention: Mention, *, by: User | None, expected: int | None = None) -> None:
    """Take a mention off its entry. A commitment that it made and that nobody has agreed to yet is dropped with it.

    Its reference is not given again. What both sides have agreed to stays agreed, whatever becomes of the mention.
    """
    _hold(mention.entry, by)
    stored = actions.lock(mention)
    actions.delete(stored, by=by, expected=expected)
    _drop_unmade([stored], by)


@action
def drop_commitments_made(entry: Entry, *, by: User | None) -> None:
    """Drop what only this entry made and nobody has agreed to yet: the entry goes. Part of another action."""
    _drop_unmade(entry.mentions.select_related("commitment"), by)


@action
def propose_again(entry: Entry, *, by: User | None) -> None:
    """Propose again what was dropped when the entry went: it is back, with its mentions. Part of another action."""
    for mention in entry.mentions.filter(kind=MentionKind.MAKES, commitment__state=CommitmentState.DROPPED):
        commitment = mention.commitment
        commitment.state = CommitmentState.PROPOSED
        actions.change(commitment, by=by, verb="moved", reason=_("The entry that makes it is back."))


def quotes(words: str, text: str) -> bool:
    """Whether ``words`` stand in ``text``, spaces and capitals aside. “…” stands for what was left out between them."""
    whole, place = _even(text), 0
    for part in _LEFT_OUT.split(words):
        found = whole.find(_even(part), place)
        if found < 0:
            return False
        place = found + len(_even(part))
    return True


def _even(text: str) -> str:
    return _SPACES.sub(" ", folded(text)).strip()


def _hold(entry: Entry, by: User | None) -> Entry:
    """The entry as it is now; its minutes, a draft, are held until the transaction ends."""
    permit(by, Permission.MINUTES_WRITE, entry.governing_committee)
    minutes = actions.lock(entry.minutes)
    workflow.refuse_unless_draft(minutes)
    held = actions.lock(entry)
    held.minutes = minutes
    return held


def _words(mention: Mention) -> dict[str, str]:
    return {code: getattr(mention, f"words_{code}") for code in CODES}


def _quote(mention: Mention, words: Mapping[str, str]) -> None:
    """Put the words into the mention: they are the entry's own, in at least one language."""
    for code in CODES:
        said = words.get(code, "")
        if said and not quotes(said, getattr(mention.entry, f"text_{code}")):
            raise Refused(
                _("The entry does not say this. Quote its own words; “…” stands for what is left out."),
                field=f"words_{code}",
            )
        setattr(mention, f"words_{code}", said)
    if not any(words.values()):
        raise Refused(_("Quote the entry's words in at least one language."), field="words_en")


def _check(mention: Mention) -> None:
    entry, commitment = mention.entry, mention.commitment
    committee = entry.governing_committee
    if mention.kind == MentionKind.MAKES:
        if entry.kind != EntryKind.AGREEMENT:
            raise Refused(
                _("Only an agreement makes a commitment, and this entry is a %(kind)s. The last verb decides.")
                % {"kind": entry.get_kind_display()}
            )
        if entry.audience == Audience.INTERNAL:
            raise Refused(_("This entry is internal: nobody can agree to what the other side does not read."))
        if commitment.committee_id != committee.pk:
            raise Refused(_("This commitment belongs to another committee."), field="commitment")
        if commitment.pk and commitment.mentions.filter(kind=MentionKind.MAKES).exclude(pk=mention.pk).exists():
            raise Refused(_("Another entry already makes this commitment."), field="commitment")
        return
    if commitment.committee_id not in committee_family(committee):
        raise Refused(_("This commitment belongs to another committee."), field="commitment")
    if commitment.state == CommitmentState.DROPPED:
        raise Refused(_("%(reference)s was dropped.") % {"reference": commitment}, field="commitment")
    if entry.mentions.filter(commitment=commitment, kind=MentionKind.MAKES).exists():
        raise Refused(_("This entry makes the commitment itself."), field="commitment")
    if entry.mentions.filter(commitment=commitment, kind=mention.kind).exclude(pk=mention.pk).exists():
        raise Refused(_("The entry already does this to the commitment."), field="kind")


def _note_superseding(mention: Mention, by: User | None) -> None:
    made = list(mention.entry.mentions.filter(kind=MentionKind.MAKES).select_related("commitment")[:2])
    if len(made) != 1:
        return
    new = made[0].commitment
    if new.supersedes_id is None and new.committee_id == mention.commitment.committee_id:
        new.supersedes = mention.commitment
        change_commitment(new, by=by, expected=new.version)


def _drop_unmade(mentions: Iterable[Mention], by: User | None) -> None:
    for mention in mentions:
        if mention.kind == MentionKind.MAKES and mention.commitment.state == CommitmentState.PROPOSED:
            drop_commitment(mention.commitment, by=by, reason=_("The entry of the minutes no longer makes it."))

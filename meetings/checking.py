"""What is missing or odd in minutes before they go on their way: one list, in words, each line with its place.

``findings`` is pure: it works on rows that were read already, as far as the person sees them. What breaks a rule of
minutes, or is refused when they are circulated or agreed, stands in the way; the rest is worth a look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Commitment, CommitmentState, Responsibility, TimingKind
from agreements.timing import recognise
from meetings.actions.committing import quotes
from meetings.entry_numbers import numbers_named
from meetings.models import AgendaItem, Attendance, Entry, EntryKind, Meeting, Mention, MentionKind, Standing
from records.access import Audience, Edition
from records.languages import CODES, NAMES, pick
from records.text import folded

_SHORT = 60
_LONG_ENOUGH_TO_REPEAT = 20
_DATED = (TimingKind.EXACT, TimingKind.WINDOW)


@dataclass(frozen=True)
class Finding:
    """One line: what it is about, what is the matter, where it is mended."""

    code: str
    stands_in_the_way: bool
    about: str
    message: str
    url: str
    language: str = ""  # of the text that is quoted in ``about``
    quote: str = ""


@dataclass(frozen=True)
class Minuted:
    """The rows of one meeting's minutes. Entries come in order, with their speakers and mentions read; each mention
    with its commitment, and that with its responsibilities."""

    meeting: Meeting
    entries: Sequence[Entry]
    attendances: Sequence[Attendance]
    agenda: Sequence[AgendaItem]

    @classmethod
    def read(cls, meeting: Meeting, user: Any) -> Minuted:
        """What the check looks at, each list read once, as far as the person may read it."""
        attendances = Attendance.objects.visible_to(user).filter(meeting=meeting)
        agenda = AgendaItem.objects.visible_to(user).filter(meeting=meeting)
        responsible = Responsibility.objects.visible_to(user)
        mentions = Mention.objects.with_readable_commitments(user).prefetch_related(
            Prefetch("commitment__responsibilities", responsible)
        )
        entries = Entry.objects.visible_to(user).filter(minutes=meeting.minutes)
        entries = entries.prefetch_related("speakers", Prefetch("mentions", mentions))
        return cls(meeting, list(entries), list(attendances), list(agenda))


def findings(rows: Minuted) -> list[Finding]:
    """Everything that is missing or odd: what stands in the way first, each part in the order of the minutes."""
    found = [*_of_the_meeting(rows)]
    for number, entry in enumerate(rows.entries, start=1):
        at = _At(rows, entry, number)
        found += [*_who_spoke(at), *_languages(at), *_commitments(at), *_numbers(at)]
    found += _repeated(rows)
    return sorted(found, key=lambda finding: not finding.stands_in_the_way)


def counted(found: Iterable[Finding]) -> dict[str, int]:
    """How many stand in the way, and how many are worth a look."""
    counts = Counter(finding.stands_in_the_way for finding in found)
    return {"in_the_way": counts[True], "worth_a_look": counts[False]}


@dataclass(frozen=True)
class _At:
    """An entry with its number, and how to speak of it."""

    rows: Minuted
    entry: Entry
    number: int

    def finding(self, code: str, message: str, *, severe: bool = False, url: str = "") -> Finding:
        text = pick(self.entry, "text")
        language = next((each for each in CODES if getattr(self.entry, f"text_{each}") == text), "")
        quote = text if len(text) <= _SHORT else f"{text[:_SHORT].rstrip()}…"
        about = _("Entry %(number)s") % {"number": self.number}
        return Finding(code, severe, about, message, url or self.desk, language, quote)

    @property
    def desk(self) -> str:
        return f"{_desk(self.rows.meeting)}?entry={self.entry.key}#entry-{self.entry.key}"

    @property
    def standing(self) -> dict[str, str]:
        return {code: getattr(self.rows.meeting.minutes, f"standing_{code}") for code in CODES}


# The meeting


def _of_the_meeting(rows: Minuted) -> Iterator[Finding]:
    meeting = rows.meeting
    page = meeting.get_absolute_url()
    if meeting.state not in ("held", "closed"):
        to_held = f"{reverse('meetings:meeting-move', args=[meeting.reference])}?target=held"
        yield Finding(
            "not_held",
            True,
            _("The meeting"),
            _("It is %(state)s: minutes are circulated after it was held.") % {"state": meeting.get_state_display()},
            to_held if meeting.state == "scheduled" else page,
        )
    if not any(entry.audience in Edition.SHARED.audiences for entry in rows.entries):
        yield Finding(
            "nothing_to_share",
            True,
            _("The minutes"),
            _("There is no entry for the other side to read yet."),
            _desk(meeting),
        )
    for side in meeting.committee.sides:
        if not any(each.side_id == side.pk and not each.sent_apologies for each in rows.attendances):
            yield Finding(
                "nobody_there",
                True,
                _("Attendance"),
                _("Nobody of %(side)s is listed as present.") % {"side": side},
                reverse("meetings:attendance-add", args=[meeting.reference]),
            )
    spoken_of = {entry.agenda_item_id for entry in rows.entries}
    for number, item in enumerate(rows.agenda, start=1):
        if item.pk not in spoken_of:
            yield Finding(
                "item_without_entry",
                False,
                _("Agenda item %(number)s") % {"number": number},
                _("No entry stands under “%(title)s”.") % {"title": item},
                reverse("meetings:agenda-edit", args=[meeting.reference, item.pk]),
            )


# One entry


def _who_spoke(at: _At) -> Iterator[Finding]:
    speakers = list(at.entry.speakers.all())
    if at.entry.kind == EntryKind.STATEMENT and not speakers:
        yield at.finding("no_speaker", _("This statement has no speaker."), severe=True)
    for speaker in speakers:
        if not speaker.may_speak:
            yield at.finding(
                "absent_speaker",
                _("%(name)s sent apologies and no message, and so cannot have spoken.") % {"name": speaker},
                severe=True,
            )


def _languages(at: _At) -> Iterator[Finding]:
    """The authentic text of what both sides read cannot be missing; a working translation should not."""
    is_shared = at.entry.audience in Edition.SHARED.audiences
    for standing in (Standing.AUTHENTIC, Standing.WORKING):
        missing = [
            str(NAMES[code])
            for code in CODES
            if at.standing[code] == standing and not getattr(at.entry, f"text_{code}")
        ]
        if not missing:
            continue
        names = ", ".join(missing)
        if standing == Standing.AUTHENTIC and is_shared:
            yield at.finding(
                "authentic_missing",
                _("The authentic text is missing: %(languages)s.") % {"languages": names},
                severe=True,
            )
        elif is_shared:
            message = _("The working translation is missing: %(languages)s.")
            yield at.finding("working_missing", message % {"languages": names})


def _commitments(at: _At) -> Iterator[Finding]:
    entry, meeting = at.entry, at.rows.meeting
    mentions = list(entry.mentions.all())
    made = [mention for mention in mentions if mention.kind == MentionKind.MAKES]
    if entry.kind == EntryKind.AGREEMENT and not mentions:
        yield at.finding(
            "no_commitment",
            _("This agreement makes no commitment, and speaks of none."),
            url=reverse("meetings:commitment-make", args=[meeting.reference, entry.pk]),
        )
    if made and entry.kind != EntryKind.AGREEMENT:
        message = _("It makes %(reference)s, but it is a %(kind)s: only an agreement makes a commitment.")
        facts = {"reference": made[0].commitment, "kind": entry.get_kind_display()}
        yield at.finding("makes_without_agreeing", message % facts, severe=True)
    if made and entry.audience == Audience.INTERNAL:
        message = _("It makes %(reference)s, but it is internal: the other side cannot agree to it.")
        yield at.finding("makes_in_secret", message % {"reference": made[0].commitment}, severe=True)
    for mention in mentions:
        yield from _quoted(at, mention)
    for mention in made:
        yield from _made(at, mention)
    if made:
        yield from _said_otherwise(at, made)


def _made(at: _At, mention: Mention) -> Iterator[Finding]:
    """What is missing of a commitment that the entry makes."""
    commitment, url = mention.commitment, _edit(at.rows.meeting, mention)
    name = {"reference": commitment}
    has_phrase = any(_phrases(commitment))
    if not has_phrase and commitment.timing_kind != TimingKind.OPEN:
        yield at.finding(
            "no_timing", _("%(reference)s does not quote the words of its timing.") % name, severe=True, url=url
        )
    elif not has_phrase:
        yield at.finding("left_open", _("%(reference)s is open, without any words on when.") % name, url=url)
    if not commitment.responsibilities.all():
        yield at.finding("nobody_responsible", _("Nobody is to keep %(reference)s.") % name, severe=True, url=url)
    missing = [
        str(NAMES[code])
        for code in CODES
        if at.standing[code] == Standing.AUTHENTIC
        and getattr(at.entry, f"text_{code}")
        and not getattr(commitment, f"text_{code}")
    ]
    if missing:
        message = _("%(reference)s has no text in %(languages)s.")
        yield at.finding("commitment_untranslated", message % {**name, "languages": ", ".join(missing)}, url=url)


def _quoted(at: _At, mention: Mention) -> Iterator[Finding]:
    """A mention whose words the entry no longer says, or whose commitment is no more."""
    name, url = {"reference": mention.commitment}, _edit(at.rows.meeting, mention)
    if mention.commitment.state == CommitmentState.DROPPED:
        yield at.finding("dropped", _("%(reference)s was dropped.") % name, url=url)
    for code in CODES:
        words = getattr(mention, f"words_{code}")
        if words and not quotes(words, getattr(at.entry, f"text_{code}")):
            message = _("The words quoted for %(reference)s no longer stand in the text: %(language)s.")
            yield at.finding("words_gone", message % {**name, "language": NAMES[code]}, url=url)


def _said_otherwise(at: _At, made: list[Mention]) -> Iterator[Finding]:
    """A timing that the text says and none of its commitments quotes; and one that is quoted and not said."""
    for code in CODES:
        text = getattr(at.entry, f"text_{code}")
        quoted = [phrase for mention in made if (phrase := getattr(mention.commitment, f"timing_phrase_{code}"))]
        spoken = [getattr(mention.commitment, f"text_{code}") for mention in made]
        if not text:
            continue
        for timing in recognise(text, code, spoken_on=at.rows.meeting.date):
            if timing.is_past or timing.kind == TimingKind.OPEN:
                continue
            # An occasion or a condition may be part of what is promised; a date belongs to the timing.
            places = quoted if timing.kind in _DATED else [*quoted, *spoken]
            if not any(quotes(timing.phrase, place) for place in places):
                yield at.finding(
                    "timing_unquoted",
                    _("It says “%(phrase)s”, and the timing of %(reference)s does not.")
                    % {"phrase": timing.phrase, "reference": made[0].commitment},
                    url=_edit(at.rows.meeting, made[0]),
                )
        for mention in made:
            phrase = getattr(mention.commitment, f"timing_phrase_{code}")
            if phrase and not quotes(phrase, text):
                yield at.finding(
                    "timing_gone",
                    _("%(reference)s is timed “%(phrase)s”, and the text does not say so.")
                    % {"phrase": phrase, "reference": mention.commitment},
                    url=_edit(at.rows.meeting, mention),
                )


def _numbers(at: _At) -> Iterator[Finding]:
    """Entries that the text names by numbers which are not, or not everywhere, theirs."""
    named = {number: said for code in CODES for said, number in numbers_named(getattr(at.entry, f"text_{code}"), code)}
    for number, said in named.items():
        facts = {"said": said, "number": number}
        if not 1 <= number <= len(at.rows.entries):
            count = {"count": len(at.rows.entries)}
            yield at.finding("number_beyond", _("It says “%(said)s”; there are %(count)s entries.") % (facts | count))
        elif number == at.number:
            yield at.finding("number_itself", _("It says “%(said)s”, and that is the entry itself.") % facts)
        else:
            yield from _number_elsewhere(at, number, said)


def _number_elsewhere(at: _At, number: int, said: str) -> Iterator[Finding]:
    """Entries are numbered as each edition prints them: a number that counts internal ones is wrong in the shared."""
    editions = {Audience.SHARED: Edition.SHARED, Audience.PUBLIC: Edition.PUBLIC}
    edition = editions.get(Audience(at.entry.audience))
    if edition is None:
        return
    target = at.rows.entries[number - 1]
    if target.audience not in edition.audiences:
        message = _("It says “%(said)s”, which the %(edition)s does not print.")
        yield at.finding("number_hidden", message % {"said": said, "edition": edition.label}, severe=True)
        return
    printed = sum(entry.audience in edition.audiences for entry in at.rows.entries[:number])
    if printed != number:
        message = _("It says “%(said)s”, and the %(edition)s prints that entry as number %(number)s.")
        facts = {"said": said, "edition": edition.label, "number": printed}
        yield at.finding("number_shifted", message % facts)


def _repeated(rows: Minuted) -> Iterator[Finding]:
    seen: dict[tuple[str, str], int] = {}
    for number, entry in enumerate(rows.entries, start=1):
        earlier: set[int] = set()
        for code in CODES:
            text = " ".join(folded(getattr(entry, f"text_{code}")).split())
            if len(text) < _LONG_ENOUGH_TO_REPEAT:
                continue
            first = seen.setdefault((code, text), number)
            if first != number:
                earlier.add(first)
        for first in sorted(earlier):
            message = _("It says the same as entry %(number)s.") % {"number": first}
            yield _At(rows, entry, number).finding("repeated", message)


def _phrases(commitment: Commitment) -> list[str]:
    return [getattr(commitment, f"timing_phrase_{code}") for code in CODES]


def _edit(meeting: Meeting, mention: Mention) -> str:
    return reverse("meetings:mention-edit", args=[meeting.reference, mention.pk])


def _desk(meeting: Meeting) -> Any:
    return reverse("meetings:minutes-desk", args=[meeting.reference])

"""What changed between two revisions, on paper: what ``templates/typst/differences.typ`` prints, and its PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from meetings.exports import labels
from meetings.exports.editions import permit_edition
from meetings.exports.labels import in_each, sentence
from meetings.models import Revision
from meetings.reading import Comparison, Passage, facts_compared, passages_compared
from meetings.revisions import Content, content_of
from records.access import Edition
from records.dates import clock, written
from records.differences import ADDED, CHANGED, MOVED, REMOVED, SAME, UNCHANGED, Piece
from records.exports.typst import Document, compile_pdf
from records.languages import NAMES, pick

Codes = tuple[str, ...]
Make = Callable[[str], Any]
#: One passage, compared in each of the languages.
Compared = tuple[Comparison, ...]


def differences_document(old: Revision, new: Revision, *, edition: Edition, languages: Codes, user: Any) -> Document:
    """The PDF of what changed from ``old`` to ``new``, in one language or in a column for each.

    Dated when the later revision was made, so that the same two give the same bytes. Raises ``PermissionDenied`` for
    an edition that ``user`` may not hold, and ``typst.CompileError``.
    """
    data = differences_data(old, new, edition=edition, languages=languages, user=user)
    return compile_pdf("differences", data, timestamp=max(old.made_at, new.made_at))


def differences_data(old: Revision, new: Revision, *, edition: Edition, languages: Codes, user: Any) -> dict[str, Any]:
    """The same as the template takes it; its head describes each key."""
    meeting = new.minutes.meeting
    permit_edition(user, edition, meeting.committee)
    before, after = content_of(old), content_of(new)
    compared = _compared(before, after, edition, languages)

    def each(make: Make) -> labels.Text:
        return in_each(languages, make)

    return {
        "languages": list(languages),
        "labels": _labels(languages),
        "letterhead": {
            "organisation": each(labels.organisation),
            "committee": each(lambda language: pick(meeting.committee, "name", language)),
        },
        "title": each(lambda language: _("What changed in the minutes")),
        "subtitle": each(lambda language: f"{meeting.heading(language)} · {labels.subtitle(meeting, language)}"),
        "reference": meeting.reference,
        "edition_label": each(lambda language: sentence(edition.label)),
        "state_label": each(
            lambda language: _("From revision %(old)s to revision %(new)s") % {"old": old.number, "new": new.number}
        ),
        "footer": {"hash": None, "note": None},
        "revisions": [_revision(each, old), _revision(each, new)],
        "counts": each(lambda language: _counts(compared)),
        "spoken": each(lambda language: ", ".join(sentence(NAMES[code]) for code in languages)),
        "facts": _facts(before, after, edition, languages),
        "entries": list(_entries(compared, languages)),
    }


def _compared(old: Content, new: Content, edition: Edition, languages: Codes) -> list[Compared]:
    """What became of each passage, once a language: a passage is changed when it is in any of them."""
    by_language = []
    for language in languages:
        with override(language):
            by_language.append(passages_compared(old, new, edition, (language,)))
    return list(zip(*by_language, strict=True))


def _labels(languages: Codes) -> dict[str, labels.Text]:
    words = {}
    for language in languages:
        with override(language):
            words[language] = {
                "page_of": _("Page {page} of {pages}"),
                "compared": _("Languages compared"),
                "result": _("Entries"),
                "key": _("How to read it"),
                "removed": _("removed"),
                "added": _("added"),
                "facts": _("Beside the entries"),
                "entries": _("Proceedings"),
                "missing": labels.missing(),
            }
    return words


def _revision(each: Callable[[Make], labels.Text], revision: Revision) -> dict[str, Any]:
    """Its number, when it was made on the own side's clock, and its hash."""
    made = clock(revision.made_at, None, revision.minutes.meeting.committee.own_side.time_zone)
    return {
        "name": each(lambda language: _("Revision %(number)s") % {"number": revision.number}),
        "made": each(lambda language: f"{written(made.day, language=language)}, {labels.zoned(made)}"),
        "hash": revision.digest,
    }


def _kind(compared: Compared) -> str:
    """What became of the passage as a whole: what is changed in one language is changed."""
    kinds = {comparison.kind for comparison in compared}
    return CHANGED if CHANGED in kinds else compared[0].kind


def _counts(compared: list[Compared]) -> str:
    """“changed: 2 · moved: 1 · unchanged: 14”; what was moved and changed counts as both."""
    kinds = [_kind(each) for each in compared]
    counts = [
        (_("changed: %(number)s"), kinds.count(CHANGED)),
        (_("added: %(number)s"), kinds.count(ADDED)),
        (_("removed: %(number)s"), kinds.count(REMOVED)),
        (_("moved: %(number)s"), sum(each[0].moved for each in compared)),
        (_("unchanged: %(number)s"), kinds.count(UNCHANGED)),
    ]
    return " · ".join(pattern % {"number": number} for pattern, number in counts if number) or "–"


def _facts(old: Content, new: Content, edition: Edition, languages: Codes) -> list[dict[str, Any]]:
    """What changed beside the passages, in any language."""
    found: dict[int, dict[str, Any]] = {}
    for language in languages:
        with override(language):
            for place, name, pieces in facts_compared(old, new, edition):
                fact = found.setdefault(place, {"label": {}, "pieces": {}})
                fact["label"][language], fact["pieces"][language] = name, _plain(pieces)
    return [found[place] for place in sorted(found)]


def _entries(compared: list[Compared], languages: Codes) -> Iterator[dict[str, Any]]:
    """Each passage that is not as it was; of those that are, where they stand, run by run."""
    run: list[Comparison] = []
    for each in compared:
        if _kind(each) == UNCHANGED and (not run or _distance(run[-1]) == _distance(each[0])):
            run.append(each[0])
            continue
        if run:
            yield _unchanged(run, languages)
        run = []
        if _kind(each) == UNCHANGED:
            run.append(each[0])
        else:
            yield _entry(each, languages)
    if run:
        yield _unchanged(run, languages)


def _distance(comparison: Comparison) -> int:
    return _number(comparison.new) - _number(comparison.old)


def _number(passage: Passage | None) -> int:
    return passage.number if passage else 0


def _unchanged(run: list[Comparison], languages: Codes) -> dict[str, Any]:
    was, now = _span([_number(each.old) for each in run]), _span([_number(each.new) for each in run])

    def said(language: str) -> str:
        if was == now:
            return _("%(numbers)s: unchanged") % {"numbers": now}
        return _("%(numbers)s: unchanged, was %(before)s") % {"numbers": now, "before": was}

    return {"number": "", "status": in_each(languages, said), "head": None, "text": None}


def _span(numbers: list[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"


def _entry(compared: Compared, languages: Codes) -> dict[str, Any]:
    by_language = dict(zip(languages, compared, strict=True))
    first, kind = compared[0], _kind(compared)
    return {
        "number": str(first.new.number) if first.new else "–",
        "status": in_each(languages, lambda language: sentence(_status(kind, first))),
        "head": {language: list(_head(each)) for language, each in by_language.items()},
        "text": {language: _plain(dict(each.texts).get(language, [])) for language, each in by_language.items()},
    }


def _status(kind: str, change: Comparison) -> str:
    numbers = {"old": _number(change.old), "new": _number(change.new)}
    if kind == ADDED:
        return _("added")
    if kind == REMOVED:
        return _("removed, was %(number)s") % {"number": numbers["old"]}
    moved = _("moved from %(old)s to %(new)s") % numbers
    if kind == MOVED:
        return moved
    if change.moved:
        return f"{_('changed')}, {moved}"
    if numbers["old"] != numbers["new"]:
        return _("changed, was %(number)s") % {"number": numbers["old"]}
    return _("changed")


def _head(change: Comparison) -> Iterator[list[dict[str, str]]]:
    """What stands above a passage's text: its kind; its agenda item and audience where they changed; who speaks."""
    yield _replaced(change, lambda passage: sentence(passage.kind_label))
    for read in (lambda passage: passage.agenda, lambda passage: sentence(passage.audience_label)):
        if change.old and change.new and read(change.old) != read(change.new):
            yield _replaced(change, read)
    speakers = _replaced(change, lambda passage: ", ".join(passage.speakers))
    if speakers:
        yield speakers


def _replaced(change: Comparison, read: Callable[[Passage], str]) -> list[dict[str, str]]:
    """A short text in one piece, or what was and what became of it."""
    texts = [read(passage) for passage in (change.old, change.new) if passage is not None]
    if len(set(texts)) == 1:
        return _plain([Piece(SAME, texts[0])])
    return _plain([Piece(REMOVED, texts[0]), Piece(ADDED, texts[1])])


def _plain(pieces: list[Piece]) -> list[dict[str, str]]:
    return [{"kind": piece.kind, "text": piece.text} for piece in pieces if piece.text]

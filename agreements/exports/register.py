"""The register as a table for spreadsheets: the same rows as the page, in the same order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from agreements.filters import with_row
from agreements.models import CommitmentState, TimingKind
from agreements.models.commitments import CommitmentQuerySet
from records.engine import snapshot
from records.exports.csv import Column, stream_csv
from records.languages import pick

_ROWS_AT_ONCE = 500


def register_csv(commitments: CommitmentQuerySet, user: Any, *, on: date, language: str) -> Iterator[bytes]:
    """``commitments`` as the register shows them to ``user`` on the day ``on``; words in ``language``."""
    with override(language):
        states = {state.value: str(state.label) for state in CommitmentState} | {None: ""}
        kinds = {kind.value: str(kind.label) for kind in TimingKind}
        yes = _("yes")
        table: list[Column[Any]] = [
            Column(_("Reference"), lambda row: row.reference),
            Column(_("Committee"), lambda row: pick(row.committee, "name", language)),
            Column(_("State"), lambda row: states[row.state]),
            Column(_("Commitment"), lambda row: pick(row, "text", language)),
            Column(_("Timing"), lambda row: kinds[row.timing_kind]),
            Column(_("Timing as said"), lambda row: pick(row, "timing_phrase", language)),
            Column(_("Due"), lambda row: row.due_on),
            Column(_("Window from"), lambda row: row.window_starts_on),
            Column(_("Window until"), lambda row: row.window_ends_on),
            Column(_("Look again on"), lambda row: row.review_on),
            Column(_("Responsible"), lambda row: _responsible(row, language)),
            Column(_("Overdue"), lambda row: yes if row.is_overdue else ""),
            Column(_("To be looked at again"), lambda row: yes if row.is_stale else ""),
            Column(_("Told differently"), lambda row: yes if row.is_divergent else ""),
            Column(_("Coupled"), lambda row: yes if row.is_coupled else ""),
            Column(_("The own side says"), lambda row: states[row.said_here]),
            Column(_("The other side says"), lambda row: states[row.said_there]),
            Column(_("Last report"), lambda row: row.last_reported_on),
        ]
        return stream_csv(table, _all(with_row(commitments, user, on=on)))


def _responsible(row: Any, language: str) -> str:
    with override(language):
        return "; ".join(str(each) for each in row.responsibilities.all())


def _all(commitments: CommitmentQuerySet) -> Iterator[Any]:
    with snapshot():
        yield from commitments.iterator(chunk_size=_ROWS_AT_ONCE)

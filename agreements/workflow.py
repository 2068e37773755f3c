"""What becomes of commitments that minutes propose. They are agreed with the minutes, and in no other way."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from records.access import Permission
from records.workflow import Move, Workflow

COMMITMENT = Workflow(
    [
        Move("proposed", "dropped", gettext_lazy("Drop"), Permission.AGREEMENTS_WRITE, needs_reason=True),
    ]
)

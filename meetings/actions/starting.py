"""To begin where the last meeting ended: the next one called with its agenda, or an empty agenda filled."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from directory.models import User
from meetings import workflow
from meetings.actions.calling import add_agenda_item, call_meeting
from meetings.models import AgendaItem, Meeting
from records import actions
from records.access import Permission, permit
from records.actions import action
from records.workflow import Refused


@action
def call_next_meeting(meeting: Meeting, agenda: Iterable[AgendaItem], *, by: User | None) -> Meeting:
    """Call ``meeting`` as ``call_meeting`` does and put ``agenda`` on it in this order: both are stored, or neither."""
    call_meeting(meeting, by=by)
    _put_on(meeting, agenda, by=by)
    return meeting


@action
def fill_agenda(meeting: Meeting, agenda: Iterable[AgendaItem], *, by: User | None) -> Meeting:
    """Put ``agenda`` on a meeting that has none. Raises ``Refused`` when somebody filled it in the meantime."""
    permit(by, Permission.MEETINGS_WRITE, meeting.committee)
    stored = actions.lock(meeting)
    workflow.refuse_unless_editable(stored)
    if stored.agenda_items.exists():
        raise Refused(_("This meeting has an agenda already. It is shown as it is now."))
    _put_on(stored, agenda, by=by)
    return stored


def _put_on(meeting: Meeting, agenda: Iterable[AgendaItem], *, by: User | None) -> None:
    for item in agenda:
        item.meeting = meeting
        _check_origin(item)
        _check_commitment(item)
        add_agenda_item(item, by=by)


def _check_origin(item: AgendaItem) -> None:
    origin = item.carried_over_from
    if origin is not None and origin.meeting.committee_id != item.meeting.committee_id:
        raise Refused(_("“%(item)s” comes from another committee's agenda.") % {"item": origin})


def _check_commitment(item: AgendaItem) -> None:
    """An agenda is read by all who may know of the meeting, so it quotes nothing that is held more closely."""
    commitment, meeting = item.commitment, item.meeting
    if commitment is None:
        return
    if commitment.committee_id != meeting.committee_id:
        raise Refused(_("%(reference)s is a commitment of another committee.") % {"reference": commitment})
    if commitment.classification > meeting.classification:
        raise Refused(
            _("%(reference)s is held more closely than this meeting. Leave it out, or classify the meeting as it is.")
            % {"reference": commitment}
        )

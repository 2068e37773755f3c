from meetings.models.agenda import AgendaItem
from meetings.models.attendances import Attendance, AttendanceMode, AttendanceRole
from meetings.models.meetings import Meeting, MeetingFormat, MeetingKind, MeetingState
from meetings.models.minutes import Communique, Entry, EntryKind, Mention, MentionKind, Minutes, MinutesState, Standing
from meetings.models.revisions import Approval, Revision, Verdict

__all__ = [
    "AgendaItem",
    "Approval",
    "Attendance",
    "AttendanceMode",
    "AttendanceRole",
    "Communique",
    "Entry",
    "EntryKind",
    "Meeting",
    "MeetingFormat",
    "MeetingKind",
    "MeetingState",
    "Mention",
    "MentionKind",
    "Minutes",
    "MinutesState",
    "Revision",
    "Standing",
    "Verdict",
]

from meetings.models.agenda import AgendaItem
from meetings.models.attendances import Attendance, AttendanceMode, AttendanceRole
from meetings.models.documents import Document, DocumentKind
from meetings.models.meetings import Meeting, MeetingFormat, MeetingKind, MeetingState
from meetings.models.minutes import (
    Communique,
    CommuniqueSentence,
    Entry,
    EntryKind,
    Mention,
    MentionKind,
    Minutes,
    MinutesState,
    Standing,
)
from meetings.models.revisions import (
    Approval,
    ApprovalComment,
    ReviewLink,
    Revision,
    SealedCopy,
    Verdict,
)

__all__ = [
    "AgendaItem",
    "Approval",
    "ApprovalComment",
    "Attendance",
    "AttendanceMode",
    "AttendanceRole",
    "Communique",
    "CommuniqueSentence",
    "Document",
    "DocumentKind",
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
    "ReviewLink",
    "Revision",
    "SealedCopy",
    "Standing",
    "Verdict",
]

from directory.models.committees import Committee, Seat, SeatRole
from directory.models.letters import CalendarKey, MailKind, OutgoingMail
from directory.models.organisations import Office, Organisation, Region
from directory.models.people import Person, Tenure
from directory.models.sides import NameOrder, Side
from directory.models.users import Assignment, User

__all__ = [
    "Assignment",
    "CalendarKey",
    "Committee",
    "MailKind",
    "NameOrder",
    "Office",
    "Organisation",
    "OutgoingMail",
    "Person",
    "Region",
    "Seat",
    "SeatRole",
    "Side",
    "Tenure",
    "User",
]

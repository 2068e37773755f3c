from exchanges.models.events import Event, EventChange, EventChangeKind, EventOrganiser, EventState
from exchanges.models.ties import TwinTie
from exchanges.models.years import ExchangeYear, Extension, Tally

__all__ = [
    "Event",
    "EventChange",
    "EventChangeKind",
    "EventOrganiser",
    "EventState",
    "ExchangeYear",
    "Extension",
    "Tally",
    "TwinTie",
]

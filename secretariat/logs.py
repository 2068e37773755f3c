"""What must not stand in a log: the keys in addresses that open something without a log-in."""

from __future__ import annotations

import logging
import re

_KEYS = re.compile(r"(/calendar/|/review/)[^/\s?\"']+")


class WithoutKeys(logging.Filter):
    """Puts ``…`` in the place of the key in ``/calendar/<key>.ics`` and ``/review/<key>/``; lets every line pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = _KEYS.sub(r"\1…", message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        return True

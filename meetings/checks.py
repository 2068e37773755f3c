"""What ``manage.py check --deploy`` says of the certificate that signs sealed minutes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.utils import timezone

from records.workflow import Refused

_SOON = timedelta(days=30)
_EVERYBODY = 0o004


@register(Tags.security, deploy=True)
def check_signing(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error where sealing would be refused; a warning where it soon would be, or where others may read the key."""
    from meetings.exports.signing import open_signatory

    now = timezone.now()
    try:
        signatory = open_signatory(at=now)
    except Refused as refusal:
        return [Error(" ".join(refusal.messages), hint="See SIGNING_CERTIFICATE in .env.example.", id="meetings.E001")]
    if signatory is None:
        return []
    found: list[CheckMessage] = []
    if signatory.expires_at - now < _SOON:
        day = signatory.expires_at.date()
        found.append(Warning(f"The certificate that signs sealed minutes expires on {day}.", id="meetings.W001"))
    if any(path and Path(path).stat().st_mode & _EVERYBODY for path in _files()):
        found.append(
            Warning("Everybody on this machine may read the key that signs sealed minutes.", id="meetings.W002")
        )
    return found


def _files() -> tuple[str, str]:
    return settings.SIGNING_CERTIFICATE, settings.SIGNING_PASSWORD_FILE

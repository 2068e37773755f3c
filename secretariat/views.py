"""The desk, the pages for what went wrong, and the answer to "are you well?"."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.mail import unsent
from records.access import Permission
from records.models import Submission
from secretariat import desk as desk_queries


def desk(request: HttpRequest) -> HttpResponse:
    """Today: what is ahead, what waits, what changed."""
    user, today = request.user, timezone.localdate()
    calls = user.can(Permission.MEETINGS_WRITE)  # type: ignore[union-attr]
    return render(
        request,
        "desk.html",
        {
            "today": today,
            "next_meetings": desk_queries.next_meetings(user, on=today),
            "waiting": desk_queries.waiting(user, on=today),
            "changes": desk_queries.recent_changes(user),
            "commitments": desk_queries.commitments_by_state(user),
            "serves_own_side": user.can(Permission.INTERNAL_READ),  # type: ignore[union-attr]
            "may_call": calls,
            "unsent_mails": unsent(user, now=timezone.now()) if calls else 0,
        },
    )


@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """200 when the database can be written to, 503 otherwise: a full disk still answers SELECT 1."""
    try:
        with transaction.atomic():
            Submission.objects.filter(pk=0).update(location="")
            transaction.set_rollback(True)
    except DatabaseError:
        return HttpResponse("The database cannot be written to.", status=503, headers={"Retry-After": "10"})
    return HttpResponse("ok", content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(
        request, 400, _("This request cannot be understood"), _("Go back, check what was sent, and try again.")
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    detail = str(exception) or _("You may read this, but you may not change it.")
    return _error(request, 403, _("You may not do this"), detail)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _error(
        request,
        403,
        _("This form is out of date"),
        _("You may have logged in or out in another window. Go back, reload the page and send the form again."),
    )


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(
        request,
        404,
        _("There is nothing here for you"),
        _("The address is wrong, the record is gone, or it belongs to a committee to which you are not assigned."),
    )


def too_many_requests(request: HttpRequest) -> HttpResponse:
    return _error(
        request, 429, _("Too many attempts"), _("Please wait five minutes, then try again. Nothing else is locked.")
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """No database, no template inheritance: whatever failed may fail again."""
    return render(None, "500.html", status=500)


def _error(request: HttpRequest, status: int, heading: str, detail: Any) -> HttpResponse:
    return render(request, "error.html", {"heading": heading, "detail": detail, "status": status}, status=status)

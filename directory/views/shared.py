"""What the directory's pages have in common: a filtered list, a form, a question before deleting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import actions
from directory.filters import DirectoryFilter
from directory.forms import DirectoryForm
from directory.models import Tenure
from records.access import Permission
from records.actions import EditConflict
from records.models import Record

PAGE_SIZE = 50


def listed(
    request: HttpRequest, template: str, filters: type[DirectoryFilter], records: QuerySet[Any], **context: Any
) -> HttpResponse:
    """One page of ``records`` as the address filters and orders them; 422 when the address makes no sense."""
    filtered = filters(request.GET, queryset=records, user=request.user)
    is_valid = filtered.is_valid()
    found = _in_full_order(filtered.qs) if is_valid else records.none()
    context |= {
        "filter": filtered,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "may_write": request.user.can(Permission.DIRECTORY_WRITE),
        "is_filtered": any(value for name, value in request.GET.items() if name not in ("page", "order")),
    }
    return render(request, template, context, status=200 if is_valid else 422)


def _in_full_order(records: QuerySet[Any]) -> QuerySet[Any]:
    """The same order with the primary key last, so that no row is on two pages."""
    order = records.query.order_by or records.model._meta.ordering
    return records.order_by(*(each for each in order if each != "pk"), "pk")


def edited(
    request: HttpRequest, form: DirectoryForm, act: Callable[[], Any], *, heading: str, back: str, **context: Any
) -> HttpResponse:
    """Show ``form``; when it is sent, ``act`` and go to what was made, or ``back``."""
    if request.method == "POST" and form.attempt(act, by=request.user):
        messages.success(request, _("Saved."))
        return redirect(form.location or back)
    context |= {"form": form, "heading": heading, "back": back}
    return render(request, "directory/form.html", context, status=form.http_status)


def removed(request: HttpRequest, record: Record, *, back: str, after: str) -> HttpResponse:
    """Ask once, then delete ``record`` and go to ``after``, if nothing stands on it and nobody changed it."""
    refusal, status = "", 200
    if request.method == "POST":
        version = request.POST.get("version", "")
        expected = int(version) if version.isdecimal() and len(version) < 10 else None
        try:
            actions.remove(record, by=request.user, expected=expected)  # type: ignore[arg-type]
        except ProtectedError:
            refusal, status = _("Other records stand on this, so it stays. Change or delete those first."), 422
        except EditConflict:
            refusal, status = _("Somebody changed this in the meantime. Please look at it again."), 409
        except ValidationError as refused:
            refusal, status = " ".join(refused.messages), 422
        else:
            messages.success(request, _("Deleted. The history keeps every word of it."))
            return redirect(after)
    context = {"thing": record, "back": back, "refusal": refusal}
    return render(request, "directory/remove.html", context, status=status)


def held_today(user: Any) -> QuerySet[Tenure]:
    """The tenures that hold today, in the order in which they began."""
    return Tenure.objects.visible_to(user).current(on=timezone.localdate()).order_by("started_on", "pk")


def rights(request: HttpRequest, record: Record) -> dict[str, bool]:
    """What the person may do on a record's page."""
    user, committee = request.user, record.governing_committee
    return {
        "may_write": user.can(Permission.DIRECTORY_WRITE, committee),
        "may_read_history": user.can(Permission.HISTORY_READ, committee),
    }


def sent(request: HttpRequest) -> Any:
    """What a form is bound to: nothing, unless it was sent."""
    return request.POST if request.method == "POST" else None

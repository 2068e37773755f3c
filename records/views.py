"""The history page of any record."""

from __future__ import annotations

from django.apps import apps
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from records import history
from records.access import Permission, load
from records.models import AuditEvent, Record

_EVENTS_A_PAGE = 30


def record_history(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """Who changed what in a record and its parts, the newest first.

    Whoever holds ``HISTORY_READ`` also reads what is internal; names of records held too closely for them are left out.
    """
    record = load(_record_model(label), request.user, Permission.HISTORY_READ, pk=pk)
    page = Paginator(_events(record).order_by("-pk"), _EVENTS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "records/history.html",
        {
            "record": record,
            "kind": record._meta.verbose_name,
            "address": record.get_absolute_url() if hasattr(record, "get_absolute_url") else "",
            "page": page,
            "lines": history.lines(history.for_reader(page.object_list, request.user)),
        },
    )


def _events(record: Record) -> models.QuerySet[AuditEvent]:
    label = record._meta.label_lower
    if record.history_root is record:
        return AuditEvent.objects.filter(root_label=label, root_pk=record.pk)
    return AuditEvent.objects.filter(label=label, object_pk=record.pk)


def _record_model(label: str) -> type[Record]:
    """Only records have a history page; every other name leads nowhere."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        raise Http404 from None
    if not issubclass(model, Record):
        raise Http404
    return model

"""The register: all commitments that a person may read, filtered, ordered, counted, taken along as a table."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from agreements.exports.register import register_csv
from agreements.filters import CommitmentFilter, listed, with_row
from agreements.models import Commitment, CommitmentState
from agreements.models.commitments import CommitmentQuerySet
from records import languages
from records.access import Permission
from records.exports.responses import CSV, download, error_page

PAGE_SIZE = 50
_STANDINGS = ("overdue", "stale", "divergent")
_STATES = {state.value: state.label for state in CommitmentState}


def commitment_list(request: HttpRequest) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    asked = CommitmentFilter(request.GET, queryset=listed(user), user=user, on=today)
    is_valid = asked.is_valid()
    found = asked.qs if is_valid else Commitment.objects.none()
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    # What a row shows is read for this page's rows alone.
    keys = list(page.object_list.values_list("pk", flat=True))
    rows = with_row(Commitment.objects.visible_to(user), user, on=today).in_bulk(keys)
    page.object_list = [_row(rows[key]) for key in keys]
    context = {
        "filter": asked,
        "ticks": [*_STANDINGS, "coupled"],
        "page": page,
        "counts": _counts(found, today) if is_valid else {},
        "may_export": user.can(Permission.MINUTES_EXPORT),  # type: ignore[union-attr]
        "is_filtered": any(value for name, value in request.GET.items() if name not in ("page", "order")),
    }
    return render(request, "agreements/commitment_list.html", context, status=200 if is_valid else 422)


@require_GET
def commitment_export(request: HttpRequest) -> HttpResponseBase:
    """The register, filtered and ordered as the page at the same parameters."""
    user, today = request.user, timezone.localdate()
    asked = CommitmentFilter(request.GET, queryset=listed(user), user=user, on=today)
    if not asked.is_valid():
        detail = " ".join(str(error) for errors in asked.form.errors.values() for error in errors)
        return error_page(request, 400, _("This request cannot be understood"), detail)
    content = register_csv(asked.qs, user, on=today, language=languages.current())
    return download(content, f"{_('commitments')}.csv", CSV)


def _row(commitment: Any) -> Any:
    """With what each side said last, in words, the own side first."""
    said = (commitment.said_here, commitment.said_there)
    commitment.told = [
        (side, status, _STATES[status]) for side, status in zip(commitment.committee.sides, said, strict=True) if status
    ]
    return commitment


def _counts(commitments: CommitmentQuerySet, today: Any) -> dict[str, int]:
    """How many of the listed ones need a look, and why: in one query."""
    whole = commitments.order_by().with_standing(on=today)
    return whole.aggregate(**{name: Count("pk", filter=Q(**{f"is_{name}": True})) for name in _STANDINGS})

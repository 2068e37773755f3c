"""The outbox as a page: which mails went to whom, what they said, which of them did not go out."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

import django_filters
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import delivery
from directory.mail import UNSENT, MailState, in_state, send_again, state_of
from directory.models import MailKind, OutgoingMail
from directory.views.shared import PAGE_SIZE
from records.access import Permission, load
from records.workflow import Refused


class MailFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=MailState.choices, empty_label=gettext_lazy("all"), method="with_state"
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=MailKind.choices, empty_label=gettext_lazy("all")
    )

    class Meta:
        model = OutgoingMail
        fields: list[str] = []

    def with_state(self, mails: QuerySet[OutgoingMail], name: str, value: str) -> QuerySet[OutgoingMail]:
        return mails.filter(in_state(MailState(value), now=timezone.now()))


def mail_list(request: HttpRequest) -> HttpResponse:
    """The mails of the committees that the person calls meetings for, and their own."""
    mails = OutgoingMail.objects.visible_to(request.user).select_related("recipient", "committee")
    filtered = MailFilter(request.GET, queryset=mails.defer("text", "html", "calendar"))
    is_valid = filtered.is_valid()
    found = filtered.qs.order_by("-queued_at", "-pk") if is_valid else mails.none()
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "filter": filtered,
        "page": page,
        "rows": [(mail, state_of(mail, now=now)) for mail in page.object_list],
        "is_filtered": any(value for name, value in request.GET.items() if name != "page"),
        "sees_others": request.user.can(Permission.MEETINGS_WRITE),
        "is_sent": settings.MAIL_IS_SENT,
    }
    return render(request, "mail/mail_list.html", context, status=200 if is_valid else 422)


def mail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "mail/mail_detail.html", _shown(request, _mail(request, pk)))


def mail_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML as it goes out, in a sandbox: it runs nothing, loads nothing, and only its own style counts."""
    mail = _mail(request, pk)
    style = re.search(r"<style>(.*?)</style>", mail.html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256((style[1] if style else "").encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    return HttpResponse(mail.html, headers={"Content-Security-Policy": policy})


def mail_resend(request: HttpRequest, pk: int) -> HttpResponse:
    mail = _mail(request, pk, Permission.MEETINGS_WRITE)
    try:
        send_again(mail, by=request.user)
    except Refused as refusal:
        context = _shown(request, mail) | {"refusal": " ".join(refusal.messages)}
        return render(request, "mail/mail_detail.html", context, status=422)
    messages.success(request, _("The mail waits to be sent again."))
    return redirect("mail:mail-detail", pk)


def _mail(request: HttpRequest, pk: int, permission: Permission | None = None) -> OutgoingMail:
    return load(OutgoingMail.objects.select_related("recipient", "committee"), request.user, permission, pk=pk)


def _shown(request: HttpRequest, mail: OutgoingMail) -> dict[str, Any]:
    state = state_of(mail, now=timezone.now())
    serves = request.user.can(Permission.MEETINGS_WRITE, mail.committee)
    is_error = state in (MailState.FAILED, MailState.WAITING) and mail.last_error
    return {
        "mail": mail,
        "state": state,
        "may_send_again": serves and state in UNSENT,
        "trouble": mail.last_error.removeprefix(f"{delivery.IN_DOUBT}: ") if is_error or state == "doubt" else "",
        "attempts_left": len(delivery.BACK_OFF) + 1 - mail.attempts,
        "is_sent": settings.MAIL_IS_SENT,
    }

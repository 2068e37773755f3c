"""The administration: Django's own, behind the same log-in and the same permissions as everything else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from records.access import Permission


class _Choices(AutocompleteJsonView):
    """What can be chosen, under the name that tells it from others of its kind."""

    model_admin: Any

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {"id": str(getattr(obj, to_field_name)), "text": self.model_admin.label_of(obj)}


class SecretariatAdminSite(AdminSite):
    site_header = _("Secretariat")
    site_title = _("Secretariat")
    index_title = _("Administration")
    enable_nav_sidebar = True

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.login = secure_admin_login(self.login)  # type: ignore[method-assign]

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return user.is_authenticated and user.is_active and user.can(Permission.ADMIN_ENTER)

    def get_urls(self) -> list[Any]:
        # "View on site" would tell the address of any record by its number; each record's own page links there itself.
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Every page of the administration refuses an address that contains a NUL: PostgreSQL would choke on it."""

        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if any("\x00" in part for name, values in request.GET.lists() for part in (name, *values)):
                raise BadRequest("The address contains a NUL character.")
            return view(request, *args, **kwargs)

        return super().admin_view(checked, cacheable)

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return _Choices.as_view(admin_site=self)(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")

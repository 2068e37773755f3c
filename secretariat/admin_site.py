"""The administration: Django's own, behind the same log-in and the same permissions as everything else."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from records.access import Permission


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

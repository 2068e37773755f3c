from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class SecretariatConfig(AppConfig):
    name = "secretariat"
    verbose_name = _("secretariat")


class SecretariatAdminConfig(AdminConfig):
    default_site = "secretariat.admin_site.SecretariatAdminSite"

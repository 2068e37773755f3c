from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("records")

    def ready(self) -> None:
        from records import lookups  # noqa: F401 - registers itself
        from records.engine import prepare_connection

        connection_created.connect(prepare_connection)

from django.urls import path
from django.views.decorators.http import require_POST

from directory.views import mail
from records.access import Permission, requires

app_name = "mail"

urlpatterns = [
    path("", mail.mail_list, name="mail-list"),
    path("<int:pk>/", mail.mail_detail, name="mail-detail"),
    path("<int:pk>/html/", mail.mail_html, name="mail-html"),
    path(
        "<int:pk>/send-again/", requires(Permission.MEETINGS_WRITE)(require_POST(mail.mail_resend)), name="mail-resend"
    ),
]

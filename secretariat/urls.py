from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from meetings.views import calendar_feed
from secretariat import views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("account/", include("secretariat.account_urls")),
    path("calendar/<str:key>.ics", calendar_feed.feed, name="calendar-feed"),
    path("commitments/", include("agreements.urls")),
    path("directory/", include("directory.urls")),
    path("mail/", include("directory.mail_urls")),
    path("meetings/", include("meetings.urls")),
    path("records/", include("records.urls")),
    path("review/", include("meetings.review_urls")),
    # One page to change a password, so that each change ends the other sessions and is noted.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("healthz", views.health, name="health"),
]

handler400 = "secretariat.views.bad_request"
handler403 = "secretariat.views.permission_denied"
handler404 = "secretariat.views.page_not_found"
handler429 = "secretariat.views.too_many_requests"  # allauth asks for it
handler500 = "secretariat.views.server_error"

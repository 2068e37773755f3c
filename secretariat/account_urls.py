"""Of allauth's pages only those that a member of staff needs: there is no sign-up, no e-mail, no reset by mail."""

from allauth.account import views as allauth_views
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from meetings.views import calendar_feed
from secretariat import accounts, preferences

urlpatterns = [
    path("login/", accounts.LoginView.as_view(), name="account_login"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("reauthenticate/", accounts.ReauthenticateView.as_view(), name="account_reauthenticate"),
    path("password/change/", accounts.PasswordChangeView.as_view(), name="account_change_password"),
    path("preferences/", preferences.preferences, name="account_preferences"),
    path("calendar/", calendar_feed.calendar_feed, name="account_calendar"),
    path("calendar/make/", calendar_feed.calendar_feed_make, name="account_calendar_make"),
    path("calendar/revoke/", calendar_feed.calendar_feed_revoke, name="account_calendar_revoke"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("sessions/", include("allauth.usersessions.urls")),
]

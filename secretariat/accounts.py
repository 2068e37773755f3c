"""Accounts are given, not taken: nobody signs up. What allauth decides in general is narrowed here to our house."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import views as allauth_views
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.usersessions.models import UserSession
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from directory.models import User
from records import audit
from records.actions import action, note

#: What a person decides for themselves.
PREFERENCES = {"language", "time_zone", "theme", "mail_invitations", "mail_minutes", "mail_reminders"}


class StaffOnlyAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The user name or the password is not right."),
        "too_many_login_attempts": _("Too many attempts. Please wait five minutes, then try again."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_user_search_fields(self) -> list[Any]:
        return ["username", "first_name", "last_name"]


class PlainLoginForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, login=_("User name"), password=_("Password"))
        self.fields["login"].widget.attrs["autofocus"] = True


class PlainChangePasswordForm(ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(
            self,
            oldpassword=_("Present password"),
            password1=_("New password"),
            password2=_("New password, once more"),
        )
        self.fields["password1"].help_text = _(
            "At least 15 characters. Several words in a row are easy to remember and hard to guess."
        )


class PlainReauthenticateForm(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, password=_("Password"))


def _say(form: forms.Form, **labels: Any) -> None:
    """Label the fields in our words; a placeholder is no label, so it goes."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)


class UnacceptedIs422:
    """A form that cannot be accepted is answered with 422, here as everywhere."""

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        response.status_code = 422
        return response


class LoginView(UnacceptedIs422, allauth_views.LoginView):
    form_class = PlainLoginForm


class ReauthenticateView(UnacceptedIs422, allauth_views.ReauthenticateView):
    form_class = PlainReauthenticateForm


class PasswordChangeView(UnacceptedIs422, allauth_views.PasswordChangeView):
    """A new password ends every other session of the person, at once."""

    form_class = PlainChangePasswordForm

    def form_valid(self, form: forms.Form) -> HttpResponse:
        response = super().form_valid(form)
        end_other_sessions(self.request)
        return response


@action
def end_other_sessions(request: HttpRequest) -> None:
    """End the person's sessions but this one, after the password was changed in this one."""
    others = UserSession.objects.filter(user_id=request.user.pk).exclude(session_key=request.session.session_key)
    for session in others:
        session.end()
    note(audit.Event("changed password", request.user, request.user))


@action
def set_preferences(user: User, **preferences: Any) -> User:
    """Store how the person wants to read, and which mails they want: ``preferences`` are names in ``PREFERENCES``."""
    if unknown := preferences.keys() - PREFERENCES:
        raise ValueError(f"These are no preferences: {sorted(unknown)}")
    stored = User.objects.select_for_update().get(pk=user.pk)
    before = audit.snapshot(stored)
    for name, value in preferences.items():
        setattr(stored, name, value)
    changes = audit.differences(before, audit.snapshot(stored))
    if changes:
        stored.save(update_fields=list(preferences))
        note(audit.Event("changed", stored, stored, changes))
    return stored

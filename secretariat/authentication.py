"""Who somebody is and what they may do, read together: every request of every page begins with both."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from directory.models import Assignment, User


class WithAssignments(AuthenticationBackend):
    """The person of a session with their assignments, in one query. Passwords are checked as allauth does it."""

    def get_user(self, user_id: Any) -> User | None:
        grants = list(Assignment.objects.filter(user=user_id).select_related("user", "committee"))
        if not grants:
            unassigned: User | None = super().get_user(user_id)
            return unassigned
        user: User = grants[0].user
        if not self.user_can_authenticate(user):
            return None
        user.__dict__["grants"] = grants  # where ``User.grants`` keeps them once they are read
        return user

"""Users and their assignments: who manages whom, and the verbs for it. Nobody gives rights to themselves."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from directory.models import Assignment, User
from records import actions, audit
from records.access import Permission, permit
from records.actions import EditConflict, action
from records.workflow import Refused


def visible_users(manager: Any) -> QuerySet[User]:
    """The users that ``manager`` may see: those of the committees whose users they manage, and those of none."""
    if manager.sees_all:
        return User.objects.all()
    managed = _managed(manager)
    if not managed:
        return User.objects.none()
    theirs = Assignment.objects.filter(committee__in=managed).values("user")
    is_unassigned = ~Q(pk__in=Assignment.objects.values("user"))
    return User.objects.filter(Q(pk__in=theirs) | (is_unassigned & Q(is_superuser=False)))


def may_manage(manager: Any, user: User | None) -> bool:
    """Whether ``manager`` may change the account of ``user``; with ``None``: whether they may make new ones.

    Whoever sets a password could log in as that person. So it takes to hold everything that the person holds: every
    committee of theirs managed, with a clearance at least as high. Nobody manages their own account here.
    """
    if not manager.can(Permission.USERS_MANAGE):
        return False
    if user is None or user.pk is None:
        return True
    if user.pk == manager.pk:
        return False
    if manager.sees_all:
        return True
    managed = _managed(manager)
    return not user.is_superuser and all(
        grant.committee_id in managed and grant.clearance <= managed[grant.committee_id]
        for grant in user.assignments.all()
    )


def fingerprint(user: User) -> str:
    """What tells whether somebody else changed the account meanwhile, password included."""
    facts = json.dumps([audit.snapshot(user), user.password], sort_keys=True, default=str)
    return hashlib.sha256(facts.encode()).hexdigest()


@action
def create_user(user: User, *, password: str, by: User | None) -> User:
    """Store a new account. What it may do is said by assignments."""
    _refuse_unless_managed(user, by)
    user.set_password(password)
    return actions.create(user, by=by)  # type: ignore[type-var]


@action
def change_user(user: User, *, by: User | None, expected: str | None = None, password: str = "") -> User:
    """Store a changed account and, where one is given, its new password, which ends its other sessions.

    Raises ``EditConflict`` when the account no longer has the fingerprint ``expected``.
    """
    stored = User._base_manager.select_for_update(of=("self",)).get(pk=user.pk)
    _refuse_unless_managed(stored, by)
    if expected is not None and fingerprint(stored) != expected:
        raise EditConflict(stored)  # type: ignore[arg-type]
    if user.is_superuser != stored.is_superuser and by is not None and not by.is_superuser:
        raise Refused(_("Only a superuser makes superusers."), field="is_superuser")
    changes = audit.differences(audit.snapshot(stored), audit.snapshot(user))
    user.password = stored.password
    if password:
        user.set_password(password)
    if changes or password:
        user.save(force_update=True)
    if changes:
        actions.note(audit.Event("changed", user, by, changes))
    if password:
        actions.note(audit.Event("changed password", user, by))
    return user


def _refuse_unless_managed(user: User, by: User | None) -> None:
    if by is not None and not may_manage(by, user):
        raise PermissionDenied(_("You do not manage this account."))
    if by is not None and user.pk is None and user.is_superuser and not by.is_superuser:
        raise Refused(_("Only a superuser makes superusers."), field="is_superuser")


@action
def assign(assignment: Assignment, *, by: User | None) -> Assignment:
    """Give a user a role in a committee."""
    _check_assignment(assignment, by)
    return actions.create(assignment, by=by)


@action
def change_assignment(assignment: Assignment, *, by: User | None, expected: int | None = None) -> Assignment:
    stored = actions.lock(assignment)
    _check_assignment(stored, by)
    _check_assignment(assignment, by)
    return actions.change(assignment, by=by, expected=expected)


@action
def withdraw(assignment: Assignment, *, by: User | None) -> None:
    """Take a user's role in a committee away."""
    _check_assignment(assignment, by)
    actions.delete(assignment, by=by)


def _check_assignment(assignment: Assignment, by: User | None) -> None:
    """Refuse what nobody may give: rights to oneself, in a committee not managed, above one's own clearance."""
    committee = assignment.committee
    if assignment.side_id not in (committee.own_side_id, committee.other_side_id):
        raise Refused(_("This side is not one of the committee's two."), field="side")
    if by is None:
        return
    if assignment.user_id == by.pk:
        raise Refused(_("Nobody gives rights to themselves: ask another administrator."), field="user")
    permit(by, Permission.USERS_MANAGE, committee)
    if not by.sees_all and assignment.clearance > _managed(by).get(committee.pk, -1):
        raise Refused(_("This is above your own clearance."), field="clearance")


def _managed(manager: Any) -> dict[int, int]:
    """The committees whose users the person manages, with their own clearance there."""
    return {
        grant.committee_id: grant.clearance for grant in manager.grants if Permission.USERS_MANAGE in grant.permissions
    }

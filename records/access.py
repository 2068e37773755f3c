"""Who may do what: one page for an auditor.

A permission is named once here; a role lists its permissions; a person is given a role for a committee, for one
side, with a clearance (``directory.Assignment``). Reading is decided by ``visible_to(user)`` on every queryset.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from records.models import Record, RecordQuerySet


class Permission(models.TextChoices):
    INTERNAL_READ = "internal.read", _("read what is internal to the own side")
    HISTORY_READ = "history.read", _("read the history of records")
    MINUTES_EXPORT = "minutes.export", _("export minutes")
    MEETINGS_WRITE = "meetings.write", _("call and edit meetings")
    MINUTES_WRITE = "minutes.write", _("take the minutes")
    MINUTES_CIRCULATE = "minutes.circulate", _("circulate minutes")
    MINUTES_APPROVE = "minutes.approve", _("approve minutes for a side")
    AGREEMENTS_WRITE = "agreements.write", _("edit the plan, projects and commitments")
    EXCHANGES_WRITE = "exchanges.write", _("edit the exchange year")
    DIRECTORY_WRITE = "directory.write", _("edit the directory")
    ADMIN_ENTER = "admin.enter", _("enter the administration")
    USERS_MANAGE = "users.manage", _("manage users and their assignments")


class Role(models.TextChoices):
    READER = "reader", _("reader")
    SECRETARY = "secretary", _("secretary")
    APPROVER = "approver", _("approver")
    ADMINISTRATOR = "administrator", _("administrator")

    @property
    def permissions(self) -> frozenset[Permission]:
        return ROLE_PERMISSIONS[self]


_READ = frozenset({Permission.INTERNAL_READ, Permission.HISTORY_READ, Permission.MINUTES_EXPORT})
_WRITE = frozenset(
    {
        Permission.MEETINGS_WRITE,
        Permission.MINUTES_WRITE,
        Permission.MINUTES_CIRCULATE,
        Permission.AGREEMENTS_WRITE,
        Permission.EXCHANGES_WRITE,
        Permission.DIRECTORY_WRITE,
        Permission.ADMIN_ENTER,
    }
)

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.READER: _READ,
    Role.SECRETARY: _READ | _WRITE,
    Role.APPROVER: _READ | {Permission.MINUTES_APPROVE},
    # An administrator runs the house and does not speak for a side.
    Role.ADMINISTRATOR: _READ | _WRITE | {Permission.USERS_MANAGE},
}

#: Held only by people assigned to the committee's own side, whatever their role.
OWN_SIDE_ONLY: frozenset[Permission] = (
    frozenset({Permission.INTERNAL_READ, Permission.HISTORY_READ, Permission.USERS_MANAGE}) | _WRITE
)


class Classification(models.IntegerChoices):
    """How closely a record is held. A person's clearance is the highest they may read."""

    OPEN = 0, _("open")
    RESTRICTED = 1, _("restricted")
    CONFIDENTIAL = 2, _("confidential")


class Audience(models.TextChoices):
    """For whom a passage of the minutes is written."""

    INTERNAL = "internal", _("internal")
    SHARED = "shared", _("shared with the other side")
    PUBLIC = "public", _("public")


class Edition(models.TextChoices):
    """A reading of the minutes: everything, what both sides share, or what everyone may read."""

    INTERNAL = "internal", _("internal edition")
    SHARED = "shared", _("shared edition")
    PUBLIC = "public", _("public edition")

    @property
    def audiences(self) -> list[Audience]:
        return {
            Edition.INTERNAL: [Audience.INTERNAL, Audience.SHARED, Audience.PUBLIC],
            Edition.SHARED: [Audience.SHARED, Audience.PUBLIC],
            Edition.PUBLIC: [Audience.PUBLIC],
        }[self]


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def requires(permission: Permission) -> Callable[[View], View]:
    """Refuse with 403 a person who holds ``permission`` for no committee at all; ``load`` asks for the one at hand."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            permit(request.user, permission)
            return view(request, *args, **kwargs)

        return guarded  # type: ignore[return-value]

    return decorate


def permit(user: Any, permission: Permission, committee: Any = None) -> None:
    """Raise ``PermissionDenied`` unless ``user`` holds ``permission`` (for ``committee`` when one is given).

    ``user`` may be ``None``: the system itself, from a command.
    """
    if user is not None and not user.can(permission, committee):
        if permission in _READ:
            raise PermissionDenied(_("This is kept for those who are assigned to the committee's own side."))
        raise PermissionDenied(_("You may read this, but you may not change it."))


def load(
    records: type[Record] | RecordQuerySet[Any], user: Any, permission: Permission | None = None, **lookup: Any
) -> Any:
    """The one record that matches, if ``user`` may see it.

    Raises ``Http404`` when it does not exist or may not be seen (the two cannot be told apart), and
    ``PermissionDenied`` when it may be seen but ``permission`` is not held for its committee.
    """
    queryset: Any = records if isinstance(records, models.QuerySet) else records._default_manager.all()
    if any("\x00" in value for value in lookup.values() if isinstance(value, str)):
        raise Http404  # PostgreSQL would fail on it
    record = get_object_or_404(queryset.visible_to(user), **lookup)
    if permission is not None:
        permit(user, permission, record.governing_committee)
    return record

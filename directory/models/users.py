from __future__ import annotations

from functools import cached_property
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models.committees import Committee
from directory.models.sides import Side, is_time_zone
from records import languages
from records.access import OWN_SIDE_ONLY, Classification, Permission, Role
from records.models import Record, RecordQuerySet


class Theme(models.TextChoices):
    AUTO = "auto", _("as the device")
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")


class User(AbstractUser):
    """A member of staff who logs in. What they may do is said by their assignments, committee by committee."""

    language = models.CharField(
        _("language"), max_length=2, choices=languages.NAMES.items(), default=settings.LANGUAGE_CODE
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default=settings.TIME_ZONE, validators=[is_time_zone])
    theme = models.CharField(_("appearance"), max_length=10, choices=Theme.choices, default=Theme.AUTO)
    mail_invitations = models.BooleanField(_("invitations and agendas by mail"), default=True)
    mail_minutes = models.BooleanField(_("minutes for approval by mail"), default=True)
    mail_reminders = models.BooleanField(_("reminders by mail"), default=True)

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]
        verbose_name_plural = _("users")  # type: ignore[assignment]
        ordering = ["username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @cached_property
    def grants(self) -> list[Assignment]:
        """The person's assignments, read once a request."""
        return list(self.assignments.select_related("committee")) if self.is_active else []

    @property
    def sees_all(self) -> bool:
        """A superuser founds the house: the first committee has to be made by somebody."""
        return self.is_active and self.is_superuser

    @property
    def is_member(self) -> bool:
        return self.sees_all or bool(self.grants)

    def can(self, permission: Permission, committee: Committee | None = None) -> bool:
        """Whether the person holds ``permission`` for ``committee``, or for any when none is named."""
        if self.sees_all:
            return permission != Permission.MINUTES_APPROVE
        return any(
            permission in grant.permissions
            for grant in self.grants
            if committee is None or grant.committee_id == committee.pk
        )

    def speaks_for(self, side: Side, committee: Committee) -> bool:
        """Whether the person may approve in the name of ``side``."""
        return any(
            Permission.MINUTES_APPROVE in grant.permissions and grant.side_id == side.pk
            for grant in self.grants
            if grant.committee_id == committee.pk
        )

    def reach(
        self, permission: Permission | None = None, *, committee: str = "committee", classification: str = ""
    ) -> Q | None:
        """A condition on records that have, at the paths given, a committee and a classification (beside it).

        It holds for what the person may read – with ``permission``, for what they may read and hold it for.
        ``None`` when there is no such committee: use ``QuerySet.none()``.
        """
        classification = classification or f"{committee.removesuffix('committee')}classification"
        condition: Q | None = None
        for grant in self.grants:
            if permission is None or permission in grant.permissions:
                part = Q(**{committee: grant.committee_id, f"{classification}__lte": grant.clearance})
                condition = part if condition is None else condition | part
        return condition


class AssignmentQuerySet(RecordQuerySet["Assignment"]):
    def _readable_by(self, user: Any) -> Self:
        managed = [grant.committee_id for grant in user.grants if Permission.USERS_MANAGE in grant.permissions]
        return self.filter(committee__in=managed)


class Assignment(Record):
    """What a user may do for one committee: a role, for a side, up to a clearance."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="assignments", verbose_name=_("user")
    )
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="assignments", verbose_name=_("committee"))
    side = models.ForeignKey(
        Side,
        models.PROTECT,
        related_name="assignments",
        verbose_name=_("side"),
        help_text=_("For whom the person works. Only the committee's own side reads what is internal."),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    clearance = models.PositiveSmallIntegerField(
        _("clearance"), choices=Classification.choices, default=Classification.OPEN
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["committee__code", "user__username", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_assignment_per_user_and_committee",
                fields=["user", "committee"],
                violation_error_message=_("This user already has a role in this committee."),
            ),
            models.CheckConstraint(
                name="assignment_has_a_known_clearance", condition=Q(clearance__in=Classification.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.committee}"

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role allows; people of the other side read and approve, and no more."""
        granted = Role(self.role).permissions
        return granted if self.side_id == self.committee.own_side_id else granted - OWN_SIDE_ONLY

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Office, Person, Side
from meetings.models.meetings import Meeting, PartOfMeeting
from records.fields import TextLine
from records.languages import pick, translated


class AttendanceRole(models.TextChoices):
    CO_CHAIR = "co_chair", _("co-chair")
    HEAD = "head", _("head of delegation")
    MEMBER = "member", _("member of the delegation")
    SECRETARY = "secretary", _("secretary")
    INTERPRETER = "interpreter", _("interpreter")
    OBSERVER = "observer", _("observer")


class AttendanceMode(models.TextChoices):
    IN_PERSON = "in_person", _("in person")
    ONLINE = "online", _("online")
    VIDEO_MESSAGE = "video_message", _("video message")
    MESSAGE_READ = "message_read", _("message read by another")


class Attendance(PartOfMeeting):
    """Somebody was there, sent a message, or sent apologies.

    Names and office are frozen as they were printed that day: later marriages and reshuffles do not touch them.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances", verbose_name=_("meeting"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="attendances", verbose_name=_("person"))
    side = models.ForeignKey(Side, models.PROTECT, related_name="attendances", verbose_name=_("side"))
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="attendances", verbose_name=_("office")
    )
    name_en, name_ja, name_ru = translated(TextLine, _("name as printed"))
    office_title_en, office_title_ja, office_title_ru = translated(TextLine, _("office as printed"))
    role = models.CharField(_("role"), max_length=20, choices=AttendanceRole.choices, default=AttendanceRole.MEMBER)
    mode = models.CharField(_("mode"), max_length=20, choices=AttendanceMode.choices, default=AttendanceMode.IN_PERSON)
    read_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="messages_read",
        verbose_name=_("message read by"),
    )
    sent_apologies = models.BooleanField(_("sent apologies"), default=False)
    position = models.PositiveIntegerField(_("position"), default=0, editable=False)

    unversioned: ClassVar[tuple[str, ...]] = ("position",)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["meeting", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_attendance_per_person_and_meeting",
                fields=["meeting", "person"],
                violation_error_message=_("This person is already listed."),
            ),
            models.CheckConstraint(
                name="attendance_has_a_printed_name", condition=~Q(name_en="", name_ja="", name_ru="")
            ),
            models.CheckConstraint(
                name="a_message_that_was_read_has_a_reader",
                condition=Q(mode="message_read", read_by__isnull=False)
                | (~Q(mode="message_read") & Q(read_by__isnull=True)),
                violation_error_message=_("Say who read the message; for other modes leave that empty."),
            ),
            models.CheckConstraint(
                name="nobody_reads_their_own_message",
                condition=Q(read_by__isnull=True) | ~Q(read_by=models.F("person")),
                violation_error_message=_("A message is read by somebody else."),
            ),
        ]

    def __str__(self) -> str:
        return pick(self, "name")

    @property
    def may_speak(self) -> bool:
        """Whether a statement can be theirs: they were there, or sent their words."""
        return not self.sent_apologies or self.mode in (AttendanceMode.VIDEO_MESSAGE, AttendanceMode.MESSAGE_READ)

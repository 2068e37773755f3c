"""The administration of meetings and their minutes. What is not allowed on their pages is not allowed here either."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from agreements.models import Commitment
from meetings import actions, communique_admin, workflow
from meetings.actions import committing
from meetings.models import (
    AgendaItem,
    Approval,
    ApprovalComment,
    Attendance,
    Document,
    Entry,
    Meeting,
    Mention,
    Minutes,
    ReviewLink,
    Revision,
    SealedCopy,
)
from records import actions as records_actions
from records.access import Permission
from records.admin import ReadOnlyAdmin, RecordAdmin, StackedParts, TabularParts, VisibleFilter, in_languages
from records.admin_forms import AdminRecordForm
from records.dates import written
from records.languages import columns
from records.workflow import Refused

__all__ = ["communique_admin"]  # Django reads this module alone


def _expected(form: Any) -> int:
    return int(form.cleaned_data["seen_version"])


class MeetingForm(AdminRecordForm):
    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        committee = facts.get("committee") or getattr(self.instance, "committee", None)
        starts_at, day = facts.get("starts_at"), facts.get("date")
        if day and not 1900 <= day.year <= 2200:  # as where meetings are called: calendars end somewhere
            self.add_error("date", _("Choose a year from 1900 to 2200."))
        if committee and starts_at and day:
            there = starts_at.astimezone(ZoneInfo(committee.own_side.time_zone)).date()
            if there != day:
                self.add_error("date", _("At the own side it begins on %(day)s.") % {"day": written(there)})
        return facts


class AttendanceForm(AdminRecordForm):
    """Names and office that are left empty are filled in as of the meeting's day."""

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        person = facts.get("person") or getattr(self.instance, "person", None)
        meeting = facts.get("meeting") or getattr(self.instance, "meeting", None)
        if person is None or meeting is None or meeting.date is None:
            return facts
        proposed = actions.new_attendance(meeting, person)
        office = facts.get("office")
        if office is None and self.instance.pk is None:
            office = facts["office"] = proposed.office
        printed = Attendance(person=person, office=office)
        for column in (*columns("name"), *columns("office_title")):
            setattr(printed, column, facts.get(column, ""))
        actions.freeze_names(printed)
        for column in (*columns("name"), *columns("office_title")):
            facts[column] = getattr(printed, column)
        if self.instance.pk is None:
            self.instance.side = person.side
        return facts


class AttendanceDoors:
    form: Any = AttendanceForm
    write_permission: ClassVar[Permission] = Permission.MEETINGS_WRITE
    exclude: ClassVar[Any] = ("side",)

    def perform_create(self, request: HttpRequest, record: Attendance, form: Any) -> None:
        actions.attend(record, by=request.user)  # type: ignore[arg-type]

    def perform_change(self, request: HttpRequest, record: Attendance, form: Any) -> None:
        actions.change_attendance(record, by=request.user, expected=_expected(form))  # type: ignore[arg-type]

    def perform_delete(self, request: HttpRequest, record: Attendance) -> None:
        actions.remove_attendance(record, by=request.user)  # type: ignore[arg-type]


class AgendaItemDoors:
    write_permission = Permission.MEETINGS_WRITE
    guarded: ClassVar[tuple[str, ...]] = ("plan_item", "exchange_year", "commitment", "carried_over_from")

    def perform_create(self, request: HttpRequest, record: AgendaItem, form: Any) -> None:
        actions.add_agenda_item(record, by=request.user)  # type: ignore[arg-type]

    def perform_change(self, request: HttpRequest, record: AgendaItem, form: Any) -> None:
        actions.change_agenda_item(record, by=request.user, expected=_expected(form))  # type: ignore[arg-type]

    def perform_delete(self, request: HttpRequest, record: AgendaItem) -> None:
        actions.remove_agenda_item(record, by=request.user)  # type: ignore[arg-type]


class AttendanceParts(AttendanceDoors, StackedParts):
    model = Attendance
    fk_name = "meeting"
    named_with = ("meeting__committee", "person__side", "side")


class AgendaItemParts(AgendaItemDoors, StackedParts):
    model = AgendaItem
    named_with = ("meeting__committee",)


@admin.register(Meeting)
class MeetingAdmin(RecordAdmin):
    """A meeting gets its reference and its empty minutes when it is called; only a draft is deleted."""

    form = MeetingForm
    write_permission = Permission.MEETINGS_WRITE
    list_display = ("reference", "committee", "kind", "ordinal", "date", "format", "state")
    list_filter = (("committee", VisibleFilter), "kind", "format", "state", "classification", "unverified")
    search_fields = ("reference", "source", *in_languages("title", "place", "committee__name", "attendances__name"))
    date_hierarchy = "date"
    exclude = ("reference",)
    named_with = ("committee__own_side", "committee__other_side")
    inlines = (AttendanceParts, AgendaItemParts)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = super().get_readonly_fields(request, obj)
        return ["committee", *names] if obj is not None else names

    def perform_create(self, request: HttpRequest, record: Meeting, form: Any) -> None:
        actions.call_meeting(record, by=request.user)  # type: ignore[arg-type]

    def perform_change(self, request: HttpRequest, record: Meeting, form: Any) -> None:
        actions.change_meeting(record, by=request.user, expected=_expected(form))  # type: ignore[arg-type]

    def perform_delete(self, request: HttpRequest, record: Meeting) -> None:
        if record.state != "draft":
            raise Refused(_("Only a draft is deleted. Cancel the meeting instead."))
        super().perform_delete(request, record)


@admin.register(Attendance)
class AttendanceAdmin(AttendanceDoors, RecordAdmin):
    list_display = ("__str__", "office_title_en", "meeting", "side", "role", "mode", "sent_apologies")
    list_filter = (("meeting__committee", VisibleFilter), ("side", VisibleFilter), "role", "mode", "sent_apologies")
    search_fields = (
        "meeting__reference",
        "person__family_name_kana",
        "person__given_name_kana",
        *in_languages("name", "office_title"),
    )
    named_with = ("meeting__committee", "side")

    def label_of(self, record: Any) -> str:
        return f"{record} · {record.meeting}"


@admin.register(AgendaItem)
class AgendaItemAdmin(AgendaItemDoors, RecordAdmin):
    list_display = ("title_en", "title_ja", "title_ru", "meeting", "position")
    list_filter = (("meeting__committee", VisibleFilter),)
    search_fields = ("meeting__reference", *in_languages("title"))
    named_with = ("meeting__committee",)


class EntryDoors:
    write_permission = Permission.MINUTES_WRITE
    guarded: ClassVar[tuple[str, ...]] = ("event_changes",)
    relations_of: Any

    def perform_create(self, request: HttpRequest, record: Entry, form: Any) -> None:
        relations = self.relations_of(record, form)
        actions.add_entry(record, by=request.user, speakers=relations["speakers"])  # type: ignore[arg-type]
        self._decide(request, record, relations)

    def perform_change(self, request: HttpRequest, record: Entry, form: Any) -> None:
        relations = self.relations_of(record, form)
        actions.change_entry(
            record,
            by=request.user,  # type: ignore[arg-type]
            expected=_expected(form),
            speakers=relations["speakers"],
        )
        self._decide(request, record, relations)

    def _decide(self, request: HttpRequest, record: Entry, relations: dict[str, Any]) -> None:
        """The changes of events that the entry decides, where the form has them."""
        if "event_changes" in relations:
            decided = {"event_changes": relations["event_changes"]}
            records_actions.change(record, by=request.user, relations=decided)

    def perform_delete(self, request: HttpRequest, record: Entry) -> None:
        actions.remove_entry(record, by=request.user)  # type: ignore[arg-type]


class EntryParts(EntryDoors, StackedParts):
    model = Entry
    named_with = ("minutes__meeting__committee",)
    show_change_link = True


@admin.register(Minutes)
class MinutesAdmin(RecordAdmin):
    """Minutes are made with their meeting and go with it."""

    write_permission = Permission.MINUTES_WRITE
    list_display = ("meeting", "state", "standing_en", "standing_ja", "standing_ru")
    list_filter = (("meeting__committee", VisibleFilter), "state")
    search_fields = ("meeting__reference", *in_languages("meeting__title"))
    named_with = ("meeting__committee",)
    inlines = (EntryParts,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["meeting", *super().get_readonly_fields(request, obj)]

    def perform_change(self, request: HttpRequest, record: Minutes, form: Any) -> None:
        workflow.refuse_unless_draft(records_actions.lock(record))
        super().perform_change(request, record, form)


class MentionDoors:
    """What an entry does to a commitment: seen by whoever reads both, written while the minutes are a draft."""

    write_permission = Permission.MINUTES_WRITE

    def readable(self, user: Any) -> QuerySet[Mention]:
        return Mention.objects.visible_to(user).filter(commitment__in=Commitment.objects.visible_to(user))

    def perform_create(self, request: HttpRequest, record: Mention, form: Any) -> None:
        committing.add_mention(record, by=request.user)  # type: ignore[arg-type]

    def perform_change(self, request: HttpRequest, record: Mention, form: Any) -> None:
        committing.change_mention(record, by=request.user, expected=_expected(form))  # type: ignore[arg-type]

    def perform_delete(self, request: HttpRequest, record: Mention) -> None:
        committing.remove_mention(record, by=request.user)  # type: ignore[arg-type]


class MentionParts(MentionDoors, TabularParts):
    model = Mention
    named_with = ("entry__minutes__meeting__committee", "commitment")


@admin.register(Entry)
class EntryAdmin(EntryDoors, RecordAdmin):
    list_display = ("__str__", "kind", "audience", "minutes")
    list_filter = (("minutes__meeting__committee", VisibleFilter), "kind", "audience")
    search_fields = ("minutes__meeting__reference", *in_languages("text", "speakers__name"))
    named_with = ("minutes__meeting__committee",)
    inlines = (MentionParts,)


@admin.register(Mention)
class MentionAdmin(MentionDoors, RecordAdmin):
    list_display = ("entry", "kind", "commitment")
    list_filter = (("entry__minutes__meeting__committee", VisibleFilter), "kind")
    search_fields = in_languages("words", "entry__text")
    named_with = ("entry__minutes__meeting__committee", "commitment")


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    list_display = ("minutes", "number", "made_at", "made_by", "digest")
    list_filter = (("minutes__meeting__committee", VisibleFilter),)
    search_fields = ("minutes__meeting__reference", "digest", "reason")
    named_with = ("minutes__meeting__committee", "made_by")

    def history_url(self, request: HttpRequest, record: Any) -> str:
        return record.minutes.get_history_url()


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    list_display = ("revision", "side", "verdict", "given_at", "given_by", "spoken_by")
    list_filter = (("revision__minutes__meeting__committee", VisibleFilter), ("side", VisibleFilter), "verdict")
    search_fields = ("revision__minutes__meeting__reference", "text")
    named_with = ("revision__minutes__meeting__committee", "side", "given_by", "document", "link__side")

    def history_url(self, request: HttpRequest, record: Any) -> str:
        return record.revision.minutes.get_history_url()


@admin.register(ApprovalComment)
class ApprovalCommentAdmin(ReadOnlyAdmin):
    list_display = ("approval", "text", "entry_key")
    list_filter = (("approval__revision__minutes__meeting__committee", VisibleFilter),)
    search_fields = ("approval__revision__minutes__meeting__reference", "text")
    named_with = ("approval__revision__minutes__meeting__committee", "approval__side")

    def history_url(self, request: HttpRequest, record: Any) -> str:
        return record.approval.revision.minutes.get_history_url()


@admin.register(ReviewLink)
class ReviewLinkAdmin(ReadOnlyAdmin):
    """Links are made and revoked on the revision's page; the key itself is kept nowhere."""

    list_display = ("revision", "delegate", "side", "expires_at", "opened_at", "revoked_at")
    list_filter = (("revision__minutes__meeting__committee", VisibleFilter), ("side", VisibleFilter))
    search_fields = ("revision__minutes__meeting__reference", "delegate")
    exclude = ("key_digest",)
    named_with = ("revision__minutes__meeting__committee", "side")


@admin.register(SealedCopy)
class SealedCopyAdmin(ReadOnlyAdmin):
    """Sealed papers leave by the revision's page, where each download is written down."""

    list_display = ("revision", "edition", "languages", "sealed_at", "digest")
    list_filter = (("revision__minutes__meeting__committee", VisibleFilter), "edition", "languages")
    search_fields = ("revision__minutes__meeting__reference", "digest")
    exclude = ("file",)
    named_with = ("revision__minutes__meeting__committee",)

    def history_url(self, request: HttpRequest, record: Any) -> str:
        return record.revision.minutes.get_history_url()


@admin.register(Document)
class DocumentAdmin(RecordAdmin):
    """Files are attached, and taken away, on the meeting's page; here what is said of them is corrected."""

    write_permission = Permission.MEETINGS_WRITE
    list_display = ("title", "kind", "audience", "meeting", "name", "size")
    list_filter = (("meeting__committee", VisibleFilter), "kind", "audience")
    search_fields = ("meeting__reference", "title", "name", "digest")
    exclude = ("file",)
    readonly_fields = ("meeting", "entry", "name", "media_type", "size", "digest")
    named_with = ("meeting__committee", "entry")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def perform_change(self, request: HttpRequest, record: Document, form: Any) -> None:
        actions.change_document(record, by=request.user, expected=_expected(form))  # type: ignore[arg-type]

    def perform_delete(self, request: HttpRequest, record: Document) -> None:
        actions.remove_document(record, by=request.user)  # type: ignore[arg-type]

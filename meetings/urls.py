from django.urls import path
from django.views.decorators.http import require_POST

from meetings import commitment_urls, communique_urls
from meetings.exports import views as exports
from meetings.views import agreement, calendar_feed, desk, documents, lists, meetings, parts, reviewing, starting
from meetings.views.reminding import revision_remind
from records.access import requires

app_name = "meetings"

urlpatterns = [
    path("", lists.meeting_list, name="meeting-list"),
    path("calendar/", lists.meeting_calendar, name="meeting-calendar"),
    path("new/", meetings.meeting_create, name="meeting-create"),
    path("meetings.csv", exports.meetings_csv, name="meeting-export"),
    path("entries.csv", exports.entries_csv_download, name="entry-export"),
    path("verify/", agreement.minutes_verify, name="minutes-verify"),
    path("<str:reference>/", meetings.meeting_detail, name="meeting-detail"),
    path("<str:reference>/edit/", meetings.meeting_edit, name="meeting-edit"),
    path("<str:reference>/meeting.ics", calendar_feed.meeting_ics, name="meeting-ics"),
    path("<str:reference>/next/", starting.meeting_next, name="meeting-next"),
    path("<str:reference>/move/", meetings.meeting_move, name="meeting-move"),
    path("<str:reference>/minutes.pdf", exports.minutes_pdf, name="minutes-pdf"),
    path("<str:reference>/minutes.csv", exports.minutes_csv, name="minutes-csv"),
    path("<str:reference>/minutes.docx", exports.minutes_docx, name="minutes-docx"),
    path("<str:reference>/minutes.json", exports.minutes_json, name="minutes-json"),
    path("<str:reference>/minutes.akn.xml", exports.minutes_akn, name="minutes-akn"),
    path("<str:reference>/agenda.docx", exports.agenda_docx, name="agenda-docx"),
    path("<str:reference>/minutes/move/", agreement.minutes_move, name="minutes-move"),
    path("<str:reference>/revisions/compare/", agreement.revision_compare, name="revision-compare"),
    path("<str:reference>/revisions/compare.pdf", exports.differences_pdf, name="revision-differences"),
    path("<str:reference>/revisions/<int:number>/", agreement.revision_detail, name="revision-detail"),
    path(
        "<str:reference>/revisions/<int:number>/answer/",
        require_POST(agreement.revision_answer),
        name="revision-answer",
    ),
    path(
        "<str:reference>/revisions/<int:number>/remind/",
        require_POST(revision_remind),
        name="revision-remind",
    ),
    path(
        "<str:reference>/revisions/<int:number>/links/add/",
        reviewing.reviewlink_add,
        name="reviewlink-add",
    ),
    path(
        "<str:reference>/revisions/<int:number>/links/<int:pk>/revoke/",
        reviewing.reviewlink_revoke,
        name="reviewlink-revoke",
    ),
    path("<str:reference>/revisions/<int:number>/<int:pk>.pdf", agreement.sealed_copy, name="sealed-copy"),
    path("<str:reference>/attendance/add/", parts.attendance_add, name="attendance-add"),
    path("<str:reference>/attendance/<int:pk>/", parts.attendance_edit, name="attendance-edit"),
    path("<str:reference>/agenda/add/", parts.agenda_add, name="agenda-add"),
    path("<str:reference>/agenda/fill/", starting.agenda_fill, name="agenda-fill"),
    path("<str:reference>/agenda/<int:pk>/", parts.agenda_edit, name="agenda-edit"),
    path("<str:reference>/entries/add/", parts.entry_add, name="entry-add"),
    path("<str:reference>/entries/<int:pk>/", parts.entry_edit, name="entry-edit"),
    path("<str:reference>/desk/", desk.minutes_desk, name="minutes-desk"),
    path("<str:reference>/desk/changes/", desk.desk_changes, name="desk-changes"),
    path("<str:reference>/desk/entries/<uuid:key>/", require_POST(desk.desk_entry), name="desk-entry"),
    path(
        "<str:reference>/desk/entries/<uuid:key>/restore/",
        require_POST(desk.desk_restore),
        name="desk-restore",
    ),
    path("<str:reference>/documents/add/", documents.document_add, name="document-add"),
    path("<str:reference>/documents/<int:pk>/", documents.document_edit, name="document-edit"),
    path("<str:reference>/documents/<int:pk>/remove/", documents.document_remove, name="document-remove"),
    path("<str:reference>/documents/<int:pk>/download/", documents.document_download, name="document-download"),
    *communique_urls.urlpatterns,
]

for folder, part in (("attendance", parts.ATTENDANCE), ("agenda", parts.AGENDA), ("entries", parts.ENTRY)):
    guarded = requires(part.permission)
    urlpatterns += [
        path(
            f"<str:reference>/{folder}/<int:pk>/remove/",
            guarded(parts.part_remove),
            {"part": part},
            name=f"{part.name}-remove",
        ),
        path(
            f"<str:reference>/{folder}/order/",
            require_POST(guarded(parts.part_reorder)),
            {"part": part},
            name=f"{part.name}-order",
        ),
    ]

urlpatterns += commitment_urls.urlpatterns

"""Which mails meetings and their minutes give occasion to, for whom, and what they say.

Everybody is told only what they may read. A meeting that is held more closely than open is named by its reference and
its page alone: a mail is read by every server on its way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.mail import Letter, queue
from directory.models import Assignment, MailKind, OutgoingMail, Side, User
from meetings.exports.calendar import CANCEL, PUBLISH, invitation
from meetings.models import AgendaItem, Approval, Meeting, MeetingState, MinutesState, Revision, Verdict
from meetings.standing import Step, waits_for
from records import actions, audit
from records.access import Classification, Permission, permit
from records.actions import action
from records.dates import clock, written
from records.languages import pick
from records.workflow import Refused

#: What of a meeting is told to those who were invited, when it changes.
_TOLD = ("date", "date_precision", "starts_at", "ends_at", "format", "place_en", "place_ja", "place_ru")


# Invitations


def tell_of_move(meeting: Meeting, came_from: str, *, reason: str = "") -> int:
    """After a meeting's move: invite those who may read it, or tell those who were invited that it is off."""
    if meeting.state == MeetingState.SCHEDULED:
        return _invite(meeting, "scheduled", meeting.date, reason="")
    was_called = came_from in (MeetingState.SCHEDULED, MeetingState.POSTPONED)
    if was_called and meeting.state in (MeetingState.POSTPONED, MeetingState.CANCELLED):
        return _invite(meeting, str(meeting.state), meeting.date, reason=reason)
    return 0


def tell_of_change(meeting: Meeting, before: Meeting) -> int:
    """After a change of a scheduled meeting: tell those who were invited, if day, time, place or format is another."""
    if meeting.state != MeetingState.SCHEDULED or all(getattr(meeting, n) == getattr(before, n) for n in _TOLD):
        return 0
    return _invite(meeting, "changed", max(meeting.date, before.date), reason="")


def _invite(meeting: Meeting, what: str, last_day: date, *, reason: str) -> int:
    if last_day < timezone.localdate():
        return 0  # somebody enters what was long ago: nobody is invited to it
    agenda = list(meeting.agenda_items.order_by("position", "pk"))
    members = {each.user_id: each for each in _assigned(meeting)}

    def render(user: User) -> Letter:
        # The reason stands in the trail, which the own side reads.
        told = reason if Permission.HISTORY_READ in members[user.pk].permissions else ""
        return _invitation(meeting, what, agenda, told, user.language)

    key = f"invitation:{meeting.pk}:{meeting.version}:{what}"
    return _queue(MailKind.INVITATION, key, meeting, [each.user for each in members.values()], render)


def _invitation(meeting: Meeting, what: str, agenda: list[AgendaItem], reason: str, language: str) -> Letter:
    subject = {
        "scheduled": _("Invitation: %(meeting)s"),
        "changed": _("Changed: %(meeting)s"),
        "postponed": _("Postponed: %(meeting)s"),
        "cancelled": _("Called off: %(meeting)s"),
    }[what]
    lead = {
        "scheduled": _("You are invited to this meeting."),
        "changed": _("Day, time, place or format of this meeting have changed. This is how it stands now:"),
        "postponed": _("This meeting is postponed. A new invitation follows when the date is known. It was to be:"),
        "cancelled": _("This meeting does not take place. It was to be:"),
    }[what]
    if not _may_be_told(meeting):
        return _closed_letter(subject, meeting, meeting.get_absolute_url(), _("The meeting"))
    is_on = what in ("scheduled", "changed")
    return Letter(
        subject=subject % {"meeting": f"{meeting.heading()}, {written(meeting.date, meeting.date_precision)}"},
        lead=lead,
        facts=_facts(meeting),
        agenda=[pick(item, "title") for item in agenda] if is_on else (),
        notes=[_("Reason: %(reason)s") % {"reason": reason}] if reason else (),
        link=meeting.get_absolute_url(),
        link_text=_("The meeting"),
        calendar=invitation(meeting, language, PUBLISH if is_on else CANCEL, agenda=agenda).decode(),
    )


# Minutes


def tell_of_circulation(revision: Revision) -> int:
    """Ask the approvers of both sides for their answer to a revision that has just been circulated."""
    meeting = revision.minutes.meeting

    def render(user: User) -> Letter:
        return _about_minutes(
            revision,
            _("Minutes for approval: %(meeting)s"),
            _("These minutes are circulated. Please read them and record your side's answer."),
            notes=[_("Reason: %(reason)s") % {"reason": revision.reason}] if revision.reason else (),
            link_text=_("Read and answer"),
        )

    approvers = [each.user for each in _assigned(meeting) if Permission.MINUTES_APPROVE in each.permissions]
    return _queue(MailKind.MINUTES, f"circulated:{revision.pk}", meeting, approvers, render)


def tell_of_answer(approval: Approval, *, by: User | None) -> int:
    """Tell the secretaries that a side returned the minutes, or accepted them with a reservation."""
    revision = approval.revision
    if approval.verdict == Verdict.ACCEPTED:
        return 0

    def render(user: User) -> Letter:
        subjects = {
            Verdict.RETURNED: _("Returned with comments: %(meeting)s"),
            Verdict.RESERVED: _("Accepted with a reservation: %(meeting)s"),
        }
        return _about_minutes(
            revision,
            subjects[Verdict(approval.verdict)],
            _("%(side)s has answered to these minutes: %(verdict)s.")
            % {"side": approval.side, "verdict": approval.get_verdict_display()},
            notes=[approval.text],
            link_text=_("The answer"),
        )

    secretaries = _secretaries(revision.minutes.meeting, but=by)
    return _queue(MailKind.MINUTES, f"answer:{approval.pk}", revision.minutes.meeting, secretaries, render)


def tell_of_standing(revision: Revision, *, by: User | None) -> int:
    """Tell the approvers of both sides and the secretaries that the minutes are agreed, or sealed."""
    minutes = revision.minutes
    is_sealed = minutes.state == MinutesState.SEALED

    def render(user: User) -> Letter:
        if is_sealed:
            subject, lead = _("Sealed: %(meeting)s"), _("These minutes are final. Their papers are ready.")
        else:
            subject, lead = _("Agreed: %(meeting)s"), _("Both sides have accepted these minutes. They can be sealed.")
        return _about_minutes(revision, subject, lead, link_text=_("The minutes"))

    concerned = Permission.MINUTES_APPROVE, Permission.MINUTES_CIRCULATE
    people = [
        each.user for each in _assigned(minutes.meeting) if each.permissions.intersection(concerned) and each.user != by
    ]
    return _queue(MailKind.MINUTES, f"{minutes.state}:{revision.pk}", minutes.meeting, people, render)


def _about_minutes(revision: Revision, subject: str, lead: str, *, link_text: str, notes: Sequence[str] = ()) -> Letter:
    meeting = revision.minutes.meeting
    link = revision_path(revision)
    if not _may_be_told(meeting):
        return _closed_letter(subject, meeting, link, link_text)
    return Letter(
        subject=subject % {"meeting": f"{meeting.heading()}, {written(meeting.date, meeting.date_precision)}"},
        lead=lead,
        facts=[
            *_facts(meeting),
            (_("Revision"), _("%(number)s of %(moment)s") % {"number": revision.number, "moment": _moment(revision)}),
            (_("Hash"), revision.digest),
        ],
        notes=notes,
        link=link,
        link_text=link_text,
    )


# Reminders


def sides_that_owe(revision: Revision) -> list[Side]:
    """The sides for whose answer to the revision the minutes wait, if it is the one that is circulated."""
    minutes = revision.minutes
    waits = waits_for(minutes)
    if waits.step != Step.ACCEPT or minutes.revisions.filter(number__gt=revision.number).exists():
        return []
    return list(waits.sides)


@action
def remind(revision: Revision, side: Side, *, on: date, by: User | None) -> int:
    """Remind ``side`` that it owes an answer; how many mails that made. Once a day and side: raises ``Refused``.

    A side of which nobody can answer by log-in is not reached: then the secretaries are told to remind it on paper.
    """
    meeting = revision.minutes.meeting
    permit(by, Permission.MINUTES_CIRCULATE, meeting.committee)
    revision.minutes = actions.lock(revision.minutes)
    if side not in sides_that_owe(revision):
        raise Refused(_("%(side)s owes no answer to this revision.") % {"side": side})
    last = last_reminded(revision, side)
    if last is not None and timezone.localdate(last) >= on:
        raise Refused(_("%(side)s has been reminded today already.") % {"side": side})
    people, is_direct = _reminded(meeting, side)

    def render(user: User) -> Letter:
        lead = _("%(side)s has not answered yet to these minutes.") % {"side": side}
        what = (
            _("Please read them and record your side's answer.")
            if is_direct
            else _("Nobody of that side answers by log-in: please remind it by letter or by telephone.")
        )
        subject = _("Reminder: minutes for approval, %(meeting)s")
        return _about_minutes(revision, subject, f"{lead} {what}", link_text=_("Read and answer"))

    queued = _queue(MailKind.REMINDER, f"{_key(revision, side)}{on}", meeting, people, render)
    if queued:
        actions.note(audit.Event("reminded", revision.minutes, by, {"side": [None, str(side)]}))
    return queued


def last_reminded(revision: Revision, side: Side) -> datetime | None:
    """When the side was last reminded of the revision."""
    mails = OutgoingMail.objects.filter(kind=MailKind.REMINDER, key__startswith=_key(revision, side))
    return mails.order_by("-queued_at").values_list("queued_at", flat=True).first()


def remind_all(*, on: date, every: int) -> int:
    """Remind each side that has owed an answer for ``every`` days, at most every so many days; how many mails."""
    newer = Revision.objects.filter(minutes=OuterRef("minutes"), number__gt=OuterRef("number"))
    circulated = Revision.objects.filter(minutes__state=MinutesState.CIRCULATED).exclude(Exists(newer))
    queued = 0
    for revision in circulated.select_related("minutes__meeting__committee").order_by("pk"):
        for side in sides_that_owe(revision):
            since = last_reminded(revision, side) or revision.made_at
            if (on - timezone.localdate(since)).days >= every:
                queued += remind(revision, side, on=on, by=None)
    return queued


def _reminded(meeting: Meeting, side: Side) -> tuple[list[User], bool]:
    """Who is reminded of a side's answer, and whether they can give it themselves."""
    can_answer = Permission.MINUTES_APPROVE
    own = [each.user for each in _assigned(meeting) if each.side_id == side.pk and can_answer in each.permissions]
    return (own, True) if own else (_secretaries(meeting), False)


def _key(revision: Revision, side: Side) -> str:
    return f"reminder:{revision.pk}:{side.pk}:"


# What all of them need


def _queue(kind: MailKind, key: str, meeting: Meeting, people: Sequence[User], render: Callable[[User], Letter]) -> int:
    return queue(
        kind,
        key=key,
        committee=meeting.committee,
        classification=meeting.classification,
        recipients=people,
        render=render,
    )


def _assigned(meeting: Meeting) -> list[Assignment]:
    """Everybody of both sides who may read the meeting."""
    assignments = Assignment.objects.filter(
        committee=meeting.committee, clearance__gte=meeting.classification, user__is_active=True
    )
    return list(assignments.select_related("user", "committee").order_by("user__username", "pk"))


def _secretaries(meeting: Meeting, but: User | None = None) -> list[User]:
    writes = Permission.MINUTES_CIRCULATE
    return [each.user for each in _assigned(meeting) if writes in each.permissions and each.user != but]


def _may_be_told(meeting: Meeting) -> bool:
    return meeting.classification == Classification.OPEN


def _closed_letter(subject: str, meeting: Meeting, link: str, link_text: str) -> Letter:
    lead = _("This is not for the open mail: please read it in Secretariat.")
    return Letter(subject % {"meeting": meeting.reference}, lead, link=link, link_text=link_text)


def _facts(meeting: Meeting) -> list[tuple[str, str]]:
    facts = [(_("Committee"), pick(meeting.committee, "name")), (_("Meeting"), meeting.heading())]
    if meeting.clocks:
        facts += [
            (pick(side, "capital") or str(side), f"{written(at.day)}, {at.time} {at.zone} ({at.offset})")
            for side, at in meeting.clocks
        ]
    else:
        facts.append((_("Date"), written(meeting.date, meeting.date_precision)))
    if place := pick(meeting, "place"):
        facts.append((_("Place"), place))
    return [*facts, (_("Format"), str(meeting.get_format_display())), (_("Reference"), meeting.reference)]


def _moment(revision: Revision) -> str:
    at = clock(revision.made_at, None, timezone.get_current_timezone_name())
    return f"{written(at.day)}, {at.time} {at.zone}"


def revision_path(revision: Revision) -> str:
    """Where the revision is read and answered."""
    return reverse("meetings:revision-detail", args=[revision.minutes.meeting.reference, revision.number])

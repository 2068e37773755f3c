"""Which mails meetings and minutes give occasion to: for whom, when, and what they tell."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone

from directory.models import OutgoingMail, User
from meetings import actions
from meetings.exports.sealing import print_copies
from meetings.mailing import remind, remind_all
from meetings.models import Meeting, Revision, Verdict
from records.access import Classification, Role
from records.models import AuditEvent
from records.workflow import Refused
from tests import factories as make

pytestmark = pytest.mark.django_db

AHEAD = timezone.localdate() + timedelta(days=30)


@pytest.fixture(autouse=True)
def files_elsewhere(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def house() -> SimpleNamespace:
    """Japan's secretary, approver and reader, Russia's approver; all of them with an address."""
    committee = make.make_committee()

    def member(name: str, role: Role, **more: Any) -> User:
        return make.make_user(name, role, committee, email=f"{name}@example.org", **more)

    return SimpleNamespace(
        committee=committee,
        own=committee.own_side,
        other=committee.other_side,
        secretary=member("secretary", Role.SECRETARY),
        approver=member("approver", Role.APPROVER),
        reader=member("reader", Role.READER, clearance=Classification.OPEN),
        delegate=member("delegate", Role.APPROVER, side=committee.other_side, language="ru"),
    )


def reached(**about: Any) -> list[str]:
    """Who was written to, by name."""
    return sorted(OutgoingMail.objects.filter(**about).values_list("recipient__username", flat=True))


def forget() -> None:
    OutgoingMail.objects.all().delete()


EVERYBODY = ["approver", "delegate", "reader", "secretary"]


# Invitations


def called(house: SimpleNamespace, **fields: Any) -> Meeting:
    """A meeting ahead, scheduled, with two items on its agenda."""
    meeting = make.make_meeting(house.committee, AHEAD, **fields)
    make.make_agenda_item(meeting, title_en="The eight items", title_ru="Восемь пунктов")
    make.make_agenda_item(meeting, title_en="Any other business", title_ru="Разное")
    return actions.move_meeting(meeting, "scheduled", by=house.secretary)


def test_a_scheduled_meeting_invites_both_sides(house: SimpleNamespace) -> None:
    called(house)
    assert reached(kind="invitation") == EVERYBODY


def test_an_invitation_tells_day_both_clocks_place_and_agenda_in_the_readers_language(house: SimpleNamespace) -> None:
    meeting = called(house, place_en="Tokyo", place_ru="Токио")
    english, russian = (OutgoingMail.objects.get(recipient=user) for user in (house.reader, house.delegate))
    for words in ("15:00–15:50 JST (UTC+9)", "09:00–09:50 MSK (UTC+3)", "Tokyo", "1. The eight items", "2. Any other"):
        assert words in english.text, words
    assert "1. Восемь пунктов" in russian.text
    assert "BEGIN:VCALENDAR" in english.calendar
    assert (english.link, english.language, russian.language) == (meeting.get_absolute_url(), "en", "ru")


def test_who_may_not_read_a_meeting_is_not_invited(house: SimpleNamespace) -> None:
    make.make_user("elsewhere", Role.READER, make.make_committee("BB"), email="elsewhere@example.org")
    make.make_user("disabled", Role.READER, house.committee, email="disabled@example.org", is_active=False)
    called(house, classification=Classification.RESTRICTED)
    assert reached() == ["approver", "delegate", "secretary"]


def test_of_a_meeting_held_closely_a_mail_tells_only_where_to_read(house: SimpleNamespace) -> None:
    called(house, classification=Classification.CONFIDENTIAL, title_en="The islands")
    sent = OutgoingMail.objects.filter(recipient=house.secretary).get()
    for secret in ("The islands", "eight items", "JST"):
        assert secret not in sent.subject + sent.text + sent.html + sent.calendar
    assert (sent.calendar, sent.classification) == ("", Classification.CONFIDENTIAL)


def test_people_are_told_when_day_time_or_place_change_and_of_nothing_else(house: SimpleNamespace) -> None:
    meeting = called(house)
    forget()
    meeting.source = "A note"
    actions.change_meeting(meeting, by=house.secretary, expected=meeting.version)
    assert reached() == []
    meeting.place_en = "Moscow"
    actions.change_meeting(meeting, by=house.secretary, expected=meeting.version)
    assert reached() == EVERYBODY
    assert OutgoingMail.objects.first().subject.startswith("Changed: ")  # type: ignore[union-attr]


@pytest.mark.parametrize(("target", "subject"), [("postponed", "Postponed: "), ("cancelled", "Called off: ")])
def test_people_are_told_when_it_is_off_and_why_only_on_the_own_side(
    house: SimpleNamespace, target: str, subject: str
) -> None:
    meeting = called(house)
    forget()
    actions.move_meeting(meeting, target, by=house.secretary, reason="The minister is ill.")
    assert reached() == EVERYBODY
    assert OutgoingMail.objects.get(recipient=house.reader).subject.startswith(subject)
    assert reached(text__contains="The minister is ill.") == ["approver", "reader", "secretary"]
    assert reached(calendar__contains="METHOD:CANCEL") == EVERYBODY


def test_a_draft_that_is_dropped_is_nobodys_news(house: SimpleNamespace) -> None:
    meeting = make.make_meeting(house.committee, AHEAD)
    actions.move_meeting(meeting, "cancelled", by=house.secretary, reason="A mistake.")
    assert reached() == []


def test_nobody_is_invited_to_what_is_past(house: SimpleNamespace) -> None:
    actions.move_meeting(make.make_meeting(house.committee), "scheduled", by=house.secretary)
    assert reached() == []


def test_who_wants_no_invitations_gets_none(house: SimpleNamespace) -> None:
    User.objects.filter(username__in=["reader", "delegate"]).update(mail_invitations=False)
    called(house)
    assert reached() == ["approver", "secretary"]


def test_when_the_move_is_refused_nobody_hears_of_it(house: SimpleNamespace) -> None:
    meeting = called(house)
    forget()
    with pytest.raises(Refused):
        actions.move_meeting(meeting, "cancelled", by=house.secretary, reason="")
    assert reached() == []


# Minutes


def circulated(house: SimpleNamespace, **fields: Any) -> Revision:
    meeting = make.make_meeting(house.committee, state="held", **fields)
    make.make_attendance(meeting)
    texts = {"text_ja": "双方は一致した。", "text_ru": "Стороны договорились."}
    make.make_entry(meeting, "agreement", "The sides agreed.", **texts)
    make.make_entry(meeting, "information", "A telling secret.", audience="internal")
    return actions.circulate(meeting.minutes, by=house.secretary)


def test_circulated_minutes_go_to_the_approvers_of_both_sides(house: SimpleNamespace) -> None:
    revision = circulated(house)
    assert reached(kind="minutes") == ["approver", "delegate"]
    sent = OutgoingMail.objects.get(recipient=house.approver)
    assert sent.link == f"/meetings/{revision.minutes.meeting.reference}/revisions/1/"
    assert revision.digest in sent.text
    assert "secret" not in sent.text + sent.html


def test_the_secretaries_hear_of_a_return_and_a_reservation_and_not_of_a_plain_yes(house: SimpleNamespace) -> None:
    revision = circulated(house)
    forget()
    actions.answer(revision, house.own, Verdict.ACCEPTED, by=house.approver)
    assert reached() == []
    actions.answer(revision, house.other, Verdict.RETURNED, by=house.delegate, text="Entry 1 is not what we said.")
    assert reached(text__contains="Entry 1 is not what we said.") == ["secretary"]


def test_those_concerned_hear_that_minutes_are_agreed_and_sealed(house: SimpleNamespace) -> None:
    revision = circulated(house)
    forget()
    actions.answer(revision, house.own, Verdict.ACCEPTED, by=house.approver)
    actions.answer(revision, house.other, Verdict.ACCEPTED, by=house.delegate)
    assert reached(subject__startswith="Agreed: ") == ["approver", "secretary"]
    forget()
    actions.seal(revision.minutes, by=house.secretary, print_copies=print_copies)
    assert reached() == ["approver", "delegate"]


# Reminders


def days_later(revision: Revision, days: int) -> Any:
    return timezone.localdate(revision.made_at) + timedelta(days=days)


def test_a_side_is_reminded_after_so_many_days_and_again_after_as_many(house: SimpleNamespace) -> None:
    revision = circulated(house)
    assert remind_all(on=days_later(revision, 6), every=7) == 0
    assert remind_all(on=days_later(revision, 7), every=7) == 2
    assert reached(kind="reminder") == ["approver", "delegate"]
    OutgoingMail.objects.filter(kind="reminder").update(queued_at=timezone.now() + timedelta(days=7))
    assert [remind_all(on=days_later(revision, day), every=7) for day in (7, 8, 13, 14)] == [0, 0, 0, 2]


def test_only_the_side_that_owes_an_answer_is_reminded(house: SimpleNamespace) -> None:
    revision = circulated(house)
    actions.answer(revision, house.own, Verdict.ACCEPTED, by=house.approver)
    remind_all(on=days_later(revision, 7), every=7)
    assert reached(kind="reminder") == ["delegate"]


@pytest.mark.parametrize("end", ["returned", "taken back", "agreed"])
def test_nobody_is_reminded_of_what_waits_for_nobody(house: SimpleNamespace, end: str) -> None:
    revision = circulated(house)
    if end == "returned":
        actions.answer(revision, house.other, Verdict.RETURNED, by=house.delegate, text="No.")
    elif end == "taken back":
        actions.take_back(revision.minutes, by=house.secretary, reason="A mistake.")
    else:
        actions.answer(revision, house.own, Verdict.ACCEPTED, by=house.approver)
        actions.answer(revision, house.other, Verdict.ACCEPTED, by=house.delegate)
    assert remind_all(on=days_later(revision, 30), every=7) == 0


def test_for_a_side_without_a_log_in_the_secretaries_are_told_to_remind_it(house: SimpleNamespace) -> None:
    house.delegate.assignments.all().delete()
    revision = circulated(house)
    actions.answer(revision, house.own, Verdict.ACCEPTED, by=house.approver)
    remind_all(on=days_later(revision, 7), every=7)
    assert reached(kind="reminder", text__contains="Russia has not answered yet") == ["secretary"]


def test_a_secretary_reminds_a_side_once_a_day(house: SimpleNamespace) -> None:
    revision = circulated(house)
    today = timezone.localdate()
    assert remind(revision, house.other, on=today, by=house.secretary) == 1
    with pytest.raises(Refused, match="reminded today already"):
        remind(revision, house.other, on=today, by=house.secretary)
    assert remind(revision, house.own, on=today, by=house.secretary) == 1
    assert AuditEvent.objects.filter(verb="reminded").count() == 2


def test_a_side_that_has_answered_is_not_reminded(house: SimpleNamespace) -> None:
    revision = circulated(house)
    actions.answer(revision, house.other, Verdict.ACCEPTED, by=house.delegate)
    with pytest.raises(Refused, match="owes no answer"):
        remind(revision, house.other, on=timezone.localdate(), by=house.secretary)


@pytest.mark.parametrize("who", ["reader", "approver", "delegate"])
def test_only_who_circulates_reminds(house: SimpleNamespace, who: str) -> None:
    revision = circulated(house)
    with pytest.raises(PermissionDenied):
        remind(revision, house.other, on=timezone.localdate(), by=getattr(house, who))


def test_the_command_reminds_by_the_setting_and_not_at_all_with_none(
    house: SimpleNamespace, settings: Any, capsys: Any
) -> None:
    circulated(house)
    settings.REMIND_AFTER_DAYS = 0
    call_command("send_reminders")
    settings.REMIND_AFTER_DAYS = 7
    call_command("send_reminders")
    assert capsys.readouterr().out == "0 reminders wait to be sent.\n" * 2

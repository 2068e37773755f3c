"""What the demonstration tells, from its own records: one promise was kept in changed form, its twin was not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db.models import Count

from agreements.models import Commitment, PlanItem, Project, StatusReport
from directory.models import Committee, Organisation, Person, Tenure
from exchanges.models import Event, ExchangeYear, Tally, TwinTie
from meetings.models import Attendance, Entry, Meeting, Mention, Minutes
from records.languages import CODES
from tests.demo.conftest import TODAY

pytestmark = pytest.mark.usefixtures("demo")

CO_CHAIRS = {
    "1996-03-01": ("Ikeda", "Soskovets"),
    "1997-06-01": ("Ikeda", "Nemtsov"),
    "1998-02-01": ("Obuchi", "Nemtsov"),
    "2000-11-01": ("Kono", "Khristenko"),
    "2001-12-01": ("Tanaka", "Khristenko"),
    "2002-10-14": ("Kawaguchi", "Khristenko"),
    "2003-06-01": ("Kawaguchi", "Khristenko"),
    "2005-04-01": ("Machimura", "Khristenko"),
    "2008-04-14": ("Komura", "Khristenko"),
    "2008-10-21": ("Nakasone", "Khristenko"),
    "2009-12-01": ("Okada", "Khristenko"),
    "2011-02-11": ("Maehara", "Khristenko"),
    "2012-09-05": ("Genba", "Shuvalov"),
    "2012-11-20": ("Genba", "Shuvalov"),
    "2015-09-22": ("Kishida", "Shuvalov"),
    "2016-11-15": ("Kishida", "Shuvalov"),
    "2017-07-07": ("Kishida", "Shuvalov"),
    "2017-11-24": ("Kono", "Shuvalov"),
    "2018-12-18": ("Kono", "Oreshkin"),
    "2019-09-05": ("Kono", "Oreshkin"),
    "2019-12-18": ("Motegi", "Oreshkin"),
    "2020-12-21": ("Motegi", "Reshetnikov"),
    "2022-02-15": ("Hayashi", "Reshetnikov"),
}
TOLD_IN_FULL = {
    "JR-2019-12-18-S15": 4,
    "JR-2020-12-21-CC": 8,
    "JR-IR-2021-11-22-SC": 5,
    "JR-2022-01-29-WL": 5,
    "JR-2022-02-15-CC": 4,
}


def entries(reference: str) -> list[Entry]:
    return list(Entry.objects.filter(minutes__meeting__reference=reference))


def genealogy(reference: str) -> list[tuple[str, str]]:
    mentions = Mention.objects.filter(commitment__reference=reference).order_by(
        "entry__minutes__meeting__date", "entry__position", "pk"
    )
    return [(mention.entry.minutes.meeting.reference, mention.kind) for mention in mentions]


def test_the_committee_names_its_co_chairs_on_the_day_of_every_meeting() -> None:
    committee = Committee.objects.get(code="JR")
    found = {
        day: tuple(chair.person.family_name_en for chair in committee.co_chairs(on=date.fromisoformat(day)))
        for day in CO_CHAIRS
    }
    assert found == CO_CHAIRS


def test_every_session_and_every_co_chairs_meeting_is_among_those_days() -> None:
    meetings = Meeting.objects.filter(committee__code="JR", kind__in=["session", "co_chairs"], date__lt=TODAY)
    assert sorted(str(meeting.date) for meeting in meetings) == sorted(CO_CHAIRS)


@pytest.mark.parametrize(
    ("code", "day", "names"),
    [
        ("JR-TI", "2010-03-30", ["Otabe", "Slepnyov"]),
        ("JR-TI", "2015-05-18", ["Nagamine", "Likhachev"]),
        ("JR-IR", "2011-07-11", ["Nishimiya", "Travnikov"]),
        ("JR-IR", "2021-11-22", ["Suzuki", "Ilyichev"]),
    ],
)
def test_the_sub_commissions_name_theirs(code: str, day: str, names: list[str]) -> None:
    chairs = Committee.objects.get(code=code).co_chairs(on=date.fromisoformat(day))
    assert [chair.person.family_name_en for chair in chairs if chair.person] == names


def test_those_who_attended_a_session_are_its_co_chairs_in_the_office_of_that_day() -> None:
    for attendance in Attendance.objects.filter(role="co_chair", meeting__kind="session").select_related("meeting"):
        chairs = attendance.meeting.committee.co_chairs(on=attendance.meeting.date)
        assert (attendance.person, attendance.office) in [
            (chair.person, chair.seat.office) for chair in chairs if chair.seat
        ]


def test_there_are_fifteen_sessions_numbered_without_a_gap() -> None:
    sessions = Meeting.objects.filter(kind="session").order_by("date")
    assert [session.ordinal for session in sessions] == list(range(1, 16))
    assert sessions.last().reference == "JR-2019-12-18-S15"


def test_a_meeting_known_to_the_month_has_no_time() -> None:
    assert not Meeting.objects.filter(date_precision="month", starts_at__isnull=False).exists()
    assert Meeting.objects.filter(date_precision="month").count() == 7


def test_the_last_meeting_is_not_closed_yet_so_that_its_minutes_can_still_be_worked_on() -> None:
    [meeting] = Meeting.objects.filter(state="held", unverified=False)
    assert (meeting.reference, meeting.minutes.state) == ("JR-2022-02-15-CC", "draft")


def test_the_meeting_of_21_december_2020_shows_both_clocks() -> None:
    meeting = Meeting.objects.get(reference="JR-2020-12-21-CC")
    assert [(side.code, clock.time, clock.zone) for side, clock in meeting.clocks] == [
        ("JP", "15:00–15:50", "JST"),
        ("RU", "09:00–09:50", "MSK"),
    ]


def test_the_meeting_of_21_december_2020_has_its_eight_entries() -> None:
    assert [entry.kind for entry in entries("JR-2020-12-21-CC")] == [
        "statement",
        "statement",
        "discussion",
        "joint_assessment",
        "agreement",
        "joint_assessment",
        "agreement",
        "agreement",
    ]


def test_each_agreement_of_21_december_2020_makes_a_commitment_and_the_last_two_are_coupled() -> None:
    made = Commitment.objects.filter(
        mentions__kind="makes", mentions__entry__minutes__meeting__reference="JR-2020-12-21-CC"
    )
    assert [(each.reference, each.timing_kind, str(each.coupled_with)) for each in made] == [
        ("JR-C-2020-01", "open", "None"),
        ("JR-C-2020-02", "condition", "None"),
        ("JR-C-2020-03", "occasion", "JR-C-2020-02"),
    ]


def test_the_ceremony_can_be_followed_from_the_promise_to_its_keeping_in_changed_form() -> None:
    assert genealogy("JR-C-2019-01") == [("JR-2019-12-18-S15", "makes"), ("JR-2020-12-21-CC", "supersedes")]
    assert genealogy("JR-C-2020-03") == [
        ("JR-2020-12-21-CC", "makes"),
        ("JR-IR-2021-11-22-SC", "reaffirms"),
        ("JR-2022-01-29-WL", "modifies"),
        ("JR-2022-01-29-WL", "fulfils"),
        ("JR-2022-02-15-CC", "fulfils"),
    ]


def test_its_twin_was_promised_twice_and_is_still_waiting_for_both_sides() -> None:
    assert genealogy("JR-C-2020-02") == [("JR-2020-12-21-CC", "makes"), ("JR-IR-2021-11-22-SC", "reaffirms")]
    assert Commitment.objects.get(reference="JR-C-2020-02").state == "waiting"
    reports = StatusReport.objects.filter(commitment__reference="JR-C-2020-02").order_by("side__code")
    assert [(report.side.code, report.status) for report in reports] == [("JP", "waiting"), ("RU", "waiting")]


def test_the_words_of_a_mention_stand_in_its_entry() -> None:
    for mention in Mention.objects.select_related("entry"):
        for code in CODES:
            assert getattr(mention, f"words_{code}") in getattr(mention.entry, f"text_{code}")


def test_the_minister_who_did_not_come_sent_a_message_that_was_read() -> None:
    absent = Attendance.objects.get(meeting__reference="JR-2022-01-29-WL", sent_apologies=True)
    reader = Attendance.objects.get(meeting=absent.meeting, person=absent.read_by)
    assert (absent.name_en, absent.mode) == ("Reshetnikov, Maksim Gennadyevich", "message_read")
    assert (reader.name_en, reader.mode) == ("Ilyichev, Vladimir Evgenievich", "online")


def test_a_statement_has_a_speaker_who_could_speak() -> None:
    for entry in Entry.objects.filter(kind="statement"):
        assert [speaker.may_speak for speaker in entry.speakers.all()] == [True]


@pytest.mark.parametrize(("reference", "number"), TOLD_IN_FULL.items())
def test_five_meetings_are_told_in_three_languages(reference: str, number: int) -> None:
    meeting = Meeting.objects.get(reference=reference)
    told: list[tuple[Any, str]] = [(entry, "text") for entry in entries(reference)]
    assert len(told) == number
    told += [(item, "title") for item in meeting.agenda_items.all()]
    told += [(each, name) for each in meeting.attendances.all() for name in ("name", "office_title")]
    told += [(each, "words") for each in Mention.objects.filter(entry__minutes__meeting=meeting)]
    assert [each for each, name in told for code in CODES if not getattr(each, f"{name}_{code}")] == []


def test_the_office_is_printed_with_its_country() -> None:
    printed = Attendance.objects.get(meeting__reference="JR-2020-12-21-CC", side__code="RU")
    assert [printed.office_title_en, printed.office_title_ja, printed.office_title_ru] == [
        "Minister of Economic Development of the Russian Federation",
        "ロシア連邦経済発展大臣",
        "Министр экономического развития Российской Федерации",
    ]


def test_the_exchange_year_was_extended_to_the_end_of_2022() -> None:
    year = ExchangeYear.objects.get()
    assert year.last_day(on=date(2021, 11, 21)) == date(2021, 12, 31)
    assert year.last_day(on=date(2021, 11, 22)) == date(2022, 12, 31)


def test_the_opening_ceremony_shows_its_changes_and_the_decisions_behind_them() -> None:
    ceremony = Event.objects.get(theme="ceremony")
    changes = ceremony.changes.order_by("pk")
    assert [(c.kind, [e.minutes.meeting.reference for e in c.decided_in.all()]) for c in changes] == [
        ("postponed", []),
        ("postponed", ["JR-2020-12-21-CC"]),
        ("new_date", ["JR-2022-01-29-WL"]),
        ("made_hybrid", ["JR-2022-01-29-WL"]),
    ]


def test_nothing_is_missing() -> None:
    counts = [model.objects.count() for model in (PlanItem, Project, TwinTie, Tally, Event, Person)]
    assert counts == [8, 25, 37, 7, 9, 42]
    assert Minutes.objects.count() == Meeting.objects.count()
    assert dict(Minutes.objects.order_by().values_list("state").annotate(Count("pk"))) == {
        "draft": Meeting.objects.count() - 7,
        "circulated": 2,
        "sealed": 5,
    }


def test_names_are_given_in_three_languages() -> None:
    for record in [*Person.objects.all(), *Organisation.objects.all(), *Project.objects.all(), *PlanItem.objects.all()]:
        name = {Person: "family_name", Organisation: "name"}.get(type(record), "title")
        assert "" not in [getattr(record, f"{name}_{code}") for code in CODES]


def test_a_record_seen_in_no_source_is_unverified() -> None:
    sessions = Meeting.objects.filter(kind="session", unverified=True).order_by("ordinal")
    assert [session.ordinal for session in sessions] == [1, 2, 3]
    assert not Attendance.objects.filter(meeting__in=sessions).exists()
    assert list(Tenure.objects.filter(unverified=False, source="")) == []

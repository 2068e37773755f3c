"""A commitment's page: its line through the meetings, what the sides say, where it goes from here."""

from __future__ import annotations

import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from agreements.models import Commitment, StatusReport
from meetings.genealogy import genealogy_of
from records.access import Audience, Classification, Role
from records.actions import create
from records.models import AuditEvent
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(client_for) -> SimpleNamespace:
    committee = make.make_committee()
    commitment = make.make_commitment(committee, reference="JR-C-1", text_ru="Провести заседание.", state="under_way")
    people = {
        "secretary": make.make_user("secretary", Role.SECRETARY, committee),
        "second": make.make_user("second", Role.SECRETARY, committee),
        "reader": make.make_user("reader", Role.READER, committee, clearance=Classification.OPEN),
        "outsider": make.make_user("outsider", Role.SECRETARY, make.make_committee("XX")),
        "delegate": make.make_user(
            "delegate", Role.APPROVER, committee, clearance=Classification.OPEN, side=committee.other_side
        ),
    }
    clients = {name: client_for(user) for name, user in people.items()}
    return SimpleNamespace(committee=committee, commitment=commitment, people=people, **clients)


def text_of(response: Any) -> str:
    return response.content.decode()


def speak(house: Any, day: date, kind: str, words: str, audience: str = Audience.SHARED) -> Any:
    meeting = make.make_meeting(house.committee, day)
    entry = make.make_entry(meeting, "agreement", f"They {words} it.", audience=audience)
    return make.make_mention(entry, house.commitment, kind, words_en=words)


def say(house: Any, side: Any, status: str, day: date = date(2021, 6, 1), **facts: Any) -> StatusReport:
    report = StatusReport(commitment=house.commitment, side=side, status=status, reported_on=day, **facts)
    return create(report, by=None)


# What it shows


def test_it_shows_the_text_in_each_language_and_says_which_is_missing(house):
    page = text_of(house.reader.get("/commitments/JR-C-1/"))
    assert "Провести заседание." in page
    assert "not yet in Japanese" in page
    assert house.commitment.get_absolute_url() == "/commitments/JR-C-1/"


def test_the_line_goes_through_the_meetings_in_order_with_the_words_and_the_entries(house):
    later = speak(house, date(2021, 11, 22), "fulfils", "fulfilled")
    first = speak(house, date(2020, 12, 21), "makes", "promised")
    page = html.fromstring(text_of(house.reader.get("/commitments/JR-C-1/")))
    for links in (page.xpath("//*[local-name()='svg']//a[@href]"), page.xpath("//ol[@class='genealogy-told']//a")):
        assert [link.get("href").partition("#")[2] for link in links if "#entry" in link.get("href")] == [
            f"entry-{first.entry_id}",
            f"entry-{later.entry_id}",
        ]
    labels = page.xpath("//*[local-name()='svg']//a/@aria-label")
    assert labels[0] == f"makes, {first.entry.minutes.meeting.reference}, 21 December 2020: promised"
    assert [quote.text for quote in page.xpath("//blockquote")] == ["promised", "fulfilled"]


def test_the_other_side_sees_no_mark_and_no_gap_of_what_is_internal(house):
    speak(house, date(2020, 12, 21), "makes", "promised")
    speak(house, date(2021, 11, 22), "reaffirms", "repeated")
    before = genealogy_of(house.commitment, house.people["delegate"])
    page = text_of(house.delegate.get("/commitments/JR-C-1/"))
    speak(house, date(2021, 3, 3), "modifies", "hush-hush", Audience.INTERNAL)
    assert genealogy_of(house.commitment, house.people["delegate"]) == before
    after = text_of(house.delegate.get("/commitments/JR-C-1/"))
    assert "hush-hush" not in after
    assert len(after) == len(page)
    assert "hush-hush" in text_of(house.secretary.get("/commitments/JR-C-1/"))


def test_what_was_said_at_a_confidential_meeting_is_not_on_the_line(house):
    meeting = make.make_meeting(house.committee, classification=Classification.CONFIDENTIAL)
    entry = make.make_entry(meeting, "agreement", "Quietly.", audience=Audience.SHARED)
    make.make_mention(entry, house.commitment, words_en="Quietly")
    assert "Quietly" not in text_of(house.reader.get("/commitments/JR-C-1/"))


def test_reaffirmed_three_times_and_not_moved_is_said_with_the_rule(house):
    made = speak(house, date(2020, 1, 1), "makes", "promised")
    for month in (2, 3):
        speak(house, date(2020, month, 1), "reaffirms", "repeated")
    assert "not moved" not in text_of(house.reader.get("/commitments/JR-C-1/"))
    speak(house, date(2020, 4, 1), "reaffirms", "repeated")
    page = text_of(house.reader.get("/commitments/JR-C-1/"))
    assert "Reaffirmed 3 times, not moved" in page
    assert f"Every meeting since {made.entry.minutes.meeting.reference}" in page


def test_a_change_in_between_or_an_end_is_a_move(house):
    for month in range(1, 5):
        speak(house, date(2020, month, 1), "reaffirms", "repeated")
    assert genealogy_of(house.commitment, house.people["reader"]).reaffirmed == 4
    speak(house, date(2020, 4, 15), "modifies", "changed")
    assert genealogy_of(house.commitment, house.people["reader"]).reaffirmed == 0


def test_two_entries_of_one_meeting_reaffirm_once(house):
    for month in (1, 2):
        mention = speak(house, date(2020, month, 1), "reaffirms", "repeated")
    again = make.make_entry(mention.entry.minutes.meeting, "agreement", "They repeated it.")
    make.make_mention(again, house.commitment, "reaffirms", words_en="repeated")
    assert genealogy_of(house.commitment, house.people["secretary"]).reaffirmed == 0


def test_an_ended_commitment_raises_no_alarm(house):
    for month in range(1, 5):
        speak(house, date(2020, month, 1), "reaffirms", "repeated")
    Commitment.objects.update(state="fulfilled")
    house.commitment.refresh_from_db()
    assert genealogy_of(house.commitment, house.people["reader"]).reaffirmed == 0


def test_both_sides_reports_stand_beside_each_other_and_divergence_is_stated(house):
    here, there = house.committee.sides
    say(house, here, "under_way", date(2021, 1, 1), text_en="An early word.")
    say(house, here, "partly_fulfilled", date(2021, 3, 1), text_en="A later word.")
    assert "say different things" not in text_of(house.reader.get("/commitments/JR-C-1/"))
    say(house, there, "waiting", text_en="Their word.")
    page = text_of(house.reader.get("/commitments/JR-C-1/"))
    assert f"{here} says “partly fulfilled”, {there} says “waiting”." in page
    assert page.index("A later word.") < page.index("An early word.") < page.index("Their word.")


def test_coupled_and_superseded_ones_are_linked_as_far_as_they_may_be_read(house):
    committee, commitment = house.committee, house.commitment
    make.make_commitment(committee, reference="JR-C-2", coupled_with=commitment, state="fulfilled")
    make.make_commitment(committee, reference="JR-C-3", supersedes=commitment)
    make.make_commitment(
        committee, reference="JR-C-4", coupled_with=commitment, classification=Classification.CONFIDENTIAL
    )
    page = text_of(house.reader.get("/commitments/JR-C-1/"))
    assert ('href="/commitments/JR-C-2/"' in page, 'href="/commitments/JR-C-3/"' in page) == (True, True)
    assert "JR-C-4" not in page
    assert "stand differently now: JR-C-2 is fulfilled, this commitment is under way" in page


def test_a_confidential_commitment_and_another_committees_are_not_there(house):
    make.make_commitment(house.committee, reference="JR-C-9", classification=Classification.CONFIDENTIAL)
    assert house.reader.get("/commitments/JR-C-9/").status_code == 404
    for page in ("", "move/", "report/"):
        assert house.outsider.get(f"/commitments/JR-C-1/{page}").status_code == 404


def test_the_page_takes_as_many_queries_for_three_mentions_and_reports_as_for_one(house):
    counted = []
    for turn in range(3):
        speak(house, date(2020, 1 + turn, 1), "reaffirms", "repeated")
        say(house, house.committee.own_side, "waiting", date(2020, 1 + turn, 1))
        make.make_responsibility(house.commitment, office=make.make_office(side=house.committee.own_side))
        with CaptureQueriesContext(connection) as seen:
            house.secretary.get("/commitments/JR-C-1/")
        counted.append(len(seen))
    assert counted[0] == counted[2] <= 12


def test_the_minutes_lead_to_it(house):
    mention = speak(house, date(2020, 12, 21), "makes", "promised")
    page = text_of(house.reader.get(mention.entry.minutes.meeting.get_absolute_url()))
    assert page.count('href="/commitments/JR-C-1/"') == 2


# Reporting


def test_a_status_is_filed_in_two_clicks(house):
    page = text_of(house.secretary.get("/commitments/JR-C-1/"))
    assert 'href="/commitments/JR-C-1/report/"' in page
    form = house.secretary.get("/commitments/JR-C-1/report/").context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    assert house.secretary.post("/commitments/JR-C-1/report/", sent).status_code == 302
    report = StatusReport.objects.get()
    assert (report.side, report.status) == (house.committee.own_side, "under_way")
    assert report.reported_on == timezone.localdate()
    house.secretary.post("/commitments/JR-C-1/report/", sent)
    assert StatusReport.objects.count() == 1


def test_the_other_sides_approver_reports_for_their_side_and_for_no_other(house):
    facts = {"status": "waiting", "reported_on": "2021-06-01", "text_ru": "Ждём."}
    there, here = house.committee.other_side.pk, house.committee.own_side.pk
    assert house.delegate.post("/commitments/JR-C-1/report/", {**facts, "side": there}).status_code == 302
    assert house.delegate.post("/commitments/JR-C-1/report/", {**facts, "side": here}).status_code == 422
    assert StatusReport.objects.get().side == house.committee.other_side


def test_what_is_refused_keeps_what_was_typed(house):
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    facts = {"side": house.committee.own_side.pk, "text_en": "As typed."}
    for wrong in (
        {"status": "fulfilled", "reported_on": "2021-06-01"},
        {"status": "waiting", "reported_on": tomorrow},
        {"status": "agreed", "reported_on": "2021-06-01"},
    ):
        response = house.secretary.post("/commitments/JR-C-1/report/", {**facts, **wrong})
        assert (response.status_code, "As typed." in text_of(response)) == (422, True)
    assert not StatusReport.objects.exists()


def test_a_reader_is_offered_nothing_and_may_do_nothing(house):
    page = text_of(house.reader.get("/commitments/JR-C-1/"))
    assert ("/report/" in page, "/move/" in page) == (False, False)
    for path in ("report/", "move/?target=waiting"):
        assert house.reader.get(f"/commitments/JR-C-1/{path}").status_code == 403
        assert house.reader.post(f"/commitments/JR-C-1/{path}").status_code == 403
    assert house.delegate.get("/commitments/JR-C-1/move/?target=waiting").status_code == 403


# Moving


def test_a_move_is_asked_about_once_and_done(house):
    page = text_of(house.secretary.get("/commitments/JR-C-1/"))
    targets = re.findall(r"move/\?target=(\w+)", page)
    assert targets == ["waiting", "partly_fulfilled", "superseded", "lapsed"]
    asked = house.secretary.get("/commitments/JR-C-1/move/?target=lapsed")
    assert "required" in text_of(asked)
    refused = house.secretary.post("/commitments/JR-C-1/move/", {"target": "lapsed", "reason": ""})
    assert (refused.status_code, "Please give a reason." in text_of(refused)) == (422, True)
    house.secretary.post("/commitments/JR-C-1/move/", {"target": "lapsed", "reason": "Nobody wants it."})
    assert Commitment.objects.get().state == "lapsed"
    assert AuditEvent.objects.latest("pk").reason == "Nobody wants it."


@pytest.mark.parametrize("target", ["agreed", "dropped", "nonsense", "", "x" * 500])
def test_a_move_that_there_is_not_leads_back(house, target):
    response = house.secretary.post("/commitments/JR-C-1/move/", {"target": target, "reason": "Please."})
    assert response.status_code == 302
    assert Commitment.objects.get().state == "under_way"


def test_fulfilment_is_confirmed_by_somebody_else(house):
    facts = {"side": house.committee.own_side.pk, "status": "fulfilled", "reported_on": "2021-06-01", "evidence": "A"}
    assert "once a side reports so with evidence" in text_of(house.secretary.get("/commitments/JR-C-1/"))
    house.secretary.post("/commitments/JR-C-1/report/", facts)
    page = text_of(house.secretary.get("/commitments/JR-C-1/"))
    assert ("target=fulfilled" in page, "somebody else must confirm it" in page) == (False, True)
    own = house.secretary.post("/commitments/JR-C-1/move/", {"target": "fulfilled"})
    assert own.status_code == 422
    assert "target=fulfilled" in text_of(house.second.get("/commitments/JR-C-1/"))
    assert house.second.post("/commitments/JR-C-1/move/", {"target": "fulfilled"}).status_code == 302
    assert Commitment.objects.get().state == "fulfilled"

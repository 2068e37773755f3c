"""Review links: who makes them, when they open, that they answer once. Every refusal of theirs."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from meetings import actions
from meetings.actions import reviewing
from meetings.actions.reviewing import Closed, ExpiredKey, LinkState, UnknownKey, is_circulated, link_of, state_of
from meetings.models import Entry, ReviewLink, Revision, Verdict
from records.access import Role
from records.models import AuditEvent
from records.workflow import Refused
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> SimpleNamespace:
    committee = make.make_committee()
    meeting = make.make_meeting(committee, state="held")
    texts = {"text_ja": "双方は一致した。", "text_ru": "Стороны договорились."}
    make.make_entry(meeting, "agreement", "They agreed.", audience="shared", **texts)
    make.make_entry(meeting, "information", "A telling secret.", audience="internal")
    secretary = make.make_user("secretary", Role.SECRETARY, committee)
    return SimpleNamespace(
        committee=committee,
        meeting=meeting,
        minutes=meeting.minutes,
        own=committee.own_side,
        other=committee.other_side,
        secretary=secretary,
        approver=make.make_user("approver", Role.APPROVER, committee),
        revision=actions.circulate(meeting.minutes, by=secretary),
    )


def draft(house, **fields) -> ReviewLink:
    return ReviewLink(**{"revision": house.revision, "side": house.other, "delegate": "A. Ivanov", **fields})


def made(house, *, days=7, by=None, **fields) -> tuple[ReviewLink, str]:
    fields.setdefault("language", "ru")
    return actions.make_review_link(draft(house, **fields), days=days, by=by or house.secretary)


def state(key: str) -> LinkState:
    link = link_of(key)
    return state_of(link, at=timezone.now(), circulated=is_circulated(link.revision))


def verbs() -> list[tuple[str, str, str]]:
    events = AuditEvent.objects.filter(label="meetings.reviewlink").order_by("pk")
    return [(event.verb, event.actor_name, event.title) for event in events]


def test_only_the_hash_of_the_key_is_kept(house):
    link, key = made(house)
    secret = key.partition(".")[0]
    assert (len(secret), link.key_digest) == (43, hashlib.sha256(secret.encode()).hexdigest())
    kept = [
        str(value) for row in (*ReviewLink.objects.values(), *AuditEvent.objects.values()) for value in row.values()
    ]
    assert [value for value in kept if secret in value] == []
    assert link_of(key) == link


def test_no_two_keys_are_alike(house):
    assert len({made(house)[1] for _ in range(20)}) == 20


@pytest.mark.parametrize("mend", [str.upper, lambda key: key[:-1], lambda key: "x" + key, lambda key: "", "é".join])
def test_a_forged_key_is_refused_before_the_database_is_asked(house, mend, django_assert_num_queries):
    _link, key = made(house)
    with django_assert_num_queries(0), pytest.raises(UnknownKey):
        link_of(mend(key))


def test_a_signed_key_that_belongs_to_nothing_is_unknown(house):
    with pytest.raises(UnknownKey):
        link_of(reviewing._signer().sign("a" * 43))


def test_another_house_s_key_is_unknown(house, settings):
    _link, key = made(house)
    settings.SECRET_KEY = "another house's, long enough to be one of these days"
    with pytest.raises(UnknownKey):
        link_of(key)


def test_after_the_longest_time_a_key_is_not_even_looked_up(house, monkeypatch, django_assert_num_queries):
    _link, key = made(house, days=30)
    later = timezone.now() + timedelta(days=31)
    monkeypatch.setattr("django.core.signing.time.time", later.timestamp)
    with django_assert_num_queries(0), pytest.raises(ExpiredKey):
        link_of(key)


@pytest.mark.parametrize("days", [0, -1, 31])
def test_a_link_is_valid_for_one_to_thirty_days(house, days):
    with pytest.raises(Refused, match="1 to 30 days"):
        made(house, days=days)


def test_a_link_is_for_the_other_side(house):
    with pytest.raises(Refused, match="delegate of the other side"):
        made(house, side=house.own)


def test_no_link_leads_to_a_text_that_is_not_circulated(house):
    actions.take_back(house.minutes, by=house.secretary, reason="A word")
    with pytest.raises(Refused, match="that is circulated"):
        made(house)
    house.minutes.refresh_from_db()
    actions.circulate(house.minutes, by=house.secretary)
    with pytest.raises(Refused, match="that is circulated"):
        made(house)


def test_no_link_is_made_for_a_side_that_has_accepted(house):
    delegate = make.make_user("delegate", Role.APPROVER, house.committee, side=house.other)
    actions.answer(house.revision, house.other, Verdict.ACCEPTED, by=delegate)
    with pytest.raises(Refused, match="has accepted this revision already"):
        made(house)


@pytest.mark.parametrize(("role", "side"), [(Role.READER, "own"), (Role.APPROVER, "own"), (Role.SECRETARY, "other")])
def test_only_a_secretary_of_the_own_side_makes_and_revokes_links(house, role, side):
    person = make.make_user("person", role, house.committee, side=getattr(house, side))
    with pytest.raises(PermissionDenied):
        made(house, by=person)
    link, _key = made(house)
    with pytest.raises(PermissionDenied):
        actions.revoke_review_link(link, by=person)


def test_a_link_goes_from_not_opened_to_answered(house):
    link, key = made(house)
    seen = [state(key)]
    reviewing.note_opened(link)
    seen.append(state(key))
    actions.answer_by_link(link, Verdict.ACCEPTED)
    assert [*seen, state(key)] == [LinkState.UNOPENED, LinkState.OPENED, LinkState.ANSWERED]


def test_every_use_is_in_the_trail_under_the_delegate_s_name(house):
    link, _key = made(house)
    for _ in range(2):
        reviewing.note_opened(link)
    reviewing.note_taken_by_link(link, languages=("ru",))
    actions.answer_by_link(link, Verdict.ACCEPTED)
    who = "A. Ivanov (Russia)"
    assert verbs() == [
        ("created", "secretary", who),
        ("opened", "", who),
        ("read again", "", who),
        ("taken by link", "", who),
        ("answered by link", "", who),
    ]
    assert set(AuditEvent.objects.filter(title=who).values_list("root_label", "root_pk")) == {
        ("meetings.meeting", house.meeting.pk)
    }


def test_whoever_is_logged_in_opens_nothing_by_looking(house):
    link, key = made(house)
    reviewing.note_opened(link, by=house.secretary)
    assert (state(key), verbs()[-1][:2]) == (LinkState.UNOPENED, ("looked at", "secretary"))


def test_the_answer_is_the_delegate_s_own(house):
    link, _key = made(house)
    comments = {str(Entry.objects.get(audience="shared").key): "Mend this."}
    said = actions.answer_by_link(link, Verdict.RETURNED, text="See entry 1.", comments=comments)
    assert (said.side, said.given_by, said.spoken_by, said.link) == (house.other, None, "A. Ivanov", link)
    assert [(comment.entry_key, comment.text) for comment in said.comments.all()] == list(comments.items())


def test_a_link_answers_once(house):
    link, _key = made(house)
    actions.answer_by_link(link, Verdict.RETURNED, text="See entry 1.")
    with pytest.raises(Closed) as refused:
        actions.answer_by_link(link, Verdict.ACCEPTED)
    assert (refused.value.state, house.revision.approvals.count()) == (LinkState.ANSWERED, 1)


def test_both_sides_acceptances_agree_the_minutes(house):
    actions.answer(house.revision, house.own, Verdict.ACCEPTED, by=house.approver)
    actions.answer_by_link(made(house)[0], Verdict.RESERVED, text="But for the date.")
    house.minutes.refresh_from_db()
    assert house.minutes.state == "agreed"


@pytest.mark.parametrize("verdict", [Verdict.RESERVED, Verdict.RETURNED])
def test_a_reservation_or_return_says_why_here_too(house, verdict):
    link, key = made(house)
    with pytest.raises(Refused, match="Say what the reservation"):
        actions.answer_by_link(link, verdict, text=" ")
    assert state(key) == LinkState.UNOPENED


def test_nobody_agrees_by_link_while_an_authentic_text_is_missing(house):
    actions.take_back(house.minutes, by=house.secretary, reason="An entry")
    make.make_entry(house.meeting, "discussion", "English alone.", audience="shared")
    house.minutes.refresh_from_db()
    house.revision = actions.circulate(house.minutes, by=house.secretary)
    with pytest.raises(Refused, match="authentic text is missing"):
        actions.answer_by_link(made(house)[0], Verdict.ACCEPTED)


def close(house, link, how: LinkState) -> None:
    if how == LinkState.REVOKED:
        actions.revoke_review_link(link, by=house.secretary)
    elif how == LinkState.EXPIRED:
        ReviewLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        actions.take_back(house.minutes, by=house.secretary, reason="A word")


@pytest.mark.parametrize("how", [LinkState.REVOKED, LinkState.EXPIRED, LinkState.SUPERSEDED])
def test_a_link_that_is_closed_answers_nothing(house, how):
    link, key = made(house)
    close(house, link, how)
    with pytest.raises(Closed):
        actions.answer_by_link(link, Verdict.ACCEPTED)
    assert (state(key), house.revision.approvals.count()) == (how, 0)


def test_a_link_stays_closed_when_the_text_is_circulated_anew(house):
    link, key = made(house)
    close(house, link, LinkState.SUPERSEDED)
    house.minutes.refresh_from_db()
    actions.circulate(house.minutes, by=house.secretary)
    assert (state(key), Revision.objects.count()) == (LinkState.SUPERSEDED, 2)


def test_revoking_twice_is_revoking_once(house):
    link, _key = made(house)
    first, second = (actions.revoke_review_link(link, by=house.secretary).revoked_at for _ in range(2))
    assert (first == second, [verb for verb, *_ in verbs()]) == (True, ["created", "revoked"])


def test_an_answer_is_not_revoked_with_its_link(house):
    link, key = made(house)
    actions.answer_by_link(link, Verdict.ACCEPTED)
    with pytest.raises(Refused, match="the answer stands"):
        actions.revoke_review_link(link, by=house.secretary)
    assert state(key) == LinkState.ANSWERED

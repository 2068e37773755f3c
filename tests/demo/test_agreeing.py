"""How the demonstration's minutes stand: the real ones plainly sealed, all else on meetings that were never held."""

from __future__ import annotations

import pytest
from django.test import Client

from directory.models import User
from meetings.models import Approval, Meeting, ReviewLink, Revision, SealedCopy, Verdict
from meetings.revisions import content_of, digest_of
from meetings.standing import Step, waits_for
from meetings.verification import verify_file
from records.audit import broken_links
from secretariat import desk
from tests.demo.conftest import TODAY

pytestmark = pytest.mark.usefixtures("demo")

SEALED = ["JR-2019-12-18-S15", "JR-2020-12-21-CC", "JR-IR-2021-11-22-SC", "JR-2022-01-29-WL"]


def example(word: str) -> Meeting:
    return Meeting.objects.get(title_en__contains=f"(example: {word}")


def said(revision: Revision) -> list[tuple[str, str]]:
    return [(approval.side.code, approval.verdict) for approval in revision.approvals.all()]


def test_four_real_meetings_are_sealed_and_closed() -> None:
    sealed = Meeting.objects.filter(minutes__state="sealed", unverified=False).order_by("date")
    assert [(meeting.reference, meeting.state) for meeting in sealed] == [(each, "closed") for each in SEALED]
    for meeting in sealed:
        [revision] = meeting.minutes.revisions.all()
        assert said(revision) == [("JP", "accepted"), ("RU", "accepted")]
        assert {copy.edition for copy in revision.copies.all()} == {"internal", "shared", "public"}


def test_of_no_real_meeting_it_is_claimed_that_a_government_returned_or_reserved_or_corrected() -> None:
    real = Revision.objects.filter(minutes__meeting__unverified=False)
    assert not Approval.objects.filter(revision__in=real).exclude(verdict=Verdict.ACCEPTED).exists()
    assert not real.filter(corrects__isnull=False).exists()
    assert not ReviewLink.objects.filter(revision__in=real).exists()


def test_every_answer_was_given_by_the_demonstration_s_own_people() -> None:
    names = {each.given_by.username if each.given_by else each.spoken_by for each in Approval.objects.all()}
    assert names == {"approver", "delegate", "secretary", "Example delegate (invented)"}


def test_one_example_waits_for_the_other_side() -> None:
    waits = waits_for(example("waits").minutes)
    assert (waits.step, [side.code for side in waits.sides]) == (Step.ACCEPT, ["RU"])


def test_one_example_was_returned_by_a_link_amended_and_waits_for_us() -> None:
    meeting = example("returned")
    first, second = meeting.minutes.revisions.order_by("number")
    assert (said(first), said(second)) == ([("JP", "accepted"), ("RU", "returned")], [("RU", "accepted")])
    returned = first.approvals.get(verdict="returned")
    assert (returned.link.delegate, returned.comments.count()) == ("Example delegate (invented)", 1)
    assert [side.code for side in waits_for(meeting.minutes).sides] == ["JP"]


def test_one_example_was_corrected_after_it_was_sealed() -> None:
    first, second = example("corrigendum").minutes.revisions.order_by("number")
    assert (second.corrects, first.copies.count(), second.copies.count()) == (first, 3, 3)
    assert first.approvals.get(side__code="RU").document.title == "Note verbale (example)"


def test_what_is_sealed_can_be_verified() -> None:
    for copy in SealedCopy.objects.all():
        with copy.file.open("rb") as file:
            assert verify_file(file.read()).is_unaltered
    assert all(digest_of(content_of(revision)) == revision.digest for revision in Revision.objects.all())
    assert list(broken_links()) == []


@pytest.mark.parametrize(
    ("username", "groups"),
    [
        ("secretary", {"us": 1, "them": 1, "draft": 1}),
        ("approver", {"us": 1, "them": 1, "draft": 1}),
        ("delegate", {"us": 1, "them": 1}),
    ],
)
def test_the_desk_says_whose_turn_it_is_to_each(username: str, groups: dict[str, int]) -> None:
    waiting = desk.waiting(User.objects.get(username=username), on=TODAY)
    assert {group.turn: len(group.items) for group in waiting} == groups


def test_the_other_side_s_approver_can_answer() -> None:
    client, meeting = Client(), example("waits")
    client.force_login(User.objects.get(username="delegate"))
    page = client.get(f"{meeting.get_absolute_url()}revisions/1/")
    assert [side.code for side in page.context["form"].fields["side"].queryset] == ["RU"]

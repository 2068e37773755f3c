"""Circulating, answering, comparing, sealing and verifying in the browser's terms, for people of different rights."""

from io import BytesIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from meetings.models import Approval, Entry, Revision
from meetings.revisions import canonical, content_of, in_edition
from records.access import Edition, Role
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files_elsewhere(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def house(client_for) -> SimpleNamespace:
    committee = make.make_committee()
    meeting = make.make_meeting(committee, state="held")
    make.make_attendance(meeting)
    texts = {"text_ja": "双方は一致した。", "text_ru": "Стороны договорились."}
    make.make_entry(meeting, "agreement", "They agreed.", audience="public", **texts)
    make.make_entry(meeting, "information", "A telling secret.", audience="internal")
    other = make.make_committee("XX")
    return SimpleNamespace(
        committee=committee,
        meeting=meeting,
        secretary=client_for(make.make_user("secretary", Role.SECRETARY, committee)),
        approver=client_for(make.make_user("approver", Role.APPROVER, committee)),
        delegate=client_for(make.make_user("delegate", Role.APPROVER, committee, side=committee.other_side)),
        reader=client_for(make.make_user("reader", Role.READER, committee)),
        outsider=client_for(make.make_user("outsider", Role.SECRETARY, other)),
    )


def address(house, name, *args) -> str:
    return reverse(f"meetings:{name}", args=[house.meeting.reference, *args])


def move(house, target, reason="") -> int:
    return house.secretary.post(address(house, "minutes-move"), {"target": target, "reason": reason}).status_code


def accept(house, client, side, verdict="accepted", **more):
    data = {"side": side.pk, "verdict": verdict, **more}
    return client.post(address(house, "revision-answer", Revision.objects.latest("number").number), data)


def sealed(house) -> Revision:
    move(house, "circulated")
    accept(house, house.approver, house.committee.own_side)
    accept(house, house.delegate, house.committee.other_side)
    assert move(house, "sealed") == 302
    return Revision.objects.get()


def test_minutes_go_from_the_desk_to_the_seal(house):
    revision = sealed(house)
    house.meeting.minutes.refresh_from_db()
    assert (house.meeting.minutes.state, revision.copies.count()) == ("sealed", 3)
    page = house.reader.get(address(house, "revision-detail", 1)).content.decode()
    assert (revision.digest in page, "Sealed papers" in page) == (True, True)


def test_the_meeting_s_page_says_whose_turn_it_is(house):
    move(house, "circulated")
    accept(house, house.approver, house.committee.own_side)
    page = house.reader.get(house.meeting.get_absolute_url())
    assert [side.code for side in page.context["revisions"][0]["waits"].sides] == ["RU"]
    assert "waits for Russia" in page.content.decode()


def test_the_other_side_reads_a_revision_without_the_internal_passages(house):
    move(house, "circulated")
    response = house.delegate.get(address(house, "revision-detail", 1))
    assert [entry.texts[0][1] for entry in response.context["entries"]] == ["They agreed."]
    assert "telling secret" not in response.content.decode()


def test_a_comment_stands_beside_its_entry(house):
    move(house, "circulated")
    key = str(Entry.objects.get(audience="public").key)
    accept(
        house, house.delegate, house.committee.other_side, "returned", text="See below.", **{f"comment-{key}": "No."}
    )
    page = house.secretary.get(address(house, "revision-detail", 1)).content.decode()
    assert ("On entry 1:" in page, "See below." in page) == (True, True)


def test_a_return_without_words_is_refused_beside_the_field(house):
    move(house, "circulated")
    response = accept(house, house.delegate, house.committee.other_side, "returned")
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["text"])
    assert not Approval.objects.exists()


def test_a_secretary_needs_the_letter_of_the_other_side(house):
    move(house, "circulated")
    response = accept(house, house.secretary, house.committee.other_side)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["document"])


def test_differences_are_shown_in_the_edition_of_the_reader(house):
    move(house, "circulated")
    move(house, "draft", "A word")
    Entry.objects.filter(audience="internal").update(text_en="Another secret.")
    Entry.objects.filter(audience="public").update(text_en="They both agreed.")
    move(house, "circulated")
    ours, theirs = (client.get(address(house, "revision-compare")) for client in (house.reader, house.delegate))
    assert [change.kind for change in ours.context["changes"]] == ["changed", "changed"]
    assert [change.kind for change in theirs.context["changes"]] == ["changed"]
    assert "<ins>both </ins>" in theirs.content.decode()
    assert "Another secret" not in theirs.content.decode()


@pytest.mark.parametrize("query", ["old=1&new=99", "old=x&new=1", "old=%00"])
def test_a_revision_that_is_not_there_is_named(house, query):
    for _ in range(2):
        move(house, "circulated")
        move(house, "draft", "again")
    assert house.reader.get(f"{address(house, 'revision-compare')}?{query}").status_code == 422


def test_a_move_without_reason_keeps_the_minutes_where_they_are(house):
    move(house, "circulated")
    assert move(house, "draft", "") == 422
    assert move(house, "agreed") == 302  # there is no such button
    house.meeting.minutes.refresh_from_db()
    assert house.meeting.minutes.state == "circulated"


def test_readers_and_outsiders_are_refused(house):
    move(house, "circulated")
    assert house.reader.post(address(house, "minutes-move"), {"target": "draft"}).status_code == 403
    assert accept(house, house.reader, house.committee.own_side).status_code == 403
    for name, *args in (("minutes-move",), ("revision-detail", 1), ("revision-compare",)):
        assert house.outsider.get(address(house, name, *args)).status_code == 404
    assert accept(house, house.outsider, house.committee.own_side).status_code == 404


def test_a_sealed_copy_is_handed_out_as_it_was_sealed(house):
    revision = sealed(house)
    copy = revision.copies.get(edition="shared")
    response = house.delegate.get(address(house, "sealed-copy", 1, copy.pk))
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/pdf")
    internal = revision.copies.get(edition="internal")
    assert house.delegate.get(address(house, "sealed-copy", 1, internal.pk)).status_code == 404
    assert house.outsider.get(address(house, "sealed-copy", 1, copy.pk)).status_code == 404


def verify(client, data: bytes):
    file = BytesIO(data)
    file.name = "minutes.pdf"
    return client.post(reverse("meetings:minutes-verify"), {"file": file})


def test_the_verify_page_tells_an_unaltered_paper_from_another(house):
    copy = sealed(house).copies.get(edition="public")
    pdf = house.reader.get(address(house, "sealed-copy", 1, copy.pk)).content
    assert "It is revision 1 of the minutes of JR-2020-12-21-CC" in verify(house.reader, pdf).content.decode()
    assert "Not verified." in verify(house.reader, pdf[:-1] + b" ").content.decode()
    assert "JR-2020-12-21-CC" not in verify(house.outsider, pdf).content.decode()


def test_the_verify_page_wants_a_file(house):
    assert house.reader.post(reverse("meetings:minutes-verify"), {}).status_code == 422


def test_the_command_says_the_same(house, tmp_path, capsys):
    revision = sealed(house)
    text = canonical(in_edition(content_of(revision), Edition.SHARED))
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(text)
    bad.write_text(text.replace("They agreed", "They refused"))
    call_command("verify_minutes", good)
    assert "Unaltered: revision 1" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Not verified"):
        call_command("verify_minutes", bad)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_minutes", tmp_path / "none")


@pytest.mark.parametrize("text", ["a\x00b", "back\u202ewards", "\u200b"])
def test_a_comment_that_cannot_be_meant_is_refused_and_the_others_stay(house, text):
    move(house, "circulated")
    key = Entry.objects.get(audience="public").key
    response = accept(house, house.delegate, house.committee.other_side, "accepted", **{f"comment-{key}": text})
    assert (response.status_code, Approval.objects.count()) == (422, 0)


def test_a_refused_answer_keeps_the_comments(house):
    move(house, "circulated")
    key = Entry.objects.get(audience="public").key
    response = accept(
        house, house.delegate, house.committee.other_side, "returned", **{f"comment-{key}": "Typed long."}
    )
    assert (response.status_code, "Typed long." in response.content.decode()) == (422, True)


@pytest.mark.parametrize(("verdict", "place"), [("", "id_verdict"), ("returned", "id_text")])
def test_above_the_text_stands_what_is_wrong_with_an_answer_below_it(house, verdict, place):
    move(house, "circulated")
    page = accept(house, house.delegate, house.committee.other_side, verdict).content.decode()
    assert page.index(f'<a href="#{place}">') < page.index('id="text"')
    assert page.count(f'id="{place}"') == page.count(f'id="{place}_error"') == 1


@pytest.mark.parametrize("claim", ['{"number": Infinity}', '{"number": 1, "meeting": {"reference": "\\ud800"}}'])
def test_a_hostile_paper_is_answered(house, claim):
    text = claim.replace("{", '{"schema": "secretariat.minutes/1", "parts": {}, ', 1)
    assert "Not verified." in verify(house.reader, text.encode()).content.decode()

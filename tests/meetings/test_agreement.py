"""How two sides come to one text: revisions, answers, sealing, corrigenda. Every refusal of the life cycle."""

import hashlib
import json
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from meetings import actions
from meetings.exports.sealing import print_copies
from meetings.models import AgendaItem, Document, Entry, Revision, SealedCopy, Verdict
from meetings.revisions import canonical, content_of, digest_of, entries_of, freeze, in_edition, verify
from meetings.verification import verify_file
from records.access import Edition, Role
from records.actions import create
from records.workflow import Refused
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files_elsewhere(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def house() -> SimpleNamespace:
    committee = make.make_committee()
    meeting = make.make_meeting(committee, state="held")
    make.make_attendance(meeting)
    texts = {"text_ja": "双方は継続することで一致した。", "text_ru": "Стороны договорились продолжать."}
    make.make_entry(meeting, "discussion", "For everybody.", audience="public", **texts)
    make.make_entry(meeting, "information", "A telling secret.", audience="internal")
    make.make_entry(meeting, "agreement", "For both sides.", audience="shared", **texts)
    return SimpleNamespace(
        committee=committee,
        meeting=meeting,
        minutes=meeting.minutes,
        own=committee.own_side,
        other=committee.other_side,
        secretary=make.make_user("secretary", Role.SECRETARY, committee),
        approver=make.make_user("approver", Role.APPROVER, committee),
        delegate=make.make_user("delegate", Role.APPROVER, committee, side=committee.other_side),
    )


def letter(house) -> Document:
    document = Document(
        meeting=house.meeting,
        kind="note_verbale",
        title="Note verbale No. 5",
        file=ContentFile(b"%PDF-1.7", name="x"),
        name="note.pdf",
        media_type="application/pdf",
        size=8,
        digest="0" * 64,
    )
    return create(document, by=house.secretary)


def circulate(house) -> Revision:
    return actions.circulate(house.minutes, by=house.secretary)


def agree(house) -> Revision:
    revision = circulate(house)
    actions.answer(revision, house.own, Verdict.ACCEPTED, by=house.approver)
    actions.answer(revision, house.other, Verdict.ACCEPTED, by=house.delegate)
    return revision


def seal(house) -> Revision:
    revision = agree(house)
    actions.seal(house.minutes, by=house.secretary, print_copies=print_copies)
    return revision


def paper(revision, edition: str) -> bytes:
    with revision.copies.get(edition=edition).file.open("rb") as file:
        return file.read()


def state(house) -> str:
    house.minutes.refresh_from_db()
    return house.minutes.state


def test_circulating_freezes_a_numbered_and_hashed_revision(house):
    revision = circulate(house)
    assert (revision.number, revision.made_by, state(house)) == (1, house.secretary, "circulated")
    assert revision.content == canonical(content_of(revision))
    assert revision.digest == digest_of(content_of(revision))


def test_every_edition_proves_the_same_hash_and_hides_the_rest(house):
    content = content_of(circulate(house))
    digests = {digest_of(in_edition(content, edition)) for edition in Edition}
    shared = canonical(in_edition(content, Edition.SHARED))
    public = canonical(in_edition(content, Edition.PUBLIC))
    assert digests == {digest_of(content)}
    assert ("telling secret" in shared, "For both sides" in shared, "For both sides" in public) == (False, True, False)


def test_an_edition_without_left_out_passages_looks_like_one_with(house):
    content = content_of(circulate(house))
    bare = make.make_meeting(house.committee, date=house.meeting.date.replace(day=22), state="held")
    make.make_entry(bare, "discussion", "For everybody.", audience="public")
    other = content_of(actions.circulate(bare.minutes, by=house.secretary))
    for text in (content, other):
        part = in_edition(text, Edition.PUBLIC)["parts"]["internal"]
        assert (type(part), len(part)) == (str, 64)


def test_the_numbers_of_an_edition_have_no_gap(house):
    content = content_of(circulate(house))
    assert [entry["text"]["en"] for entry in entries_of(content, Edition.SHARED)] == [
        "For everybody.",
        "For both sides.",
    ]


def test_a_revision_cannot_be_changed_or_deleted(house):
    revision = circulate(house)
    for act in (
        lambda: Revision.objects.update(content="{}"),
        lambda: Revision.objects.filter(pk=revision.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_nothing_printed_is_edited_while_minutes_are_circulated(house):
    circulate(house)
    entry = Entry.objects.first()
    with pytest.raises(Refused, match="only while they are a draft"):
        actions.change_entry(entry, by=house.secretary, expected=entry.version)
    with pytest.raises(Refused, match="Take the minutes back"):
        actions.add_agenda_item(AgendaItem(meeting=house.meeting, title_en="More"), by=house.secretary)


def test_both_sides_accept_and_the_minutes_are_agreed(house):
    revision = circulate(house)
    actions.answer(revision, house.own, Verdict.ACCEPTED, by=house.approver)
    assert state(house) == "circulated"
    actions.answer(revision, house.other, Verdict.RESERVED, by=house.delegate, text="Except the date.")
    assert state(house) == "agreed"


def test_a_commitment_is_agreed_with_the_revision_that_mentions_it(house):
    commitment = make.make_commitment(house.committee)
    make.make_mention(Entry.objects.get(kind="agreement"), commitment)
    revision = circulate(house)
    actions.answer(revision, house.own, Verdict.ACCEPTED, by=house.approver)
    commitment.refresh_from_db()
    assert commitment.state == "proposed"
    actions.answer(revision, house.other, Verdict.ACCEPTED, by=house.delegate)
    commitment.refresh_from_db()
    assert commitment.state == "agreed"


def test_a_returned_revision_is_not_agreed(house):
    revision = circulate(house)
    actions.answer(revision, house.own, Verdict.ACCEPTED, by=house.approver)
    key = entries_of(content_of(revision), Edition.SHARED)[0]["key"]
    said = actions.answer(
        revision, house.other, Verdict.RETURNED, by=house.delegate, text="See entry 1.", comments={key: "Not so."}
    )
    assert (state(house), [c.text for c in said.comments.all()]) == ("circulated", ["Not so."])


def test_a_changed_text_has_no_approvals(house):
    revision = circulate(house)
    actions.answer(revision, house.own, Verdict.ACCEPTED, by=house.approver)
    actions.take_back(house.minutes, by=house.secretary, reason="A word was wrong")
    again = circulate(house)
    assert (again.number, again.approvals.count(), revision.approvals.count()) == (2, 0, 1)
    with pytest.raises(Refused, match="no longer the one"):
        actions.answer(revision, house.other, Verdict.ACCEPTED, by=house.delegate)
    actions.answer(again, house.other, Verdict.ACCEPTED, by=house.delegate)
    assert state(house) == "circulated"


def test_an_approver_answers_for_their_own_side_only(house):
    revision = circulate(house)
    with pytest.raises(PermissionDenied):
        actions.answer(revision, house.other, Verdict.ACCEPTED, by=house.approver)
    with pytest.raises(PermissionDenied):
        actions.answer(revision, house.own, Verdict.ACCEPTED, by=house.delegate)


def test_a_secretary_does_not_answer_for_the_own_side(house):
    with pytest.raises(Refused, match="Only an approver of the own side"):
        actions.answer(circulate(house), house.own, Verdict.ACCEPTED, by=house.secretary)


def test_a_secretary_records_the_other_side_s_answer_with_its_letter(house):
    revision = circulate(house)
    with pytest.raises(Refused, match="Attach the note verbale") as refused:
        actions.answer(revision, house.other, Verdict.ACCEPTED, by=house.secretary)
    assert refused.value.field == "document"
    said = actions.answer(
        revision, house.other, Verdict.ACCEPTED, by=house.secretary, document=letter(house), spoken_by="The embassy"
    )
    assert (said.spoken_by, said.document.title) == ("The embassy", "Note verbale No. 5")


def test_a_side_accepts_once(house):
    revision = circulate(house)
    actions.answer(revision, house.own, Verdict.ACCEPTED, by=house.approver)
    with pytest.raises(Refused, match="has accepted this revision already"):
        actions.answer(revision, house.own, Verdict.ACCEPTED, by=house.approver)


@pytest.mark.parametrize("verdict", [Verdict.RESERVED, Verdict.RETURNED])
def test_a_reservation_or_return_says_why(house, verdict):
    with pytest.raises(Refused, match="Say what the reservation"):
        actions.answer(circulate(house), house.own, verdict, by=house.approver, text=" ")


def test_nobody_agrees_while_an_authentic_text_is_missing(house):
    make.make_entry(house.meeting, "discussion", "English alone.", audience="shared")
    with pytest.raises(Refused, match="authentic text is missing"):
        actions.answer(circulate(house), house.own, Verdict.ACCEPTED, by=house.approver)


@pytest.mark.parametrize("target", ["draft", "circulated", "agreed", "sealed"])
@pytest.mark.parametrize("source", ["draft", "circulated", "agreed", "sealed"])
def test_all_other_moves_are_refused(house, source, target):
    doors = {
        ("draft", "circulated"): lambda: actions.circulate(house.minutes, by=house.secretary),
        ("circulated", "draft"): lambda: actions.take_back(house.minutes, by=house.secretary, reason="because"),
        ("agreed", "sealed"): lambda: actions.seal(house.minutes, by=house.secretary, print_copies=lambda _r: []),
        ("sealed", "draft"): lambda: actions.open_corrigendum(house.minutes, by=house.secretary, reason="because"),
    }
    frozen = freeze(house.minutes, number=1)
    make.make_revision(house.minutes, content=canonical(frozen), digest=digest_of(frozen))
    house.minutes.state = source
    house.minutes.save()
    for (before, after), door in doors.items():
        if after == target and before != source:
            with pytest.raises(Refused):
                door()
    if (source, target) in doors:
        doors[source, target]()
        assert state(house) == target


@pytest.mark.parametrize("act", [actions.take_back, actions.open_corrigendum])
def test_going_back_to_the_desk_needs_a_reason(house, act):
    house.minutes.state = "circulated" if act is actions.take_back else "sealed"
    house.minutes.save()
    with pytest.raises(Refused, match="give a reason"):
        act(house.minutes, by=house.secretary, reason=" ")


@pytest.mark.parametrize("meeting_state", ["draft", "scheduled", "closed", "cancelled"])
def test_minutes_are_circulated_after_the_meeting_was_held(house, meeting_state):
    house.meeting.state = meeting_state
    house.meeting.save()
    with pytest.raises(Refused, match="after the meeting was held"):
        circulate(house)


def test_minutes_with_nothing_to_share_are_not_circulated(house):
    Entry.objects.exclude(audience="internal").delete()
    with pytest.raises(Refused, match="no entry for the other side"):
        circulate(house)


@pytest.mark.parametrize("role", [Role.READER, Role.APPROVER])
def test_only_a_secretary_circulates_and_seals(house, role):
    person = make.make_user(f"a-{role}", role, house.committee)
    with pytest.raises(PermissionDenied):
        actions.circulate(house.minutes, by=person)
    with pytest.raises(PermissionDenied):
        actions.seal(house.minutes, by=person, print_copies=print_copies)


def test_sealing_prints_each_edition_with_the_hash_and_the_machine_readable_text(house):
    from io import BytesIO

    from pypdf import PdfReader

    revision = seal(house)
    copies = {copy.edition: copy for copy in revision.copies.all()}
    assert (set(copies), state(house)) == ({"internal", "shared", "public"}, "sealed")
    pdf = paper(revision, "shared")
    reader = PdfReader(BytesIO(pdf))
    attached = json.loads(reader.attachments[f"{house.meeting.reference}.json"][0])
    assert hashlib.sha256(pdf).hexdigest() == copies["shared"].digest
    assert attached == in_edition(content_of(revision), Edition.SHARED)
    assert revision.digest in reader.pages[0].extract_text().replace("\n", "").replace(" ", "")
    assert b"telling secret" not in pdf


def test_a_sealed_paper_is_verified_and_one_changed_byte_is_found(house):
    revision = seal(house)
    pdf = paper(revision, "shared")
    assert (verify_file(pdf).is_unaltered, verify_file(pdf).revision) == (True, revision)
    place = pdf.index(b"endobj")
    altered = verify_file(pdf[:place] + b"E" + pdf[place + 1 :])
    assert (altered.is_unaltered, altered.revision) == (False, revision)


def test_a_machine_readable_text_is_verified_to_the_letter(house):
    revision = seal(house)
    edition = in_edition(content_of(revision), Edition.PUBLIC)
    assert verify(edition).revision == revision
    edition["parts"]["public"]["entries"][0]["text"]["en"] = "For nobody."
    assert verify(edition).revision is None
    assert not verify_file(canonical(edition).encode()).is_unaltered


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"%PDF-1.7 nonsense", b"[]", b"{}", b'{"schema": 1}', b"\xff\xfe", b"[" * 9000]
)
def test_whatever_is_given_to_be_verified_gets_an_answer(house, data):
    assert not verify_file(data).is_unaltered


def test_a_corrigendum_keeps_both_versions_and_says_so(house):
    first = seal(house)
    actions.open_corrigendum(house.minutes, by=house.secretary, reason="A name was misspelt")
    entry = Entry.objects.filter(audience="public").get()
    entry.text_en = "For everybody, corrected."
    actions.change_entry(entry, by=house.secretary, expected=entry.version)
    house.minutes.refresh_from_db()
    second = seal(house)
    assert (second.number, second.corrects) == (2, first)
    found = verify_file(paper(first, "public"))
    assert (found.is_unaltered, found.superseded_by) == (True, second)
    assert SealedCopy.objects.count() == 6


def test_a_commitment_held_more_closely_than_the_meeting_is_not_named(house):
    secret = make.make_commitment(house.committee, reference="JR-C-SECRET", classification=2)
    make.make_mention(Entry.objects.get(audience="internal"), secret)
    assert "JR-C-SECRET" not in circulate(house).content


def test_what_is_sealed_is_what_was_agreed(house):
    agree(house)
    type(house.committee).objects.filter(pk=house.committee.pk).update(name_en="Another name")
    house.minutes.refresh_from_db()
    with pytest.raises(Refused, match="changed after both sides had agreed"):
        actions.seal(house.minutes, by=house.secretary, print_copies=print_copies)
    assert (state(house), SealedCopy.objects.count()) == ("agreed", 0)


def test_a_third_authentic_language_is_sealed_as_well(house):
    house.minutes.standing_en = "authentic"
    house.minutes.save()
    assert {copy.languages for copy in seal(house).copies.all()} == {"en+ja", "ru"}


def test_what_only_the_own_side_reads_is_agreed_by_nobody(house):
    commitment = make.make_commitment(house.committee)
    make.make_mention(Entry.objects.get(audience="internal"), commitment)
    agree(house)
    commitment.refresh_from_db()
    assert commitment.state == "proposed"


def test_an_answer_sent_twice_is_recorded_once(house):
    revision = circulate(house)
    actions.answer(revision, house.own, Verdict.RETURNED, by=house.approver, text="Mend entry 1.")
    with pytest.raises(Refused, match="recorded already"):
        actions.answer(revision, house.own, Verdict.RETURNED, by=house.approver, text="Mend entry 1.")


def test_a_corrigendum_carries_the_reason_for_which_it_was_opened(house):
    seal(house)
    actions.open_corrigendum(house.minutes, by=house.secretary, reason="A name was misspelt")
    house.minutes.refresh_from_db()
    assert circulate(house).reason == "A name was misspelt"

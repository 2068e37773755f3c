"""What changed between two revisions, on paper: marked without colour, and nothing about what an edition leaves out."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.test import Client
from django.urls import reverse

from meetings.actions.agreeing import circulate, take_back
from meetings.exports.differences import differences_data, differences_document
from meetings.exports.editions import OPERATOR
from meetings.models import Attendance, Entry, Meeting, Minutes, Revision
from meetings.reading import passages_compared
from meetings.revisions import canonical, freeze
from records.access import Edition, Role
from records.exports.typst import Document
from records.models import AuditEvent
from tests.exports.reading import everything_in, printed
from tests.exports.scene import SECRETS, make_scene
from tests.factories import make_committee, make_entry, make_meeting, make_revision, make_side, make_user
from tests.rig import verapdf

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]
REFERENCE = "JR-2020-12-21-CC"


def circulated(minutes: Minutes) -> Revision:
    """The next revision of the minutes as they are now; they are a draft again."""
    revision = circulate(Minutes.objects.get(pk=minutes.pk), by=None)
    take_back(Minutes.objects.get(pk=minutes.pk), by=None, reason="A word.")
    return revision


def two_revisions(change: Callable[[Any], None]) -> tuple[Revision, Revision]:
    """Before and after ``change``, which is given the scene."""
    scene = make_scene(state="held")
    old = circulated(scene.minutes)
    change(scene)
    return old, circulated(scene.minutes)


def data_of(old: Revision, new: Revision, edition: Edition = Edition.INTERNAL, *languages: str) -> Any:
    return differences_data(old, new, edition=edition, languages=languages or ("en",), user=OPERATOR)


def paper_of(old: Revision, new: Revision, edition: Edition = Edition.INTERNAL, *languages: str) -> Document:
    return differences_document(old, new, edition=edition, languages=languages or ("en",), user=OPERATOR)


def edit(scene: Any) -> None:
    """A word in the shared entry, a secret in an internal one, one entry less and the public one first."""
    Entry.objects.filter(pk=scene.shared.pk).update(text_en="Stated that long consultations went on.")
    Entry.objects.filter(pk=scene.internal[0].pk).update(text_en="Zeppelin, twice.")
    Entry.objects.filter(pk=scene.internal[2].pk).delete()
    Entry.objects.exclude(pk=scene.public.pk).update(position=F("position") + 10)
    Entry.objects.filter(pk=scene.public.pk).update(position=0)


def marks(entry: Any, language: str = "en") -> str:
    """[-removed-] and {+added+}"""
    forms = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(forms[piece["kind"]].format(piece["text"]) for piece in entry["text"][language])


# -- what it says ----------------------------------------------------------------------------------------------------


def test_each_entry_says_what_became_of_it() -> None:
    data = data_of(*two_revisions(edit))
    assert [(entry["number"], entry["status"]["en"]) for entry in data["entries"]] == [
        ("1", "Moved from 4 to 1"),
        ("2", "Changed, was 1"),
        ("3", "Changed, was 2"),
        ("", "4: unchanged, was 3"),
        ("–", "Removed, was 5"),
    ]
    assert data["counts"]["en"] == "changed: 2 · removed: 1 · moved: 1 · unchanged: 1"


def test_inside_an_entry_only_the_words_that_changed_are_marked() -> None:
    [entry] = [each for each in data_of(*two_revisions(edit))["entries"] if each["number"] == "3"]
    assert marks(entry) == "Stated that {+long +}consultations went on."


def test_the_head_names_both_revisions_with_their_hashes_and_the_edition() -> None:
    old, new = two_revisions(edit)
    text = printed(paper_of(old, new, Edition.SHARED).pdf)
    for expected in ("From revision 1 to revision 2", "Shared edition", old.digest, new.digest, REFERENCE, "English"):
        assert expected in text


def test_marks_are_in_the_words_themselves_and_not_only_in_their_colour() -> None:
    text = printed(paper_of(*two_revisions(edit)).pdf)
    assert "Stated that [+long ]consultations went on." in text
    assert "[−removed] [+added]" in text


def test_what_changed_in_a_language_left_out_is_no_change_on_this_paper() -> None:
    old, new = two_revisions(lambda scene: Entry.objects.filter(pk=scene.shared.pk).update(text_ru="Иначе."))
    assert data_of(old, new, Edition.INTERNAL, "en")["counts"]["en"] == "unchanged: 5"
    both = data_of(old, new, Edition.INTERNAL, "en", "ru")
    assert both["counts"]["en"] == "changed: 1 · unchanged: 4"
    assert [entry["status"]["en"] for entry in both["entries"]] == ["1: unchanged", "Changed", "3–5: unchanged"]


def test_what_changed_beside_the_entries_is_said_too() -> None:
    def change(scene: Any) -> None:
        Meeting.objects.filter(pk=scene.meeting.pk).update(place_en="Kyoto")
        Attendance.objects.filter(name_en__startswith="Motegi").update(office_title_en="Prime Minister")

    data = data_of(*two_revisions(change))
    assert [fact["label"]["en"] for fact in data["facts"]] == ["Place", "Attendance"]
    assert data["facts"][0]["pieces"]["en"] == [{"kind": "added", "text": "Kyoto"}]


def test_another_speaker_kind_or_audience_is_marked_in_the_entry_s_head() -> None:
    def change(scene: Any) -> None:
        Entry.objects.filter(pk=scene.shared.pk).update(audience="public", kind="information")
        Entry.objects.get(pk=scene.shared.pk).speakers.clear()

    [entry] = [each for each in data_of(*two_revisions(change))["entries"] if each["text"]]
    said = [[piece["kind"] for piece in line] for line in entry["head"]["en"]]
    assert said == [["removed", "added"], ["removed", "added"], ["removed"]]


def test_two_equal_revisions_have_no_differences() -> None:
    old, new = two_revisions(lambda scene: None)
    data = data_of(old, new, Edition.INTERNAL, "en", "ja", "ru")
    assert (data["facts"], [entry["status"]["en"] for entry in data["entries"]]) == ([], ["1–5: unchanged"])


def test_removed_and_added_line_breaks_are_seen() -> None:
    old, new = two_revisions(
        lambda scene: Entry.objects.filter(pk=scene.shared.pk).update(
            text_en="Stated that\nconsultations continued.\n\nAnd more."
        )
    )
    assert "¶" in printed(paper_of(old, new).pdf)


# -- what an edition leaves out --------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", [Edition.SHARED, Edition.PUBLIC])
@pytest.mark.parametrize("languages", [("en",), ("en", "ja", "ru")])
def test_nothing_internal_is_anywhere_in_the_file(edition: Edition, languages: tuple[str, ...]) -> None:
    revisions = two_revisions(edit)
    whole = everything_in(paper_of(*revisions, Edition.INTERNAL, *languages).pdf)
    assert any(secret in whole for secret in SECRETS)
    content = everything_in(paper_of(*revisions, edition, *languages).pdf)
    assert [secret for secret in SECRETS if secret in content] == []


def test_numbers_and_counts_are_those_of_the_edition() -> None:
    data = data_of(*two_revisions(edit), Edition.SHARED)
    assert data["counts"]["en"] == "changed: 1 · moved: 1"
    assert [entry["status"]["en"] for entry in data["entries"]] == ["Moved from 2 to 1", "Changed, was 1"]


def test_an_internal_passage_that_is_now_shared_is_an_addition() -> None:
    old, new = two_revisions(lambda scene: Entry.objects.filter(pk=scene.internal[0].pk).update(audience="shared"))
    assert [entry["status"]["en"] for entry in data_of(old, new, Edition.SHARED)["entries"]] == [
        "Added",
        "2–3: unchanged, was 1–2",
    ]


def test_the_other_side_is_refused_the_internal_edition() -> None:
    old, new = two_revisions(edit)
    guest = make_user(role=Role.READER, side=make_side("RU"))
    with pytest.raises(PermissionDenied):
        differences_document(old, new, edition=Edition.INTERNAL, languages=("en",), user=guest)


# -- the file --------------------------------------------------------------------------------------------------------


def test_the_same_revisions_give_the_same_bytes() -> None:
    old, new = two_revisions(edit)
    first = paper_of(old, new, Edition.SHARED, "ja", "ru")
    assert (
        paper_of(Revision.objects.get(pk=old.pk), Revision.objects.get(pk=new.pk), Edition.SHARED, "ja", "ru") == first
    )


def test_markup_is_only_text() -> None:
    hostile = "#panic() *bold* $x$ <label> @ref `raw` [−not removed] \\ </script>"
    old, new = two_revisions(lambda scene: Entry.objects.filter(pk=scene.shared.pk).update(text_en=hostile))
    text = printed(paper_of(old, new).pdf)
    assert "#panic() *bold* $x$ <label> @ref `raw` [−not removed] \\ </script>" in text


def test_japanese_and_russian_come_back_from_the_page() -> None:
    def change(scene: Any) -> None:
        Entry.objects.filter(pk=scene.shared.pk).update(
            text_ja="協議がオンラインで続いたと述べた。", text_ru="Заявили, что консультации шли и продолжались."
        )

    text = printed(paper_of(*two_revisions(change), Edition.SHARED, "ja", "ru").pdf)
    assert "[+オンラインで]" in text
    assert "[+шли и ]" in text


@pytest.mark.verapdf
def test_it_is_both_pdf_ua_1_and_pdf_a_2a(tmp_path: Path) -> None:
    revisions = two_revisions(edit)
    files = []
    for edition, languages in zip(Edition, [("en",), ("en", "ja"), ("ja", "ru", "en")], strict=True):
        file = tmp_path / f"{edition}.pdf"
        file.write_bytes(paper_of(*revisions, edition, *languages).pdf)
        files.append(file)
    assert verapdf.validate(files) == []


def test_300_entries_are_compared_in_half_a_second() -> None:
    meeting = make_meeting(state="held")
    make_entry(meeting)
    content = freeze(meeting.minutes, number=1)
    [entry] = content["parts"]["shared"]["entries"]
    texts = {
        "en": "The sides discussed item {}. They noted the progress of the projects. Work goes on.",
        "ja": "双方は第{}項目について議論した。案件の進捗を確認した。作業を続ける。",
        "ru": "Стороны обсудили вопрос {}. Они отметили ход проектов. Работа продолжается.",
    }

    def of(last: str) -> Any:
        entries = [
            {**entry, "key": str(n), "place": f"{n:04}", "text": {c: t.format(n) + last for c, t in texts.items()}}
            for n in range(300)
        ]
        return {**content, "parts": {**content["parts"], "shared": {**content["parts"]["shared"], "entries": entries}}}

    old, new = of(""), of(" X.")
    began = time.process_time()
    changes = passages_compared(old, new, Edition.INTERNAL)
    assert time.process_time() - began < 0.5
    assert {change.kind for change in changes} == {"changed"}


# -- the download ----------------------------------------------------------------------------------------------------


def address(**parameters: Any) -> str:
    return reverse("meetings:revision-differences", args=[REFERENCE], query=parameters)


@pytest.fixture
def reader(client_for: ClientFor) -> Client:
    make_committee()
    return client_for(make_user("reader", Role.READER, last_name="Ono"))


@pytest.fixture
def delegate(client_for: ClientFor) -> Client:
    make_committee()
    return client_for(make_user("guest", Role.READER, side=make_side("RU")))


def test_a_download_is_named_typed_and_written_into_the_trail(reader: Client) -> None:
    two_revisions(edit)
    response = reader.get(address(old=1, new=2, language="en+ja", edition="shared"))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{REFERENCE} differences 1-2 en+ja shared.pdf"'
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.actor_name) == ("downloaded", "Ono")
    assert event.changes["format"] == [None, "pdf, differences 1-2"]


def test_without_parameters_it_is_the_last_two_revisions_in_all_languages(reader: Client) -> None:
    two_revisions(edit)
    assert reader.get(address())["Content-Disposition"].endswith('differences 1-2 en+ja+ru internal.pdf"')


def test_the_other_side_gets_the_shared_edition_and_cannot_ask_for_another(delegate: Client) -> None:
    two_revisions(edit)
    assert delegate.get(address(old=1, new=2))["Content-Disposition"].endswith('shared.pdf"')
    assert delegate.get(address(old=1, new=2, edition="internal")).status_code == 400
    assert AuditEvent.objects.filter(verb="downloaded").count() == 1


def test_another_committee_and_a_single_revision_find_nothing(client_for: ClientFor, reader: Client) -> None:
    make_revision(make_meeting().minutes, canonical(freeze(make_meeting(kind="session", ordinal=3).minutes, number=1)))
    assert reader.get(address()).status_code == 404
    stranger = client_for(make_user(role=Role.SECRETARY, committee=make_committee("XX")))
    assert stranger.get(address()).status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"old": 9}, {"old": "\x00"}, {"language": "de"}, {"language": "en+en"}, {"edition": "x"}, {"new": ""}]
)
def test_what_cannot_be_understood_is_named(reader: Client, wrong: dict[str, Any]) -> None:
    two_revisions(edit)
    response = reader.get(address(**{"old": 1, "new": 2, **wrong}))
    assert response.status_code == 400
    assert f"{next(iter(wrong))}: " in response.content.decode()


def test_the_page_offers_it_and_shows_the_same_languages_and_edition(reader: Client) -> None:
    two_revisions(edit)
    page = reverse("meetings:revision-compare", args=[REFERENCE], query={"old": 1, "new": 2, "edition": "shared"})
    response = reader.get(page)
    assert reverse("meetings:revision-differences", args=[REFERENCE]) in response.content.decode()
    assert [change.kind for change in response.context["changes"]] == ["moved", "changed"]
    only = reader.get(f"{page}&language=ja")
    assert [change.kind for change in only.context["changes"]] == ["moved", "unchanged"]

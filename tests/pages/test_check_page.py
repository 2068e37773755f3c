"""The check of the minutes as a page: who opens it, what it links to, what it offers."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from records.access import Audience, Classification, Role
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(client_for) -> SimpleNamespace:
    committee = make.make_committee()
    meeting = make.make_meeting(
        committee, state="held", minutes={"standing_ja": "none", "standing_ru": "none", "standing_en": "authentic"}
    )
    for side in committee.sides:
        make.make_attendance(meeting, make.make_person(side))
    return SimpleNamespace(
        meeting=meeting,
        check=reverse("meetings:minutes-check", args=[meeting.reference]),
        secretary=client_for(make.make_user("secretary", Role.SECRETARY, committee)),
        cleared=client_for(make.make_user("open", Role.SECRETARY, committee, clearance=Classification.OPEN)),
        reader=client_for(make.make_user("reader", Role.READER, committee)),
        outsider=client_for(make.make_user("outsider", Role.SECRETARY, make.make_committee("XX"))),
    )


def text_of(response) -> str:
    return response.content.decode()


def test_when_nothing_is_missing_it_says_so_and_offers_to_circulate(house):
    make.make_entry(house.meeting)
    page = text_of(house.secretary.get(house.check))
    assert "Nothing is missing, and nothing looks odd." in page
    assert f"/meetings/{house.meeting}/minutes/move/?target=circulated" in page


def test_what_stands_in_the_way_is_shown_first_and_nothing_is_offered(house):
    entry = make.make_entry(house.meeting, "statement", "Stated a thing.")
    entry.speakers.clear()
    make.make_agenda_item(house.meeting)
    page = text_of(house.secretary.get(house.check))
    assert page.index("1 thing stands in the way") < page.index("1 thing is worth a look")
    assert "target=circulated" not in page


def test_each_line_leads_to_an_address_that_opens(house):
    make.make_entry(house.meeting, "agreement", "Agreed as in entry 9.")
    make.make_entry(house.meeting, "statement", "Stated a thing.").speakers.clear()
    mention = make.make_mention(make.make_entry(house.meeting, "agreement", "Agreed to hold it."))
    make.make_agenda_item(house.meeting)
    found = house.secretary.get(house.check).context["found"]
    assert {finding.code for finding in found} >= {"no_commitment", "number_beyond", "no_speaker", "left_open"}
    assert f"/meetings/{house.meeting}/mentions/{mention.pk}/" in {finding.url for finding in found}
    assert {house.secretary.get(finding.url).status_code for finding in found} == {200}


def test_a_line_about_an_entry_leads_to_its_place_on_the_desk(house):
    entry = make.make_entry(house.meeting, text_en="See entry 5.")
    [finding] = house.secretary.get(house.check).context["found"]
    assert finding.url.endswith(f"/desk/?entry={entry.key}#entry-{entry.key}")
    assert f'id="entry-{entry.key}"' in text_of(house.secretary.get(finding.url))


def test_it_is_for_those_who_take_the_minutes(house):
    statuses = [client.get(house.check).status_code for client in (house.secretary, house.reader, house.outsider)]
    assert statuses == [200, 403, 404]


def test_what_is_held_more_closely_is_neither_named_nor_hinted_at(house):
    hidden = make.make_commitment(classification=Classification.CONFIDENTIAL, text_en="Hush-hush.")
    make.make_mention(make.make_entry(house.meeting, audience=Audience.SHARED), hidden, "reaffirms", words_en="gone")
    assert hidden.reference in text_of(house.secretary.get(house.check))
    page = text_of(house.cleared.get(house.check))
    assert (hidden.reference in page, "Nothing is missing" in page) == (False, True)


def test_minutes_that_have_left_the_desk_are_only_looked_at(house):
    make.make_entry(house.meeting)
    house.meeting.minutes.state = "circulated"
    house.meeting.minutes.save()
    page = text_of(house.secretary.get(house.check))
    assert ("have left the desk" in page, "target=circulated" in page) == (True, False)


def test_the_page_that_circulates_says_how_much_was_found(house):
    make.make_entry(house.meeting, "agreement", "Agreed to meet.")
    move = reverse("meetings:minutes-move", args=[house.meeting.reference])
    page = text_of(house.secretary.get(f"{move}?target=circulated"))
    assert ("1 thing is worth a look" in page, house.check in page) == (True, True)


def test_the_button_is_there_for_those_who_may_press_it(house):
    make.make_entry(house.meeting)
    address = house.meeting.get_absolute_url()
    assert [f'href="{house.check}"' in text_of(c.get(address)) for c in (house.secretary, house.reader)] == [
        True,
        False,
    ]


def test_the_page_takes_the_same_queries_for_one_entry_and_for_three(house, django_assert_max_num_queries):
    def queries() -> int:
        with django_assert_max_num_queries(12) as captured:
            assert house.secretary.get(house.check).status_code == 200
        return len(captured)

    def fill() -> None:
        mention = make.make_mention(make.make_entry(house.meeting, "agreement", f"Agreed to hold it {len(found)}."))
        make.make_responsibility(mention.commitment)
        make.make_entry(house.meeting, "statement")
        found.append(mention)

    found: list = []
    fill()
    one = queries()
    fill()
    fill()
    assert queries() == one

"""The register: what is listed, found, counted and taken along, by people of different rights."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agreements.models import StatusReport
from records.access import Classification, Role
from records.actions import create
from tests import factories as make

pytestmark = pytest.mark.django_db

REGISTER = "/commitments/"


def say(commitment: Any, side: Any, status: str) -> None:
    create(StatusReport(commitment=commitment, side=side, status=status, reported_on=date(2021, 6, 1)), by=None)


@pytest.fixture
def house(client_for) -> SimpleNamespace:
    """Four commitments: a late one, a stale one, one told differently, and one coupled with the late one."""
    committee, other = make.make_committee(), make.make_committee("XX")
    past, ahead = timezone.localdate() - timedelta(days=1), timezone.localdate() + timedelta(days=30)
    item = make.make_plan_item(make.make_plan(committee))
    late = make.make_commitment(
        committee, reference="LATE", timing_kind="exact", due_on=past, timing_phrase_en="by then", state="agreed"
    )
    make.make_commitment(committee, reference="STALE", text_ja="式典を開催する。", review_on=past, plan_item=item)
    told = make.make_commitment(committee, reference="TOLD", review_on=ahead, state="waiting")
    say(told, committee.own_side, "waiting")
    say(told, committee.other_side, "under_way")
    make.make_responsibility(told, side=committee.other_side)
    make.make_commitment(committee, reference="WITH", review_on=ahead, coupled_with=late, state="fulfilled")
    return SimpleNamespace(
        committee=committee,
        other=other,
        item=item,
        late=late,
        secretary=client_for(make.make_user("secretary", Role.SECRETARY, committee)),
        reader=client_for(make.make_user("reader", Role.READER, committee, clearance=Classification.OPEN)),
        outsider=client_for(make.make_user("outsider", Role.SECRETARY, other)),
        delegate=client_for(
            make.make_user(
                "delegate", Role.APPROVER, committee, clearance=Classification.OPEN, side=committee.other_side
            )
        ),
    )


def listed(response: Any) -> list[str]:
    return [commitment.reference for commitment in response.context["page"].object_list]


def test_the_register_counts_what_needs_a_look_and_leads_to_it(house):
    response = house.reader.get(REGISTER)
    assert listed(response) == ["LATE", "STALE", "TOLD", "WITH"]
    assert response.context["counts"] == {"overdue": 1, "stale": 1, "divergent": 1}
    assert 'href="?overdue=on"' in response.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("overdue=on", ["LATE"]),
        ("stale=on", ["STALE"]),
        ("divergent=on", ["TOLD"]),
        ("coupled=on", ["LATE", "WITH"]),
        ("overdue=on&coupled=on", ["LATE"]),
        ("overdue=on&divergent=on", []),
        ("state=waiting", ["TOLD"]),
        ("state=open", ["LATE", "STALE", "TOLD"]),
        ("timing=exact", ["LATE"]),
        ("text=式典", ["STALE"]),
        ("text=stale 開催", ["STALE"]),
        ("text=by then", ["LATE"]),
        ("text=nowhere", []),
        ("order=-reference", ["WITH", "TOLD", "STALE", "LATE"]),
        ("order=-when&overdue=on", ["LATE"]),
        ("order=report&divergent=on", ["TOLD"]),
        ("order=-report&side=", ["TOLD", "LATE", "STALE", "WITH"]),
        ("order=state", ["LATE", "WITH", "STALE", "TOLD"]),
        ("order=committee", ["LATE", "STALE", "TOLD", "WITH"]),
    ],
)
def test_filters_and_order_are_in_the_address(house, query, found):
    assert listed(house.reader.get(f"{REGISTER}?{query}")) == found


def test_it_is_filtered_by_committee_side_and_plan_item(house):
    committee = house.committee
    assert listed(house.reader.get(REGISTER, {"side": committee.other_side.pk})) == ["TOLD"]
    assert listed(house.reader.get(REGISTER, {"item": house.item.pk})) == ["STALE"]
    assert len(listed(house.reader.get(REGISTER, {"committee": committee.pk}))) == 4


@pytest.mark.parametrize("query", ["state=nonsense", "committee=999", "order=drop", "timing=%00", "item=x"])
def test_what_cannot_be_understood_is_said_beside_the_field(house, query):
    response = house.reader.get(f"{REGISTER}?{query}")
    assert response.status_code == 422
    assert listed(response) == []
    assert house.reader.get(f"{REGISTER}commitments.csv?{query}").status_code == 400


def test_nobody_lists_counts_finds_or_exports_what_they_may_not_read(house):
    make.make_commitment(
        house.committee, reference="SECRET", classification=Classification.CONFIDENTIAL, state="agreed"
    )
    for client in (house.reader, house.delegate, house.outsider):
        for query in ("", "?text=SECRET", "?state=agreed", "?stale=on"):
            response = client.get(f"{REGISTER}{query}")
            assert "SECRET" not in listed(response)
            assert b"SECRET" not in b"".join(client.get(f"{REGISTER}commitments.csv{query}").streaming_content)
    assert house.reader.get(REGISTER).context["counts"]["stale"] == 1
    assert listed(house.outsider.get(REGISTER)) == []
    assert list(house.outsider.get(REGISTER).context["filter"].form.fields["item"].queryset) == []


def test_that_it_is_coupled_with_a_secret_is_not_said(house):
    secret = make.make_commitment(house.committee, classification=Classification.CONFIDENTIAL)
    make.make_commitment(house.committee, reference="ZOPEN", coupled_with=secret, review_on=date(2999, 1, 1))
    assert listed(house.reader.get(REGISTER, {"coupled": "on"})) == ["LATE", "WITH"]
    row = house.reader.get(REGISTER).context["page"].object_list[-1]
    assert (row.reference, row.is_coupled) == ("ZOPEN", False)


def test_the_table_holds_exactly_what_is_shown(house):
    answer = house.delegate.get(f"{REGISTER}commitments.csv?state=open&order=-reference&text=")
    assert answer["Content-Disposition"].startswith("attachment")
    table = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row["Reference"] for row in table] == ["TOLD", "STALE", "LATE"]
    told, stale, late = table
    assert (told["Told differently"], told["The own side says"], told["The other side says"]) == (
        ("yes", "waiting", "under way")
    )
    assert (stale["To be looked at again"], late["Overdue"], late["Coupled"]) == ("yes", "yes", "yes")
    assert (late["Due"], late["Timing as said"]) == (house.late.due_on.isoformat(), "by then")


def test_three_rows_take_as_many_queries_as_one(house, client_for):
    committee = make.make_committee("QQ")
    client = client_for(make.make_user("counting", Role.READER, committee))
    counted = []
    for rows in (1, 2):
        for _ in range(rows):
            commitment = make.make_commitment(committee)
            make.make_responsibility(commitment, office=make.make_office(side=committee.own_side))
            make.make_responsibility(commitment, side=committee.other_side)
            say(commitment, committee.own_side, "waiting")
        with CaptureQueriesContext(connection) as seen:
            assert len(listed(client.get(REGISTER))) == len(counted) * 2 + 1
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 12


def test_an_empty_register_says_where_commitments_come_from(house):
    assert "A commitment is made from the words of an agreement" in house.outsider.get(REGISTER).content.decode()


def test_the_menu_and_the_desk_lead_to_it(house):
    page = house.reader.get(reverse("desk")).content.decode()
    assert f'href="{REGISTER}"' in page
    assert f'href="{REGISTER}?state=waiting"' in page

"""Every page of the administration, for every kind of record: it opens, it is quick, it shows nothing of others."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.sites import site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agreements.models import (
    Commitment,
    CooperationPlan,
    Instrument,
    PlanItem,
    ProgressReport,
    Project,
    ProjectParty,
    Responsibility,
    StatusReport,
)
from directory.models import Assignment, Committee, OutgoingMail, Seat, User
from exchanges.models import Event, EventChange, EventOrganiser, ExchangeYear, Extension, Tally, TwinTie
from meetings.models import (
    AgendaItem,
    Approval,
    ApprovalComment,
    Attendance,
    Communique,
    CommuniqueSentence,
    Document,
    Entry,
    Meeting,
    Mention,
    Minutes,
    ReviewLink,
    Revision,
    SealedCopy,
)
from records.actions import create
from records.admin import ReadOnlyAdmin
from records.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db

#: Names that would run if they were not escaped.
HOSTILE = "<script>alert(1)</script>"


def make_everything(committee: Committee, word: str, shared: str = "Shared") -> None:
    """One of each kind. ``word`` stands in what belongs to ``committee``, ``shared`` in what is everybody's."""
    own = committee.own_side
    private, word = word, shared
    person = factories.make_person(own, family_name_en=word, family_name_ja=word, family_name_ru=word)
    organisation = factories.make_organisation(side=own, name_en=word, name_ja=word, name_ru=word)
    office = factories.make_office(organisation=organisation, title_en=word, title_ja=word, title_ru=word)
    factories.make_tenure(person, office)
    factories.make_seat(committee, office=office, role="deputy")
    region = factories.make_region(name_en=word, name_ja=word, name_ru=word)
    twin = factories.make_region(side=factories.make_side("RU"), name_en=word)
    word = private
    plan = factories.make_plan(committee, name_en=word, name_ja=word, name_ru=word)
    item = factories.make_plan_item(plan, title_en=word, title_ja=word, title_ru=word)
    project = factories.make_project(committee, [item], title_en=word, title_ja=word, title_ru=word)
    commitment = factories.make_commitment(committee, text_en=word, text_ja=word, text_ru=word)
    year = factories.make_exchange_year(committee, name_en=word, name_ja=word, name_ru=word)
    event = factories.make_event(year, [region], title_en=word, title_ja=word, title_ru=word)
    factories.make_event_change(event, reason_en=word)
    meeting = factories.make_meeting(committee, title_en=word, title_ja=word, title_ru=word)
    attendance = factories.make_attendance(meeting, person, name_en=word, name_ja=word, name_ru=word)
    factories.make_agenda_item(meeting, title_en=word, title_ja=word, title_ru=word)
    entry = factories.make_entry(meeting, text_en=word, speakers=[attendance])
    factories.make_mention(entry, commitment, words_en=word)
    revision = factories.make_revision(meeting.minutes, reason=word)
    for record in (
        ProjectParty(project=project, organisation=organisation),
        Instrument(project=project, kind="memorandum", title_en=word),
        ProgressReport(project=project, reported_on=date(2021, 1, 1), text_en=word),
        Responsibility(commitment=commitment, side=own),
        StatusReport(commitment=commitment, side=own, reported_on=date(2021, 1, 1), status="waiting", text_en=word),
        EventOrganiser(event=event, organisation=organisation),
        Extension(exchange_year=year, decided_on=date(2021, 1, 1), ends_on=date(2022, 12, 31), reason_en=word),
        Tally(exchange_year=year, metric="events_held", value=1, as_of=date(2021, 1, 1), source=word),
        TwinTie(first_region=region, second_region=twin, kind="sister_city"),
    ):
        create(record, by=None)
    factories.make_sentence(create(Communique(meeting=meeting), by=None), text_en=word, entry=entry)
    factories.make_sealed_copy(revision)
    document = factories.make_document(meeting, title=word, entry=entry, audience="shared")
    link = factories.make_review_link(revision, delegate=word)
    approval = Approval.objects.create(
        revision=revision,
        side=link.side,
        verdict="accepted",
        given_at=timezone.now(),
        spoken_by=word,
        document=document,
        link=link,
    )
    ApprovalComment.objects.create(approval=approval, text=word)
    factories.make_calendar_key(factories.make_user(role="reader", committee=committee, last_name=word))
    factories.make_mail(committee, subject=word)


#: What belongs to a committee: nobody else finds it.
PRIVATE = [
    AgendaItem, Approval, ApprovalComment, Assignment, Attendance, Commitment, Committee, Communique,
    CommuniqueSentence, CooperationPlan, Document, Entry, Event, EventChange, EventOrganiser, ExchangeYear, Extension,
    Instrument, Meeting, Mention, Minutes, OutgoingMail,
    PlanItem, ProgressReport, Project, ProjectParty, Responsibility, ReviewLink,
    Revision, SealedCopy, Seat, StatusReport, Tally, User,
]  # fmt: skip


def url_of(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def administrator() -> Any:
    return factories.make_user("admin", "administrator")


@pytest.fixture
def superuser() -> Any:
    return factories.make_user("founder", is_superuser=True)


def test_every_model_of_ours_is_in_the_administration_and_no_other() -> None:
    from django.apps import apps

    ours = {
        model
        for name in ("directory", "agreements", "exchanges", "meetings", "records")
        for model in apps.get_app_config(name).get_models()
        if model.__name__ != "Submission"
    }
    assert set(site._registry) == ours


def test_everything_that_can_be_chosen_can_be_searched() -> None:
    for model, model_admin in site._registry.items():
        for field in (*model._meta.fields, *model._meta.many_to_many):
            if field.remote_field and field.editable and field.name not in ("groups", "user_permissions"):
                assert site.get_model_admin(field.related_model).search_fields, f"{model_admin}: {field.name}"


@pytest.mark.parametrize("model", list(site._registry), ids=lambda model: model._meta.label)
def test_every_page_opens_and_hostile_names_stay_inert(client_for: Any, superuser: Any, model: Any) -> None:
    make_everything(factories.make_committee(), HOSTILE, HOSTILE)
    client = client_for(superuser)
    model_admin: Any = site._registry[model]
    record = model._base_manager.last()
    pages = [url_of(model, "changelist"), url_of(model, "changelist") + "?q=script", url_of(model, "change", record.pk)]
    for page, allowed in (("add", "has_add_permission"), ("delete", "has_delete_permission")):
        request = type("Request", (), {"user": superuser})()
        if getattr(model_admin, allowed)(request):
            pages.append(url_of(model, page, *([record.pk] if page == "delete" else [])))
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200, page
        assert "<script>alert" not in response.content.decode(), page


@pytest.mark.parametrize("model", list(site._registry), ids=lambda model: model._meta.label)
def test_a_list_needs_as_many_queries_for_three_rows_as_for_one(client_for: Any, superuser: Any, model: Any) -> None:
    counts = []
    for rows in (1, 2):
        for _row in range(rows):
            make_everything(factories.make_committee(), "word")
        client = client_for(superuser)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url_of(model, "changelist")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 12


@pytest.mark.parametrize("model", PRIVATE, ids=lambda model: model._meta.label)
def test_nothing_of_another_committee_is_found(client_for: Any, administrator: Any, model: Any) -> None:
    elsewhere = factories.make_committee("XY")
    make_everything(elsewhere, "Zanzibar")
    record: Any = model._base_manager.exclude(pk=administrator.pk).last() if model is User else _of(model, elsewhere)
    client = client_for(administrator)
    for query in ("", "?q=Zanzibar", "?q=XY"):
        response = client.get(url_of(model, "changelist") + query)
        if response.status_code != 403:
            assert list(response.context["cl"].queryset.filter(pk=record.pk)) == []
            page = re.sub('(q=|q%3D|value=")Zanzibar', "", response.content.decode())
            assert "Zanzibar" not in page
            assert "Committee XY" not in page
    for page in ("change", "delete", "history"):
        response = client.get(url_of(model, page, record.pk))
        assert response.status_code in (302, 403, 404), page
        assert "Zanzibar" not in response.content.decode()
    assert client.post(url_of(model, "delete", record.pk), {"post": "yes"}).status_code in (302, 403, 404)
    assert model._base_manager.filter(pk=record.pk).exists()


def _of(model: Any, committee: Committee) -> Any:
    return next(r for r in model._base_manager.all() if r.governing_committee == committee)


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (model, field.name)
        for model in site._registry
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.remote_field and field.editable and field.related_model in PRIVATE
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_nothing_of_another_committee_can_be_chosen(
    client_for: Any, administrator: Any, model: Any, field: str
) -> None:
    make_everything(factories.make_committee("XY"), "Zanzibar")
    names = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field}
    for term in ("", "Zanzibar", "XY"):
        response = client_for(administrator).get(reverse("admin:autocomplete"), names | {"term": term})
        assert response.status_code in (200, 403)
        if response.status_code == 200:
            texts = [found["text"] for found in response.json()["results"]]
            assert not [text for text in texts if "Zanzibar" in text or "XY" in text]


def test_no_address_gives_away_a_record_by_its_number(client_for: Any, administrator: Any) -> None:
    from django.contrib.contenttypes.models import ContentType

    hidden = factories.make_meeting(factories.make_committee("XY"))
    kind = ContentType.objects.get_for_model(Meeting)
    response = client_for(administrator).get(f"/admin/r/{kind.pk}/{hidden.pk}/")
    assert response.status_code == 404


@pytest.mark.parametrize("role", ["reader", "approver"])
def test_readers_and_approvers_do_not_enter(client_for: Any, role: str) -> None:
    client = client_for(factories.make_user(role=role))
    for url in ("/admin/", url_of(Meeting, "changelist"), reverse("admin:autocomplete")):
        assert client.get(url).status_code in (302, 403)


@pytest.mark.parametrize(
    "query",
    ["q=%00", "committee__id__exact=%00", "%00=1", "p=x", "o=x", "committee__id__exact=x", "all=1", "_facets=1"],
)
def test_an_address_that_makes_no_sense_is_never_an_error(client_for: Any, administrator: Any, query: str) -> None:
    factories.make_meeting()
    response = client_for(administrator).get(url_of(Meeting, "changelist") + "?" + query)
    assert response.status_code in (200, 302, 400)


def test_the_trail_is_read_by_superusers_alone_and_changed_by_nobody(
    client_for: Any, administrator: Any, superuser: Any
) -> None:
    event = AuditEvent.objects.first() or pytest.fail("no event")
    assert client_for(administrator).get(url_of(AuditEvent, "changelist")).status_code == 403
    client = client_for(superuser)
    assert client.get(url_of(AuditEvent, "change", event.pk)).status_code == 200
    assert client.post(url_of(AuditEvent, "change", event.pk), {"title": "forged"}).status_code == 403
    assert client.get(url_of(AuditEvent, "add")).status_code == 403
    assert client.post(url_of(AuditEvent, "delete", event.pk), {"post": "yes"}).status_code == 403


def test_the_administration_asks_for_a_write_permission_of_every_kind() -> None:
    for model, model_admin in site._registry.items():
        is_read_only = issubclass(type(model_admin), ReadOnlyAdmin)
        assert is_read_only or getattr(model_admin, "write_permission", None), model
        assert isinstance(model_admin, admin.ModelAdmin)

"""Ready-made things for tests: sensible by default, anything overridden by keyword.

Everything is stored through ``records.actions``, so that it has its audit event like in real life.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from agreements.models import Commitment, CooperationPlan, PlanItem, Project, Responsibility
from directory.models import (
    Assignment,
    CalendarKey,
    Committee,
    Office,
    Organisation,
    OutgoingMail,
    Person,
    Region,
    Seat,
    SeatRole,
    Side,
    Tenure,
    User,
)
from exchanges.models import Event, EventChange, ExchangeYear
from meetings.actions import attach_document
from meetings.models import (
    AgendaItem,
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
from meetings.naming import meeting_reference
from records.access import Audience, Classification, Permission, Role
from records.actions import create, one_transaction
from records.languages import CODES
from records.uploads import check_upload

#: Everybody's, where a test logs in by typing.
PASSWORD = "correct horse battery staple"

_numbers = count(1)

_SIDES: dict[str, dict[str, Any]] = {
    "JP": {
        "name_en": "Japan",
        "name_ja": "日本",
        "name_ru": "Япония",
        "capital_en": "Tokyo",
        "capital_ja": "東京",
        "capital_ru": "Токио",
        "time_zone": "Asia/Tokyo",
        "language": "ja",
    },
    "RU": {
        "name_en": "Russia",
        "name_ja": "ロシア",
        "name_ru": "Россия",
        "capital_en": "Moscow",
        "capital_ja": "モスクワ",
        "capital_ru": "Москва",
        "time_zone": "Europe/Moscow",
        "language": "ru",
    },
}


def make_side(code: str = "JP", **fields: Any) -> Side:
    """The side with that code: the one there is, or a new one."""
    if side := Side.objects.filter(code=code).first():
        return side
    known = _SIDES.get(code, {"name_en": f"Side {code}", "capital_en": "Capital", "time_zone": "UTC", "language": "en"})
    return create(Side(code=code, **{**known, **fields}), by=None)


def make_committee(code: str = "JR", **fields: Any) -> Committee:
    """The committee with that code: the one there is, or a new one between Japan and Russia."""
    if committee := Committee.objects.filter(code=code).first():
        return committee
    facts: dict[str, Any] = {
        "kind": "committee",
        "name_en": f"Intergovernmental Committee {code}",
        "name_ja": f"政府間委員会 {code}",
        "name_ru": f"Межправительственная комиссия {code}",
        "short_name_en": f"Committee {code}",
    }
    if "own_side" not in fields:
        facts["own_side"] = make_side("JP")
    if "other_side" not in fields:
        facts["other_side"] = make_side("RU")
    return create(Committee(code=code, **{**facts, **fields}), by=None)


def make_user(
    username: str = "",
    role: Role | str | None = None,
    committee: Committee | None = None,
    side: Side | None = None,
    clearance: int = Classification.CONFIDENTIAL,
    **fields: Any,
) -> User:
    """A person who can log in with ``PASSWORD``; with a role, assigned to ``committee`` (JR) for its own side."""
    username = username or f"user{next(_numbers)}"
    fields.setdefault("is_staff", role is not None and Permission.ADMIN_ENTER in Role(role).permissions)
    user = User.objects.create_user(username, password=PASSWORD, **fields)
    if role is not None:
        make_assignment(user, role, committee, side, clearance)
    return user


def make_assignment(
    user: User,
    role: Role | str,
    committee: Committee | None = None,
    side: Side | None = None,
    clearance: int = Classification.CONFIDENTIAL,
) -> Assignment:
    committee = committee or make_committee()
    assignment = Assignment(
        user=user, committee=committee, side=side or committee.own_side, role=role, clearance=clearance
    )
    create(assignment, by=None)
    user.__dict__.pop("grants", None)  # read once a request, and this is another one
    return assignment


def make_region(**fields: Any) -> Region:
    fields.setdefault("name_en", f"Region {next(_numbers)}")
    fields.setdefault("kind", "prefecture")
    return create(Region(side=fields.pop("side", None) or make_side(), **fields), by=None)


def make_organisation(**fields: Any) -> Organisation:
    fields.setdefault("name_en", f"Ministry {next(_numbers)}")
    fields.setdefault("kind", "ministry")
    return create(Organisation(side=fields.pop("side", None) or make_side(), **fields), by=None)


def make_office(**fields: Any) -> Office:
    """An office at an organisation (of ``side``, where one is given)."""
    side = fields.pop("side", None)
    organisation = fields.pop("organisation", None) or make_organisation(side=side)
    fields.setdefault("title_en", f"Minister {next(_numbers)}")
    return create(Office(organisation=organisation, **fields), by=None)


def make_person(side: Side | None = None, **fields: Any) -> Person:
    """Somebody with a number for a name; ``make_motegi`` and ``make_reshetnikov`` have real ones."""
    number = next(_numbers)
    fields.setdefault("family_name_en", f"Family{number}")
    fields.setdefault("given_name_en", f"Given{number}")
    return create(Person(side=side or make_side(), **fields), by=None)


def make_motegi() -> Person:
    return make_person(
        make_side("JP"),
        family_name_en="Motegi",
        given_name_en="Toshimitsu",
        family_name_ja="茂木",
        given_name_ja="敏充",
        family_name_ru="Мотэги",
        given_name_ru="Тосимицу",
        family_name_kana="もてぎ",
        given_name_kana="としみつ",
    )


def make_reshetnikov() -> Person:
    return make_person(
        make_side("RU"),
        family_name_en="Reshetnikov",
        given_name_en="Maksim",
        patronymic_en="Gennadyevich",
        family_name_ja="レシェトニコフ",
        given_name_ja="マクシム",
        patronymic_ja="ゲンナジエヴィチ",
        family_name_ru="Решетников",
        given_name_ru="Максим",
        patronymic_ru="Геннадьевич",
    )


def make_tenure(person: Person | None = None, office: Office | None = None, **fields: Any) -> Tenure:
    person = person or make_person()
    office = office or make_office(side=person.side)
    fields.setdefault("started_on", date(2019, 9, 11))
    return create(Tenure(person=person, office=office, **fields), by=None)


def make_seat(
    committee: Committee | None = None, side: Side | None = None, office: Office | None = None, **fields: Any
) -> Seat:
    committee = committee or make_committee()
    side = side or committee.own_side
    fields.setdefault("role", SeatRole.CO_CHAIR)
    return create(Seat(committee=committee, side=side, office=office or make_office(side=side), **fields), by=None)


def make_meeting(committee: Committee | None = None, date: date = date(2020, 12, 21), **fields: Any) -> Meeting:
    """A co-chairs' meeting by video at 15:00 in Tokyo, 50 minutes long, with empty minutes."""
    committee = committee or make_committee()
    fields.setdefault("kind", "co_chairs")
    fields.setdefault("format", "video")
    minutes = fields.pop("minutes", {})
    if fields.get("date_precision", "day") == "day":
        fields.setdefault("starts_at", datetime(date.year, date.month, date.day, 6, 0, tzinfo=UTC))
        fields.setdefault("ends_at", fields["starts_at"] and fields["starts_at"] + timedelta(minutes=50))
    taken = set(Meeting.objects.values_list("reference", flat=True))
    fields.setdefault(
        "reference", meeting_reference(committee.code, date, fields["kind"], fields.get("ordinal"), taken)
    )
    with one_transaction():
        meeting = create(Meeting(committee=committee, date=date, **fields), by=None)
        create(Minutes(meeting=meeting, **minutes), by=None)
    return meeting


def make_attendance(
    meeting: Meeting | None = None, person: Person | None = None, office: Office | None = None, **fields: Any
) -> Attendance:
    """Somebody attends; their names and their office's titles are frozen as they are now."""
    meeting = meeting or make_meeting()
    side = fields.pop("side", None) or (person.side if person else meeting.committee.own_side)
    person = person or make_person(side)
    for code in CODES:
        if getattr(person, f"family_name_{code}"):
            fields.setdefault(f"name_{code}", person.full_name(code))
        if office is not None:
            fields.setdefault(f"office_title_{code}", getattr(office, f"title_{code}"))
    fields.setdefault("mode", "online")
    fields.setdefault("position", meeting.attendances.count())
    return create(Attendance(meeting=meeting, person=person, side=side, office=office, **fields), by=None)


def make_agenda_item(meeting: Meeting | None = None, **fields: Any) -> AgendaItem:
    meeting = meeting or make_meeting()
    fields.setdefault("title_en", f"Item {next(_numbers)}")
    fields.setdefault("position", meeting.agenda_items.count())
    return create(AgendaItem(meeting=meeting, **fields), by=None)


def make_entry(
    meeting: Meeting | Minutes | None = None,
    kind: str = "discussion",
    text_en: str = "The co-chairs discussed the plan.",
    speakers: list[Attendance] | tuple[Attendance, ...] = (),
    audience: str = Audience.SHARED,
    **fields: Any,
) -> Entry:
    """A passage of the minutes. A statement without ``speakers`` gets one who attended."""
    meeting = meeting or make_meeting()
    minutes = meeting if isinstance(meeting, Minutes) else meeting.minutes
    if kind == "statement" and not speakers:
        speakers = [make_attendance(minutes.meeting)]
    changes = fields.pop("event_changes", ())
    fields.setdefault("position", minutes.entries.count())
    entry = Entry(minutes=minutes, kind=kind, text_en=text_en, audience=audience, **fields)
    return create(entry, by=None, relations={"speakers": list(speakers), "event_changes": list(changes)})


def make_plan(committee: Committee | None = None, **fields: Any) -> CooperationPlan:
    fields.setdefault("name_en", "Eight-item cooperation plan")
    return create(CooperationPlan(committee=committee or make_committee(), **fields), by=None)


def make_plan_item(plan: CooperationPlan | None = None, **fields: Any) -> PlanItem:
    plan = plan or make_plan()
    fields.setdefault("number", plan.items.count() + 1)
    fields.setdefault("title_en", f"Plan item {fields['number']}")
    return create(PlanItem(plan=plan, **fields), by=None)


def make_project(committee: Committee | None = None, plan_items: Any = (), **fields: Any) -> Project:
    committee = committee or make_committee()
    number = next(_numbers)
    fields.setdefault("reference", f"{committee.code}-P-{number}")
    fields.setdefault("title_en", f"Project {number}")
    return create(Project(committee=committee, **fields), by=None, relations={"plan_items": list(plan_items)})


def make_commitment(committee: Committee | None = None, **fields: Any) -> Commitment:
    """Something agreed, with an open timing that is looked at again at the end of 2021."""
    committee = committee or make_committee()
    number = next(_numbers)
    fields.setdefault("reference", f"{committee.code}-C-{number}")
    fields.setdefault("text_en", f"Hold the thing number {number}.")
    if fields.get("timing_kind") != "exact":
        fields.setdefault("review_on", date(2021, 12, 31))
    return create(Commitment(committee=committee, **fields), by=None)


def make_responsibility(commitment: Commitment | None = None, **fields: Any) -> Responsibility:
    """A side that is to keep a commitment: the own side, unless told otherwise."""
    commitment = commitment or make_commitment()
    fields.setdefault("side", commitment.committee.own_side)
    return create(Responsibility(commitment=commitment, **fields), by=None)


def make_mention(
    entry: Entry | None = None, commitment: Commitment | None = None, kind: str = "makes", **fields: Any
) -> Mention:
    entry = entry or make_entry(kind="agreement", text_en="The co-chairs agreed to hold the thing.")
    commitment = commitment or make_commitment(entry.governing_committee)
    fields.setdefault("words_en", "agreed to hold")
    return create(Mention(entry=entry, commitment=commitment, kind=kind, **fields), by=None)


def make_exchange_year(committee: Committee | None = None, **fields: Any) -> ExchangeYear:
    facts = {"name_en": "Year of exchanges", "starts_on": date(2020, 1, 1), "ends_on": date(2021, 12, 31)}
    return create(ExchangeYear(committee=committee or make_committee(), **{**facts, **fields}), by=None)


def make_event(exchange_year: ExchangeYear | None = None, regions: Any = (), **fields: Any) -> Event:
    number = next(_numbers)
    facts = {"reference": f"EV-{number}", "title_en": f"Event {number}", "format": "in_person"}
    event = Event(exchange_year=exchange_year or make_exchange_year(), **{**facts, **fields})
    return create(event, by=None, relations={"regions": list(regions)})


def make_event_change(event: Event | None = None, **fields: Any) -> EventChange:
    facts = {"kind": "postponed", "changed_on": date(2020, 3, 26), "reason_en": "The epidemic situation."}
    return create(EventChange(event=event or make_event(), **{**facts, **fields}), by=None)


def make_revision(minutes: Minutes | None = None, content: str = "{}", **fields: Any) -> Revision:
    minutes = minutes or make_meeting().minutes
    facts: dict[str, Any] = {
        "number": minutes.revisions.count() + 1,
        "digest": hashlib.sha256(content.encode()).hexdigest(),
        "made_at": timezone.now(),
        "made_by": None,
    }
    return Revision.objects.create(minutes=minutes, content=content, **{**facts, **fields})


def make_sealed_copy(revision: Revision | None = None, content: bytes = b"%PDF-1.7", **fields: Any) -> SealedCopy:
    facts: dict[str, Any] = {
        "edition": "shared",
        "languages": "en",
        "file": ContentFile(content, name="minutes.pdf"),
        "digest": hashlib.sha256(content + str(next(_numbers)).encode()).hexdigest(),
        "sealed_at": timezone.now(),
    }
    return SealedCopy.objects.create(revision=revision or make_revision(), **{**facts, **fields})


def make_review_link(revision: Revision | None = None, side: Side | None = None, **fields: Any) -> ReviewLink:
    revision = revision or make_revision()
    facts: dict[str, Any] = {
        "side": side or revision.minutes.meeting.committee.other_side,
        "delegate": "The other side's delegate",
        "language": "en",
        "key_digest": hashlib.sha256(str(next(_numbers)).encode()).hexdigest(),
        "expires_at": timezone.now() + timedelta(days=14),
    }
    return create(ReviewLink(revision=revision, **{**facts, **fields}), by=None)


def make_calendar_key(user: User | None = None, **fields: Any) -> CalendarKey:
    """The key to a calendar feed of which nobody knows the secret, unless its hash is given."""
    facts: dict[str, Any] = {
        "key_digest": hashlib.sha256(f"calendar {next(_numbers)}".encode()).hexdigest(),
        "made_at": timezone.now(),
    }
    return CalendarKey.objects.create(user=user or make_user(), **{**facts, **fields})


def make_mail(committee: Committee | None = None, recipient: User | None = None, **fields: Any) -> OutgoingMail:
    """A mail that waits in the outbox."""
    committee = committee or make_committee()
    number = next(_numbers)
    facts: dict[str, Any] = {
        "key": f"occasion:{number}",
        "kind": "invitation",
        "recipient": recipient or make_user(f"reached{number}", "reader", committee),
        "address": f"reached{number}@example.org",
        "language": "en",
        "subject": f"Invitation {number}",
        "text": "A lead.",
        "html": "<!doctype html><title>A lead.</title><style>p { margin: 0 }</style><p>A lead.</p>",
        "queued_at": timezone.now(),
    }
    return OutgoingMail.objects.create(committee=committee, **{**facts, **fields})


def make_document(meeting: Meeting | None = None, content: bytes = b"%PDF-1.7 a letter", **fields: Any) -> Document:
    """A letter of the meeting, kept as a PDF."""
    upload = check_upload(ContentFile(content, name=fields.pop("name", "letter.pdf")))
    facts: dict[str, Any] = {"kind": "letter", "title": f"Letter {next(_numbers)}", "audience": Audience.INTERNAL}
    return attach_document(meeting or make_meeting(), upload, by=None, **{**facts, **fields})


def make_communique(meeting: Meeting | None = None) -> Communique:
    return create(Communique(meeting=meeting or make_meeting()), by=None)


def make_sentence(communique: Communique | None = None, **fields: Any) -> CommuniqueSentence:
    communique = communique or make_communique()
    fields.setdefault("text_en", "The co-chairs met.")
    fields.setdefault("position", communique.sentences.count())
    return create(CommuniqueSentence(communique=communique, **fields), by=None)

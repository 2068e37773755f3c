"""Every address of the program, with arguments that lead to a real record."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from meetings.actions import reviewing
from meetings.models import Approval, ApprovalComment
from meetings.revisions import canonical, freeze
from records.access import Audience
from records.models import AuditEvent, Record
from tests import factories as make

#: Addresses whose number is not that of the thing they are named after.
_LEADS_TO = {
    "directory:tenure-create": "person",
    "meetings:commitment-make": "entry",
    "meetings:mention-add": "entry",
}


class NotCovered(Exception):
    """There is an address for which the sweep knows no arguments: teach it, in ``World.arguments``."""


@dataclass(frozen=True)
class Address:
    name: str  # meetings:entry-edit
    parameters: frozenset[str]

    @property
    def is_admin(self) -> bool:
        return self.name.startswith("admin:")

    @property
    def noun(self) -> str:
        return self.name.rpartition(":")[2].rpartition("-")[0]

    @property
    def verb(self) -> str:
        return self.name.rpartition(":")[2].rpartition("-")[2]


def addresses(resolver: URLResolver | None = None, namespaces: tuple[str, ...] = ()) -> Iterator[Address]:
    """All named addresses. The two kinds without a name are the admin's own: old links, and what leads nowhere."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, (*namespaces, *filter(None, [pattern.namespace])))
        elif isinstance(pattern, URLPattern) and pattern.name:
            parameters = frozenset(pattern.pattern.converters) | frozenset(
                getattr(pattern.pattern, "regex", None).groupindex  # type: ignore[union-attr]
            )
            yield Address(":".join([*namespaces, pattern.name]), parameters)


@dataclass
class World:
    """One committee with at least one of everything, each of whose texts contains ``secret``."""

    secret: str
    code: str = "AA"
    records: dict[str, Model] = field(default_factory=dict)
    review_secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    calendar_secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    def __post_init__(self) -> None:
        text = self.secret
        committee = make.make_committee(self.code, name_en=f"Committee {text}", short_name_en="")
        seat = make.make_seat(committee, office=make.make_office(side=committee.own_side))
        meeting = make.make_meeting(committee, title_en=f"Meeting {text}")
        speaker = make.make_attendance(meeting, name_en=f"Speaker {text}")
        agenda = make.make_agenda_item(meeting, title_en=f"Item {text}")
        entry = make.make_entry(meeting, "statement", f"Stated {text}", [speaker], Audience.SHARED)
        plan = make.make_plan(committee, name_en=f"Plan {text}")
        plan_item = make.make_plan_item(plan, title_en=f"Plan item {text}")
        project = make.make_project(committee, [plan_item], title_en=f"Project {text}")
        commitment = make.make_commitment(committee, text_en=f"Commitment {text}")
        mention = make.make_mention(entry, commitment, words_en=f"Words {text}")
        year = make.make_exchange_year(committee, name_en=f"Year {text}")
        event = make.make_event(year, title_en=f"Event {text}")
        change = make.make_event_change(event, reason_en=f"Reason {text}")
        communique = make.make_communique(meeting)
        sentence = make.make_sentence(communique, text_en=f"Sentence {text}")
        earlier, revision = (
            make.make_revision(meeting.minutes, canonical(freeze(meeting.minutes, number=number))) for number in (1, 2)
        )
        copy = make.make_sealed_copy(revision, content=text.encode())
        document = make.make_document(meeting, title=f"Document {text}", audience=Audience.SHARED)
        digest = hashlib.sha256(self.review_secret.encode()).hexdigest()
        link = make.make_review_link(revision, committee.other_side, delegate=f"Delegate {text}", key_digest=digest)
        approval = Approval.objects.create(
            revision=revision,
            side=committee.other_side,
            verdict="returned",
            text=text,
            given_at=revision.made_at,
            link=link,
        )
        comment = ApprovalComment.objects.create(approval=approval, text=f"Comment {text}")
        mail = make.make_mail(committee, subject=f"Mail {text}")
        member = make.make_user(f"member-{self.code.lower()}", "reader", committee)
        digest = hashlib.sha256(self.calendar_secret.encode()).hexdigest()
        calendar_key = make.make_calendar_key(member, key_digest=digest)
        made = [
            *(committee, seat, meeting, meeting.minutes, speaker, agenda, entry, plan, plan_item, project, commitment),
            *(
                mention,
                year,
                event,
                change,
                communique,
                sentence,
                earlier,
                revision,
                copy,
                document,
                link,
                approval,
                comment,
            ),
            *(member, member.assignments.get(), calendar_key, mail),
            *(make.make_person(), make.make_office(), make.make_tenure(), make.make_organisation()),
            *(make.make_region(), committee.own_side, AuditEvent.objects.latest("pk")),
        ]
        self.records = {record._meta.model_name or "": record for record in made}
        self.records |= {"agenda": agenda, "sentence": sentence, "sealed": copy, "mail": mail}

    def about(self, address: Address) -> Model | None:
        """The record to which the address leads; ``None`` for lists, and for histories, which any record has."""
        if address.name == "records:history":
            return None
        if address.is_admin:
            return self._in_admin(address)
        if "pk" in address.parameters:
            return self._record(_LEADS_TO.get(address.name, address.noun))
        if "reference" in address.parameters:
            return self._referred(address)
        if "code" in address.parameters:
            return self._record("committee")
        return None

    def paths(self, address: Address) -> list[str]:
        """The addresses' paths: one, or one a record where any kind of record fits."""
        if address.name == "records:history":
            records = [record for record in self.records.values() if isinstance(record, Record)]
            return [reverse(address.name, args=[record._meta.label_lower, record.pk]) for record in records]
        return [reverse(address.name, kwargs=self.arguments(address))]

    def arguments(self, address: Address) -> dict[str, Any]:
        record = self.about(address)
        known: dict[str, Any] = {
            "reference": lambda: self._referred(address).reference,  # type: ignore[attr-defined]
            "code": lambda: self.code,
            "number": lambda: self.records["revision"].number,  # type: ignore[attr-defined]
            "key": lambda: self._key(address),
            "pk": lambda: record and record.pk,
            "object_id": lambda: record.pk if record else 1,
            "app_label": lambda: next(iter(admin.site._registry))._meta.app_label,
            "content_type_id": lambda: 1,
        }
        if unknown := address.parameters - known.keys():
            raise NotCovered(f"{address.name}: {', '.join(sorted(unknown))}")
        return {name: known[name]() for name in address.parameters}

    def _key(self, address: Address) -> Any:
        if address.name.startswith("review:"):
            return reviewing._signer().sign(self.review_secret)
        if address.name == "calendar-feed":
            return self.calendar_secret
        return self.records["entry"].key  # type: ignore[attr-defined]

    def _referred(self, address: Address) -> Model:
        """The record whose reference stands in the address."""
        return self._record("commitment" if address.name.startswith("agreements:") else "meeting")

    def _record(self, noun: str) -> Model:
        if noun not in self.records:
            raise NotCovered(f"There is no {noun!r} in the sweep's world.")
        return self.records[noun]

    def _in_admin(self, address: Address) -> Model | None:
        if "object_id" not in address.parameters or address.name == "admin:view_on_site":
            return None
        for model in admin.site._registry:
            if address.name.startswith(f"admin:{model._meta.app_label}_{model._meta.model_name}_"):
                if model._meta.model_name in self.records:
                    return self.records[model._meta.model_name]
                return model._default_manager.first()
        raise NotCovered(address.name)

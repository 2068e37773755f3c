"""Sides, regions, organisations, offices, people with their terms, committees with their seats."""

from __future__ import annotations

from datetime import date
from typing import Any

from directory.models import Committee, Office, Organisation, Person, Region, Seat, Side, Tenure
from secretariat.demo.reading import content, known, sourced, three
from secretariat.demo.shelf import Shelf, store


def add_directory(shelf: Shelf) -> None:
    _add_sides_and_regions(shelf)
    _add_organisations_and_offices(shelf)
    for facts in content("people")["people"]:
        _add_person(shelf, facts)
    committees = content("committees")
    for facts in committees["committees"]:
        _add_committee(shelf, facts)
    for facts in committees["seats"]:
        _add_seat(shelf, facts)


def _add_sides_and_regions(shelf: Shelf) -> None:
    facts = content("sides")
    for code, each in facts["sides"].items():
        side = Side(
            code=code,
            time_zone=each["time_zone"],
            language=each["language"],
            **three("name", each["name"]),
            **three("capital", each["capital"]),
        )
        shelf.put("side", code, side)
    for kind, code, regions in (
        ("prefecture", "JP", facts["prefectures"]),
        ("federal_subject", "RU", facts["federal_subjects"]),
    ):
        for key, (iso_code, *names) in regions.items():
            region = Region(side=shelf["side", code], kind=kind, iso_code=iso_code, **three("name", names))
            shelf.put("region", key, region)
    for kind, places in (("city", facts["towns"]), ("municipality", facts["municipalities"])):
        for code, regions in places.items():
            for key, (parent, *names) in regions.items():
                region = Region(
                    side=shelf["side", code], kind=kind, parent=shelf["region", parent], **three("name", names)
                )
                shelf.put("region", key, region)


def _add_organisations_and_offices(shelf: Shelf) -> None:
    facts = content("organisations")
    for code, organisations in facts["organisations"].items():
        for key, (kind, *names) in organisations.items():
            organisation = Organisation(
                side=shelf["side", code],
                kind=kind,
                **three("name", names),
                **three("short_name", facts["short"].get(key, [])),
            )
            shelf.put("organisation", key, organisation)
    for key, (organisation, *titles) in facts["offices"].items():
        shelf.put("office", key, Office(organisation=shelf["organisation", organisation], **three("title", titles)))


def _add_person(shelf: Shelf, facts: dict[str, Any]) -> None:
    names = {}
    for code in ("en", "ja", "ru"):
        for part, name in zip(("family_name", "given_name", "patronymic"), facts[code], strict=False):
            names[f"{part}_{code}"] = name
    for part, name in zip(("family_name", "given_name"), facts.get("kana", []), strict=False):
        names[f"{part}_kana"] = name
    person = shelf.put("person", facts["key"], Person(side=shelf["side", facts["side"]], **names))
    for *term, confidence in facts.get("terms", []):
        _add_tenure(shelf, person, term, {"confidence": confidence, "note": facts.get("note", "")})
    for *term, confidence in facts.get("on", []):
        attested = {
            "source": facts["source"],
            "confidence": confidence,
            "note": "These are days on which the office is attested; when the term began and ended was not seen.",
        }
        _add_tenure(shelf, person, term, attested)


def _add_tenure(shelf: Shelf, person: Person, term: list[str], facts: dict[str, Any]) -> None:
    office, first, last = term
    store(
        Tenure(
            person=person,
            office=shelf["office", office],
            started_on=date.fromisoformat(first),
            ended_on=date.fromisoformat(last) if last else None,
            **sourced(facts),
        )
    )


def _add_committee(shelf: Shelf, facts: dict[str, Any]) -> None:
    committee = Committee(
        code=facts["code"],
        kind=facts["kind"],
        parent=None if facts["kind"] == "committee" else shelf["committee", "JR"],
        own_side=shelf["side", "JP"],
        other_side=shelf["side", "RU"],
        **three("name", facts["name"]),
        **three("short_name", facts["short_name"]),
        **known("founded_on", facts.get("founded", "")),
        **sourced(facts),
    )
    shelf.put("committee", facts["code"], committee)


def _add_seat(shelf: Shelf, facts: dict[str, Any]) -> None:
    store(
        Seat(
            committee=shelf["committee", facts["committee"]],
            side=shelf["side", facts["side"]],
            role="co_chair",
            office=shelf["office", facts["office"]],
            started_on=facts.get("from"),
            ended_on=facts.get("until"),
            **sourced(facts),
        )
    )

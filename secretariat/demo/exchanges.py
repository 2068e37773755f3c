"""The exchange year with its extension, tallies and events, and the twin ties."""

from __future__ import annotations

from typing import Any

from exchanges.models import Event, EventChange, EventOrganiser, ExchangeYear, Extension, Tally, TwinTie
from secretariat.demo.reading import content, known, sourced, three
from secretariat.demo.shelf import Shelf, store


def add_exchanges(shelf: Shelf) -> None:
    facts = content("exchange_year")
    year = ExchangeYear(
        committee=shelf["committee", "JR"],
        starts_on=facts["starts_on"],
        ends_on=facts["ends_on"],
        **three("name", facts["name"]),
        **sourced(facts),
    )
    shelf.put("exchange year", "JR", year)
    _add_extension(year, facts["extension"])
    for tally in facts["tallies"]:
        _add_tally(shelf, year, tally)
    for number, event in enumerate(facts["events"], 1):
        _add_event(shelf, year, number, event)
    for tie in content("twin_ties")["ties"]:
        _add_tie(shelf, tie)


def _add_extension(year: ExchangeYear, facts: dict[str, Any]) -> None:
    store(
        Extension(
            exchange_year=year,
            decided_on=facts["decided_on"],
            signed_on=facts["signed_on"],
            ends_on=facts["ends_on"],
            **three("reason", facts["reason"]),
            **sourced(facts),
        )
    )


def _add_tally(shelf: Shelf, year: ExchangeYear, facts: dict[str, Any]) -> None:
    store(
        Tally(
            exchange_year=year,
            metric=facts["metric"],
            bound=facts["bound"],
            value=facts["value"],
            side=shelf.find("side", facts.get("side", "")),
            **three("rule", facts["rule"]),
            **known("as_of", facts["as_of"]),
            **sourced(facts),
        )
    )


def _add_event(shelf: Shelf, year: ExchangeYear, number: int, facts: dict[str, Any]) -> None:
    event = store(
        Event(
            exchange_year=year,
            reference=f"JR-E-{number:02}",
            theme=facts["theme"],
            format=facts["format"],
            state="held",
            **three("title", facts["title"]),
            **three("place", facts.get("place", [])),
            **known("starts_on", facts["starts"]),
            **known("ends_on", facts.get("ends", "")),
            **sourced(facts),
        ),
        regions=[shelf["region", key] for key in facts["regions"]],
    )
    for key in facts.get("organisers", []):
        store(EventOrganiser(event=event, organisation=shelf["organisation", key]))
    for change in facts.get("changes", []):
        shelf.put(
            "event change",
            change["key"],
            EventChange(
                event=event,
                kind=change["kind"],
                changed_on=change.get("changed_on"),
                old_date=change.get("old_date"),
                new_date=change.get("new_date"),
                **three("reason", change["reason"]),
                **sourced(change),
            ),
        )


def _add_tie(shelf: Shelf, facts: list[str]) -> None:
    first, second, kind, since, confidence, source, note = facts
    store(
        TwinTie(
            first_region=shelf["region", first],
            second_region=shelf["region", second],
            kind=kind,
            note=note,
            **known("since", since),
            **sourced({"source": source, "confidence": confidence}),
        )
    )

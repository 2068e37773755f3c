"""The cooperation plan with its items, the projects, and what was agreed to be done."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

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
from secretariat.demo.reading import content, known, sourced, three
from secretariat.demo.shelf import Shelf, store


def add_agreements(shelf: Shelf) -> None:
    _add_plan(shelf, content("plan"))
    for number, facts in enumerate(content("projects")["projects"], 1):
        _add_project(shelf, number, facts)
    for facts in content("commitments")["commitments"]:
        _add_commitment(shelf, facts)


def _add_plan(shelf: Shelf, facts: dict[str, Any]) -> None:
    plan = store(
        CooperationPlan(
            committee=shelf["committee", "JR"],
            **three("name", facts["name"]),
            **three("origin", facts["origin"]),
            **known("proposed_on", facts["proposed"]),
            **sourced(facts),
        )
    )
    for number, item in enumerate(facts["items"], 1):
        scope = [text.format(short=item["short"]) for text in facts["scope"]]
        shelf.put(
            "plan item",
            str(number),
            PlanItem(plan=plan, number=number, **three("title", item["title"]), **three("scope", scope)),
        )


def _add_project(shelf: Shelf, number: int, facts: dict[str, Any]) -> None:
    project = Project(
        committee=shelf["committee", "JR"],
        reference=f"JR-P-{number:02}",
        stage=facts["stage"],
        suspended_from="implementing" if facts["stage"] == "suspended" else "",
        region=shelf.find("region", facts.get("region", "")),
        **three("title", facts["title"]),
        **three("summary", facts["summary"]),
        **sourced(facts),
    )
    shelf.put("project", facts["key"], project, plan_items=[shelf["plan item", str(facts["item"])]])
    known_from = sourced({"source": facts["source"], "confidence": facts["confidence"]})
    for key, role, share in facts.get("parties", []):
        organisation = shelf["organisation", key]
        store(ProjectParty(project=project, organisation=organisation, role=role, share=Decimal(share) or None))
    for kind, day, title in facts.get("instruments", []):
        store(Instrument(project=project, kind=kind, **three("title", title), **known("signed_on", day), **known_from))
    for day, text in facts["reports"]:
        store(ProgressReport(project=project, **three("text", text), **known("reported_on", day), **known_from))


def _add_commitment(shelf: Shelf, facts: dict[str, Any]) -> None:
    commitment = Commitment(
        committee=shelf["committee", "JR"],
        reference=facts["reference"],
        state=facts["state"],
        timing_kind=facts["timing_kind"],
        window_starts_on=facts.get("window_starts_on"),
        window_ends_on=facts.get("window_ends_on"),
        review_on=facts["review_on"],
        coupled_with=shelf.find("commitment", facts.get("coupled_with", "")),
        supersedes=shelf.find("commitment", facts.get("supersedes", "")),
        **three("text", facts["text"]),
        **three("timing_phrase", facts["phrase"]),
    )
    shelf.put("commitment", facts["reference"], commitment)
    for side, office in facts["responsible"]:
        store(Responsibility(commitment=commitment, side=shelf["side", side], office=shelf.find("office", office)))
    for report in facts["reports"]:
        store(
            StatusReport(
                commitment=commitment,
                side=shelf["side", report["side"]],
                reported_on=report["on"],
                status=report["status"],
                evidence=report["evidence"],
                **three("text", report["text"]),
            )
        )

"""How a thing is timed, and a line of the table."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.test import Client

ROUNDS = 30
Rows = list[dict[str, Any]]


def fetch(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)


def interleaved(works: dict[str, Callable[[], Any]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """The seconds each takes, each once a round, after a round that does not count."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            if number:
                times[name].append(time.perf_counter() - began)
    return times


def spread(values: list[float]) -> float:
    """The noise: half the middle 80 % of the measurements, as a part of their median."""
    ordered = sorted(values)
    cut = len(ordered) // 10
    return (ordered[-1 - cut] - ordered[cut]) / 2 / statistics.median(ordered)


def by_round(times: list[float], bases: list[float]) -> list[float]:
    """Each of ``times`` to what was measured in the same round."""
    return [taken / base for taken, base in zip(times, bases, strict=True)]


def row(name: str, value: float, unit: str, noise: float = 0, *target: Any) -> dict[str, Any]:
    """A line of the table. ``target`` is what was wanted, in words, and whether it was reached."""
    wanted, ok = target or ("", None)
    return {
        "name": name,
        "value": float(f"{value:.3g}"),
        "unit": unit,
        "noise": round(noise, 3),
        "target": wanted,
        "ok": ok,
    }

"""How fast answers turn into models: our decoding beside pydantic alone on the same class.

Ours reads strictly, takes an envelope off, and keeps what doesn't fit; pydantic alone validates
JSON text as it does by default and raises. ``json`` is the standard library, into dictionaries.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import payloads
from measuring import Compared, compare, table

_MB = 1024 * 1024
ITEMS = 200


@dataclass(frozen=True)
class Result:
    what: str
    beside: str
    objects: int
    size: int
    compared: Compared


def measure(rounds: int) -> list[Result]:
    from hoody._runtime.decoding import decode
    from hoody.types.api.container import Container
    from hoody.types.api.project import Project
    from pydantic import TypeAdapter

    project, container = payloads.project(0), payloads.container(0)
    one = payloads.encoded(project)
    under = payloads.enveloped(project)
    many = payloads.encoded([payloads.container(number) for number in range(ITEMS)])
    # One field in one of the objects isn't what it should be.
    odd = payloads.encoded(
        [{**container, "snapshot_count": "3" if number == 100 else 3} for number in range(ITEMS)]
    )
    models, containers = TypeAdapter(Project), TypeAdapter(list[Container])

    def by_hand() -> object:
        return models.validate_python(json.loads(under)["data"])

    cases: list[tuple[str, str, int, bytes, Callable[[], Any], Callable[[], Any]]] = [
        (
            "a small model",
            "pydantic",
            1,
            one,
            partial(decode, one, Project),
            partial(models.validate_json, one),
        ),
        (
            "a small model in an envelope",
            "json and pydantic",
            1,
            under,
            partial(decode, under, Project, "data"),
            by_hand,
        ),
        (
            f"{ITEMS} large models",
            "pydantic",
            ITEMS,
            many,
            partial(decode, many, list[Container]),
            partial(containers.validate_json, many),
        ),
        (
            f"{ITEMS} large models",
            "json, no models",
            ITEMS,
            many,
            partial(decode, many, list[Container]),
            partial(json.loads, many),
        ),
        (
            f"{ITEMS} large models, one odd field",
            "pydantic, none odd",
            ITEMS,
            odd,
            partial(decode, odd, list[Container]),
            partial(containers.validate_json, many),
        ),
    ]
    results: list[Result] = []
    for what, beside, objects, content, ours, theirs in cases:
        times = 2000 // objects
        compared = compare(
            partial(_repeat, ours, times), partial(_repeat, theirs, times), rounds=rounds
        )
        results.append(Result(what, beside, objects * times, len(content) * times, compared))
    return results


def _repeat(run: Callable[[], object], times: int) -> None:
    for _ in range(times):
        run()


def report(results: list[Result]) -> None:
    table(
        "Decoding",
        ["answer", "beside", "theirs", "ours", "processor"],
        [
            [
                result.what,
                result.beside,
                _rate(result, result.compared.theirs.processor),
                _rate(result, result.compared.ours.processor),
                str(result.compared.processor),
            ]
            for result in results
        ],
    )


def _rate(result: Result, seconds: float) -> str:
    return f"{result.objects / seconds:,.0f}/s, {result.size / seconds / _MB:,.0f} MB/s"

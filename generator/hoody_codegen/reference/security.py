"""Whether an operation of the secured service takes credentials."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .anatomy import Anatomy
from .samples import CurlCall, curl_calls

_PUBLIC = re.compile(
    r"\bunauthenticated\b|\bno authentication (?:is )?(?:required|needed)\b"
    r"|\b(?:does not|doesn't) require (?:any )?authentication\b|\bwithout authentication\b"
    r"|\bpublic endpoint\b|\bpublicly accessible\b",
    re.I,
)
_TOKEN_CODES = {"MISSING_TOKEN", "TOKEN_EXPIRED"}


def is_public(
    anatomies: Sequence[Anatomy], texts: Sequence[str], responses: Mapping[str, Mapping[str, Any]]
) -> bool:
    """Public: the text says so, or a curl sample sends no credentials and none are demanded."""
    if any(_PUBLIC.search(text) for text in texts):
        return True
    for response in responses.values():
        for entry in response.get("x-error-codes", ()):
            if entry["code"] in _TOKEN_CODES:
                return False
    calls: list[CurlCall] = [c for a in anatomies for block in a.curl for c in curl_calls(block)]
    return bool(calls) and not any(call.header("Authorization") for call in calls)

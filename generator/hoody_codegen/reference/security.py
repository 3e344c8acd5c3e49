"""Whether an operation of the secured service takes credentials."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .anatomy import Anatomy
from .paths import parameter_names
from .samples import CurlCall, curl_calls

_PUBLIC = re.compile(
    r"\bunauthenticated\b|\bno authentication (?:is )?(?:required|needed)\b"
    r"|\b(?:does not|doesn't) require (?:any )?authentication\b|\bwithout authentication\b"
    r"|\bpublic endpoint\b|\bpublicly accessible\b",
    re.I,
)


def is_public(
    method: str,
    path: str,
    anatomies: Sequence[Anatomy],
    texts: Sequence[str],
    page_calls: Sequence[CurlCall],
) -> bool:
    """Public: the text says so, or a curl sample sends no credentials on purpose.

    It is on purpose if other samples of the page (``page_calls``) send some. Where none does, only
    a plain ``GET`` of something that has no name in its path is believed to be public.
    """
    if any(_PUBLIC.search(text) for text in texts):
        return True
    calls = [call for a in anatomies for block in a.curl for call in curl_calls(block)]
    if not calls or any(call.header("Authorization") for call in calls):
        return False
    if any(call.header("Authorization") for call in page_calls):
        return True
    return method == "GET" and not parameter_names(path)

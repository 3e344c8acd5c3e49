"""Which status a response has: said outright, concluded from its words, or from its place.

Few responses say their status. What they do say is used in this order:

1. a label (``Response — 404``), an HTTP status line, ``statusCode`` in an envelope;
2. a number that stands for the status in the body (``code: 404``, ``ERROR_404``);
3. reason phrases and error names (RFC 9110 §15: ``Forbidden``, ``NotFoundError``);
4. the words of the sentence before it, of its message, of its error codes;
5. its place: statuses ascend within an operation.

What comes from 3 to 5 is marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeGuard

_PHRASES = {re.sub(r"[^a-z]", "", s.phrase.lower()): int(s) for s in HTTPStatus if int(s) >= 400}
_PHRASES |= {"unprocessableentity": 422, "payloadtoolarge": 413, "validationerror": 400}

_REASON_WORDS = "|".join(re.escape(s.phrase) for s in HTTPStatus)
_NUMBER_IN_PROSE = re.compile(
    r"(?:\b(?:returns?|returned|respon\w+(?: with)?|HTTP|status(?: code)?(?: of)?|with|receives?"
    r"|indicates|an?|or|and)\s+(?:an? |the )?(?:HTTP )?(?P<quote>`?)(?P<number>[1-5]\d\d)\b"
    rf"(?!,?\d| ?(?:items|events|entries|ms|MB|KB|seconds|mutations|characters|pixels|bytes))"
    rf"|`(?P<spanned>[1-5]\d\d)(?: [A-Z][A-Za-z_ -]*)?`"
    rf"|\b(?P<bare>[1-5]\d\d) (?:response|when|if|(?:{_REASON_WORDS})\b))"
)

# Words and the statuses they speak of, the likeliest first. The first line that fits decides.
_WORDS: tuple[tuple[re.Pattern[str], tuple[int, ...]], ...] = tuple(
    (re.compile(pattern, re.I), statuses)
    for pattern, statuses in (
        (
            r"header is required|precondition required|if-match \S* ?(?:is )?(?:missing|absent)"
            r"|\bmissing if-match\b",
            (428,),
        ),
        (
            r"optimistic[- ]concurrency|if-match did not|precondition failed|revision is stale"
            r"|stale (?:etag|version)",
            (412,),
        ),
        (r"too many|rate[ -]?limit|limit reached|max \w+ reached", (429, 503)),
        (r"too large|(?:exceeds|exceeded)\b.*\bsize|vault limit", (413,)),
        (r"path too long|uri too long|path length limit|path exceeds", (414,)),
        (r"unsupported media|(?:unsupported|invalid|wrong) content[- ]type", (415, 400)),
        (r"method not allowed|method is not|method not supported", (405,)),
        (r"ttl expired|request timeout", (408, 504)),
        (r"not satisfiable|invalid range", (416,)),
        (r"\bgone\b|expired (?:link|snapshot)|snapshot expired", (410,)),
        (
            r"\bno \w+ (?:exists|matches|was found)\b|not[ _]found|does(?: not|n't) exist|no such"
            r"|not a built-in|unknown (?:job|tool)",
            (404,),
        ),
        (
            r"already|conflict|duplicate|\bbusy\b|in progress|mismatch|\bexists\b|not ready"
            r"|no longer (?:registered|available)|is a child of|in a \w+ (?:terminal )?state"
            r"|history gap|limit exceeded|limits exceeded|cannot be (?:safely )?deleted|frozen",
            (409, 400),
        ),
        (
            r"unauthori[sz]ed|not authenticated|authentication (?:is )?required|(?:invalid|missing)"
            r" (?:api |access |auth\w* )?token|incorrect password|invalid (?:password|credentials)",
            (401, 403),
        ),
        (
            r"forbidden|not allowed|not permitted|denied|insufficient|read-?only|is disabled"
            r"|are disabled|not enabled|cannot be modified|cross-site|requires? root|no access",
            (403, 400),
        ),
        (r"not implemented|not supported", (501, 400)),
        (
            r"bad gateway|\bupstream (?:error|server|fail\w*|unavailable)|unreachable",
            (502, 500),
        ),
        (r"unavailable|at capacity|overloaded|not ready yet|shutting down", (503, 500)),
        (r"gateway timeout|timed out|\btimeout\b", (504, 408, 500)),
        (r"unprocessable|validation failed", (400, 422)),
        (r"structured output", (422, 502)),
        (r"internal|server error|backend error", (500,)),
        (
            r"invalid|bad request|missing|is required|malformed|must be|must not|validation"
            r"|must contain|cannot|specify either|not valid|no \w+ provided|unsupported",
            (400, 422),
        ),
        (r"\bfail(?:ed|ure)\b|\berror\b|unable to", (500, 400)),
    )
)

_SUCCESS_WORDS: tuple[tuple[re.Pattern[str], int], ...] = (
    (
        re.compile(
            r"switching protocols|upgraded? to a? ?websocket|connection (?:is )?upgraded", re.I
        ),
        101,
    ),
    (re.compile(r"\bno content\b|no (?:response )?body is returned|empty response", re.I), 204),
    (re.compile(r"\baccepted (?:for|and)\b|\bwas accepted\b|queued|202 accepted", re.I), 202),
    (re.compile(r"\bmulti-status\b", re.I), 207),
    (re.compile(r"^redirects? to\b", re.I), 302),
    (re.compile(r"^[^.]*\b(?:created|resource created|upload resource created)\b", re.I), 201),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Candidates for a status, the likeliest first; ``reason`` is empty for what was said."""

    statuses: tuple[int, ...]
    reason: str = ""

    @property
    def is_said(self) -> bool:
        return bool(self.statuses) and not self.reason


UNKNOWN = Verdict(())


def status_in_value(value: Any) -> Verdict:
    """What a JSON body says about its own status (points 1 to 3)."""
    if not isinstance(value, dict):
        return UNKNOWN
    number = value.get("statusCode")
    if _is_status(number) and ({"message", "error", "data"} & set(value)):
        return Verdict((number,))
    code = value.get("code")
    if _is_status(code) and code >= 400 and "error" in value:
        return Verdict((code,))
    if isinstance(code, str) and (found := re.fullmatch(r"ERROR_([45]\d\d)", code)):
        return Verdict((int(found.group(1)),))
    for key in ("name", "error", "code"):
        text = value.get(key)
        if isinstance(text, str) and (status := _phrase(text)):
            return Verdict((status,), "status from the error name")
    if value.get("success") is False and value.get("errors"):
        return Verdict((400, 422), "status from the error envelope")
    if "retryAfterMs" in value and "error" in value:
        return Verdict((429,), "status from the error envelope")
    return UNKNOWN


def status_in_words(texts: Sequence[str], source: str) -> Verdict:
    """What sentences or error codes say (point 4); codes are read as words."""
    for text in texts:
        words = text.replace("_", " ") if re.fullmatch(r"[A-Za-z0-9_]+", text) else text
        for pattern, statuses in _WORDS:
            if pattern.search(words):
                return Verdict(statuses, f"status from {source}")
    return UNKNOWN


def success_in_words(texts: Sequence[str]) -> Verdict:
    """A status of success that sentences name or describe."""
    for text in texts:
        for number in numbers_in_prose(text):
            if number < 400:
                return Verdict((number,))
    for text in texts:
        for pattern, status in _SUCCESS_WORDS:
            if pattern.search(text):
                return Verdict((status,), "status from the words before it")
    return UNKNOWN


_DONE = re.compile(
    r"^[\w\s]*\b(?:updated|created|completed|deleted|removed|moved|copied|renamed|returned|started"
    r"|accepted|flushed|saved|stored)\b(?! ?(?:already|before))",
    re.I,
)
_NOT_DONE = re.compile(r"\bnot\b|\bno\b|\bfail\w*|\bcannot\b", re.I)


def tells_success(text: str) -> bool:
    """Whether a description speaks of something that was done."""
    head = text.split("(")[0]
    return bool(_DONE.match(head)) and not _NOT_DONE.search(head)


_ELSEWHERE = re.compile(
    r"\bother than\b|\ba bare\b|\bso that\b|\bsubsequent\b|\balias\b|\binstead of\b", re.I
)


def speaks_of_itself(sentence: str) -> bool:
    """Whether a sentence with a status is about the operation and not about another call."""
    return not _ELSEWHERE.search(sentence)


def numbers_in_prose(text: str) -> list[int]:
    """The statuses that a text mentions as numbers, in its order."""
    found = []
    for match in _NUMBER_IN_PROSE.finditer(text):
        number = int(match.group("number") or match.group("spanned") or match.group("bare"))
        if _is_status(number) and number not in found:
            found.append(number)
    return found


def is_error_value(value: Any) -> bool:
    """Whether a JSON body has the shape of an error."""
    if not isinstance(value, dict) or not value:
        return False
    number = value.get("statusCode")
    if _is_status(number):
        return number >= 400
    if value.get("success") is False and ("error" in value or "errors" in value):
        return True
    foreign = set(value) - _ERROR_KEYS
    if isinstance(value.get("name"), str) and value["name"].endswith("Error"):
        return not foreign
    has_error = isinstance(value.get("error"), str | dict) and bool(value["error"])
    has_code = isinstance(value.get("code"), str | int) and "message" in value
    return (has_error or has_code) and len(foreign) <= 2 and value.get("success") is not True


_ERROR_KEYS = {
    "error", "errors", "code", "message", "details", "detail", "success", "statusCode", "status",
    "name", "data", "timestamp", "retryAfterMs", "retryAfter", "hint", "reason", "path", "title",
}  # fmt: skip


def settle(verdicts: Sequence[Verdict], hints: Iterable[int] = ()) -> list[tuple[int, str]]:
    """One status for each error response of an operation, in order (point 5).

    Candidates are weighed by likelihood, by whether the prose mentions them (``hints``) and by how
    well the whole row ascends; the cheapest row wins.
    """
    mentioned = set(hints)
    rows = [_options(verdict, mentioned) for verdict in verdicts]
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for options in rows:
        following: dict[int, tuple[float, list[int]]] = {}
        for status, cost in options.items():
            total, trail = min(
                (paid + cost + _step(before, status), statuses)
                for before, (paid, statuses) in best.items()
            )
            following[status] = (total, [*trail, status])
        best = following
    _, chosen = min(best.values())
    return [
        (status, verdict.reason if status in verdict.statuses else "status from order")
        for status, verdict in zip(chosen, verdicts, strict=True)
    ]


_USUAL = (400, 401, 403, 404, 409, 422, 429, 500, 503)


def _options(verdict: Verdict, mentioned: set[int]) -> dict[int, float]:
    if verdict.is_said:
        return {verdict.statuses[0]: 0.0}
    options = {status: 4.0 + rank / 10 for rank, status in enumerate(_USUAL)}
    options |= {status: float(rank) for rank, status in enumerate(verdict.statuses)}
    return {status: cost - 1.2 if status in mentioned else cost for status, cost in options.items()}


def _step(before: int, status: int) -> float:
    """What it costs to follow one status with another: falling is rare, repeating unusual."""
    if status < before:
        return 2.5
    return 0.6 if status == before else 0.0


def _phrase(text: str) -> int | None:
    letters = re.sub(r"[^a-z]", "", text.lower())
    return _PHRASES.get(letters) or _PHRASES.get(re.sub(r"(?:error|exception)$", "", letters))


def _is_status(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 100 <= value < 600

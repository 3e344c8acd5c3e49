"""The statuses of the responses of one operation: see :mod:`.statuses` for the rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .anatomy import ResponsePart
from .payloads import Payload
from .statuses import (
    UNKNOWN,
    Verdict,
    is_error_value,
    numbers_in_prose,
    settle,
    status_in_value,
    status_in_words,
    success_in_words,
    tells_success,
)
from .tables import error_rows


@dataclass(slots=True)
class Shown:
    """A response part with its fence read and its status under discussion."""

    page: str
    part: ResponsePart
    payload: Payload | None
    texts: list[str]
    is_error: bool = False
    verdict: Verdict = UNKNOWN
    status: int = 0
    reason: str = ""


def split_leading(shown: list[Shown]) -> None:
    """A success that only words describe stands right before the fence of the first error."""
    if not shown or shown[0].payload is None or not shown[0].texts:
        return
    first = shown[0]
    if not _is_error(first, first_of_all=False) or first.part.status:
        return
    cut = len(first.texts) - 1
    if cut == 0 and not _returns(first.texts[0]) and status_in_words(first.texts, "").statuses:
        return
    cut = max(cut, 1)
    part = ResponsePart(texts=first.part.texts[:cut])
    shown.insert(0, Shown(first.page, part, None, first.texts[:cut]))
    first.texts = first.texts[cut:]
    first.part.texts = first.part.texts[cut:]


_OF_SUCCESS = re.compile(
    r"^(?:success\b|the response (?:confirms|is signed|includes)\b|responses include\b"
    r"|the connection is upgraded\b|`?\w+`? is one of\b|when [^.]*, the response is\b)",
    re.I,
)


def return_to_success(shown: Sequence[Shown]) -> None:
    """Give a success the words after its fence, which stand right before that of an error."""
    for before, item in pairwise(shown):
        if _is_error(before, first_of_all=before is shown[0]):
            continue
        if item.part.status or not _is_error(item, first_of_all=False):
            continue
        count = 0
        for text in item.texts:
            if not _OF_SUCCESS.search(text) or any(n >= 400 for n in numbers_in_prose(text)):
                break
            count += 1
        if count and len(item.texts) == len(item.part.texts):
            before.texts += item.texts[:count]
            before.part.texts = [*before.part.texts, *item.part.texts[:count]]
            item.texts = item.texts[count:]
            item.part.texts = item.part.texts[count:]


def _returns(text: str) -> bool:
    return text.lower().startswith(("returns the ", "returns a ", "returns an "))


def _is_error(item: Shown, *, first_of_all: bool) -> bool:
    if item.part.status:
        return int(item.part.status) >= 400
    payload = item.payload
    if payload is None:
        return not first_of_all and bool(item.part.errors)
    if payload.status:
        return payload.status >= 400
    if payload.is_json:
        said = status_in_value(payload.value)
        if said.is_said:
            return said.statuses[0] >= 400
        if is_error_value(payload.value):
            return True
        return not first_of_all and payload.value == {} and bool(item.part.errors)
    if first_of_all:
        return False
    if payload.leaked:
        if tells_success(payload.description):
            return False
        return bool(status_in_words([payload.description], "").statuses)
    if payload.text is not None and payload.media_type != "application/json":
        words = [payload.text] if len(payload.text) < 300 else []
        if item.part.errors:
            return True
        return bool(status_in_words([*item.texts, *words], "").statuses) and len(payload.text) < 120
    return bool(item.part.errors)


def judge(shown: Sequence[Shown], prose: Sequence[str], page_texts: Sequence[str]) -> None:
    """Give every shown response its status."""
    for position, item in enumerate(shown):
        item.is_error = _is_error(item, first_of_all=position == 0)
    _judge_successes([s for s in shown if not s.is_error], prose, page_texts)
    errors = [s for s in shown if s.is_error]
    for item in errors:
        item.verdict = _error_verdict(item)
    general = {n for text in page_texts for n in numbers_in_prose(text) if n >= 400}
    if len(errors) == len(general) == 1 and not errors[0].verdict.is_said:
        # The page says once for all its operations how they fail.
        errors[0].verdict = Verdict(tuple(general), "status from the introduction of the page")
    hints = [n for text in (*prose, *page_texts) for n in numbers_in_prose(text) if n >= 400]
    for item, (status, reason) in zip(
        errors, settle([e.verdict for e in errors], hints), strict=True
    ):
        item.status, item.reason = status, reason


def _judge_successes(
    shown: Sequence[Shown], prose: Sequence[str], page_texts: Sequence[str]
) -> None:
    used: list[int] = []
    mentioned = [n for text in prose for n in numbers_in_prose(text) if n < 400]
    for position, item in enumerate(shown):
        said = _said(item)
        if said.statuses:
            verdict = said
        elif position == 0:
            verdict = success_verdict(item.texts, prose, page_texts, shown=_has_body(item))
        else:
            words = [*item.texts, *_message(item)]
            verdict = success_in_words(words)
            fresh = [n for n in mentioned if n not in used]
            if not verdict.statuses and fresh:
                verdict = Verdict((fresh[0],), "status from the description")
            elif not verdict.statuses:
                other = 200 if item.payload is not None and item.payload.leaked else used[-1]
                verdict = Verdict((other,), "status from order")
        item.status, item.reason = verdict.statuses[0], verdict.reason
        used.append(item.status)


def _has_body(item: Shown) -> bool:
    payload = item.payload
    return payload is not None and (payload.is_json or bool(payload.text) or payload.binary)


def _said(item: Shown) -> Verdict:
    if item.part.status:
        return Verdict((int(item.part.status),))
    payload = item.payload
    if payload is not None and payload.status:
        return Verdict((payload.status,))
    if payload is not None and payload.is_json:
        verdict = status_in_value(payload.value)
        return verdict if verdict.is_said else UNKNOWN
    if payload is not None and payload.description:
        return success_in_words([payload.description])
    if payload is not None and not payload.media_type and not payload.binary:
        return Verdict((204,), "status from the empty body")
    return UNKNOWN


def _message(item: Shown) -> list[str]:
    payload = item.payload
    if payload is None:
        return []
    if payload.is_json and isinstance(payload.value, dict):
        values = [payload.value.get(key) for key in ("message", "error", "detail", "code", "title")]
        found = [value for value in values if isinstance(value, str)]
        # A phrase in `error` is the headline, and the message explains it.
        found.sort(key=lambda text: " " not in text or text != payload.value.get("error"))
        data = payload.value.get("data")
        if isinstance(data, dict) and isinstance(data.get("message"), str):
            found.append(data["message"])
        return found
    if payload.text is not None and len(payload.text) < 300:
        return [payload.text]
    return [payload.description] if payload.description else []


def success_verdict(
    texts: Sequence[str], prose: Sequence[str], page_texts: Sequence[str], *, shown: bool
) -> Verdict:
    """The status of the first success; a redirect only where no body is ``shown``."""
    own = success_in_words(texts)
    if own.statuses:
        return own
    for source, where in ((prose, "the description"), (page_texts, "the introduction of the page")):
        limit = 300 if shown else 400
        numbers = [n for text in source for n in numbers_in_prose(text) if n < limit and n != 304]
        if numbers:
            return Verdict((numbers[0],), "" if source is prose else f"status from {where}")
    return Verdict((200,), "status of success by default")


def _error_verdict(item: Shown) -> Verdict:
    if item.part.status:
        return Verdict((int(item.part.status),))
    payload = item.payload
    if payload is not None and payload.status:
        return Verdict((payload.status,))
    named = UNKNOWN
    if payload is not None and payload.is_json:
        named = status_in_value(payload.value)
        if named.is_said or named.statuses == (429,):
            return named
    numbers = [n for text in item.texts for n in numbers_in_prose(text) if n >= 400]
    if numbers:
        return Verdict((numbers[0],))
    rows = [row for table in item.part.errors for row in error_rows(table)]
    codes = [row.code for row in rows]
    options: list[int] = list(named.statuses)
    reason = named.reason
    first, second = ("its error codes", codes[:1]), ("its message", _message(item))
    if named.reason and _names_itself_generally(payload):
        first, second = second, first
    for source, words in (
        ("its words", [payload.description] if payload and payload.leaked else []),
        ("the words before it", item.texts),
        first,
        second,
        ("its error codes", [*codes[1:], *(row.title for row in rows)]),
    ):
        verdict = status_in_words(words, source)
        options += [status for status in verdict.statuses if status not in options]
        reason = reason or verdict.reason
    return Verdict(tuple(options), reason) if options else UNKNOWN


def _names_itself_generally(payload: Payload | None) -> bool:
    """Whether the code of a body is a reason phrase (``bad_request``): the message knows more."""
    if payload is None or not isinstance(payload.value, dict):
        return False
    code = payload.value.get("code")
    return isinstance(code, str) and bool(status_in_value({"code": code}).statuses)

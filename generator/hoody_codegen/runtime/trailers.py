"""The last line of a list of JSON lines, where one is documented: that the list is complete, where
it goes on, or the error that ended it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ._http import Reply
from .decoding import NotJsonError, parse
from .error_bodies import status_error
from .errors import APIStatusError, StreamInterruptedError
from .messages import HttpResponse
from .operation import ErrorShape, Operation, StreamInfo
from .requests import Prepared, Settings


def read_trailer(line: bytes, info: StreamInfo) -> dict[str, Any] | None:
    """``line`` as JSON data if it is the last line by the key documented for it."""
    key = info.trailer
    if key is None or json.dumps(key).encode() not in line:
        return None
    try:
        found: object = parse(line)
    except NotJsonError:
        return None
    return found if isinstance(found, dict) and key in found else None


def trailer_error(
    settings: Settings, prepared: Prepared, response: HttpResponse, trailer: Mapping[str, Any]
) -> APIStatusError | None:
    """The exception for a trailer that reports an error; None if it reports none.

    It has the status that the trailer names, or else the one documented for its code, or else the
    status of the answer itself, which was a success before the error came.
    """
    operation = prepared.operation
    info = operation.stream or StreamInfo()
    said = None if info.trailer_error is None else trailer.get(info.trailer_error)
    if not said:
        return None
    status = None if info.trailer_status is None else trailer.get(info.trailer_status)
    if not isinstance(status, int) or isinstance(status, bool):
        status = _documented_status(operation, said) or response.status
    fields = [(name, response.headers[name]) for name in response.headers]
    place = info.trailer_error or ""
    shape = operation.error_shape or ErrorShape()
    return status_error(
        replace(operation, error_shape=shape._replace(code=(place, *shape.code))),
        prepared.described(),
        HttpResponse(status, fields, json.dumps(trailer).encode()),
        settings.info.error_types(),
        now=prepared.retry.clock.now(),
        secrets=prepared.secrets,
    )


def read_lines(
    settings: Settings, prepared: Prepared, reply: Reply
) -> tuple[list[Any], dict[str, Any]]:
    """The values of a body of JSON lines with a documented last one, and that one.

    Raises the error that the last line reports, StreamInterruptedError where it is missing, and
    NotJsonError.
    """
    values: list[Any] = []
    info = prepared.operation.stream or StreamInfo()
    for line in reply.content.split(b"\n"):
        if not line.strip():
            continue
        trailer = read_trailer(line, info)
        if trailer is None:
            values.append(parse(line))
            continue
        error = trailer_error(settings, prepared, reply.described(), trailer)
        if error is not None:
            raise error
        return values, trailer
    raise StreamInterruptedError(
        f"The answer ends after {len(values)} lines without its last line (the one with "
        f"{info.trailer!r})",
        operation=prepared.operation,
        request=prepared.described(),
    )


def _documented_status(operation: Operation, code: object) -> int | None:
    for status, entries in operation.errors.items():
        if any(entry.code == code for entry in entries):
            return status
    return None

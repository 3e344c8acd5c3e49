"""How single values are written in URLs, headers and JSON."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timezone
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Final, Protocol, TypeGuard, cast
from uuid import UUID

from .errors import InvalidArgumentError
from .sentinels import OMIT

_SCALARS: Final = (str, int, float, bytes, bytearray, type(None))


class _Model(Protocol):
    """A model of this runtime, known by its methods: this module must not load pydantic."""

    def to_dict(self) -> dict[str, object]: ...


class _OtherModel(Protocol):
    """Any other pydantic model."""

    def model_dump(self, *, mode: str, by_alias: bool) -> dict[str, object]: ...


def format_datetime(moment: datetime) -> str:
    """RFC 3339. A time without a zone is local time, as everywhere in Python, and sent in UTC.

    Fractions of a second are written with three digits where that is exact, else with six.
    """
    if moment.tzinfo is None:
        moment = moment.astimezone(timezone.utc)
    precision = "auto"
    if moment.microsecond and moment.microsecond % 1000 == 0:
        precision = "milliseconds"
    text = moment.isoformat(timespec=precision)
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def format_scalar(value: object, name: str) -> str:
    """A scalar as text for a URL or a header; ``name`` is the parameter, for the error."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (float, Decimal)):
        finite = value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)
        if not finite:
            raise InvalidArgumentError(f"{name}: {value} isn't a number that can be sent")
        return _plain_number(value)
    if isinstance(value, datetime):
        return format_datetime(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, PurePath):
        return value.as_posix()
    raise InvalidArgumentError(f"{name}: a value of type {type(value).__name__} can't be sent here")


def _plain_number(value: float | Decimal) -> str:
    """Digits without an exponent, and no fraction where there is none: not every server reads
    ``1e+22`` as a number, or ``1.0`` as a whole one."""
    text = format(value if isinstance(value, Decimal) else Decimal(repr(value)), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def simple_items(value: object, name: str, *, pairs: str | None = None) -> list[str]:
    """The texts that style ``simple`` joins by commas in paths and headers (OpenAPI 3.1, Style
    Values): the items of a list, the names and values of an object in turn, or the one value.

    With ``pairs``, the names and values of an object are joined by it (``explode``).
    """
    if type(value) is str:  # as nearly always
        return [value]
    fields = as_mapping(value)
    if fields is not None:
        given = [(key, item) for key, item in fields.items() if _is_given(item)]
        texts = [[format_scalar(part, name) for part in pair] for pair in given]
        if pairs is not None:
            return [pairs.join(pair) for pair in texts]
        return [text for pair in texts for text in pair]
    if is_list(value):
        return [format_scalar(item, name) for item in value if _is_given(item)]
    return [format_scalar(value, name)]


def _is_given(value: object) -> bool:
    return value is not None and value is not OMIT


def is_list(value: object) -> TypeGuard[Iterable[object]]:
    """Whether ``value`` is several values rather than one; text and mappings are one."""
    return not isinstance(value, _SCALARS) and (
        isinstance(value, (list, tuple))
        or (isinstance(value, Iterable) and not isinstance(value, Enum) and not _is_object(value))
    )


def _is_object(value: object) -> bool:
    return isinstance(value, Mapping) or hasattr(value, "to_dict") or hasattr(value, "model_dump")


def as_mapping(value: object) -> Mapping[str, object] | None:
    """``value`` as an object with fields, if it is a mapping or a model."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, _SCALARS):
        return None
    if hasattr(value, "to_dict"):
        return cast("_Model", value).to_dict()
    if hasattr(value, "model_dump"):
        return cast("_OtherModel", value).model_dump(mode="json", by_alias=True)
    return None


def json_data(value: object, *, zoneless: bool = False) -> object:
    """``value`` as JSON data: models, dates and bytes written out, everything omitted left out.

    A time without a zone is local time, and sent in UTC; ``zoneless`` ones go back as they came.
    """
    if value is None or isinstance(value, (bool, int, float)):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, Enum):
        return json_data(value.value)
    if isinstance(value, str):
        return value
    if zoneless and isinstance(value, datetime) and value.tzinfo is None:
        return value.isoformat()
    fields = as_mapping(value)
    if fields is not None:
        return {
            key: json_data(item, zoneless=zoneless)
            for key, item in fields.items()
            if item is not OMIT
        }
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode("ascii")
    if is_list(value):
        return [json_data(item, zoneless=zoneless) for item in value if item is not OMIT]
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise InvalidArgumentError(f"{value} isn't a number that can be sent")
        return int(value) if value == value.to_integral_value() else float(value)
    return format_scalar(value, "body")


def encode_json(value: object) -> bytes:
    """``value`` as UTF-8 JSON without needless spaces."""
    try:
        text = json.dumps(
            json_data(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False
        )
        return text.encode("utf-8")
    except (ValueError, TypeError, RecursionError) as error:
        if isinstance(error, InvalidArgumentError):
            raise
        raise InvalidArgumentError(f"The body can't be written as JSON: {error}") from error

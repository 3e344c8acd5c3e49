"""How list operations continue: what the document says, checked, else what it lets see.

Paths lead from the top of the wire body. A path that leads nowhere in the documented response is
tried below the envelope, and a list that can't be found leaves the operation without pages.
"""

from __future__ import annotations

from dataclasses import replace

from ..diagnostics import Diagnostics
from ..ir import (
    Api,
    ArrayType,
    Model,
    ModelId,
    ModelType,
    NullableType,
    ObjectShape,
    Operation,
    Pagination,
    PaginationStyle,
    Parameter,
    ParameterLocation,
    ResultKind,
    ScalarKind,
    ScalarType,
    TypeRef,
)
from ..ir.rewrite import rewrite_operations
from ..text import Untrusted, UntrustedText
from .results import object_properties, success_responses

_PAGE = ("page", "pagenumber", "pageno", "currentpage")
_OFFSET = ("offset", "skip", "startindex")
_CURSOR = ("cursor", "pagetoken", "after", "afterid", "startingafter", "continuationtoken")
_LIMIT = ("limit", "pagesize", "perpage", "pagelimit", "maxresults", "count", "size", "take")
_TOTAL = ("total", "totalcount", "totalitems", "totalresults")
_MORE = ("hasmore", "hasnext", "hasnextpage", "more")
_NEXT = ("nextcursor", "nextpagetoken", "nextafterid", "nextafter", "continuationtoken")
_META = ("pagination", "meta", "page", "paging", "pageinfo")

Models = dict[ModelId, Model]


def settle_pagination(api: Api, diagnostics: Diagnostics) -> Api:
    """Set, correct or remove ``pagination`` of every operation."""
    models = {model.id: model for model in api.models}

    def settle(operation: Operation) -> Operation:
        if operation.pagination is not None:
            pagination = _checked(operation, operation.pagination, models, diagnostics)
        else:
            pagination = _recognised(operation, models)
        return replace(operation, pagination=pagination)

    return rewrite_operations(api, settle)


def body_type(operation: Operation) -> TypeRef | None:
    """The wire body of success: before any envelope is taken off."""
    result = operation.result
    if result is None or result.kind is not ResultKind.JSON:
        return None
    for response in success_responses(operation):
        for content in response.contents:
            if content.type is not None:
                return content.type
    return None


def type_at(type_: TypeRef | None, path: str, models: Models) -> TypeRef | None:
    """The type at a dotted path; None where the documented body has nothing there."""
    for name in path.split(".") if path else ():
        field = object_properties(type_, models).get(name)
        if field is None:
            return None
        type_ = field.type
    return _resolved(type_, models)


def _resolved(type_: TypeRef | None, models: Models) -> TypeRef | None:
    """Without null and without names for other types."""
    while True:
        if isinstance(type_, NullableType):
            type_ = type_.inner
        elif isinstance(type_, ModelType):
            model = models.get(type_.id)
            if model is None or isinstance(model.shape, ObjectShape):
                return type_
            type_ = model.shape
        else:
            return type_


def _checked(
    operation: Operation, said: Pagination, models: Models, diagnostics: Diagnostics
) -> Pagination | None:
    body = body_type(operation)
    envelope = operation.result.envelope if operation.result is not None else None
    prefix = f"{envelope.reveal()}." if envelope is not None else ""
    items = said.items.reveal()
    if items and not isinstance(type_at(body, items, models), ArrayType):
        below = isinstance(type_at(body, prefix + items, models), ArrayType)
        items, prefix = (prefix + items, prefix) if prefix and below else ("", prefix)
    else:
        prefix = ""
    if not items:
        found = _lists(body, models)
        if len(found) != 1:
            diagnostics.warning(
                "pagination-items",
                operation.origin,
                f"x-pagination names the items as {said.items.reveal()!r}, and the response has no "
                "such list; pages are not followed",
            )
            return None
        items = found[0]

    def below_prefix(path: UntrustedText | None) -> UntrustedText | None:
        return path.map(lambda text: prefix + text) if path is not None else None

    position = _parameter(operation, said.position)
    style = said.style
    if style is not PaginationStyle.SINGLE and position is None:
        diagnostics.warning(
            "pagination-position",
            operation.origin,
            "x-pagination names no parameter of this operation to go on with; only the first page "
            "can be read",
        )
        style = PaginationStyle.SINGLE
    limit = _parameter(operation, said.limit)
    default, maximum = _limits(limit)
    return replace(
        said,
        style=style,
        items=Untrusted(items),
        position=position.name if position is not None else None,
        limit=limit.name if limit is not None else None,
        total=below_prefix(said.total),
        has_more=below_prefix(said.has_more),
        next_cursor=below_prefix(said.next_cursor),
        default_limit=said.default_limit if said.default_limit is not None else default,
        max_limit=said.max_limit if said.max_limit is not None else maximum,
    )


def _parameter(operation: Operation, name: UntrustedText | None) -> Parameter | None:
    for parameter in operation.parameters:
        if parameter.name == name and parameter.location is ParameterLocation.QUERY:
            return parameter
    return None


def _recognised(operation: Operation, models: Models) -> Pagination | None:
    """Pagination by the usual names of parameters and fields, if all that it takes is there."""
    if operation.method != "GET":
        return None
    by_name = {
        _plain(parameter.name.reveal()): parameter
        for parameter in reversed(operation.parameters)
        if parameter.location is ParameterLocation.QUERY
    }
    body = body_type(operation)
    lists = _lists(body, models)
    if len(lists) != 1:
        return None
    items = lists[0]
    limit = _named(by_name, _LIMIT)
    next_cursor = _field(body, items, _NEXT, models)
    choices = (
        (PaginationStyle.CURSOR, _named(by_name, _CURSOR) if next_cursor else None),
        (PaginationStyle.PAGE, _number(_named(by_name, _PAGE))),
        (PaginationStyle.OFFSET, _number(_named(by_name, _OFFSET))),
    )
    for style, position in choices:
        if position is None or (style is PaginationStyle.OFFSET and limit is None):
            continue
        default, maximum = _limits(limit)
        return Pagination(
            style=style,
            items=Untrusted(items),
            position=position.name,
            limit=limit.name if limit is not None else None,
            total=_text(_field(body, items, _TOTAL, models)),
            has_more=_text(_field(body, items, _MORE, models)),
            next_cursor=_text(next_cursor) if style is PaginationStyle.CURSOR else None,
            default_limit=default,
            max_limit=maximum,
            inferred=Untrusted("pagination from parameters and response"),
        )
    return None


def _limits(limit: Parameter | None) -> tuple[int | None, int | None]:
    """Default and maximum of a page's size, where its parameter tells them."""
    if limit is None:
        return None, None
    default = limit.default.reveal() if limit.default is not None else None
    maximum = limit.constraints.maximum
    is_count = isinstance(default, int) and not isinstance(default, bool) and default > 0
    return default if is_count else None, maximum if isinstance(maximum, int) else None


def _text(value: str | None) -> UntrustedText | None:
    return Untrusted(value) if value is not None else None


def _named(by_name: dict[str, Parameter], names: tuple[str, ...]) -> Parameter | None:
    return next((by_name[name] for name in names if name in by_name), None)


def _number(parameter: Parameter | None) -> Parameter | None:
    """A page that is no number can't be counted on."""
    if parameter is None:
        return None
    type_ = parameter.type.inner if isinstance(parameter.type, NullableType) else parameter.type
    is_number = isinstance(type_, ScalarType) and type_.kind in (
        ScalarKind.INTEGER,
        ScalarKind.NUMBER,
    )
    return parameter if is_number else None


def _lists(body: TypeRef | None, models: Models) -> list[str]:
    """Paths of the lists in a body, on its top and one level below; the top ones if there are."""
    if isinstance(_resolved(body, models), ArrayType):
        return [""]
    top = object_properties(body, models)
    found = [name for name in top if isinstance(type_at(body, name, models), ArrayType)]
    if found:
        return found
    return [
        f"{name}.{inner}"
        for name in top
        for inner in object_properties(top[name].type, models)
        if isinstance(type_at(body, f"{name}.{inner}", models), ArrayType)
    ]


def _field(body: TypeRef | None, items: str, names: tuple[str, ...], models: Models) -> str | None:
    """A field beside the list, or in an object beside it that usually holds such fields."""
    parents = [items.rpartition(".")[0], ""]
    for parent in dict.fromkeys(parents):
        fields = object_properties(type_at(body, parent, models), models)
        prefix = f"{parent}." if parent else ""
        for name in fields:
            if _plain(name) in names:
                return prefix + name
        for name in fields:
            if _plain(name) in _META:
                for inner in object_properties(fields[name].type, models):
                    if _plain(inner) in names:
                        return f"{prefix}{name}.{inner}"
    return None


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())

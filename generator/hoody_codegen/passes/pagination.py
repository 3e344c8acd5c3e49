"""How list operations continue: what the document says, checked, else what it lets see.

Paths lead from the top of the wire body. A path that leads nowhere in the documented response is
tried below the envelope, and a list that can't be found leaves the operation without pages.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

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
    Property,
    ResultKind,
    ScalarKind,
    ScalarType,
    TypeRef,
)
from ..ir.rewrite import rewrite_operations
from ..text import Untrusted, UntrustedText
from .media import kind_of
from .results import object_properties, success_responses

_PAGE = ("page", "pagenumber", "pageno", "currentpage")
_OFFSET = ("offset", "skip", "startindex")
_CURSOR = ("cursor", "pagetoken", "after", "afterid", "startingafter", "continuationtoken")
_LIMIT = ("limit", "pagesize", "perpage", "pagelimit", "maxresults", "count", "size", "take")
_TOTAL = ("total", "totalcount", "totalitems", "totalresults")
_PAGES = ("totalpages", "pages", "pagecount", "numpages", "lastpage")
_MORE = ("hasmore", "hasnext", "hasnextpage", "more")
_NEXT = ("nextcursor", "nextpagetoken", "nextafterid", "nextafter", "continuationtoken")
_META = ("pagination", "meta", "metadata", "page", "paging", "pageinfo")

_NUMBERS = (ScalarKind.INTEGER, ScalarKind.NUMBER)
_FLAGS = (ScalarKind.BOOLEAN,)

Models = dict[ModelId, Model]
Asked: TypeAlias = Parameter | Property
"""What says which page is wanted: a query parameter, or a field of the request body."""


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
    if items and not _are_lists(body, items, models):
        wrapped = " + ".join(prefix + part for part in items.split(" + "))
        below = _are_lists(body, wrapped, models)
        items, prefix = (wrapped, prefix) if prefix and below else ("", prefix)
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
        return (
            path.map(lambda text: " + ".join(prefix + part for part in text.split(" + ")))
            if path is not None
            else None
        )

    position, in_body = _asked_for(operation, said.position, models)
    style = said.style
    if style is not PaginationStyle.SINGLE and position is None:
        diagnostics.warning(
            "pagination-position",
            operation.origin,
            "x-pagination names no parameter of this operation to go on with; only the first page "
            "can be read",
        )
        style = PaginationStyle.SINGLE
    limit, _ = _asked_for(operation, said.limit, models)
    if style is PaginationStyle.SINGLE and limit is None:
        # A list that may be cut short isn't as long as the whole.
        limit = _named(_queried(operation), _LIMIT)
    default, maximum = _limits(limit)
    fields = _Fields(body, items, models)
    return replace(
        said,
        style=style,
        items=Untrusted(items),
        position=position.name if position is not None else None,
        in_body=in_body,
        first_page=_first_page(position) if style is PaginationStyle.PAGE else 1,
        limit=limit.name if limit is not None else None,
        total=below_prefix(said.total),
        total_pages=below_prefix(said.total_pages) or fields.total_pages(style),
        has_more=below_prefix(said.has_more),
        next_cursor=below_prefix(said.next_cursor),
        default_limit=said.default_limit if said.default_limit is not None else default,
        max_limit=said.max_limit if said.max_limit is not None else maximum,
    )


def _are_lists(body: TypeRef | None, paths: str, models: Models) -> bool:
    return all(isinstance(type_at(body, path, models), ArrayType) for path in paths.split(" + "))


def _asked_for(
    operation: Operation, name: UntrustedText | None, models: Models
) -> tuple[Asked | None, bool]:
    """What is called ``name`` in the query, or else in the body; whether it is in the body."""
    for parameter in operation.parameters:
        if parameter.name == name and parameter.location is ParameterLocation.QUERY:
            return parameter, False
    field = _body_fields(operation, models).get(name.reveal()) if name is not None else None
    return field, field is not None


def _body_fields(operation: Operation, models: Models) -> dict[str, Property]:
    """The fields of a JSON body."""
    for content in operation.body.contents if operation.body is not None else ():
        if kind_of(content) is ResultKind.JSON:
            return object_properties(content.type, models)
    return {}


def _first_page(position: Asked | None) -> int:
    """The number of the first page: 0 where the parameter's description begins with it."""
    if position is None:
        return 1
    default = position.default.reveal() if position.default is not None else None
    if default is None:
        default = position.constraints.minimum
    return 0 if default == 0 and default is not False else 1


def _queried(operation: Operation) -> dict[str, Asked]:
    return {
        _plain(parameter.name.reveal()): parameter
        for parameter in reversed(operation.parameters)
        if parameter.location is ParameterLocation.QUERY
    }


def _recognised(operation: Operation, models: Models) -> Pagination | None:
    """Pagination by the usual names of parameters and fields, if all that it takes is there.

    A POST is only repeated for a cursor in its body that its answer gives out: a search.
    """
    if operation.method not in ("GET", "POST"):
        return None
    in_body = operation.method == "POST"
    if in_body:
        asked: dict[str, Asked] = {
            _plain(name): field for name, field in _body_fields(operation, models).items()
        }
    else:
        asked = _queried(operation)
    body = body_type(operation)
    lists = _lists(body, models)
    if len(lists) != 1:
        return None
    items = lists[0]
    limit = _named(asked, _LIMIT)
    fields = _Fields(body, items, models)
    next_cursor = fields.find(_NEXT)
    choices = (
        (PaginationStyle.CURSOR, _named(asked, _CURSOR) if next_cursor else None),
        (PaginationStyle.PAGE, None if in_body else _number(_named(asked, _PAGE))),
        (PaginationStyle.OFFSET, None if in_body else _number(_named(asked, _OFFSET))),
    )
    for style, position in choices:
        if position is None or (style is PaginationStyle.OFFSET and limit is None):
            continue
        default, maximum = _limits(limit)
        return Pagination(
            style=style,
            items=Untrusted(items),
            position=position.name,
            in_body=in_body,
            first_page=_first_page(position) if style is PaginationStyle.PAGE else 1,
            limit=limit.name if limit is not None else None,
            total=fields.find(_TOTAL, _NUMBERS),
            total_pages=fields.total_pages(style),
            has_more=fields.find(_MORE, _FLAGS),
            next_cursor=next_cursor if style is PaginationStyle.CURSOR else None,
            default_limit=default,
            max_limit=maximum,
            inferred=Untrusted("pagination from parameters and response"),
        )
    return None


def _limits(limit: Asked | None) -> tuple[int | None, int | None]:
    """Default and maximum of a page's size, where its parameter tells them."""
    if limit is None:
        return None, None
    default = limit.default.reveal() if limit.default is not None else None
    maximum = limit.constraints.maximum
    is_count = isinstance(default, int) and not isinstance(default, bool) and default > 0
    return default if is_count else None, maximum if isinstance(maximum, int) else None


def _named(by_name: dict[str, Asked], names: tuple[str, ...]) -> Asked | None:
    return next((by_name[name] for name in names if name in by_name), None)


def _number(asked: Asked | None) -> Asked | None:
    """A page that is no number can't be counted on."""
    if asked is None:
        return None
    type_ = asked.type.inner if isinstance(asked.type, NullableType) else asked.type
    return asked if isinstance(type_, ScalarType) and type_.kind in _NUMBERS else None


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


class _Fields:
    """The fields beside a list, and in an object beside it that usually holds such fields."""

    def __init__(self, body: TypeRef | None, items: str, models: Models) -> None:
        self._body = body
        self._parents = dict.fromkeys([items.partition(" + ")[0].rpartition(".")[0], ""])
        self._models = models

    def find(
        self, names: tuple[str, ...], kinds: tuple[ScalarKind, ...] = ()
    ) -> UntrustedText | None:
        """The path of the first field with one of these names, and of one of these kinds."""
        for parent in self._parents:
            fields = object_properties(type_at(self._body, parent, self._models), self._models)
            prefix = f"{parent}." if parent else ""
            for name, field in fields.items():
                if _plain(name) in names and self._is(field, kinds):
                    return Untrusted(prefix + name)
            for name, field in fields.items():
                if _plain(name) in _META:
                    inner = object_properties(field.type, self._models)
                    for inner_name, inner_field in inner.items():
                        if _plain(inner_name) in names and self._is(inner_field, kinds):
                            return Untrusted(f"{prefix}{name}.{inner_name}")
        return None

    def total_pages(self, style: PaginationStyle) -> UntrustedText | None:
        return self.find(_PAGES, _NUMBERS) if style is PaginationStyle.PAGE else None

    def _is(self, field: Property, kinds: tuple[ScalarKind, ...]) -> bool:
        type_ = _resolved(field.type, self._models)
        return not kinds or (isinstance(type_, ScalarType) and type_.kind in kinds)


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())

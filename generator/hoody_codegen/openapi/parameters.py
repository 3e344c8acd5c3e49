"""Parameter Objects, and the parameters that a path template implies."""

from __future__ import annotations

import re
from collections.abc import Sequence

from openapi_pydantic.v3.v3_1 import Parameter as ParameterView

from ..document import Node
from ..ir import (
    AnyType,
    EnumType,
    Parameter,
    ParameterLocation,
    ScalarKind,
    ScalarType,
    TypeRef,
)
from ..text import Untrusted
from .context import Context
from .examples import read_examples
from .facts import Facts, inferred, text
from .media_types import media_type_of
from .sites import Site
from .view import view

_TEMPLATE = re.compile(r"\{([^{}/?#]*)\}")
_DEFAULT_STYLE = {
    ParameterLocation.PATH: "simple",
    ParameterLocation.QUERY: "form",
    ParameterLocation.HEADER: "simple",
    ParameterLocation.COOKIE: "form",
}
_SET_OTHERWISE = {
    "accept": "the media types of the responses",
    "content-type": "the media type of the body",
    "authorization": "the credentials",
}
_STRING = ScalarType(ScalarKind.STRING)


def template_names(path: str) -> list[str]:
    """The names in braces, in order, each once."""
    return list(dict.fromkeys(name for name in _TEMPLATE.findall(path) if name))


def read_parameters(
    context: Context,
    sources: Sequence[Node],
    path: str,
    fixed: frozenset[str],
    site: Site,
    place: Node,
) -> tuple[Parameter, ...]:
    """The parameters of an operation: ``sources`` are lists, those of the path item first.

    A parameter of the operation replaces the path item's with the same name and location. Fixed
    query pairs of the path key aren't asked for again.
    """
    found: dict[tuple[str, ParameterLocation], Parameter] = {}
    for source in sources:
        own: set[tuple[str, ParameterLocation]] = set()
        for node in source.elements():
            parameter = _read(context, node, site)
            if parameter is None:
                continue
            key = (_name_key(parameter), parameter.location)
            if key in own:
                context.diagnostics.warning(
                    "duplicate-parameter",
                    node.location,
                    f"the {parameter.location.value} parameter {parameter.name.reveal()!r} is "
                    "described twice; the first description counts",
                )
                continue
            own.add(key)
            found[key] = parameter
    in_path = _path_parameters(context, found, path, place)
    others = [
        parameter
        for location in (
            ParameterLocation.QUERY,
            ParameterLocation.HEADER,
            ParameterLocation.COOKIE,
        )
        for parameter in found.values()
        if parameter.location is location
        and not (location is ParameterLocation.QUERY and parameter.name.reveal() in fixed)
    ]
    return (*in_path, *others)


def _name_key(parameter: Parameter) -> str:
    """Header names don't tell cases apart (RFC 9110, section 5.1)."""
    name = parameter.name.reveal()
    return name.lower() if parameter.location is ParameterLocation.HEADER else name


def _read(context: Context, reference: Node, site: Site) -> Parameter | None:
    node = context.resolve(reference)
    if node is None:
        return None
    typed = view(ParameterView, node, context.diagnostics)
    if typed is None:
        return None
    if not typed.name:
        context.diagnostics.warning(
            "missing-value", node.location, "a parameter without a name is left out"
        )
        return None
    location = ParameterLocation(typed.param_in.value)
    if location is ParameterLocation.HEADER and typed.name.lower() in _SET_OTHERWISE:
        context.diagnostics.note(
            f"{typed.name.lower()}-parameter",
            node.location,
            f"the {typed.name} header is set from {_SET_OTHERWISE[typed.name.lower()]} (OpenAPI "
            "3.1, Parameter Object)",
        )
        return None
    own = site.child(f"{location.value} {typed.name}", typed.name)
    schema = node.child("schema")
    as_json = _json_content(context, typed.name, node) if schema is None else None
    if as_json is not None:
        schema = as_json.child("schema")
    type_: TypeRef = _STRING if as_json is None else AnyType()
    facts = Facts()
    if schema is not None:
        type_ = context.schemas.type_at(schema, own)
        facts = context.schemas.facts_at(schema)
    flag = _is_flag(type_)
    style, explode = _style(context, typed, node, location)
    if as_json is not None:
        style, explode = "json", None
    # allowReserved on a path parameter (OpenAPI 3.2) asks for the same as x-wildcard.
    wildcard = location is ParameterLocation.PATH and (
        node.value.get("x-wildcard") is True or typed.allowReserved
    )
    examples = read_examples(context, node) or facts.examples
    return Parameter(
        name=Untrusted(typed.name),
        location=location,
        type=ScalarType(ScalarKind.BOOLEAN) if flag else type_,
        required=typed.required or location is ParameterLocation.PATH,
        origin=reference.location if reference.is_mapping else node.location,
        description=text(typed.description) or facts.description,
        default=facts.default,
        constraints=facts.constraints,
        style=style,
        explode=explode,
        reserved=location is ParameterLocation.QUERY and typed.allowReserved,
        flag=flag,
        wildcard=wildcard,
        host_injected=node.value.get("x-host-injected") is True,
        deprecated=typed.deprecated or facts.deprecated,
        examples=examples,
        cli_flag=text(node.text("x-cli-flag")),
        inferred=inferred(node.value) or facts.inferred,
    )


def _is_flag(type_: TypeRef) -> bool:
    return isinstance(type_, EnumType) and [v.reveal() for v in type_.values] == [""]


def _json_content(context: Context, name: str, node: Node) -> Node | None:
    """The media type of a parameter that is written as JSON (``content`` in place of ``schema``);
    None, with a warning, for other documents in a parameter."""
    content = node.child("content")
    if content is None:
        return None
    for media_type, media in content.items() if content.is_mapping else ():
        kind = (media_type_of(media_type) or "").partition(";")[0]
        if media.is_mapping and (kind == "application/json" or kind.endswith("+json")):
            return media
    context.diagnostics.warning(
        "parameter-content",
        node.location,
        f"the parameter {name!r} holds a serialised document; it is sent as text",
    )
    return None


def _style(
    context: Context, typed: ParameterView, node: Node, location: ParameterLocation
) -> tuple[str | None, bool | None]:
    """``style`` and ``explode`` where they aren't the defaults of the location."""
    style = typed.style
    allowed = {
        ParameterLocation.PATH: {"simple", "label", "matrix"},
        ParameterLocation.QUERY: {"form", "spaceDelimited", "pipeDelimited", "deepObject"},
        ParameterLocation.HEADER: {"simple"},
        ParameterLocation.COOKIE: {"form", "cookie"},
    }[location]
    if style is not None and style not in allowed:
        context.diagnostics.warning(
            "parameter-style",
            (node.child("style") or node).location,
            f"the style {style!r} does not exist for {location.value} parameters; the default is "
            "used",
        )
        style = None
    default = _DEFAULT_STYLE[location]
    explode_default = (style or default) in ("form", "cookie")
    explode = typed.explode if typed.explode not in (None, explode_default) else None
    return (style if style != default else None), explode


def _path_parameters(
    context: Context,
    found: dict[tuple[str, ParameterLocation], Parameter],
    path: str,
    place: Node,
) -> list[Parameter]:
    """One parameter for every name in the template, in its order."""
    declared = {
        parameter.name.reveal(): parameter
        for parameter in found.values()
        if parameter.location is ParameterLocation.PATH
    }
    names = template_names(path)
    ordered = []
    for name in names:
        parameter = declared.pop(name, None)
        if parameter is None:
            parameter = Parameter(
                name=Untrusted(name),
                location=ParameterLocation.PATH,
                type=_STRING,
                required=True,
                origin=place.location,
                inferred=Untrusted("named in the path only"),
            )
            context.diagnostics.warning(
                "path-parameter-missing",
                place.location,
                f"the path parameter {name!r} is not described; it is taken for text",
            )
        ordered.append(parameter)
    for name, parameter in declared.items():
        context.diagnostics.warning(
            "path-parameter-unknown",
            parameter.origin,
            f"the path has no parameter {name!r}: it can't be sent and is left out",
            f"The path is {path!r}.",
        )
    return ordered

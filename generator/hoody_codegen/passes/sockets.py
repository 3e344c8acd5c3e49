"""What of an operation goes into the handshake of a WebSocket, and what the handshake is itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..diagnostics import Diagnostics
from ..ir import (
    Api,
    ArrayType,
    EnumType,
    NullableType,
    Operation,
    Parameter,
    ParameterLocation,
    Socket,
    StreamKind,
    TypeRef,
)
from ..ir.rewrite import rewrite_operations
from ..text import Untrusted, UntrustedText

_HANDSHAKE = frozenset(
    [
        *("connection", "host", "upgrade", "sec-websocket-extensions", "sec-websocket-key"),
        "sec-websocket-version",
    ]
)
"""Header fields that a WebSocket client writes by itself (RFC 6455, section 4.1)."""

_SUBPROTOCOLS = "sec-websocket-protocol"


def settle_sockets(api: Api, diagnostics: Diagnostics) -> Api:
    """Ask callers for nothing that belongs to the handshake itself.

    Sub-protocols that a header parameter lists are those to offer, unless ``x-websocket`` says
    which; where any are known, the parameter may be left out.
    """

    def settle(operation: Operation) -> Operation:
        if operation.stream is not StreamKind.WEBSOCKET:
            return operation
        if operation.body is not None:
            diagnostics.warning(
                "websocket-body",
                operation.body.origin,
                "the body is left out: the handshake of a WebSocket has none",
            )
        socket = operation.socket or Socket()
        if not socket.subprotocols:
            socket = replace(socket, subprotocols=tuple(_listed(operation.parameters)))
        return replace(
            operation,
            body=None,
            socket=socket,
            parameters=tuple(
                _settled(parameter, known=bool(socket.subprotocols))
                for parameter in operation.parameters
            ),
        )

    return rewrite_operations(api, settle)


def _settled(parameter: Parameter, *, known: bool) -> Parameter:
    if parameter.location is not ParameterLocation.HEADER:
        return parameter
    name = parameter.name.reveal().lower()
    if name in _HANDSHAKE:
        return replace(parameter, host_injected=True)
    return replace(parameter, required=False) if name == _SUBPROTOCOLS and known else parameter


def _listed(parameters: Iterable[Parameter]) -> Iterable[UntrustedText]:
    for parameter in parameters:
        is_header = parameter.location is ParameterLocation.HEADER
        if is_header and parameter.name.reveal().lower() == _SUBPROTOCOLS:
            yield from dict.fromkeys(_values(parameter.type))


def _values(type_: TypeRef) -> Iterable[UntrustedText]:
    match type_:
        case EnumType(values=values):
            for value in values:
                if isinstance(text := value.reveal(), str):
                    yield Untrusted(text)
        case NullableType(inner=inner) | ArrayType(items=inner):
            yield from _values(inner)
        case _:
            pass

"""What a document asks for and a generated method has no way to send: said, not passed over."""

from __future__ import annotations

from .. import ir
from ..diagnostics import Diagnostics
from ..text import UntrustedText
from .bodies import choose_body
from .credentials import by_token, key_place


def report_unsent(service: ir.Service, models: ir.ModelIndex, diagnostics: Diagnostics) -> None:
    """Say what the methods of a service don't send, or send otherwise than documented."""
    for operation in service.operations:
        _report_body(operation, models, diagnostics)
        if len(operation.servers) > 1:
            diagnostics.note(
                "operation-servers",
                operation.origin,
                f"{operation.method} {operation.path.reveal()!r} has several servers of its own; "
                "it is sent to the first one",
                "Another one can be given by client.with_options(service_urls={…}).",
            )
    _report_schemes(service, diagnostics)


def _report_body(operation: ir.Operation, models: ir.ModelIndex, diagnostics: Diagnostics) -> None:
    body = choose_body(operation.body, models)
    if operation.body is None or body is None:
        return
    others = [
        item.media_type
        for item in operation.body.contents
        if item.media_type not in body.media_types
    ]
    if others:
        diagnostics.note(
            "body-media-types",
            operation.body.origin,
            f"the body is sent as {body.media_type}; the document also offers {', '.join(others)}",
        )


def _report_schemes(service: ir.Service, diagnostics: Diagnostics) -> None:
    """Warn of credentials that have to be given by hand because no place of them is known."""
    schemes = {scheme.name: scheme for scheme in service.security_schemes}
    needed = {
        name: operation
        for operation in reversed(service.operations)
        if operation.security and not any(_is_met(item, schemes) for item in operation.security)
        for alternative in operation.security
        for name in alternative.schemes
    }
    for name, operation in sorted(needed.items()):
        scheme = schemes.get(name)
        if scheme is None:
            diagnostics.warning(
                "security-scheme",
                operation.origin,
                f"the security scheme {name.reveal()!r} is not described",
                "Describe it below components.securitySchemes.",
            )
        elif not _is_known(scheme):
            diagnostics.warning(
                "security-scheme",
                scheme.origin,
                f"the security scheme {name.reveal()!r} is not supported: nothing is sent for it",
                _by_hand(scheme),
            )


def _is_met(alternative: ir.Security, schemes: dict[UntrustedText, ir.SecurityScheme]) -> bool:
    return all(name in schemes and _is_known(schemes[name]) for name in alternative.schemes)


def _is_known(scheme: ir.SecurityScheme) -> bool:
    return by_token(scheme) or key_place(scheme) is not None


def _by_hand(scheme: ir.SecurityScheme) -> str:
    place = scheme.location.reveal() if scheme.location else "header"
    if place == "query":
        return "Send it by request_options=RequestOptions(query={…})."
    return "Send it by headers={…} of the client."

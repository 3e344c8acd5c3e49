"""``--verbose``: each request and answer on stderr, with secrets masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .masking import Masking, harmless, runtime_module

if TYPE_CHECKING:
    from .context import Invocation

_LONGEST: Final = 4000
"""Characters that are shown of a body."""


def hooks(invocation: Invocation) -> Any:
    """The client's hooks that print each try: ``>`` what is sent, ``<`` what comes, ``*`` waits."""
    exchanges = _Exchanges(invocation)
    made: Any = runtime_module(invocation.app, "hooks").Hooks
    return made(request=exchanges.request, response=exchanges.response, retry=exchanges.retry)


class _Exchanges:
    def __init__(self, invocation: Invocation) -> None:
        self._invocation = invocation
        self._masking = Masking(invocation)

    def request(self, event: Any) -> None:
        again = f"  (try {event.attempt})" if event.attempt > 1 else ""
        lines = [f"> {event.method} {self._masking.url(event.url)}{again}"]
        lines += [
            f"> {name}: {self._masking.header(name, event.headers[name])}" for name in event.headers
        ]
        lines += self._body(event)
        self._print(lines)

    def _body(self, event: Any) -> list[str]:
        if event.content is None:
            length = event.headers.get("content-length")
            kind = event.headers.get("content-type")
            return (
                [] if kind is None else [f"> ({length or 'unknown number of'} bytes from a stream)"]
            )
        if not event.content:
            return []
        text = self._masking.text(event.content, event.headers.get("content-type") or "")
        if text is None:
            return [">", f"> ({len(event.content)} bytes)"]
        more = len(text) - _LONGEST
        lines = text[:_LONGEST].splitlines()
        return [
            ">",
            *(f"> {line}" for line in lines),
            *([f"> (and {more} more)"] if more > 0 else []),
        ]

    def response(self, event: Any) -> None:
        lines = [
            f"< {event.status} {_reason(event.status)}".rstrip() + f"  ({_took(event.elapsed)})"
        ]
        lines += [
            f"< {name}: {self._masking.header(name, value)}" for name, value in event.headers.fields
        ]
        self._print(lines)

    def retry(self, event: Any) -> None:
        self._print([f"* {event.reason}; trying again in {event.wait:.1f} s"])

    def _print(self, lines: list[str]) -> None:
        print(harmless("\n".join(lines)), file=self._invocation.err, flush=True)


def _reason(status: int) -> str:
    from http import HTTPStatus

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _took(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"

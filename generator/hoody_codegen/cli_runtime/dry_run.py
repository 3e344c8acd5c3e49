"""``--dry-run``: the request as a command for curl, and nothing is sent.

The client is a real one, whose course ends before the first byte: at the hook for requests.
Secrets are masked; in place of the token stands a variable of the shell.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from shlex import quote
from typing import TYPE_CHECKING, Any, Final

import click

from .masking import Masking, runtime_module

if TYPE_CHECKING:
    from .context import Invocation
    from .model import Command

_TOKEN: Final = "token-of-a-dry-run"
"""Stands for the token in a request that is never sent."""

# What curl adds itself, or has another idea of.
_OWN_HEADERS: Final = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "user-agent"}
)


class NotSent(Exception):
    """The request was printed. Nothing was sent."""


def run(invocation: Invocation, command: Command, call: Callable[[], Any]) -> None:
    """Print what ``call`` would send first. It gives what the client's method does."""
    try:
        _use(call())
    except NotSent:
        return
    words = " ".join((invocation.app.name, *command.path))
    raise click.ClickException(f"{words!r} sends nothing with these arguments")


def _use(result: Any) -> None:
    """Begin what sends nothing before it is used: a download, a stream, a socket."""
    for name in ("connect", "read"):
        begin = getattr(result, name, None)
        if callable(begin):
            begin()
            return
    if hasattr(result, "__iter__"):
        next(iter(result), None)


def silent(invocation: Invocation, options: dict[str, Any]) -> Any:
    """A client with ``options`` that prints its first request, and raises NotSent."""
    app = invocation.app
    show = _Shown(invocation)
    made: Any = runtime_module(app, "hooks").Hooks
    client = app.client()(**options, token=_TOKEN, hooks=made(request=show.request))
    _listen(client, show)
    return client


def _listen(client: Any, show: _Shown) -> None:
    """Let ``show`` see each call: the request itself no longer says which files it is made of."""
    kind = type(client)

    def exchange(self: Any, call: Any) -> Any:
        show.call = call
        return kind._exchange(self, call)

    def open_reply(self: Any, call: Any) -> Any:
        show.call = call
        return kind._open(self, call)

    def take_steps(self: Any, prepared: Any, send: Any = None) -> Any:
        show.is_socket = send is not None
        return kind._take_steps(self, prepared, send)

    # Copies of a client are of its class: scopes and realms listen, too.
    seams = {"_exchange": exchange, "_open": open_reply, "_take_steps": take_steps}
    client.__class__ = type(kind.__name__, (kind,), seams)


class _Shown:
    """Prints a request."""

    def __init__(self, invocation: Invocation) -> None:
        self._invocation = invocation
        self._masking = Masking(invocation)
        self._variable = f"${invocation.app.env_prefix}_TOKEN"
        self.call: Any = None
        self.is_socket = False

    def request(self, event: Any) -> None:
        print(" \\\n  ".join(self._words(event)), file=self._invocation.out, flush=True)
        raise NotSent

    def _words(self, event: Any) -> Iterator[str]:
        """The command, a line for each of its parts."""
        if self.is_socket:
            yield from self._socket(event)
            return
        method = event.method
        has_body = event.content is not None or event.headers.get("content-type") is not None
        if method == "HEAD":
            yield f"curl --head {self._url(event.url)}"
        elif method == ("POST" if has_body else "GET"):
            yield f"curl {self._url(event.url)}"
        else:
            yield f"curl -X {quote(method)} {self._url(event.url)}"
        kind = event.headers.get("content-type") or ""
        form = kind.lower().startswith("multipart/")
        yield from self._headers(event, without={"content-type"} if form else set())
        if event.operation.stream is not None:
            yield "--no-buffer"
        if self._invocation.settings.output_file not in (None, "-"):
            yield f"--output {quote(str(self._invocation.settings.output_file))}"
        if form:
            yield from self._form()
        elif event.content is not None:
            yield self._content(event.content, kind)
        elif has_body:
            yield f"--data-binary {quote(_place(self._body()))}"

    def _socket(self, event: Any) -> Iterator[str]:
        """curl has no sockets to talk through: https://github.com/vi/websocat has."""
        yield f"websocat {self._url('ws' + event.url.removeprefix('http'))}"
        yield from self._headers(event, without={"accept", "sec-websocket-protocol"})
        protocols = event.headers.get("sec-websocket-protocol") or ", ".join(
            event.operation.subprotocols
        )
        if protocols:
            yield f"--protocol {quote(protocols)}"

    def _url(self, url: str) -> str:
        return self._quoted(url if _TOKEN in url else self._masking.url(url))

    def _headers(self, event: Any, *, without: set[str]) -> Iterator[str]:
        for name in event.headers:
            value = event.headers[name]
            lower = name.lower()
            if lower in _OWN_HEADERS or lower in without or (lower, value) == ("accept", "*/*"):
                continue
            shown = value if _TOKEN in value else self._masking.header(name, value)
            yield f"-H {self._quoted(f'{name}: {shown}')}"

    def _quoted(self, text: str) -> str:
        """``text`` for a shell, with the variable in place of the token."""
        before, token, after = text.partition(_TOKEN)
        if not token:
            return quote(text)
        if not any(character in '"\\$`!' for character in before + after):
            return f'"{before}{self._variable}{after}"'
        return f'{quote(before)}"{self._variable}"{quote(after) if after else ""}'

    def _content(self, content: bytes, kind: str) -> str:
        text = self._masking.text(content, kind)
        if text is None:
            return f"--data-binary @-  # {len(content)} bytes, on standard input"
        return f"--data-raw {quote(text)}"

    def _body(self) -> Any:
        return None if self.call is None else self.call.body

    def _form(self) -> Iterator[str]:
        """The parts of a multipart body."""
        wire = runtime_module(self._invocation.app, "wire")
        fields = dict(wire.as_mapping(self._body()) or {})
        options = None if self.call is None else self.call.options
        fields.update((options.body or {}) if options is not None else {})
        omitted = runtime_module(self._invocation.app, "sentinels").OMIT
        for name, value in fields.items():
            if value is not omitted:
                yield from self._part(wire, name, value)

    def _part(self, wire: Any, name: str, value: Any) -> Iterator[str]:
        files = runtime_module(self._invocation.app, "files")
        file = files.named_content(value)
        fields = wire.as_mapping(value) if file is None else None
        if file is not None:
            yield f"-F {quote(_file_part(name, value, file))}"
        elif fields is not None:
            text = wire.encode_json(self._masking.field(name, dict(fields))).decode("utf-8")
            yield f"-F {quote(f'{name}={_form_text(text)};type=application/json')}"
        elif isinstance(value, (list, tuple)):
            for one in value:
                yield from self._part(wire, name, one)
        else:
            text = "" if value is None else wire.format_scalar(value, name)
            yield f"--form-string {quote(f'{name}={self._masking.field(name, text)}')}"


def _file_part(name: str, value: Any, file: Any) -> str:
    text = f"{name}={_form_place(_place(value))}"
    if isinstance(value, tuple) or _place(value) == "@-":
        text += f";filename={_form_text(file.name or 'file')}"
    return f"{text};type={file.content_type}" if file.content_type else text


def _form_place(place: str) -> str:
    """A file for ``-F``, which ends a name at a comma or semicolon unless it is quoted."""
    return "@" + (_form_text(place[1:]) if any(c in ',;"\\' for c in place) else place[1:])


def _form_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _place(value: Any) -> str:
    """Where the content of a body is, as curl takes it; ``@-`` for what has no name."""
    if isinstance(value, tuple):
        value = value[1]
    if isinstance(value, os.PathLike):
        return f"@{os.fspath(value)}"
    name = getattr(value, "name", None)
    if isinstance(name, str) and name and not name.startswith("<"):
        return f"@{name}"
    return "@-"

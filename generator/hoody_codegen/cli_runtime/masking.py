"""What may be shown of requests and answers: no secrets, and nothing that steers a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

if TYPE_CHECKING:
    from .context import Invocation
    from .model import App

MASK = "***"


def runtime_module(app: App, name: str) -> Any:
    """A module of the client's runtime."""
    return import_module(f"{app.runtime().__name__}.{name}")


class Masking:
    """Judges by names, as the client does: of header fields, of parameters, of fields of bodies.

    What the command that is run calls a secret is one, too.
    """

    def __init__(self, invocation: Invocation) -> None:
        self._messages = runtime_module(invocation.app, "messages")
        options = () if invocation.command is None else invocation.command.options
        self._names = frozenset(
            _plain(option.path[-1] if option.path else option.field or option.argument)
            for option in options
            if option.secret
        )

    def _is_secret(self, name: str) -> bool:
        found: bool = self._messages.is_secret_parameter(name)
        return found or _plain(name) in self._names

    def header(self, name: str, value: str) -> str:
        if self._messages.is_secret_header(name) or _plain(name) in self._names:
            return MASK
        return value

    def url(self, url: str) -> str:
        masked: str = self._messages.mask_query(url)
        address, mark, query = masked.partition("?")
        return f"{address}{mark}{'&'.join(map(self._pair, query.split('&')))}"

    def _pair(self, pair: str) -> str:
        """A parameter of a query."""
        name, equals, value = pair.partition("=")
        if value and _plain(unquote_plus(name)) in self._names:
            value = MASK
        return f"{name}{equals}{value}"

    def field(self, name: str, value: Any) -> Any:
        """A field of a body, with what is secret in it masked."""
        if value not in (None, "") and self._is_secret(name):
            return MASK
        return self.value(value)

    def value(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: self.field(str(name), inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.value(inner) for inner in value]
        return value

    def text(self, content: bytes, content_type: str) -> str | None:
        """A body as text with secrets masked; None if it is no text."""
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            return None
        if "\0" in text:
            return None
        if self._messages.is_json(content_type):
            import json

            try:
                data = json.loads(text)
            except ValueError:
                return text
            masked = self.value(data)
            # What holds no secret is shown as it is sent, to the byte.
            return text if masked == data else json.dumps(masked, ensure_ascii=False)
        if self._messages.media_type(content_type) == "application/x-www-form-urlencoded":
            return self.url(f"?{text}")[1:]
        return text


def _plain(name: str) -> str:
    """What a name of an argument and its name on the wire have in common."""
    return name.lower().replace("-", "_").strip("_")


def harmless(text: str) -> str:
    """``text`` for a terminal, without characters that steer it."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)

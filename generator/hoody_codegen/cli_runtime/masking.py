"""What may be shown of requests and answers: no secrets, and nothing that steers a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from .model import App

MASK = "***"


def runtime_module(app: App, name: str) -> Any:
    """A module of the client's runtime."""
    return import_module(f"{app.runtime().__name__}.{name}")


class Masking:
    """Judges by names, as the client does: of header fields, of parameters, of fields of bodies."""

    def __init__(self, app: App) -> None:
        self._messages = runtime_module(app, "messages")

    def header(self, name: str, value: str) -> str:
        return MASK if self._messages.is_secret_header(name) else value

    def url(self, url: str) -> str:
        masked: str = self._messages.mask_query(url)
        return masked

    def field(self, name: str, value: Any) -> Any:
        """A field of a body, with what is secret in it masked."""
        if value not in (None, "") and self._messages.is_secret_parameter(name):
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


def harmless(text: str) -> str:
    """``text`` for a terminal, without characters that steer it."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)

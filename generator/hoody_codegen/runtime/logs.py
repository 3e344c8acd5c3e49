"""Keeps secrets out of what the HTTP library logs on our behalf."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from .messages import MASK

_sending: ContextVar[bool] = ContextVar("sending", default=False)


class LibraryLogs(logging.Filter):
    """Takes what may be secret out of what the library logs while we send: queries of URLs, and
    header fields of answers. What others send through the same library is left alone.

    ``library`` is its name, ``core`` that of the library below it, which opens the connections, and
    ``url`` its class of URLs.
    """

    def __init__(self, library: str, core: str, url: type[object]) -> None:
        super().__init__()
        self._url = url
        self._requests = logging.getLogger(library)
        self._details = logging.getLogger(f"{core}.http11")
        self._loggers = (self._requests, self._details, logging.getLogger(f"{core}.http2"))

    @property
    def on(self) -> bool:
        """Whether the library logs anything."""
        return self._requests.isEnabledFor(logging.INFO) or self._details.isEnabledFor(
            logging.DEBUG
        )

    @contextmanager
    def masked(self) -> Iterator[None]:
        """Mask what this thread or task logs inside."""
        for logger in self._loggers:
            logger.addFilter(self)  # once: a filter that is there already isn't added again
        _sending.set(True)
        try:
            yield
        finally:
            _sending.set(False)

    def filter(self, record: logging.LogRecord) -> bool:
        if _sending.get():
            if isinstance(record.args, tuple):
                record.args = tuple(map(self._without_query, record.args))
            event, value, _ = str(record.msg).partition(" return_value=")
            if event.startswith("receive_response_headers"):
                record.msg = event + value + (MASK if value else "")
        return True

    def _without_query(self, value: object) -> object:
        if not isinstance(value, self._url):
            return value
        address, mark, _ = str(value).partition("?")
        return address + mark + (MASK if mark else "")

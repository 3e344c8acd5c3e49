"""Settings of a single call, and the small types they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .progress import ProgressCallback


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeout:
    """Seconds to wait for one try, by phase; None waits for ever.

    ``read`` is the longest silence between two pieces of the response, not the length of the
    whole response.
    """

    connect: float | None = 10.0
    read: float | None = 60.0
    write: float | None = 60.0
    pool: float | None = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOptions:
    """Settings for one call; what is left at its default comes from the client.

    * ``timeout``: seconds for each phase of one try (0 or ``float("inf")``: no limit), or a
      :class:`Timeout`.
    * ``deadline``: seconds for the whole call, with all its tries, the waits between them and the
      body of the answer (0 or ``float("inf")``: no limit). Of a stream, a download or a WebSocket
      it covers each opening, up to the headers of the answer; of a list, each page.
    * ``max_retries``: further tries after the first.
    * ``headers``: extra headers; they replace headers of the same name, None removes one.
    * ``query``: extra query parameters; they replace parameters of the same name.
    * ``body``: extra fields of a JSON or form body; they replace fields of the same name. ``{}``
      sends an empty object where all fields were left out and no body would be sent.
    * ``idempotency_key``: sent as ``Idempotency-Key``. It also makes a POST or PATCH safe to
      repeat, so that it is retried like a GET.
    * ``progress``: called with a :class:`Progress` for every piece of the body that has been sent;
      a further try counts from 0 again.
    * ``max_event_bytes``: the size of one event or line of a stream above which it is given up.
    * ``realm``: the realm to route this call to, for services that support realms.
    """

    timeout: float | Timeout | None = None
    deadline: float | None = None
    max_retries: int | None = None
    headers: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    query: Mapping[str, object] = field(default_factory=dict, repr=False)
    body: Mapping[str, object] | None = field(default=None, repr=False)
    idempotency_key: str | None = None
    progress: ProgressCallback | None = field(default=None, repr=False)
    max_event_bytes: int | None = None
    realm: str | None = None

    def __post_init__(self) -> None:
        if self.timeout is self.deadline is self.max_retries is None:
            return
        from .checks import check_call  # which needs the classes of this module

        check_call(self.timeout, self.deadline, self.max_retries)

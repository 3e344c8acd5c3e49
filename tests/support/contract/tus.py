"""Resumable uploads as a server keeps them: the tus protocol, version 1.0.0."""

from __future__ import annotations

from .answers import Answer, Answers
from .judge import WireRequest
from .specs import SpecOperation

VERSION = "1.0.0"
BUSY = 503


class TusUpload:
    """One upload. Its second chunk arrives in part: the server keeps a half and is busy then."""

    def __init__(self) -> None:
        self._content = b""
        self._length: int | None = None
        self._created = False
        self._chunks = 0

    def answer(self, answers: Answers, operation: SpecOperation, request: WireRequest) -> Answer:
        """The answer to one of the protocol's requests; its one part is what there is so far."""
        status = answers.success_status(operation)
        headers = {"tus-resumable": VERSION}
        if request.method == "POST":
            self._created = True
            self._learn_length(request)
            # The same address, said relatively.
            headers["location"] = request.path.rpartition("/")[2]
        elif not self._created:
            status = 404
        elif request.method == "PATCH":
            status = self._append(request) or status
            headers["upload-offset"] = str(len(self._content))
        else:
            headers["upload-offset"] = str(len(self._content))
            headers["cache-control"] = "no-store"
            if self._length is not None:
                headers["upload-length"] = str(self._length)
        return Answer(status, None, b"", headers=headers, parts=(self._content,))

    def _learn_length(self, request: WireRequest) -> None:
        stated = request.header("upload-length")
        if stated is not None:
            self._length = int(stated)

    def _append(self, request: WireRequest) -> int | None:
        """Take a chunk; gives the status of an answer that isn't the documented success."""
        if request.header("upload-offset") != str(len(self._content)):
            return 409
        self._learn_length(request)
        self._chunks += 1
        if self._chunks == 2:
            self._content += request.body[: len(request.body) // 2]
            return BUSY
        self._content += request.body
        return None

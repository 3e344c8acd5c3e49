"""A server of the tus protocol, with all its manners, and a few bad ones on demand."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from support.wire_server import Answer, Fault, Recorded


@dataclass
class Upload:
    length: int | None
    metadata: dict[str, str]
    data: bytearray = field(default_factory=bytearray)


@dataclass
class TusServer:
    """Uploads by path.

    ``faults`` says what goes wrong with the next PATCH requests: how many bytes are taken, and
    what is answered: a status, or how the connection ends.
    """

    location: str | None = None
    offsets: bool = True
    uploads: dict[str, Upload] = field(default_factory=dict)
    faults: list[tuple[int, int | Fault] | None] = field(default_factory=list)
    creation: list[Fault] = field(default_factory=list)

    def __call__(self, request: Recorded) -> Answer:
        if request.header("tus-resumable") != "1.0.0":
            return Answer(412, b"", {"Tus-Version": "1.0.0"})
        if request.method == "POST":
            return self._create(request)
        upload = self.uploads.get(request.path)
        if upload is None:
            return Answer(404)
        if request.method == "HEAD":
            return Answer(200, b"", self._head(upload))
        if request.method == "PATCH":
            return self._append(request, upload)
        del self.uploads[request.path]
        return Answer(204)

    def _head(self, upload: Upload) -> dict[str, str]:
        headers = {"Tus-Resumable": "1.0.0", "Cache-Control": "no-store"}
        if self.offsets:
            headers["Upload-Offset"] = str(len(upload.data))
        if upload.length is None:
            headers["Upload-Defer-Length"] = "1"
        else:
            headers["Upload-Length"] = str(upload.length)
        return headers

    def _create(self, request: Recorded) -> Answer:
        length = request.header("upload-length")
        if (length is None) == (request.header("upload-defer-length") is None):
            return Answer(400, b"either a length, or none")
        path = (self.location or request.path).removeprefix("http://other.example.test")
        if path in self.uploads:
            return Answer(409)
        metadata = {
            key: base64.b64decode(value).decode()
            for key, _, value in (
                pair.partition(" ")
                for pair in (request.header("upload-metadata") or "").split(",")
                if pair
            )
        }
        self.uploads[path] = Upload(None if length is None else int(length), metadata)
        fault = self.creation.pop(0) if self.creation else None
        headers = {"Tus-Resumable": "1.0.0"}
        if self.location is not None:
            headers["Location"] = self.location
        return Answer(201, b"", headers, fault=fault)

    def _append(self, request: Recorded, upload: Upload) -> Answer:
        if request.header("content-type") != "application/offset+octet-stream":
            return Answer(415)
        if request.header("upload-offset") != str(len(upload.data)):
            return Answer(409)
        length = request.header("upload-length")
        if length is not None:
            if upload.length is not None:
                return Answer(400, b"the length is known")
            upload.length = int(length)
        fault = self.faults.pop(0) if self.faults else None
        if fault is None:
            upload.data += request.body
            return Answer(204, b"", self._head(upload))
        taken, end = fault
        upload.data += request.body[:taken]
        if isinstance(end, int):
            return Answer(end, b"", self._head(upload))
        return Answer(204, b"", self._head(upload), fault=end)

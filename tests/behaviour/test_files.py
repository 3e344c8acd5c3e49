"""Downloads, uploads and what is said in headers, through generated methods."""

from __future__ import annotations

import inspect
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.tus_server import TusServer
from support.wire_server import Answer, WireServer, json_answer

FILES = """
paths:
  /files/{path}:
    parameters:
      - {name: path, in: path, required: true, x-wildcard: true, schema: {type: string}}
    get:
      operationId: getFile
      x-streaming: binary
      tags: ["shop:Files"]
      parameters:
        - {name: If-None-Match, in: header, schema: {type: string}}
        - {name: base64, in: query, schema: {type: boolean}}
      responses:
        "200":
          description: The file
          content:
            application/json:
              schema: {type: object, required: [data], properties: {data: {type: string}}}
            image/png: {schema: {type: string, format: binary}}
        "304": {description: Still the same}
        "412": {description: Another version, x-error-codes: [{code: STALE, title: Too late}]}
        "428": {description: No version, x-error-codes: [{code: UNSURE, title: Say which}]}
    put:
      operationId: putFile
      tags: ["shop:Files"]
      requestBody:
        required: true
        content: {application/octet-stream: {schema: {type: string, format: binary}}}
      responses: {"204": {description: Done}}
    patch:
      operationId: changeFile
      tags: ["shop:Files"]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              oneOf:
                - {type: object, required: [mode], properties: {mode: {type: string}}}
                - {type: object, required: [name], properties: {name: {type: string}}}
          application/octet-stream: {schema: {type: string, format: binary}}
      responses: {"204": {description: Done}}
    head:
      operationId: checkFile
      tags: ["shop:Files"]
      responses: {"200": {description: There}, "404": {description: Not there}}
    options:
      operationId: fileOptions
      tags: ["shop:Files"]
      responses:
        "200": {description: What can be done, headers: {Allow: {schema: {type: string}}}}
    x-additional-operations:
      MOVE:
        operationId: moveFile
        tags: ["shop:Files"]
        parameters:
          - {name: Destination, in: header, required: true, schema: {type: string}}
          - {name: Overwrite, in: header, schema: {type: string, enum: ["T", "F"]}}
        responses: {"204": {description: Moved}}
      PROPFIND:
        operationId: findProperties
        tags: ["shop:Files"]
        parameters:
          - name: Depth
            in: header
            schema: {type: string, enum: ["0", "1", infinity], default: "1"}
        requestBody: {content: {application/xml: {schema: {type: string}}}}
        responses:
          "207": {description: All, content: {application/xml: {schema: {type: string}}}}
  /avatars:
    post:
      operationId: uploadAvatar
      tags: ["shop:Avatars"]
      requestBody:
        required: true
        content:
          image/jpeg: {schema: {type: string, format: binary}}
          image/png: {schema: {type: string, format: binary}}
      responses: {"204": {description: Done}}
  /pipes/{name}:
    post:
      operationId: sendToPipe
      tags: ["shop:Pipes"]
      parameters: [{name: name, in: path, required: true, schema: {type: string}}]
      requestBody:
        content:
          "*/*": {schema: {type: string, format: binary}}
          multipart/form-data: {schema: {type: object, properties: {file: {type: string}}}}
      responses: {"204": {description: Done}}
  /forms:
    post:
      operationId: sendForm
      tags: ["shop:Forms"]
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              required: [files]
              properties:
                files: {type: array, items: {type: string, format: binary}}
                note: {type: string}
      responses: {"204": {description: Done}}
  /uploads/{id}:
    x-tus: true
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    post:
      operationId: createUpload
      tags: ["shop:Uploads"]
      parameters:
        - {name: Tus-Resumable, in: header, required: true, schema: {type: string}}
        - {name: Upload-Length, in: header, schema: {type: integer}}
        - {name: folder, in: query, schema: {type: string}}
      responses: {"201": {description: Created}}
    head:
      operationId: checkUpload
      tags: ["shop:Uploads"]
      parameters: [{name: Tus-Resumable, in: header, required: true, schema: {type: string}}]
      responses: {"200": {description: There}}
    patch:
      operationId: appendUpload
      tags: ["shop:Uploads"]
      parameters:
        - {name: Tus-Resumable, in: header, required: true, schema: {type: string}}
        - {name: Upload-Offset, in: header, required: true, schema: {type: integer}}
      requestBody:
        required: true
        content: {application/offset+octet-stream: {schema: {type: string, format: binary}}}
      responses: {"204": {description: Taken}}
"""


async def value(result: Any) -> Any:
    return await result if inspect.isawaitable(result) else result


async def pieces() -> AsyncIterator[bytes]:
    yield b"one"
    yield b"two"


# Downloads


async def test_content_is_saved_or_read(generate: Any, tmp_path: Path) -> None:
    shop = generate(FILES)
    shop.server.default = Answer(200, b"\x89PNG", {"Content-Type": "image/png"})

    handle = await shop.call("shop.files.get", "a/b.png")
    assert shop.server.requests == []
    assert await value(handle.save(tmp_path / "b.png")) == 4
    assert await value(handle.read()) == b"\x89PNG"

    assert (tmp_path / "b.png").read_bytes() == b"\x89PNG"
    assert shop.last.target == "/files/a/b.png"
    assert shop.last.header("accept") == "image/png, application/json"


async def test_json_in_place_of_content_is_typed(generate: Any) -> None:
    shop = generate(FILES)
    shop.server.default = json_answer({"data": "iVBO", "more": 1})

    handle = await shop.call("shop.files.get", "b.png", base64=True)
    found = await value(handle.json())

    assert (found.data, found.more) == ("iVBO", 1)
    assert shop.last.query == "base64=true"


async def test_what_has_not_changed_raises(generate: Any) -> None:
    shop = generate(FILES)
    shop.server.default = Answer(304, b"", {"ETag": '"v1"'})

    handle = await shop.call("shop.files.get", "b.png", if_none_match='"v1"')
    with pytest.raises(shop.module.errors.NotModifiedError) as caught:
        await value(handle.read())

    assert caught.value.description == "Still the same"
    assert not isinstance(caught.value, shop.module.errors.ClientError)
    assert shop.last.header("if-none-match") == '"v1"'


@pytest.mark.parametrize(
    ("status", "code", "name"), [(412, "STALE", "Stale"), (428, "UNSURE", "Unsure")]
)
async def test_conditions_that_fail_raise_what_is_documented(
    generate: Any, status: int, code: str, name: str
) -> None:
    shop = generate(FILES)
    shop.server.default = json_answer({"code": code, "message": "no"}, status)

    handle = await shop.call("shop.files.get", "b.png")
    with pytest.raises(getattr(shop.module.errors, name)) as caught:
        await value(handle.read())

    assert (caught.value.status, caught.value.code) == (status, code)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("a/b", "a/b"),
        ("/a/b", "a/b"),
        ("a/b/", "a/b/"),
        ("50% off?#1 ü&=+;", "50%25%20off%3F%231%20%C3%BC%26%3D%2B%3B"),
        ("a%2Fb", "a%252Fb"),
        ("...", "..."),
        (".hidden", ".hidden"),
        ("/", ""),
    ],
)
async def test_wildcards_keep_slashes_and_encode_the_rest(
    generate: Any, given: str, sent: str
) -> None:
    shop = generate(FILES)
    await value((await shop.call("shop.files.get", given)).read())
    assert shop.last.target == f"/files/{sent}"


@pytest.mark.parametrize("given", ["", "a//b", "//a", "..", "a/../b", "a/.", "\ud800"])
async def test_paths_that_would_mean_another_one_are_refused(generate: Any, given: str) -> None:
    shop = generate(FILES)
    with pytest.raises(shop.module.errors.InvalidArgumentError):
        await value((await shop.call("shop.files.get", given)).read())
    assert shop.server.requests == []


# Headers


async def test_head_gives_headers(generate: Any) -> None:
    shop = generate(FILES)
    shop.server.default = Answer(
        200,
        b"12345",
        {
            "Content-Type": "text/css",
            "ETag": '"v1"',
            "Last-Modified": "Fri, 02 Jan 2026 03:04:05 GMT",
        },
    )

    head = await shop.call("shop.files.check", "a.css")

    assert shop.last.method == "HEAD"
    assert (head.status, head.content_length, head.content_type) == (200, 5, "text/css")
    assert (head.etag, head["ETAG"], head.get("x-none")) == ('"v1"', '"v1"', None)
    assert head.last_modified == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


async def test_what_is_not_there_raises(generate: Any) -> None:
    shop = generate(FILES)
    shop.server.default = Answer(404)
    with pytest.raises(shop.module.errors.NotFoundError):
        await shop.call("shop.files.check", "a.css")


async def test_documented_headers_are_the_result_where_there_is_no_other(generate: Any) -> None:
    shop = generate(FILES)
    shop.server.default = Answer(200, b"", {"Allow": "GET, PUT", "Last-Modified": "yesterday"})

    head = await shop.call("shop.files.options", "a.css")

    assert head["allow"] == "GET, PUT"
    assert (head.last_modified, head.location, head.etag) == (None, None, None)


async def test_raw_responses_of_head_are_whole(generate: Any) -> None:
    shop = generate(FILES)
    shop.server.default = Answer(200, b"12345")

    raw = await shop.call("shop.files.with_raw_response.check", "a.css")

    assert (raw.status, raw.parsed.content_length, raw.content) == (200, 5, b"")


# Other verbs


async def test_webdav_verbs_send_what_they_should(generate: Any) -> None:
    shop = generate(FILES)
    shop.server.default = Answer(204)
    await shop.call("shop.files.move", "a", destination="/files/b", overwrite="F")
    assert (shop.last.method, shop.last.target) == ("MOVE", "/files/a")
    assert (shop.last.header("destination"), shop.last.header("overwrite")) == ("/files/b", "F")

    shop.server.default = Answer(207, b"<a>\xc3\xbc</a>", {"Content-Type": "application/xml"})
    found = await shop.call("shop.files.find_properties", "a", body="<p/>", depth="0")
    assert found == "<a>ü</a>"
    assert (shop.last.method, shop.last.body) == ("PROPFIND", b"<p/>")
    assert shop.last.header("content-type") == "application/xml"
    assert shop.last.header("depth") == "0"

    await shop.call("shop.files.find_properties", "a")
    assert shop.last.header("depth") is None
    assert shop.last.header("content-type") is None


# Uploads


@pytest.mark.parametrize("kind", ["bytes", "path", "file", "iterator", "named", "async"])
async def test_a_body_can_be_any_content(generate: Any, tmp_path: Path, kind: str) -> None:
    shop = generate(FILES)
    (tmp_path / "x.png").write_bytes(b"onetwo")
    sources = {
        "bytes": b"onetwo",
        "path": tmp_path / "x.png",
        "file": io.BytesIO(b"onetwo"),
        "iterator": iter([b"one", b"two"]),
        "named": ("x.png", b"onetwo"),
        "async": pieces(),
    }
    if kind == "async" and not shop.is_async:
        return
    await shop.call("shop.files.put", "x.png", body=sources[kind])
    assert (shop.last.method, shop.last.body) == ("PUT", b"onetwo")
    assert shop.last.header("content-type") == "application/octet-stream"


async def test_data_and_files_go_under_their_own_types(generate: Any) -> None:
    shop = generate(FILES)
    await shop.call("shop.files.change", "a", body={"mode": "755"})
    assert (shop.last.header("content-type"), shop.last.json()) == (
        "application/json",
        {"mode": "755"},
    )
    await shop.call("shop.files.change", "a", body=b"more")
    assert (shop.last.header("content-type"), shop.last.body) == (
        "application/octet-stream",
        b"more",
    )


async def test_pictures_go_under_the_type_they_have(generate: Any, tmp_path: Path) -> None:
    shop = generate(FILES)
    (tmp_path / "me.png").write_bytes(b"x")
    for body, kind in [
        (tmp_path / "me.png", "image/png"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (("me.jpg", b"?"), "image/jpeg"),
    ]:
        await shop.call("shop.avatars.upload", body=body)
        assert shop.last.header("content-type") == kind


async def test_where_anything_goes_bytes_and_text_are_sent_as_they_are(generate: Any) -> None:
    shop = generate(FILES)
    await shop.call("shop.pipes.send_to", "p", body="grün")
    assert shop.last.body == "grün".encode()
    assert shop.last.header("content-type") == "text/plain; charset=utf-8"
    await shop.call("shop.pipes.send_to", "p", body=b"\0")
    assert shop.last.header("content-type") == "application/octet-stream"


async def test_forms_take_several_files(generate: Any, tmp_path: Path) -> None:
    shop = generate(FILES)
    (tmp_path / "a.txt").write_bytes(b"A")
    await shop.call("shop.forms.send", files=[tmp_path / "a.txt", ("b.bin", b"B")], note="hi")
    assert shop.last.body.count(b'name="files"') == 2
    assert b'filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nA\r\n' in shop.last.body
    assert b'filename="b.bin"' in shop.last.body


async def test_progress_of_an_upload(generate: Any) -> None:
    shop = generate(FILES)
    seen: list[Any] = []
    options = shop.module.RequestOptions(progress=seen.append)
    await shop.call("shop.files.put", "x", body=b"onetwo", request_options=options)
    assert seen == [(6, 6)]


# Resumable uploads


async def test_a_whole_upload_is_one_call(generate: Any, server: WireServer) -> None:
    shop = generate(FILES)
    tus = TusServer(faults=[(3, "reset")])
    server.default = tus
    seen: list[Any] = []

    uploaded = await shop.call(
        "shop.uploads.upload_resumable",
        "7",
        ("x.txt", b"some content"),
        folder="in",
        metadata={"note": "n"},
        chunk_size=6,
        progress=seen.append,
    )

    assert uploaded == (f"{server.url}/uploads/7?folder=in", 12)
    assert bytes(tus.uploads["/uploads/7"].data) == b"some content"
    assert tus.uploads["/uploads/7"].metadata == {
        "filename": "x.txt",
        "filetype": "text/plain",
        "note": "n",
    }
    assert [request.method for request in server.requests] == [
        "POST",
        "PATCH",
        "HEAD",
        "PATCH",
        "PATCH",
    ]
    assert seen[-1] == (12, 12)


async def test_the_single_steps_are_methods_too(generate: Any, server: WireServer) -> None:
    shop = generate(FILES)
    server.default = TusServer()

    await shop.call("shop.uploads.create", "7", tus_resumable="1.0.0", upload_length=3)
    await shop.call("shop.uploads.append", "7", body=b"abc", tus_resumable="1.0.0", upload_offset=0)
    head = await shop.call("shop.uploads.check", "7", tus_resumable="1.0.0")

    assert head["upload-offset"] == "3"


async def test_raw_responses_have_no_whole_uploads(generate: Any) -> None:
    shop = generate(FILES)
    raw = shop.client.shop.uploads.with_raw_response
    assert hasattr(raw, "append")
    assert not hasattr(raw, "upload_resumable")


INCOMPLETE = """
paths:
  /uploads/{id}:
    x-tus: true
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    post:
      operationId: createUpload
      tags: ["shop:Uploads"]
      responses: {"201": {description: Created}}
    head:
      operationId: checkUpload
      tags: ["shop:Uploads"]
      responses: {"200": {description: There}}
"""


async def test_an_upload_that_lacks_an_operation_is_none(generate: Any) -> None:
    shop = generate(INCOMPLETE)
    assert not hasattr(shop.client.shop.uploads, "upload_resumable")
    assert hasattr(shop.client.shop.uploads, "create")


async def test_a_name_that_is_taken_stays_with_its_operation(
    generate: Any, server: WireServer
) -> None:
    own = "operationId: checkUpload"
    taken = FILES.replace(own, f"{own}\n      x-sdk-name: shop.uploads.uploadResumable")
    shop = generate(taken)
    server.default = TusServer()

    await shop.call("shop.uploads.upload_resumable_id", "7", b"abc")

    assert [request.method for request in server.requests] == ["POST", "PATCH"]

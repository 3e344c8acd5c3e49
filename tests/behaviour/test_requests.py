"""What a generated method puts on the wire."""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hoody_codegen.config import Scope, ScopeArgument
from support.wire_server import Answer, WireServer, json_answer

PARAMETERS = """
paths:
  /users/{user}/files/{path}:
    get:
      operationId: readFile
      tags: ["shop:Files"]
      parameters:
        - {name: user, in: path, required: true, schema: {type: string}}
        - {name: path, in: path, required: true, x-wildcard: true, schema: {type: string}}
        - {name: tags, in: query, schema: {type: array, items: {type: string}}}
        - {name: fields, in: query, explode: false, schema: {type: array, items: {type: string}}}
        - {name: zip, in: query, schema: {type: string, enum: [""]}}
        - {name: since, in: query, schema: {type: string, format: date-time}}
        - {name: deep, in: query, schema: {type: boolean}}
        - {name: limit, in: query, schema: {type: integer, default: 20}}
        - {name: terminal_id, in: query, required: true, x-host-injected: true, schema: {}}
        - {name: If-Match, in: header, schema: {type: string}}
      responses: {"204": {description: Done}}
  /{path}?type=ssh:
    get:
      operationId: download
      tags: ["shop:Files"]
      parameters:
        - {name: path, in: path, required: true, schema: {type: string}}
        - {name: host, in: query, required: true, schema: {type: string}}
      responses: {"204": {description: Done}}
"""


async def test_paths_keep_slashes_only_where_they_may(generate: Any) -> None:
    shop = generate(PARAMETERS)

    await shop.call("shop.files.read", "a/b c", "dir/ü.txt")

    assert shop.last.target == "/users/a%2Fb%20c/files/dir/%C3%BC.txt"


async def test_what_is_left_out_is_not_sent_and_defaults_stay_with_the_server(
    generate: Any,
) -> None:
    shop = generate(PARAMETERS)

    await shop.call("shop.files.read", "u", "p")

    assert shop.last.query == ""
    assert shop.last.header("if-match") is None


async def test_query_parameters_follow_their_style(generate: Any) -> None:
    shop = generate(PARAMETERS)

    await shop.call(
        "shop.files.read",
        "u",
        "p",
        tags=["a", "b&c"],
        fields=["x", "y"],
        zip=True,
        since=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        deep=False,
        if_match='"v1"',
    )

    pairs = parse_qsl(shop.last.query, keep_blank_values=True)
    assert pairs == [
        ("tags", "a"),
        ("tags", "b&c"),
        ("fields", "x,y"),
        ("zip", ""),
        ("since", "2026-01-02T03:04:05Z"),
        ("deep", "false"),
    ]
    assert shop.last.header("if-match") == '"v1"'


async def test_a_query_in_the_path_is_sent_with_the_other_parameters(generate: Any) -> None:
    shop = generate(PARAMETERS)

    await shop.call("shop.files.download", "x", host="h")

    assert parse_qsl(shop.last.query) == [("type", "ssh"), ("host", "h")]


BODIES = """
paths:
  /items:
    post:
      operationId: create
      tags: ["shop:Items"]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties:
                name: {type: string}
                pin: {type: [string, "null"]}
                class-name: {type: string}
                owner: {$ref: "#/components/schemas/Person"}
                at: {type: string, format: date-time}
      responses: {"200": {description: Ok, content: {application/json: {
        schema: {$ref: "#/components/schemas/Person"}}}}}
  /optional:
    post:
      operationId: poke
      tags: ["shop:Items"]
      requestBody:
        content: {application/json: {schema: {type: object, properties: {a: {type: integer}}}}}
      responses: {"204": {description: Done}}
  /empty:
    post:
      operationId: touch
      tags: ["shop:Items"]
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, properties: {a: {type: integer}}}}}
      responses: {"204": {description: Done}}
  /list:
    put:
      operationId: sendAll
      tags: ["shop:Items"]
      requestBody:
        required: true
        content: {application/json: {schema: {type: array, items: {
          $ref: "#/components/schemas/Person"}}}}
      responses: {"204": {description: Done}}
  /form:
    post:
      operationId: sendForm
      tags: ["shop:Items"]
      requestBody:
        required: true
        content: {application/x-www-form-urlencoded: {schema: {type: object, properties: {
          name: {type: string}, tags: {type: array, items: {type: string}}}}}}
      responses: {"204": {description: Done}}
  /parts:
    post:
      operationId: sendParts
      tags: ["shop:Items"]
      requestBody:
        required: true
        content: {multipart/form-data: {schema: {type: object, properties: {
          caption: {type: string}, file: {type: string, format: binary}}}}}
      responses: {"204": {description: Done}}
  /raw:
    put:
      operationId: sendBytes
      tags: ["shop:Items"]
      requestBody:
        required: true
        content: {application/octet-stream: {schema: {type: string, format: binary}}}
      responses: {"204": {description: Done}}
  /text:
    put:
      operationId: sendText
      tags: ["shop:Items"]
      requestBody: {required: true, content: {text/plain: {schema: {type: string}}}}
      responses: {"204": {description: Done}}
  /key:
    put:
      operationId: sendKey
      tags: ["shop:Items"]
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, properties: {
          key: {type: string, format: byte}}}}}
      responses: {"204": {description: Done}}
components:
  schemas:
    Person:
      type: object
      required: [name]
      properties: {name: {type: string}, first-name: {type: string}}
"""


async def test_absent_null_and_a_value_are_three_things(generate: Any) -> None:
    shop = generate(BODIES)

    await shop.call("shop.items.create", name="n")
    assert shop.last.json() == {"name": "n"}
    await shop.call("shop.items.create", name="n", pin=None)
    assert shop.last.json() == {"name": "n", "pin": None}
    await shop.call("shop.items.create", name="n", pin="1")
    assert shop.last.json() == {"name": "n", "pin": "1"}
    assert shop.last.header("content-type") == "application/json"


async def test_nested_objects_are_sent_from_dictionaries_and_models(generate: Any) -> None:
    shop = generate(BODIES)
    shop.server.default = json_answer({"name": "Ann", "first-name": "A", "extra": [1]})
    person = await shop.call("shop.items.create", name="n", owner={"name": "x", "first-name": "y"})
    assert shop.last.json() == {"name": "n", "owner": {"name": "x", "first-name": "y"}}

    at = datetime(2026, 1, 2, tzinfo=UTC)
    await shop.call("shop.items.create", name="n", owner=person, class_name="c", at=at)

    assert shop.last.json() == {
        "name": "n",
        "class-name": "c",
        "owner": {"name": "Ann", "first-name": "A", "extra": [1]},
        "at": "2026-01-02T00:00:00Z",
    }


async def test_a_body_is_sent_empty_only_where_one_is_required(generate: Any) -> None:
    shop = generate(BODIES)

    await shop.call("shop.items.poke")
    assert (shop.last.body, shop.last.header("content-type")) == (b"", None)
    await shop.call("shop.items.touch")
    assert shop.last.json() == {}


async def test_a_body_that_is_no_object_is_one_argument(generate: Any) -> None:
    shop = generate(BODIES)

    await shop.call("shop.items.send_all", body=[{"name": "a"}, {"name": "b"}])

    assert shop.last.json() == [{"name": "a"}, {"name": "b"}]


async def test_forms_parts_bytes_and_text(generate: Any) -> None:
    shop = generate(BODIES)

    await shop.call("shop.items.send_form", name="a b", tags=["1", "2"])
    assert parse_qsl(shop.last.body.decode()) == [("name", "a b"), ("tags", "1"), ("tags", "2")]

    await shop.call("shop.items.send_parts", caption="hi", file=io.BytesIO(b"\x00\x01"))
    assert (shop.last.header("content-type") or "").startswith("multipart/form-data; boundary=")
    assert b'name="caption"\r\n\r\nhi\r\n' in shop.last.body
    assert b"\r\n\r\n\x00\x01\r\n" in shop.last.body

    await shop.call("shop.items.send_bytes", body=b"\xff\x00")
    assert shop.last.body == b"\xff\x00"
    assert shop.last.header("content-type") == "application/octet-stream"

    await shop.call("shop.items.send_text", body="ü")
    assert shop.last.body == "ü".encode()
    assert (shop.last.header("content-type") or "").startswith("text/plain")


async def test_bytes_in_json_are_base64(generate: Any) -> None:
    shop = generate(BODIES)

    await shop.call("shop.items.send_key", key=b"\x00\xff")

    assert shop.last.json() == {"key": base64.b64encode(b"\x00\xff").decode()}


async def test_other_verbs_are_sent_as_they_are(generate: Any) -> None:
    shop = generate("""
        paths:
          /dav/{path}:
            parameters:
              - {name: path, in: path, required: true, x-wildcard: true, schema: {type: string}}
            head: {operationId: probe, tags: ["shop:Dav"], responses: {"200": {description: Ok}}}
            x-additional-operations:
              PROPFIND:
                operationId: list
                tags: ["shop:Dav"]
                parameters: [{name: Depth, in: header, schema: {type: string, enum: ["0", "1"]}}]
                responses: {"207": {description: Xml, content: {application/xml: {}}}}
        """)
    shop.server.default = Answer(207, b"<a/>", {"Content-Type": "application/xml"})

    assert await shop.call("shop.dav.list", "a/b", depth="1") == "<a/>"
    assert (shop.last.method, shop.last.path) == ("PROPFIND", "/dav/a/b")
    assert shop.last.header("depth") == "1"
    assert (await shop.call("shop.dav.probe", "x")).status == 207
    assert shop.last.method == "HEAD"


SECURITY = """
security: [{bearer: []}]
paths:
  /open: {get: {operationId: open, security: [], responses: {"204": {description: Ok}}}}
  /closed: {get: {operationId: closed, responses: {"204": {description: Ok}}}}
components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}
"""


async def test_the_token_goes_only_where_it_is_asked_for(generate: Any) -> None:
    shop = generate(SECURITY)

    await shop.call("shop.closed.closed")
    assert shop.last.header("authorization") == "Bearer secret"
    await shop.call("shop.open.open")
    assert shop.last.header("authorization") is None


async def test_the_token_is_not_sent_to_services_without_a_scheme(
    generate: Any, server: WireServer
) -> None:
    shop = generate(
        """
        paths: {/x: {get: {operationId: x, responses: {"204": {description: Ok}}}}}
        """,
        main_service="another",
        client={"base_url": None, "service_urls": {"shop": server.url}},
    )

    await shop.call("shop.x.x")

    assert shop.last.header("authorization") is None


async def test_a_scope_fills_the_addresses_of_its_services(
    generate: Any, server: WireServer
) -> None:
    document = """\
        openapi: 3.1.0
        info: {title: Shop, version: 1.0.0, x-namespace: shop}
        servers:
          - url: https://{projectId}-shop-{index}.example.test
            variables: {projectId: {default: ""}, index: {default: "1"}}
        paths: {/x: {get: {operationId: x, responses: {"204": {description: Ok}}}}}
        """
    scope = Scope(
        name="machine",
        arguments=(
            ScopeArgument("projectId", "project_id", field="id"),
            ScopeArgument("index", "index", default="1"),
        ),
    )
    shop = generate(
        document,
        scopes=(scope,),
        client={
            "base_url": None,
            "service_urls": {"shop": f"{server.url}/{{projectId}}-{{index}}"},
        },
    )
    errors = shop.module.errors

    machine = shop.client.machine({"id": "p7"}, index=2)
    result = machine.shop.x.x()
    if shop.is_async:
        await result
    assert shop.last.path == "/p7-2/x"

    with pytest.raises(errors.ConfigurationError, match=r"project_id=… \(or an object with 'id'\)"):
        shop.client.machine()
    with pytest.raises(errors.AddressError, match="projectId"):
        await shop.call("shop.x.x")


async def test_cookies_are_arguments(generate: Any) -> None:
    shop = generate("""
paths:
  /session:
    get:
      operationId: getSession
      tags: ["shop:Session"]
      parameters:
        - {name: sid, in: cookie, required: true, schema: {type: string}}
        - {name: flags, in: cookie, explode: false, schema: {type: array, items: {type: string}}}
        - {name: flags, in: query, schema: {type: array, items: {type: string}}}
      responses: {"204": {description: Known}}
""")

    await shop.call("shop.session.get", sid="a b", cookie_flags=["x", "y"], flags=["z"])

    assert shop.last.header("cookie") == "sid=a%20b; flags=x,y"
    assert shop.last.query == "flags=z"


async def test_an_object_that_may_be_null_is_one_argument(generate: Any) -> None:
    shop = generate("""
paths:
  /settings:
    put:
      operationId: replaceSettings
      tags: ["shop:Settings"]
      requestBody:
        content: {application/json: {schema: {
          type: [object, "null"], properties: {name: {type: string}}}}}
      responses: {"204": {description: Done}}
""")

    await shop.call("shop.settings.replace")
    assert (shop.last.body, shop.last.header("content-type")) == (b"", None)
    await shop.call("shop.settings.replace", body=None)
    assert (shop.last.body, shop.last.header("content-type")) == (b"null", "application/json")
    await shop.call("shop.settings.replace", body={})
    assert shop.last.body == b"{}"
    await shop.call("shop.settings.replace", body={"name": "n"})
    assert shop.last.json() == {"name": "n"}


STYLES = """
paths:
  /map/{at}/{shape}/{pair}:
    get:
      operationId: find
      tags: ["shop:Map"]
      parameters:
        - {name: at, in: path, required: true, style: label, explode: true,
           schema: {type: array, items: {type: number}}}
        - {name: shape, in: path, required: true, style: matrix,
           schema: {type: array, items: {type: string}}}
        - {name: pair, in: path, required: true, explode: true, schema: {type: object}}
        - {name: pair, in: query, style: deepObject, explode: true, schema: {type: object}}
        - {name: ids, in: query, style: spaceDelimited,
           schema: {type: array, items: {type: integer}}}
        - {name: many, in: query, style: pipeDelimited, explode: true,
           schema: {type: array, items: {type: string}}}
        - {name: to, in: query, allowReserved: true, schema: {type: string}}
        - {name: filter, in: query, content: {application/json: {schema: {type: object}}}}
        - {name: X-Filter, in: header, content: {application/json: {schema: {type: object}}}}
        - {name: X-Pair, in: header, explode: true, schema: {type: object}}
        - {name: filter, in: cookie, content: {application/json: {schema: {type: object}}}}
        - {name: content-type, in: query, schema: {type: string}}
        - {name: Content-Type, in: header, schema: {type: string}}
        - {name: Accept, in: header, schema: {type: string}}
      responses: {"204": {description: Done}}
  /form:
    post:
      operationId: send
      tags: ["shop:Map"]
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              properties:
                deep: {type: object}
                plain: {type: object}
                names: {type: array, items: {type: string}}
                link: {type: string}
                note: {type: [string, "null"]}
            encoding:
              deep: {style: deepObject, explode: true}
              names: {style: form, explode: false}
              link: {allowReserved: true}
      responses: {"204": {description: Done}}
  /parts:
    post:
      operationId: upload
      tags: ["shop:Map"]
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              properties:
                note: {type: string}
                icon: {type: string, format: binary}
            encoding: {note: {contentType: text/markdown}, icon: {contentType: image/png}}
      responses: {"204": {description: Done}}
  /optional:
    post:
      operationId: touch
      tags: ["shop:Map"]
      requestBody:
        content:
          application/json: {schema: {type: object, properties: {name: {type: string}}}}
      responses: {"204": {description: Done}}
"""


async def test_every_place_has_its_styles(generate: Any) -> None:
    shop = generate(STYLES)

    await shop.call(
        "shop.map.find",
        [1.0, 25],
        ["a", "b,c"],
        {"x": 1, "y": "z/w"},
        query_pair={"k": {"m": [1, 2]}},
        ids=[1, 2],
        many=["a", "b"],
        to="/a/b?c=d&e",
        filter={"a": [1, None]},
        header_filter={"n": "é"},
        header_pair={"a": 1, "b": True},
        cookie_filter={"q": "x;y"},
        content_type="text/html",
    )

    assert shop.last.path == "/map/.1.25/;shape=a,b%2Cc/x=1,y=z%2Fw"
    assert parse_qsl(shop.last.query) == [
        ("pair[k][m]", "1"),
        ("pair[k][m]", "2"),
        ("ids", "1 2"),
        ("many", "a"),
        ("many", "b"),
        ("to", "/a/b?c=d&e"),
        ("filter", '{"a":[1,null]}'),
        ("content-type", "text/html"),
    ]
    assert "to=/a/b?c=d%26e" in shop.last.query
    assert shop.last.header("x-filter") == '{"n":"\\u00e9"}'
    assert shop.last.header("x-pair") == "a=1,b=true"
    assert shop.last.header("cookie") == "filter={%22q%22:%22x%3By%22}"
    assert shop.last.header("content-type") is None


async def test_fields_of_forms_follow_their_encoding(generate: Any) -> None:
    shop = generate(STYLES)

    await shop.call(
        "shop.map.send",
        deep={"a": 1},
        plain={"b": 2},
        names=["x", "y"],
        link="https://x/?a",
        note=None,
    )

    assert parse_qsl(shop.last.body.decode(), keep_blank_values=True) == [
        ("deep[a]", "1"),
        ("plain", '{"b":2}'),
        ("names", "x,y"),
        ("link", "https://x/?a"),
        ("note", ""),
    ]
    assert b"link=https://x/?a" in shop.last.body


async def test_parts_have_their_documented_types(generate: Any) -> None:
    shop = generate(STYLES)

    await shop.call("shop.map.upload", note="# Hi", icon=b"...")

    assert b'name="note"\r\nContent-Type: text/markdown\r\n\r\n# Hi' in shop.last.body
    assert b"Content-Type: image/png\r\n\r\n..." in shop.last.body


async def test_an_optional_body_can_be_sent_empty(generate: Any) -> None:
    shop = generate(STYLES)
    options = shop.module.RequestOptions

    await shop.call("shop.map.touch")
    assert (shop.last.body, shop.last.header("content-type")) == (b"", None)

    await shop.call("shop.map.touch", request_options=options(body={}))
    assert (shop.last.body, shop.last.header("content-type")) == (b"{}", "application/json")

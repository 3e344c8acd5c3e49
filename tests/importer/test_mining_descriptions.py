"""Facts in sentences: found where the text states them, and only there."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hoody_codegen.reference.mining import mine, parse_type
from hypothesis import given, settings
from hypothesis import strategies as st


def facts(
    text: str,
    kind: str = "string",
    name: str = "field",
    place: Literal["parameter", "field"] = "field",
) -> dict[str, Any]:
    """What the description adds to the type."""
    before = parse_type(kind)
    after = mine(text, before, name=name, place=place).schema
    return {key: value for key, value in after.items() if before.get(key) != value}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("One of `red`, `green`.", ["red", "green"]),
        ('Colour. One of: `"red"`, `"green"`, or `"blue"`', ["red", "green", "blue"]),
        ("Output format. One of `json`, `md`.", ["json", "md"]),
        ("Allowed values: `a`, `b`. Default: `a`", ["a", "b"]),
        ("Allowed: `a`, `b`", ["a", "b"]),
        ("Accepted values: empty (`?download`), `1`, or `true`.", ["", "1", "true"]),
        ("Valid values: `x`, `y`", ["x", "y"]),
        ('Must be `"local"`', ["local"]),
        ("Must be 'yes' to go on", ["yes"]),
        ('State. Always `"ok"` when reachable.', ["ok"]),
        ('Algorithm. Currently only `"sha256"`.', ["sha256"]),
        ("Mode. Fixed to `gzip`.", ["gzip"]),
        ("Resize mode: `fit` (keep, fit within), `fill` (crop) — default: `fit`", ["fit", "fill"]),
        ("Search scope: `screen` (default), `history`, or `all`", ["screen", "history", "all"]),
        ("Send `Accept` header: `true`, `false`, or unset.", ["true", "false"]),
        ("Selection mode (`ask`, `first`, `index`)", ["ask", "first", "index"]),
        ("Generate a call (`curl` or `wget`)", ["curl", "wget"]),
        ('`"on"` or `"off"`. Defaults to `"on"`.', ["on", "off"]),
        ("Output format. `json` (default) or `yaml`.", ["json", "yaml"]),
        ('Use `"true"` for new ones, `"false"` for old ones.', ["true", "false"]),
        ("`all` starts from everything, `none` disables everything first", ["all", "none"]),
        ('How. One of `""`, `"include"`, `"only"`.', ["", "include", "only"]),
        ("Root. One of: `/`, `root`, `` (empty).", ["/", "root", ""]),
        ("Rights. One of: `read`, `write`, `read,write`.", ["read", "write", "read,write"]),
        ("Comma-separated patterns. One of: `*`, `*.a,*.b`.", ["*", "*.a,*.b"]),
    ],
)
def test_allowed_values(text: str, values: list[str]) -> None:
    assert facts(text)["enum"] == values


@pytest.mark.parametrize(
    "text",
    [
        "One of the supported regions (e.g. `us`, `eu`).",
        "Model name (e.g. `small`, `large`)",
        "Anything, for example `a`, `b`.",
        "Agent name. e.g. `One`, `Two`.",
        "Release channel hint (for example `stable` or `beta`)",
        "Shell to use: `bash`, `zsh`, `fish`, etc.",
        "Protocol: `tcp`, `udp`, or comma-separated list",
        "Colour: `black`, `white`, or RGB `(R,G,B,A)` (default: `white`)",
        "Address. One of `a.example`, `b.example` (or a custom `host:port`).",
        "Common values: `web`, `api`.",
        "Primary query (aliases `q`, `name`)",
        "Must not be a reserved word (`all`, `none`).",
        "Lines. Formats: `10-50` (range), `100` (single).",
        "Proxy. Format: `user@host`, `host:port`.",
        "Provide either `id` or `field`.",
        "Full version (`136.0`), major version (`136`), or channel (`stable`, `beta`)",
        "Must match the path `:id`",
        "In the form `start-end` (e.g. `1-50`).",
        "Must be greater than `0`",
        "Comma-separated list of scopes. One of: `read`, `write`.",
    ],
)
def test_lists_that_only_show_something_are_no_enums(text: str) -> None:
    assert "enum" not in facts(text)


def test_open_lists_are_examples() -> None:
    assert facts("Program. Common values: `web`, `api`.")["examples"] == ["web", "api"]
    assert facts("Shell: `bash`, `zsh`, etc.")["examples"] == ["bash", "zsh"]


def test_values_have_the_type_of_the_column() -> None:
    assert facts("Version: `1`, `2`, or `0` for auto.", "integer")["enum"] == [1, 2, 0]
    assert facts("Code (always `200` for this call)", "number")["enum"] == [200]
    assert "enum" not in facts('One of `"true"`, `"false"`.', "boolean")
    assert "enum" not in facts('Seconds. Possible values: `"1h"`, `"24h"`.', "integer")
    assert facts("One of `a`, `b`, or `null` to clear", "string \\| null")["enum"] == [
        "a",
        "b",
        None,
    ]
    assert "enum" not in facts("One of `a`, `b` shapes", "object")


def test_flags_of_a_query_string() -> None:
    text = "Values: `?raw`, `?raw=true`, `?raw=1` show it. `?raw=false`, `?raw=0` hide it."
    assert facts(text, name="raw", place="parameter")["enum"] == ["", "true", "1", "false", "0"]
    assert facts("Empty literal value that triggers a download")["enum"] == [""]


def test_a_parameter_of_an_unknown_schema_is_text() -> None:
    assert facts("Output format (`json` or `html`)", "`x_Format`", place="parameter") == {
        "type": "string",
        "enum": ["json", "html"],
    }


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Whether. Default: `true`", "boolean", True),
        ("Whether (Default: `false`)", "boolean", False),
        ("Limit (default 25)", "integer", 25),
        ("Limit (default: 50, max: 1000)", "integer", 50),
        ("Timeout. Defaults to `5000` (5 seconds) if not specified.", "integer", 5000),
        ('Region. Defaults to `"eu"`.', "string", "eu"),
        ("Port. Default: `22`.", "string", "22"),
        ("Sort: `name` (default), or `size`", "string", "name"),
        ("When `true` (default), waits.", "boolean", True),
        ("`true` = ask every time (default), `false` = never ask", "boolean", True),
        ("Level. `-1` is the default.", "integer", -1),
        ('Servers (max 4, defaults to `["1.1.1.1"]`)', "array", ["1.1.1.1"]),
        ("Max entries. Default `100`, hard max `1000`.", "integer", 100),
    ],
)
def test_defaults(text: str, kind: str, value: Any) -> None:
    assert facts(text, kind)["default"] == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Order. Default: `desc` for time, `asc` for name", "string"),
        ("Show (default: `true` if `url` is given, `false` otherwise)", "boolean"),
        ("Wait (default: `true` when display is configured)", "boolean"),
        ("Name (default: archive name)", "string"),
        ("Path. If omitted, defaults to `/mounts/mount_{uuid}`.", "string"),
        ("Permissions. Missing paths default to `false`.", "object"),
        ("Override the default `.bin` suffix.", "string"),
        ("Size (default 10GB)", "integer"),
        ("Agent (defaults to the configured agent or `build`)", "string"),
    ],
)
def test_what_holds_only_sometimes_is_no_default(text: str, kind: str) -> None:
    assert "default" not in facts(text, kind)


@pytest.mark.parametrize(
    ("text", "kind", "bounds"),
    [
        ("Port. Range: 1–65535.", "integer", {"minimum": 1, "maximum": 65535}),
        ("Delay. Range: `0`–`5000`", "integer", {"minimum": 0, "maximum": 5000}),
        ("X. Range: `-100`–`100`", "integer", {"minimum": -100, "maximum": 100}),
        ("Delay, range `0..86400`.", "integer", {"minimum": 0, "maximum": 86400}),
        ("Items per page (1-200).", "integer", {"minimum": 1, "maximum": 200}),
        ("Quality (1-100, higher is better)", "integer", {"minimum": 1, "maximum": 100}),
        ("Rating from 0 to 5 stars", "number", {"minimum": 0, "maximum": 5}),
        ("Level (`-2` to `9`).", "integer", {"minimum": -2, "maximum": 9}),
        ("Rounds (minimum 1, maximum 500)", "integer", {"minimum": 1, "maximum": 500}),
        ("Items (max 100)", "integer", {"maximum": 100}),
        ("Must be greater than `0`.", "integer", {"exclusiveMinimum": 0}),
        ("Budget (must be `&ge;` 0)", "number", {"minimum": 0}),
        ("Batch size (&lt; 1000).", "integer", {"exclusiveMaximum": 1000}),
        ("Page number (1-based)", "integer", {"minimum": 1}),
        (
            "Receivers. Must be a positive integer, max 256.",
            "integer",
            {"minimum": 1, "maximum": 256},
        ),
        ("Chunk size (100–1000, 0 to disable).", "integer", {"maximum": 1000}),
        ("Limit. Clamped to `[1, 500]`.", "integer", {}),
        ("Upload size (max 5 GiB).", "integer", {}),
        ("Name (1–100 characters)", "string", {"minLength": 1, "maxLength": 100}),
        ("Value (max 65,536 characters)", "string", {"maxLength": 65536}),
        ("Password. Must be at least 8 characters.", "string", {"minLength": 8}),
        ("Prompt. Max 10K chars.", "string", {"maxLength": 10000}),
        ("Text. Length: 1 to 500 characters", "string", {"minLength": 1, "maxLength": 500}),
        ("Token (64 characters)", "string", {"minLength": 64, "maxLength": 64}),
        ("ID (24-char hex)", "string", {"minLength": 24, "maxLength": 24}),
        ("6-digit code OR 10-character backup code", "string", {}),
        ("Title (min length 1)", "string", {"minLength": 1}),
        ("Name. Must be non-empty.", "string", {"minLength": 1}),
        ("Empty lists all; a non-empty value reads one.", "string", {}),
        ("Chunk size in bytes (minimum 5,000,000).", "string", {}),
        ("Slug. Must match `^[a-z-]+$`.", "string", {"pattern": "^[a-z-]+$"}),
        ("Must match `^(unclosed`.", "string", {}),
        ("List of actions. `1`–`50` items", "array", {"minItems": 1, "maxItems": 50}),
        (
            "Tags (max 50, each max 100 characters).",
            "array",
            {"maxItems": 50, "items": {"type": "string", "maxLength": 100}},
        ),
        ("Variables. Max 200 properties.", "object", {"maxProperties": 200}),
    ],
)
def test_bounds(text: str, kind: str, bounds: dict[str, Any]) -> None:
    found = facts(text, kind)
    found.pop("x-unit", None)
    assert found == bounds


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("ISO 8601 timestamp of the start.", {"format": "date-time"}),
        ("Start time as RFC3339 string.", {"format": "date-time"}),
        ("ISO date (YYYY-MM-DD) of the first entry", {"format": "date"}),
        ("ISO 8601 date, Unix timestamp, `today`, or `tomorrow`.", {}),
        ("Entries since (RFC3339 or Unix ms)", {}),
        ("URL of the remote server", {"format": "uri"}),
        ("The webhook URL to test", {"format": "uri"}),
        ("URL to go to. Defaults to `/`.", {"default": "/"}),
        ("Relative URL to the icon", {}),
        ("Avatar identifier or URL", {}),
        ("Pre-fill the path. Only URL-safe characters allowed.", {}),
        ("Job identifier (UUID)", {"format": "uuid"}),
        ("Email address for the account", {"format": "email"}),
        ("Base64-encoded query", {"contentEncoding": "base64"}),
        ("Script (can be base64 encoded)", {}),
        ("Get the content as base64 encoded string", {}),
    ],
)
def test_formats(text: str, added: dict[str, Any]) -> None:
    assert facts(text) == added


@pytest.mark.parametrize(
    ("text", "name", "unit"),
    [
        ("Timeout in seconds", "timeout", "seconds"),
        ("Timeout in ms (1–30000).", "timeout", "milliseconds"),
        ("Maximum size (bytes)", "size", "bytes"),
        ("Pause", "pauseMs", "milliseconds"),
        ("Pause", "pause_seconds", "seconds"),
        ("Width in pixels", "width", "pixels"),
        ("Unix timestamp (seconds) of the end", "ends", "seconds since the Unix epoch"),
        ("Unix timestamp in milliseconds", "since", "milliseconds since the Unix epoch"),
        ("Number of items", "items", None),
    ],
)
def test_units(text: str, name: str, unit: str | None) -> None:
    assert facts(text, "integer", name).get("x-unit") == unit


@pytest.mark.parametrize(
    ("text", "nullable"),
    [
        ("Alias (`null` to remove)", True),
        ("New alias. Set to null to clear.", True),
        ("Time of the last run, or `null` if never.", True),
        ("Memory use. May be `null`.", True),
        ("Heap in bytes (null for native ones).", True),
        ("Contains `heap` (bytes, or `null`).", False),
        ("Name of the thing.", False),
    ],
)
def test_null_is_a_value_where_the_text_says_so(text: str, nullable: bool) -> None:
    assert (facts(text).get("type") == ["string", "null"]) is nullable


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("Map of tool name to boolean override", {"type": "boolean"}),
        ("Environment variables as key-value string pairs.", {"type": "string"}),
        ("Groups. Key is group name, value is its settings.", {}),
        (
            "Policy. Map of name to `auto` or `manual`",
            {"type": "string", "enum": ["auto", "manual"]},
        ),
        (
            "Rights. Key is group name, value is map of program → rule.",
            {"type": "object", "additionalProperties": {}},
        ),
        ("Settings of the thing", None),
    ],
)
def test_maps(text: str, members: Any) -> None:
    assert facts(text, "object").get("additionalProperties") == members


@pytest.mark.parametrize(
    ("text", "kind", "members"),
    [
        ("Ports. Requires `start` and `end`.", "object", {"start!": {}, "end!": {}}),
        ("`path` is required; optionally `host`.", "object", {"path!": {}, "host": {}}),
        ("Model selection: `{ id, hint? }`", "object", {"id": {}, "hint": {}}),
        ("Icon (`url`, `color`)", "object", {"url": {}, "color": {}}),
        (
            "Contains `used` (bytes) and `path` (string, max 9 chars).",
            "object",
            {
                "used": {"type": "integer", "x-unit": "bytes"},
                "path": {"type": "string", "maxLength": 9},
            },
        ),
        (
            "`groups` is an array of group name strings (min 1).",
            "object",
            {"groups": {"type": "array", "items": {"type": "string"}, "minItems": 1}},
        ),
        (
            "Cookies. Each entry requires `name` and `value`; `domain` is optional.",
            "array",
            {"name!": {}, "value!": {}, "domain": {}},
        ),
        ("Array of `{ pattern, action }`", "array", {"pattern": {}, "action": {}}),
        (
            'Array of parts (`type: "file"`, `url` required)',
            "array",
            {"type!": {"type": "string", "enum": ["file"]}, "url!": {}},
        ),
        ("Array of strings, e.g. `a`, `b`.", "array", {}),
        ("Pricing keyed by metric (e.g. `prompt`, `image`)", "object", {}),
        ("Settings (see `Config`)", "object", {}),
    ],
)
def test_members_that_a_sentence_names(text: str, kind: str, members: dict[str, Any]) -> None:
    found = facts(text, kind)
    target = found.get("items", {}) if kind == "array" else found
    required = target.get("required", [])
    named = {
        f"{name}!" if name in required else name: part
        for name, part in target.get("properties", {}).items()
    }
    assert named == members


def test_what_is_deprecated_or_read_only_says_so() -> None:
    assert facts("Deprecated: use `b`.")["deprecated"] is True
    assert facts("**Deprecated.** Use `b`.")["deprecated"] is True
    assert facts("Flush time (deprecated).", "integer")["deprecated"] is True
    assert "deprecated" not in facts("Include deprecated items")
    assert facts("Read-only. Set by the server.")["readOnly"] is True
    assert "readOnly" not in facts("Work on shared files (read-only).")


@pytest.mark.parametrize(
    ("text", "required"),
    [
        ("Required. The code.", True),
        ("The code. Required — all flows must send it.", True),
        ("Required if `mode` is `b`.", None),
        ("Required when setting a password.", None),
        ("Optional label", False),
        ("The label", None),
    ],
)
def test_requiredness_in_prose(text: str, required: bool | None) -> None:
    assert mine(text, {"type": "string"}, name="x", place="field").required is required


def test_what_came_from_prose_is_told_and_the_text_stays() -> None:
    mined = mine(
        "Size &ge; 0. Default: `5`, in &lt;bytes&gt;  (max 9)",
        {"type": "integer"},
        name="x",
        place="field",
    )
    assert mined.inferred == "default, limits from description"
    assert mined.description == "Size ≥ 0. Default: `5`, in <bytes> (max 9)"
    assert mine("—", {}, name="x", place="field").description == ""
    assert mine("A thing", {"type": "string"}, name="x", place="field").inferred is None


def test_the_given_schema_is_not_changed_and_never_contradicted() -> None:
    given_schema = {"type": "string", "enum": ["a"]}
    mined = mine("One of `b`, `c`. Default: `b`", given_schema, name="x", place="field")
    assert given_schema == {"type": "string", "enum": ["a"]}
    assert mined.schema == {"type": "string", "enum": ["a"]}


@settings(deadline=None)
@given(
    st.text(alphabet="`\"'(),.:;=–—|/0123456789 abcdefONEofrangemultdi<>&{}[]", max_size=80),
    st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "any", "x_Y"]),
)
def test_no_text_breaks_the_miner(text: str, kind: str) -> None:
    mined = mine(text, parse_type(kind), name="x", place="field")
    enum, default = mined.schema.get("enum"), mined.schema.get("default")
    assert enum is None or default is None or default in enum

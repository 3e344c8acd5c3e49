"""How names come apart into words: a table, because each line is a decision."""

from __future__ import annotations

import unicodedata

import pytest
from hoody_codegen.naming import words
from hypothesis import example, given, settings
from hypothesis import strategies as st

SNAKE = [
    # camel case
    ("workspaceId", "workspace_id"),
    ("workspaceID", "workspace_id"),
    ("listAuthTokens", "list_auth_tokens"),
    ("already_snake", "already_snake"),
    # acronyms: before a word, at the end, in the plural
    ("JSON", "json"),
    ("JSONFile", "json_file"),
    ("getSDKFile", "get_sdk_file"),
    ("URLPath", "url_path"),
    ("IDs", "ids"),
    ("userIDs", "user_ids"),
    ("getURLs", "get_urls"),
    ("IPAddress", "ip_address"),
    ("USDAmount", "usd_amount"),
    # spellings that mix cases on purpose
    ("OAuth", "oauth"),
    ("mcpOAuth2Status", "mcp_oauth2_status"),
    ("oauth2", "oauth2"),
    ("MySQLServer", "mysql_server"),
    ("WebDAVLock", "webdav_lock"),
    ("ETag", "etag"),
    # digits stay with the letters before them …
    ("sha256", "sha256"),
    ("base64Encode", "base64_encode"),
    ("v1", "v1"),
    ("v1beta2", "v1beta2"),
    ("HTTP2Server", "http2_server"),
    ("S3Bucket", "s3_bucket"),
    ("x86_64", "x86_64"),
    ("p2p", "p2p"),
    # … also behind an acronym with a version …
    ("IPv4", "ipv4"),
    ("listIPv6Addresses", "list_ipv6_addresses"),
    ("UUIDv7", "uuidv7"),
    # … except where they begin a word of their own
    ("enable2FA", "enable_2fa"),
    ("set2FaTokenGate", "set_2fa_token_gate"),
    ("2FAStatus", "2fa_status"),
    ("enable3DMode", "enable_3d_mode"),
    ("404", "404"),
    # punctuation separates
    ("Content-Type", "content_type"),
    ("kv/{key}", "kv_key"),
    ("a.b", "a_b"),
    ("__proto__", "proto"),
    ("  spaced out  ", "spaced_out"),
    ("TOKEN_EXPIRED", "token_expired"),
    # other scripts: accents go, letters that Latin can't write stay
    ("café", "cafe"),
    ("Straße", "strasse"),
    ("İstanbul", "istanbul"),
    ("ﬁle", "file"),
    ("用户", "用户"),
    ("Имя", "имя"),
    ("٣", "3"),
    # nothing to hold on to
    ("", ""),
    ("$", ""),
    ("\u202e\u2066", ""),
]


@pytest.mark.parametrize(("text", "expected"), SNAKE)
def test_snake(text: str, expected: str) -> None:
    assert words.snake(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("auth_token", "AuthToken"),
        ("KVEntry", "KVEntry"),
        ("kvBatchDelete", "KvBatchDelete"),
        ("JSONFile", "JSONFile"),
        # Capitals say nothing where there is nothing else.
        ("TOKEN_EXPIRED", "TokenExpired"),
        ("JSON", "Json"),
        ("mcpOAuth2Status", "McpOAuth2Status"),
        # Numbers that would run together stay apart.
        ("v1.2", "V1_2"),
    ],
)
def test_pascal(text: str, expected: str) -> None:
    assert words.pascal(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exec_id", "exec_id"),
        ("exec-id", "exec_dash_id"),
        ("execId", "exec_id_camel"),
        ("ExecId", "exec_id_pascal"),
        ("EXEC_ID", "exec_id_upper"),
        ("+1", "plus_1"),
        ("-1", "minus_1"),
        ("@type", "at_type"),
        ("$", "dollar"),
        ("a→b", "a_u2192_b"),
    ],
)
def test_spelled_tells_apart_what_snake_makes_equal(text: str, expected: str) -> None:
    assert words.spelled(text) == expected


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("containers", "container"),
        ("Proxies", "Proxy"),
        ("cookies", "cookie"),
        ("addresses", "address"),
        ("aliases", "alias"),
        ("boxes", "box"),
        ("branches", "branch"),
        ("databases", "database"),
        ("phases", "phase"),
        ("caches", "cache"),
        ("keys", "key"),
        ("status", "status"),
        ("news", "news"),
        ("dns", "dns"),
        ("IDS", "IDS"),
        ("container", "container"),
    ],
)
def test_singular(plural: str, singular: str) -> None:
    assert words.singular(plural) == singular


@settings(deadline=None)
@example("🅐")
@given(st.text())
def test_snake_is_stable_and_holds_only_identifier_characters(text: str) -> None:
    snake = words.snake(text)
    assert snake == "" or f"a{snake}".isidentifier()
    assert words.snake(snake) == snake
    assert unicodedata.normalize("NFKC", snake) == snake

"""Which host a call goes to, and that it never goes to another one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hoody_codegen.runtime import RequestOptions, ServiceInfo
from hoody_codegen.runtime.addresses import Addresses, origin, service_url
from hoody_codegen.runtime.errors import AddressError, ConfigurationError, InvalidArgumentError
from support.runtime_calls import INFO, Caller, Demo, Things, operation
from support.wire_server import WireServer

FULL = {"project": "p1", "container": "c1", "server": "s1"}
KIT = INFO.services["files"]
MAIN = INFO.services["api"]


def url(service: ServiceInfo, realm: str | None = None, **values: object) -> str:
    return service_url(INFO, service, Addresses(**values), realm=realm)  # type: ignore[arg-type]


def test_variables_fill_the_template() -> None:
    assert url(KIT, variables=FULL) == "https://p1-c1-files-1.s1.example.test"
    assert url(KIT, variables={**FULL, "index": "3"}) == "https://p1-c1-files-3.s1.example.test"


def test_an_incomplete_address_says_what_is_missing() -> None:
    with pytest.raises(AddressError) as caught:
        url(KIT, variables={"container": "c1"})
    message = str(caught.value)
    assert "'files'" in message
    assert "project and server" in message
    assert "with_variables(project=…, server=…)" in message


def test_base_url_is_for_the_main_service_alone() -> None:
    assert url(MAIN, base_url="http://localhost:8080/v1/") == "http://localhost:8080/v1"
    with pytest.raises(AddressError, match="incomplete"):
        url(KIT, base_url="http://localhost:8080")


def test_overrides_win_and_may_be_templates() -> None:
    overrides = {"files": "http://{server}:9000/f/", "api": "http://over.test"}
    assert url(KIT, overrides=overrides, variables={"server": "h"}) == "http://h:9000/f"
    assert url(MAIN, overrides=overrides, base_url="http://base.test") == "http://over.test"


@pytest.mark.parametrize(
    "value",
    [
        "evil.test/",
        "a/b",
        "a?b",
        "a#b",
        "u@evil",
        "a b",
        "",
        "-a",
        "a..b",
        "a\\b",
        "x:80@evil",
        "ü",
    ],
)
def test_a_variable_can_not_change_the_host(value: str) -> None:
    with pytest.raises(AddressError):
        url(KIT, variables={**FULL, "server": value})


@pytest.mark.parametrize(
    "base",
    [
        "ftp://a.test",
        "a.test",
        "//a.test",
        "http://",
        "http://a.test?x=1",
        "http://a.test#x",
        "http://a b.test",
        "http://a.test\\@b.test",
        "http://a.test:99999",
        "http://[::1",
        "http://a.test/\n",
    ],
)
def test_bad_addresses_are_refused(base: str) -> None:
    with pytest.raises(AddressError):
        url(MAIN, base_url=base)


def test_credentials_in_an_address_are_refused_and_not_repeated() -> None:
    with pytest.raises(AddressError) as caught:
        url(MAIN, base_url="https://user:hunter2@a.test")
    assert "hunter2" not in str(caught.value)


REALM = "0123456789abcdef01234567"


HEX = replace(MAIN, realm_pattern="[0-9a-fA-F]{24}")


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("https://api.example.test", f"https://{REALM}.api.example.test"),
        (f"https://{'A' * 24}.api.example.test/x", f"https://{REALM}.api.example.test/x"),
        ("http://localhost:8080", f"http://{REALM}.localhost:8080"),
        ("https://" + "a" * 23 + ".api.test", f"https://{REALM}.{'a' * 23}.api.test"),
    ],
)
def test_a_realm_stands_in_front_of_the_host(base: str, expected: str) -> None:
    assert url(HEX, realm=REALM, base_url=base) == expected


def test_a_realm_needs_a_host_name() -> None:
    with pytest.raises(AddressError, match="IP address"):
        url(MAIN, realm=REALM, base_url="http://127.0.0.1:80")


@pytest.mark.parametrize("realm", ["", "a.b", "a/b", "-a", "a" * 64, "evil.test#", "a\n"])
def test_bad_realms_are_refused(realm: str) -> None:
    with pytest.raises(AddressError), Demo() as client:
        client.with_realm(realm)


def test_realms_of_client_and_call(monkeypatch: pytest.MonkeyPatch, server: WireServer) -> None:
    # Names below localhost are loopback addresses without a name server (RFC 6761 section 6.3),
    # but not every system's resolver knows that: take the override to see the host instead.
    with Demo(token="t", base_url="http://localhost") as client:
        routed = client.with_realm("r1")
        assert routed._bases == {}
        with pytest.raises(InvalidArgumentError, match="can't be routed"):
            Things(client.with_options(service_urls={"files": server.url}))._send(
                replace(operation(), service="files"), options=RequestOptions(realm="r2")
            )
        # A service without realms is called as ever by a client with one.
        Things(routed.with_options(service_urls={"files": server.url}))._send(
            replace(operation(path="/f"), service="files")
        )
    assert server.last.path == "/f"


def test_unknown_names_are_refused_with_a_hint() -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'files'"):
        Demo(service_urls={"file": "http://a.test"})
    with Demo() as client, pytest.raises(ConfigurationError, match="did you mean 'project'"):
        client.with_variables(projct="x")
    with pytest.raises(ConfigurationError, match="known are container, index, project, server"):
        Demo(variables={"zzz": "1"})


def test_the_environment_gives_address_and_token(
    monkeypatch: pytest.MonkeyPatch, server: WireServer
) -> None:
    monkeypatch.setenv("DEMO_BASE_URL", server.url + "/env")
    monkeypatch.setenv("DEMO_TOKEN", "from-env")
    with Demo() as client:
        Things(client)._send(operation())
    assert server.last.path == "/env/things"
    assert server.last.header("authorization") == "Bearer from-env"
    with Demo(token="mine", base_url=server.url) as client:
        Things(client)._send(operation())
    assert server.last.path == "/things"
    assert server.last.header("authorization") == "Bearer mine"


def test_nothing_is_sent_to_an_incomplete_address(
    colour_caller: Caller, server: WireServer
) -> None:
    with pytest.raises(AddressError) as caught:
        colour_caller.call(replace(operation(), service="files"))
    assert caught.value.operation is not None
    assert "GET /things" in str(caught.value)
    assert server.requests == []


def test_copies_share_connections_and_leave_the_original_alone(server: WireServer) -> None:
    with Demo(token="t", base_url=server.url, variables={"server": "s"}) as client:
        copy = client.with_variables(project="p", container=4)
        assert copy._connections is client._connections
        assert client._settings.addresses.variables == {"server": "s"}
        assert copy._settings.addresses.variables == {
            "server": "s",
            "project": "p",
            "container": "4",
        }
        with copy:
            pass
        Things(client)._send(operation())
    assert len(server.requests) == 1
    with pytest.raises(ConfigurationError, match="closed"):
        Things(client)._send(operation())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a.test/x", "http://A.test:80/y?z", True),
        ("https://a.test", "https://a.test:443", True),
        ("http://a.test", "https://a.test", False),
        ("http://a.test", "http://b.a.test", False),
        ("http://a.test:81", "http://a.test", False),
    ],
)
def test_origins(one: str, other: str, same: bool) -> None:
    assert (origin(one) == origin(other)) is same

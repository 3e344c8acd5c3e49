"""Which host a call goes to, and that it never goes to another one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hoody_codegen.runtime import BearerAuth, RequestOptions, ServiceInfo
from hoody_codegen.runtime.addresses import Addresses, origin, service_url
from hoody_codegen.runtime.errors import AddressError, ConfigurationError, InvalidArgumentError
from hoody_codegen.runtime.scopes import Given, Scope, ScopeArgument, ScopeInfo
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


HEX = MAIN._replace(realm_pattern="[0-9a-fA-F]{24}")


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


# Variables that services share

SHARED = INFO._replace(
    places={"port": "https://{project}-http-{port}.{server}.containers.{domain}"},
    services={
        "api": ServiceInfo(
            name="api",
            base_url="https://api.{domain}",
            variables={"domain": "example.com"},
            realms=True,
            realm_pattern="[0-9a-f]{24}",
        ),
        "box": ServiceInfo(
            name="box",
            base_url="https://{project}-box-{index}.{server}.containers.{domain}",
            variables={"project": None, "index": "1", "server": None, "domain": "example.com"},
            auth="none",
            servers={"local": "https://localhost.{domain}/box"},
        ),
        "logBook": ServiceInfo(
            name="logBook",
            base_url="https://{project}-logs-{index}.{server}.containers.{domain}",
            variables={"project": None, "index": "1", "server": None, "domain": "example.com"},
            auth="none",
        ),
    },
)
BOX = ScopeInfo(
    name="container",
    arguments=(
        ScopeArgument(
            variable="project", name="project_id", field="id", environment="DEMO_PROJECT_ID"
        ),
        ScopeArgument(
            variable="server", name="server", field="server_name", environment="DEMO_SERVER"
        ),
        ScopeArgument(variable="index", name="index", default="1"),
    ),
    services=("box", "logBook"),
)


class Shared(Demo):
    _info = SHARED

    def container(
        self, source: object | None = None, *, local: bool = False, auth: Any = None, **given: Given
    ) -> SharedContainer:
        client = self._scoped(BOX, source, given, auth=auth, servers={"local": local})
        return SharedContainer(client)


class SharedContainer(Scope[Shared]):
    pass


THING = {"id": "p", "server_name": "s"}


@pytest.mark.parametrize(
    ("base", "domain"),
    [
        (None, "example.com"),
        ("https://api.example.icu", "example.icu"),
        ("https://api.example.icu/", "example.icu"),
        ("HTTPS://API.example.icu", "example.icu"),
        (f"https://{'0' * 24}.api.example.icu", "example.icu"),
        ("https://api.example.icu:8443", "example.icu:8443"),
        # What doesn't look like the main service says nothing of the others.
        ("http://localhost:8080", "example.com"),
        ("https://api.example.icu/prefix", "example.com"),
        ("http://api.example.icu", "example.com"),
        ("https://example.icu", "example.com"),
    ],
)
def test_the_main_address_moves_the_others(base: str | None, domain: str) -> None:
    with Shared(base_url=base) as client:
        box = client.container(THING)
        assert box.url("box") == f"https://p-box-1.s.containers.{domain}"
        assert box.url("port", port=80) == f"https://p-http-80.s.containers.{domain}"


def test_a_given_variable_wins_over_the_main_address() -> None:
    variables = {"domain": "own.test"}
    with Shared(base_url="https://api.example.icu", variables=variables) as client:
        assert client.container(THING).url("box") == "https://p-box-1.s.containers.own.test"
        assert client.url("api") == "https://api.example.icu"
    with Shared(variables=variables) as client:
        assert client.url("api") == "https://api.own.test"


def test_the_address_of_the_environment_moves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_BASE_URL", "https://api.example.icu")
    with Shared() as client:
        assert client.container(THING).url("box") == "https://p-box-1.s.containers.example.icu"


# Realms


def test_realms_have_their_documented_form() -> None:
    with Shared(token="t") as client:
        for wrong in ("r1", "0" * 23, "g" * 24):
            with pytest.raises(AddressError, match=r"\[0-9a-f\]\{24\}"):
                client.with_realm(wrong)
            with pytest.raises(AddressError):
                Things(client).call(operation(), options=RequestOptions(realm=wrong))
        realm = "0123456789abcdef01234567"
        assert client.with_realm(realm).url("api") == f"https://{realm}.api.example.com"
        assert client.with_realm(realm).with_realm(None).url("api") == "https://api.example.com"


def test_a_realm_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_REALM", "a" * 24)
    with Shared() as client:
        assert client.url("api") == f"https://{'a' * 24}.api.example.com"
    with Shared(realm="b" * 24) as client:
        assert client.url("api") == f"https://{'b' * 24}.api.example.com"
    monkeypatch.setenv("DEMO_REALM", "wrong")
    with pytest.raises(AddressError, match="'wrong'"):
        Shared()


def test_an_api_without_realms_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    class Plain(Demo):
        _info = INFO._replace(services={"files": KIT}, main_service=None)

    monkeypatch.setenv("DEMO_REALM", "a" * 24)
    with Plain() as client, pytest.raises(ConfigurationError, match="No service"):
        client.with_realm("r")


# Scopes


def test_an_index_may_be_for_one_service() -> None:
    with Shared() as client:
        box = client.container(THING, index={"log_book": 3})
        assert box.url("log_book") == "https://p-logs-3.s.containers.example.com"
        assert box.url("box") == "https://p-box-1.s.containers.example.com"
        box = client.container(THING, index=2)
        assert box.url("logBook") == "https://p-logs-2.s.containers.example.com"
        assert box.url("logBook", index=5) == "https://p-logs-5.s.containers.example.com"
        with pytest.raises(ConfigurationError, match="no service 'terminal'"):
            client.container(THING, index={"terminal": 3})


def test_the_environment_fills_a_scope_without_an_object(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PROJECT_ID", "env-p")
    monkeypatch.setenv("DEMO_SERVER", "env-s")
    with Shared() as client:
        assert client.container().url("box") == "https://env-p-box-1.env-s.containers.example.com"
        own = client.container(project_id="mine")
        assert own.url("box") == "https://mine-box-1.env-s.containers.example.com"
        # An object's values aren't mixed with those of another one.
        with pytest.raises(ConfigurationError, match=r"needs server=… .*DEMO_SERVER"):
            client.container({"id": "p"})


def test_the_local_form_needs_no_ids() -> None:
    with Shared(base_url="https://api.example.icu") as client:
        here = client.container(local=True)
        assert here.url("box") == "https://localhost.example.icu/box"
        with pytest.raises(AddressError, match="'logBook' has no server 'local'"):
            here.url("logBook")
        # The account's own address is what it was.
        assert here._client.url("api") == "https://api.example.icu"


@pytest.mark.parametrize("index", [2, "2", {"box": 2}])
def test_an_address_without_a_place_for_a_value_says_so(index: Given) -> None:
    message = r"container\(local=True\) has no place for index=….*\{index\}"
    with Shared() as client, pytest.raises(ConfigurationError, match=message):
        client.container(local=True, index=index)


@pytest.mark.parametrize("index", [True, 2.5, {"box": True}, {"box": 2.5}])
def test_values_of_a_scope_are_texts_or_whole_numbers(index: Any) -> None:
    message = r"index.* has to be a text or a whole number, not (True|2\.5)"
    with Shared() as client, pytest.raises(ConfigurationError, match=message):
        client.container(THING, index=index)


def test_aliases_stand_for_one_service(server: WireServer) -> None:
    with Shared() as client:
        box = client.container(THING)
        moved = box.at(log_book=f"{server.url}/alias")
        assert moved.url("logBook") == f"{server.url}/alias"
        assert moved.url("box") == "https://p-box-1.s.containers.example.com"
        assert box.url("logBook") == "https://p-logs-1.s.containers.example.com"
        Things(moved._client).call(replace(operation(path="/x"), service="logBook"))
        with pytest.raises(ConfigurationError, match="did you mean 'box'"):
            box.at(boxx="https://a.test")
    assert server.last.path == "/alias/x"


def test_credentials_of_a_scope_are_for_its_services_alone(server: WireServer) -> None:
    urls = {"box": server.url, "logBook": server.url, "api": server.url}
    with Shared(token="account", service_urls=urls) as client:
        box = client.container(THING, auth=BearerAuth("gate"))
        for service, found in (("box", "gate"), ("logBook", "gate"), ("api", "account")):
            Things(box._client).call(replace(operation(), service=service))
            assert server.last.header("authorization") == f"Bearer {found}"
        named = client.container(THING, auth={"log_book": BearerAuth("book")})
        Things(named._client).call(replace(operation(), service="box"))
        assert server.last.header("authorization") is None
        Things(client).call(replace(operation(), service="box"))
        assert server.last.header("authorization") is None


@pytest.mark.parametrize(
    ("name", "variables", "message"),
    [
        ("port", {}, "needs port. Give them by url\\('port', port=…\\)"),
        ("port", {"prot": 1}, "did you mean 'port'"),
        ("prt", {}, "did you mean 'port'"),
        ("port", {"port": "80.evil.test/"}, "can't stand for"),
        ("box", {"indx": 1}, "did you mean 'index'"),
    ],
)
def test_addresses_that_are_asked_for_wrongly(
    name: str, variables: dict[str, str | int], message: str
) -> None:
    with Shared() as client, pytest.raises(ConfigurationError, match=message):
        client.container(THING).url(name, **variables)

"""Changes made by hand: what `custom.py` may do, and what its faults do."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import click
import pytest
from click.testing import CliRunner
from hoody_codegen.cli_runtime.extension import Entry, Extension, Words, Wrapper, load
from hoody_codegen.cli_runtime.model import App, Command, Scope, ScopeArgument
from hoody_codegen.output import compare, write
from support.shop import Shop

TREE: dict[Words, str] = {
    ("files",): "Files of a container",
    ("files", "get"): "Get a file",
    ("files", "git"): "Repositories",
    ("files", "git", "log"): "Show commits",
    ("projects",): "Projects",
    ("projects", "list"): "List projects",
    ("projects", "delete"): "Delete a project",
}
GROUPS = {("files",), ("files", "git"), ("projects",)}


class LazyGroup(click.Group):
    """A group as the program has it: it asks for its commands when it needs them."""

    def __init__(self, words: Words, builder: Program, **more: Any) -> None:
        super().__init__(words[-1] if words else "demo", **more)
        self.words = words
        self.builder = builder

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [entry.name for entry in self.builder.entries(self.words)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self.builder.extension.find(self.words, cmd_name, self.builder)


class Program:
    """Generated commands that print what they are, and the changes to them."""

    def __init__(self, extension: Extension) -> None:
        self.extension = extension
        self.made: list[Words] = []

    def entries(self, words: Words) -> list[Entry]:
        own = [Entry(path[-1], line) for path, line in TREE.items() if path[:-1] == words]
        return self.extension.listing(words, own, self)

    def generated(self, words: Words) -> click.Command | None:
        if words not in TREE:
            return None
        self.made.append(words)
        if words in GROUPS:
            return LazyGroup(words, self, help=TREE[words])
        return self._printing(words, TREE[words])

    def command(self, command: Command) -> click.Command:
        return self._printing(command.path, command.summary)

    def group(self, words: Words, summary: str) -> click.Group:
        return LazyGroup(words, self, help=summary)

    def _printing(self, words: Words, summary: str) -> click.Command:
        return click.Command(words[-1], callback=lambda: click.echo(" ".join(words)), help=summary)

    def run(self, *words: str) -> str:
        result = CliRunner().invoke(LazyGroup((), self), words)
        return result.output.strip()


@pytest.fixture(name="reports")
def empty_reports() -> list[str]:
    return []


@pytest.fixture(name="cli")
def fresh_extension(reports: list[str]) -> Extension:
    return Extension(app(), reports.append, place="custom.py")


def app(package: str = "demo_client") -> App:
    def nothing(*_: object) -> Any:
        raise AssertionError("the client isn't needed to find commands")

    return App(
        name="demo",
        package=package,
        version="1",
        env_prefix="DEMO",
        summary="A demo",
        client=nothing,
        errors=nothing,
        runtime=nothing,
        commands=nothing,
        tree=(),
        scopes=(Scope("box", (ScopeArgument("--box", "box_id", "DEMO_BOX"),)),),
    )


def names(entries: Sequence[Entry]) -> list[str]:
    return [entry.name for entry in entries]


def greeting() -> click.Command:
    return click.Command("greet", callback=lambda: click.echo("hello"), help="Say hello.")


def test_without_changes_all_is_as_generated(cli: Extension) -> None:
    program = Program(cli)
    assert names(program.entries(())) == ["files", "projects"]
    assert program.run("projects", "list") == "projects list"


def test_a_click_command_is_added(cli: Extension) -> None:
    cli.add("greet", greeting())
    program = Program(cli)
    assert program.entries(())[1] == Entry("greet", "Say hello.")
    assert program.run("greet") == "hello"


def test_a_command_given_as_data_is_added(cli: Extension) -> None:
    cli.add("projects newest", Command((), "api.projects.list", "GET /p", "The newest"))
    program = Program(cli)
    assert Entry("newest", "The newest") in program.entries(("projects",))
    assert program.run("projects", "newest") == "projects newest"


def test_what_a_function_makes_is_made_when_it_is_used(cli: Extension) -> None:
    made: list[str] = []

    def make() -> click.Command:
        made.append("greet")
        return greeting()

    cli.add("greet", make, summary="Say hello")
    program = Program(cli)
    assert program.entries(())[1] == Entry("greet", "Say hello")
    assert not made
    assert program.run("greet") == "hello"
    assert made == ["greet"]


def test_an_added_command_takes_the_flags_of_a_scope(cli: Extension) -> None:
    cli.add("greet", greeting, scope="box")
    program = Program(cli)
    assert program.run("greet", "--box", "b1") == "hello"
    assert "[DEMO_BOX]" in program.run("greet", "--help")


def test_an_added_command_takes_the_place_of_a_generated_one(cli: Extension) -> None:
    cli.add("projects list", greeting, summary="Other")
    program = Program(cli)
    assert Entry("list", "Other") in program.entries(("projects",))
    assert program.run("projects", "list") == "hello"
    assert ("projects", "list") not in program.made


def test_groups_on_the_way_are_made(cli: Extension) -> None:
    cli.add("box snapshots take", greeting)
    cli.add("files git blame", greeting)
    cli.group("box", "Boxes")
    program = Program(cli)
    assert program.entries(())[0] == Entry("box", "Boxes")
    assert names(program.entries(("box",))) == ["snapshots"]
    assert program.run("box", "snapshots", "take") == "hello"
    assert names(program.entries(("files", "git"))) == ["blame", "log"]
    assert program.run("files", "git", "blame") == "hello"
    assert program.run("files", "git", "log") == "files git log"


def test_a_wrapper_changes_a_command_when_it_is_used(cli: Extension) -> None:
    def louder(command: click.Command) -> click.Command:
        inner = command.callback
        assert inner is not None

        def run() -> None:
            click.echo("before")
            inner()

        command.callback = run
        return command

    cli.wrap("projects list", louder)
    program = Program(cli)
    program.entries(("projects",))
    assert not program.made
    assert program.run("projects", "list").splitlines() == ["before", "projects list"]


def test_wrappers_are_applied_in_order(cli: Extension) -> None:
    order: list[int] = []

    def noting(number: int) -> Wrapper:
        def note(command: click.Command) -> click.Command:
            order.append(number)
            return command

        return note

    cli.wrap("projects list", noting(1))
    cli.wrap("projects list", noting(2))
    Program(cli).run("projects", "list")
    assert order == [1, 2]


def test_what_is_hidden_can_still_be_called(cli: Extension) -> None:
    cli.hide("projects delete")
    cli.hide("files")
    program = Program(cli)
    assert names(program.entries(())) == ["projects"]
    assert names(program.entries(("projects",))) == ["list"]
    assert program.run("projects", "delete") == "projects delete"
    assert program.run("files", "get") == "files get"


def test_a_command_gets_another_name_and_keeps_its_line(cli: Extension) -> None:
    cli.rename("projects delete", "projects remove")
    program = Program(cli)
    assert program.entries(("projects",)) == [
        Entry("list", "List projects"),
        Entry("remove", "Delete a project"),
    ]
    assert not program.made
    assert program.run("projects", "remove") == "projects delete"
    assert "No such command 'delete'" in program.run("projects", "delete")


def test_a_group_gets_another_name_and_keeps_its_commands(cli: Extension) -> None:
    cli.rename("projects", "work")
    cli.hide("work delete")
    cli.add("work start", greeting)
    cli.rename("work list", "work ls")
    program = Program(cli)
    assert names(program.entries(())) == ["files", "work"]
    assert names(program.entries(("projects",))) == ["ls", "start"]
    assert program.run("work", "ls") == "projects list"
    assert program.run("work", "start") == "hello"


def test_a_command_moves_to_another_group(cli: Extension) -> None:
    cli.rename("files git log", "log", summary="Commits")
    cli.rename("files get", "projects file")
    program = Program(cli)
    assert Entry("log", "Commits") in program.entries(())
    assert program.made == []
    assert names(program.entries(("files",))) == ["git"]
    assert Entry("file", "Get a file") in program.entries(("projects",))
    assert program.run("log") == "files git log"


@pytest.mark.parametrize(
    "change",
    [
        lambda cli: (cli.add("a", greeting), cli.add("a", greeting)),
        lambda cli: (cli.rename("files", "a"), cli.rename("files", "b")),
        lambda cli: (cli.rename("files", "a"), cli.rename("projects", "a")),
        lambda cli: cli.rename("files", "files old"),
        lambda cli: cli.add("", greeting),
        lambda cli: cli.add("--yes", greeting),
        lambda cli: cli.add("a", "no.colon"),
        lambda cli: cli.add("a", greeting, scope="bax"),
    ],
)
def test_contradictions_are_refused(cli: Extension, change: Any) -> None:
    with pytest.raises(ValueError, match=r"'.*'"):
        change(cli)


def test_what_isnt_there_any_more_is_reported_once(cli: Extension, reports: list[str]) -> None:
    cli.hide("projects archive")
    cli.wrap("projects freeze", lambda command: command)
    cli.rename("projects thaw", "projects melt")
    program = Program(cli)
    program.entries(("projects",))
    program.entries(("projects",))
    assert "No such command 'melt'" in program.run("projects", "melt")
    assert reports == [
        "custom.py: there is no 'projects freeze' to wrap",
        "custom.py: there is no 'projects archive' to hide",
        "custom.py: there is no 'projects thaw' to rename",
    ]


def test_a_wrapper_that_fails_leaves_the_command(cli: Extension, reports: list[str]) -> None:
    def broken(command: click.Command) -> click.Command:
        raise RuntimeError("not today")

    cli.wrap("projects list", broken)
    cli.wrap("projects delete", lambda command: None)  # type: ignore[arg-type,return-value]
    program = Program(cli)
    assert program.run("projects", "list") == "projects list"
    assert program.run("projects", "delete") == "projects delete"
    assert reports == [
        "custom.py: 'projects list' is left unwrapped: custom.py: RuntimeError: not today",
        "custom.py: 'projects delete' is left unwrapped: "
        "custom.py: TypeError: it returned NoneType, no click command",
    ]


@pytest.fixture(name="package")
def client_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder ``cli`` of a package ``demo_client``, which can be imported."""
    folder = tmp_path / "demo_client" / "cli"
    folder.mkdir(parents=True)
    (tmp_path / "demo_client" / "__init__.py").touch()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == "demo_client"]:
        del sys.modules[name]


def test_a_package_without_the_module_has_no_changes(package: Path, reports: list[str]) -> None:
    extension = load(app(), reports.append)
    assert names(Program(extension).entries(())) == ["files", "projects"]
    assert load(app("no_such_package"), reports.append).below(()) is False
    assert not reports


def test_a_named_place_is_imported_when_it_is_used(package: Path, reports: list[str]) -> None:
    (package / "custom.py").write_text(
        "def extend(cli):\n"
        "    cli.add('greet', '.greeting:greet', summary='Say hello')\n"
        "    cli.add('bye', 'demo_client.cli.greeting:make_bye')\n",
    )
    (package / "greeting.py").write_text(
        "import click\n"
        "@click.command()\n"
        "def greet(): click.echo('hello')\n"
        "def make_bye(): return click.Command('bye', callback=lambda: click.echo('bye'))\n",
    )
    program = Program(load(app(), reports.append))
    assert names(program.entries(())) == ["bye", "files", "greet", "projects"]
    assert "demo_client.cli.greeting" not in sys.modules
    assert program.run("greet") == "hello"
    assert "demo_client.cli.greeting" in sys.modules
    assert program.run("bye") == "bye"
    assert not reports


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import no_such_module\n", ", line 1: ModuleNotFoundError: No module named"),
        ("def extend(cli)\n", ", line 1: SyntaxError: expected ':'"),
        ("x = 1\n", ": AttributeError: module 'demo_client.cli.custom' has no attribute 'extend'"),
        (
            "def extend(cli):\n    cli.hide('files')\n    raise RuntimeError('late')\n",
            ", line 3: RuntimeError: late",
        ),
        (
            "def extend(cli):\n    cli.hide('files')\n    cli.add('', print)\n",
            ", line 3: ValueError: '' isn't the name of a command",
        ),
    ],
)
def test_a_module_that_fails_is_reported_and_changes_nothing(
    package: Path, reports: list[str], text: str, said: str
) -> None:
    place = package / "custom.py"
    place.write_text(text)
    program = Program(load(app(), reports.append))
    assert len(reports) == 1
    assert reports[0].startswith(f"{place}{said}")
    assert names(program.entries(())) == ["files", "projects"]
    assert program.run("files", "get") == "files get"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (".missing:greet", "No module named 'demo_client.cli.missing'"),
        (".custom:nothing", "has no attribute 'nothing'"),
        (".custom:extend", "missing 1 required positional argument"),
        (".custom:number", "'int' object is not callable"),
        (".custom:text", "'greet' gives str, no click command"),
    ],
)
def test_a_command_that_cant_be_loaded_says_so_when_it_is_called(
    package: Path, reports: list[str], source: str, said: str
) -> None:
    (package / "custom.py").write_text(
        "number = 1\n"
        "def text(): return 'text'\n"
        f"def extend(cli): cli.add('greet', {source!r}, summary='Say hello')\n",
    )
    program = Program(load(app(), reports.append))
    assert names(program.entries(())) == ["files", "greet", "projects"]
    said_at_all = program.run("greet", "--loud", "x")
    assert "'greet' can't be loaded: " in said_at_all
    assert said in said_at_all
    assert program.run("projects", "list") == "projects list"
    assert "(cannot be loaded)" in program.run("--help")


CUSTOM = """
import click

def extend(cli):
    cli.add("stock count", ".stock:count", summary="Count boxes.", scope="box")
    cli.group("stock", "What there is.")
    cli.wrap("boxes delete", not_in_production)
    cli.rename("users set-password", "password", summary="Change the password.")
    cli.rename("files", "content")
    cli.hide("boxes move")

def not_in_production(command):
    run = command.invoke

    def invoke(ctx):
        from hoody_codegen.cli_runtime.profiles import chosen

        if chosen(ctx.obj).name == "production":
            raise click.UsageError("not here")
        return run(ctx)

    command.invoke = invoke
    return command
"""

STOCK = """
import click

@click.command()
@click.pass_obj
def count(invocation):
    boxes = invocation.client.api.boxes.list()
    print(len(boxes), invocation.settings.scopes, file=invocation.out)
"""


@pytest.fixture(name="shop")
def changed_shop(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A whole program whose command line is changed."""
    (package / "custom.py").write_text(CUSTOM)
    (package / "stock.py").write_text(STOCK)
    monkeypatch.setenv("SHOP_CONFIG_DIR", str(tmp_path / "settings"))
    shop = Shop()
    shop.app = shop.app._replace(package="demo_client")
    return shop


def test_help_shows_the_changes_and_imports_no_commands(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = shop.run(["--help"], monkeypatch)
    listed = re.findall(r"^  ([a-z]+)  ", ran.out.partition("Global options")[0], re.M)
    assert listed == [
        *("boxes", "commands", "completion", "config", "content"),
        *("password", "stock", "users"),
    ]
    assert "Change the password." in ran.out
    assert shop.imported == []
    assert "demo_client.cli.stock" not in sys.modules
    assert ran.err == ""


def test_changed_commands_run(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.answer = lambda _: [1, 2, 3]
    ran = shop.run(["stock", "count", "--box", "b1"], monkeypatch)
    assert (ran.status, ran.out) == (0, "3 {'box_id': 'b1'}\n")
    ran = shop.run(["password", "--new-password", "-"], monkeypatch, stdin="secret\n")
    assert (ran.status, shop.calls[-1].method) == (0, "api.users.set_password")
    ran = shop.run(["content", "put", "a", "--body", "x", "--box", "b1"], monkeypatch)
    assert shop.calls[-1].method == "files.put", ran.err
    assert shop.run(["files", "put", "a"], monkeypatch).status == 2
    assert "move" not in shop.run(["boxes", "--help"], monkeypatch).out
    assert shop.run(["boxes", "move", "a", "b"], monkeypatch).status == 0


def test_a_wrapper_can_refuse(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    delete = ["boxes", "delete", "b1", "--yes"]
    assert shop.run(delete, monkeypatch).status == 0
    count = len(shop.calls)
    ran = shop.run([*delete, "--profile", "production"], monkeypatch)
    assert ran.status == 2
    assert "not here" in ran.err
    assert len(shop.calls) == count


def test_a_faulty_module_is_reported_and_the_program_works(
    shop: Shop, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = package / "custom.py"
    place.write_text("def extend(cli):\n    cli.hide('boxes')\n    cli.paint('boxes')\n")
    ran = shop.run(["boxes", "move", "a", "b"], monkeypatch)
    assert ran.status == 0
    assert shop.calls
    assert f"{place}, line 3: AttributeError" in ran.err
    assert "boxes" in shop.run(["--help"], monkeypatch).out


def test_generating_again_never_touches_the_module(tmp_path: Path) -> None:
    tree = {PurePosixPath("demo/cli/tree.py"): "GROUPS = ()\n"}
    write(tmp_path, tree)
    custom = tmp_path / "demo/cli/custom.py"
    custom.write_text("def extend(cli): ...\n")

    # A check finds nothing to do.
    assert compare(tmp_path, tree).changes == ()

    # Other content, the same content, and no content beside it at all.
    for files in ({PurePosixPath("demo/cli/tree.py"): "GROUPS = (1,)\n"}, tree, {}):
        write(tmp_path, files, force=True)
        assert custom.read_text() == "def extend(cli): ...\n"

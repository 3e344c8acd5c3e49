"""Calls every command of one service and judges both ends: what arrives, and what is printed."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..contract.answers import ANSWER_HEADER, Answers, DocumentedError
from ..contract.calls import CallFault, CallMaker, PreparedCall
from ..contract.client import ClientMethod
from ..contract.handles import GREETINGS
from ..contract.run import methods_by_colour
from ..contract.server import CALL_HEADER, Arrival, ContractServer
from ..contract.specs import Spec, SpecOperation
from .printed import SAID, error_faults, exit_status, printed_faults
from .running import Done, Program
from .totals import CommandTotals
from .words import Speller, SpellingFault

if TYPE_CHECKING:
    from hoody_codegen.cli_runtime.model import App, Command

Form = Literal["table", "json"]

_SHOWN = 25


class Caller:
    """Calls a program whose client talks to the contract server over one connection."""

    def __init__(self, program: Program, server: ContractServer, http_client: Any) -> None:
        self._program = program
        self._server = server
        self._http_client = http_client
        self._count = itertools.count()

    def call(
        self, words: Sequence[str], *, wish: str | None = None, stdin: bytes = b""
    ) -> tuple[Done, list[Arrival]]:
        """What the program did, and what the server saw of it."""
        name = f"command-{next(self._count)}"
        headers = {CALL_HEADER: name} | ({ANSWER_HEADER: wish} if wish else {})
        done = self._program(*words, stdin=stdin, app=self.connected(headers))
        return done, self._server.take(name)

    def connected(self, headers: dict[str, str]) -> App:
        """The program, its client sending these headers to the contract server."""
        app: App = self._program.app
        options = {
            "service_urls": self._server.service_urls,
            "http_client": self._http_client,
            "headers": headers,
            "max_retries": 0,
        }
        return app._replace(client=lambda: _derived(app.client(), options))


def _derived(client: Any, options: dict[str, Any]) -> Any:
    """The client class, each of its clients made with further options."""

    class Derived(client):  # type: ignore[misc]
        def __init__(self, **given: Any) -> None:
            headers = {**given.get("headers", {}), **options["headers"]}
            super().__init__(**{**given, **options, "headers": headers})

    return Derived


class CommandRun:
    """The commands of one service; gathers faults, so that one run shows them all."""

    def __init__(
        self,
        spec: Spec,
        commands: dict[str, Command],
        caller: Caller,
        speller: Speller,
        *,
        package: str,
        totals: CommandTotals,
    ) -> None:
        self.faults: list[str] = []
        self._spec = spec
        self._commands = commands
        self._caller = caller
        self._speller = speller
        self._totals = totals
        self._calls = CallMaker(spec)
        self._answers = Answers(spec)
        methods = methods_by_colour(spec, package)["sync"]
        self._pairs = list(zip(spec.operations, methods, strict=True))

    def call_all(self, form: Form) -> None:
        """Every command once with everything that it takes; bodies by field, or whole for JSON."""
        self._totals.expect(form, self._spec.service, len(self._pairs))
        for operation, method in self._pairs:
            before = len(self.faults)
            self._succeed(operation, method, form)
            if len(self.faults) == before:
                self._totals.count(form, self._spec.service, operation.name)

    def fail_some(self, most: int) -> int:
        """Documented errors, ``most`` of each status; the number of those that were asked for."""
        taken: dict[int, int] = {}
        documented = [
            (operation, method, wanted)
            for operation, method in self._pairs
            for wanted in self._answers.errors(operation)
        ]
        documented.sort(key=lambda found: found[2].code is None)  # codes say more
        for operation, method, wanted in documented:
            if taken.get(wanted.status, 0) < most:
                taken[wanted.status] = taken.get(wanted.status, 0) + 1
                self._fail(operation, method, wanted)
        return sum(taken.values())

    def check(self) -> None:
        shown = "\n".join(self.faults[:_SHOWN])
        assert not self.faults, f"{len(self.faults)} faults\n{shown}"

    def _words(
        self, operation: SpecOperation, method: ClientMethod, *, optional: bool, whole: bool
    ) -> tuple[Command, PreparedCall, list[str]] | None:
        command = self._commands.get(method.operation.name)
        if command is None:
            self.faults.append(f"{operation.name} has no command")
            return None
        try:
            call = self._calls.prepare(operation, method, optional=optional)
            words = list(self._speller.spell(command, call, whole=whole).words)
        except (CallFault, SpellingFault) as fault:
            self.faults.append(str(fault))
            return None
        return command, call, words

    def _succeed(self, operation: SpecOperation, method: ClientMethod, form: Form) -> None:
        made = self._words(operation, method, optional=True, whole=form == "json")
        if made is None:
            return
        command, call, words = made
        words = [f"--output={form}", *(["--yes"] if command.destructive else []), *words]
        spoken = command.output.form == "socket"
        if spoken:  # it would listen until the server closes
            words.insert(0, f"--max-items={GREETINGS + 1}")
        done, arrivals = self._caller.call(words, stdin=SAID if spoken else b"")
        self._totals.runs += 1
        if done.status:
            self._report(command, [f"exit status {done.status}: {done.messages.strip()}"])
        if not arrivals:
            self._report(command, [f"nothing arrived: {done.messages.strip()}"])
            return
        if self._arrived(command, operation, call, arrivals) and not done.status:
            answer = arrivals[0].answer
            assert answer is not None
            self._report(command, printed_faults(command, method.operation, answer, form, done))

    def _arrived(
        self,
        command: Command,
        operation: SpecOperation,
        call: PreparedCall,
        arrivals: Sequence[Arrival],
    ) -> bool:
        verdict = arrivals[0].verdict
        if not verdict.valid:
            self._report(command, [f"invalid: {reason}" for reason in verdict.reasons])
            return False
        assert verdict.operation is not None
        if verdict.operation.location != operation.location:
            self._report(command, [f"arrived as {verdict.operation.name}"])
            return False
        self._report(command, call.differences(arrivals[0].request, verdict.path_values))
        return True

    def _fail(
        self, operation: SpecOperation, method: ClientMethod, wanted: DocumentedError
    ) -> None:
        made = self._words(operation, method, optional=False, whole=False)
        if made is None:
            return
        command, _, words = made
        words = ["--yes", *words] if command.destructive else words
        done, arrivals = self._caller.call(words, wish=wanted.key)
        self._totals.runs += 1
        label = [*command.path, wanted.key]
        if not arrivals or arrivals[0].answer is None:
            self.faults.append(f"{' '.join(label)}: nothing arrived: {done.messages.strip()}")
            return
        faults = [*error_faults(wanted, arrivals[0].answer, done)]
        if done.status != exit_status(wanted.status):
            faults.append(f"exit status {done.status}, not {exit_status(wanted.status)}")
        self.faults.extend(f"{' '.join(label)}: {fault}" for fault in faults)

    def _report(self, command: Command, texts: Sequence[str]) -> None:
        self.faults.extend(f"{' '.join(command.path)}: {text}" for text in texts)


def run_folder(folder: Path) -> dict[str, str]:
    """Environment of a program whose settings lie below ``folder``, signed in by a token."""
    return {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config"), "HOODY_TOKEN": "secret"}

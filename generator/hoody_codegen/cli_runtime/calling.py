"""Running the command of an operation: from texts to what is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .context import Invocation
from .model import Command
from .shared import names_of_settings
from .values import Reader


def call(
    invocation: Invocation,
    command: Command,
    places: Sequence[str],
    given: Mapping[str, Sequence[str]],
) -> None:
    """Call the method with what stands on the command line, and print what comes back.

    Everything that can be known to be wrong is, before anything is sent.
    """
    from . import connecting, output, safety, settings

    invocation.command = command
    settings.fill(invocation)
    output.check(invocation, command)
    values = Reader(invocation, command, names_of_settings()).arguments(places, given)
    safety.confirm(invocation, command, values)

    def send() -> Any:
        method = connecting.target(invocation, command)
        for name in command.method.split("."):
            method = getattr(method, name)
        return method(**values)

    if invocation.settings.dry_run:
        from . import dry_run

        dry_run.run(invocation, command, send)
        return
    output.show(invocation, command, send())

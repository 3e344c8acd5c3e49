"""One run of the program: what was asked for, where to print, and the client."""

from __future__ import annotations

import os
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, TextIO, TypeAlias

if TYPE_CHECKING:
    from .model import App, Command

OutputFormat: TypeAlias = Literal["table", "json", "yaml", "raw"]
Colour: TypeAlias = Literal["auto", "always", "never"]


class Settings:
    """The global options, as they stand on the command line; None, False or ``()`` if they don't.

    Variables of the environment and the profile are not in here: see the settings that a profile
    is joined with.

    * ``scopes``: values for the arguments that open scopes, by the argument's name.
    * ``seconds``: the timeout of each phase of one try.
    """

    output: OutputFormat | None = None
    columns: tuple[str, ...] = ()
    query: str | None = None
    all: bool = False
    max_items: int | None = None
    output_file: str | None = None
    resume: bool = False
    dry_run: bool = False
    verbose: bool = False
    yes: bool = False
    quiet: bool = False
    color: Colour | None = None
    profile: str | None = None
    token: str | None = None
    base_url: str | None = None
    timeout: float | None = None
    realm: str | None = None

    def __init__(self) -> None:
        self.scopes: dict[str, str] = {}
        self.filled: set[str] = set()
        """Names of options that the environment or the profile gave, and no flag."""


class Invocation:
    """One run of the program; commands get it as click's ``obj``.

    The streams are those of the process at the time they are asked for.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        self.settings = Settings()
        self.command: Command | None = None
        """The command of an operation that is run; None for others."""

    @property
    def out(self) -> TextIO:
        """Where results go."""
        return sys.stdout

    @property
    def err(self) -> TextIO:
        """Where everything else goes."""
        return sys.stderr

    @property
    def binary_out(self) -> BinaryIO:
        """Where results go that are no text. What was printed before comes first."""
        sys.stdout.flush()
        return sys.stdout.buffer

    @property
    def is_terminal(self) -> bool:
        """Whether results go to a terminal."""
        return sys.stdout.isatty()

    @property
    def can_ask(self) -> bool:
        """Whether there is somebody to answer a question."""
        return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()

    def has_colour(self, stream: TextIO) -> bool:
        """Whether to use colour on ``stream``: https://no-color.org, unless a flag says it."""
        if self.settings.color in ("always", "never"):
            return self.settings.color == "always"
        return self.may_colour and stream.isatty()

    @property
    def may_colour(self) -> bool:
        """Whether terminals get colour, unless a flag says something else."""
        return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def tell(self, text: str) -> None:
        """A note beside the result; ``--quiet`` leaves it out."""
        if not self.settings.quiet:
            print(text, file=self.err, flush=True)

    def warn(self, text: str) -> None:
        """What may go wrong. Stays with ``--quiet``."""
        print(f"{self.app.name}: warning: {text}", file=self.err, flush=True)

    @cached_property
    def client(self) -> Any:
        """The client, made when it is first used and closed at the end of the run."""
        from .connecting import connect

        return connect(self)

    def close(self) -> None:
        """Close the client, if one was made."""
        client = self.__dict__.pop("client", None)
        if client is not None:
            client.close()

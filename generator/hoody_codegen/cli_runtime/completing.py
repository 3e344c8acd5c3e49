"""Completion in shells: click's own, with a command that prints the script."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from .model import App

SHELLS = ("bash", "zsh", "fish")


def variable(app: App) -> str:
    """The variable of the environment by which a shell asks for completions."""
    return f"_{app.name.upper().replace('-', '_')}_COMPLETE"


def respond(app: App, root: click.Command, instruction: str) -> int:
    """Answer a shell; what it wants to know stands in the environment."""
    from click.shell_completion import shell_complete

    return shell_complete(root, {}, app.name, variable(app), instruction)


def script(app: App) -> click.Command:
    """The command that prints the script for a shell."""
    name = app.name

    def show(shell: str) -> None:
        found = get_completion_class(shell)
        if found is None:
            raise click.ClickException(f"There is no completion for {shell}")
        made = found(click.Command(name), {}, name, variable(app))
        source = found.source_template % made.source_vars()
        click.echo(source)

    return click.Command(
        "completion",
        callback=show,
        params=[click.Argument(["shell"], type=click.Choice(SHELLS))],
        short_help="Print the script that completes in a shell.",
        help=f"""Print the script that completes commands, flags and allowed values in a shell.

\b
bash:  {name} completion bash > ~/.local/share/bash-completion/completions/{name}
zsh:   {name} completion zsh > "${{fpath[1]}}/_{name}"
fish:  {name} completion fish > ~/.config/fish/completions/{name}.fish

For this shell only: eval "$({name} completion bash)"
""",
    )

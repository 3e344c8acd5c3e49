"""``hoody-codegen completion``."""

from __future__ import annotations

import click

from .options import reporting
from .program import PROGRAM
from .reports import print_report

_SHELLS = ("bash", "zsh", "fish")
_VARIABLE = "_HOODY_CODEGEN_COMPLETE"

_HELP = """Print the script that teaches a shell to complete this command.

It completes subcommands, options, files, the values of options that allow a few, and the names of
targets in the settings. Bash has to be 4.4 or later.

\b
For this session:
  eval "$(hoody-codegen completion bash)"
  eval "$(hoody-codegen completion zsh)"
  hoody-codegen completion fish | source
\b
For good:
  bash: add the line above to ~/.bashrc
  zsh:  add the line above to ~/.zshrc, below compinit
  fish: hoody-codegen completion fish > ~/.config/fish/completions/hoody-codegen.fish
"""


@click.command(help=_HELP, short_help="Print the completion script for bash, zsh or fish.")
@click.argument("shell", type=click.Choice(_SHELLS))
@reporting
@click.pass_context
def completion(ctx: click.Context, shell: str, quiet: bool, json_output: bool) -> int:
    from click.shell_completion import get_completion_class

    complete = get_completion_class(shell)
    assert complete is not None, shell
    script = complete(ctx.find_root().command, {}, PROGRAM, _VARIABLE).source()
    if json_output:
        print_report("completion", {"shell": shell, "script": script})
    else:
        click.echo(script)
    return 0

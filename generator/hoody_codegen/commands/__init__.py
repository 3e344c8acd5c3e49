"""Plans the command line of a client: its groups, commands, and their documentation."""

from .docs import plan_docs
from .files import plan_command_files
from .names import name_commands
from .plan import CommandLine, plan_command_line

__all__ = ["CommandLine", "name_commands", "plan_command_files", "plan_command_line", "plan_docs"]

"""The command line: flags, printing, progress and exit statuses. Nothing is decided here."""

from .main import main

__all__ = ["main"]

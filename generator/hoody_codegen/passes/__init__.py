"""Steps from API to API, each about one idea and each in a file of its own."""

from .run import run

__all__ = ["run"]

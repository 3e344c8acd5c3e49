"""Steps from API to API, each about one idea and each in a file of its own."""

from .catalogue import build_catalogue, select_errors
from .run import run

__all__ = ["build_catalogue", "run", "select_errors"]

"""The order of the passes."""

from __future__ import annotations

from ..config import Target
from ..diagnostics import Diagnostics
from ..ir import Api
from .error_shapes import settle_error_shapes
from .errors import collect_errors
from .example_errors import read_example_errors
from .filtering import filter_operations
from .grouping import group_operations
from .pagination import settle_pagination
from .raw_bytes import settle_raw_bytes
from .results import decide_results
from .sockets import settle_sockets
from .streaming import settle_streams
from .uploads import settle_uploads
from .usage import mark_usage


def run(api: Api, target: Target, diagnostics: Diagnostics) -> Api:
    """The API with everything decided that later rooms rely on."""
    api = filter_operations(api, target.filter, diagnostics)
    api = group_operations(api)
    api = settle_raw_bytes(api)
    api = collect_errors(api)
    api = settle_error_shapes(api)
    api = read_example_errors(api)
    api = decide_results(api, target.envelope)
    api = settle_pagination(api, diagnostics)
    api = settle_streams(api)
    api = settle_sockets(api, diagnostics)
    api = settle_uploads(api, diagnostics)
    return mark_usage(api)

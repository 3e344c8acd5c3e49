"""OpenAPI 3.0 and 3.1 into the IR: lifted, viewed through openapi-pydantic, degraded by part."""

from .service import read_api, read_service
from .version import check_openapi

__all__ = ["check_openapi", "read_api", "read_service"]

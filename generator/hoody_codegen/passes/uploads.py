"""Resumable uploads need all of their operations in one place."""

from __future__ import annotations

from dataclasses import replace

from ..diagnostics import Diagnostics
from ..ir import Api, Operation
from ..ir.rewrite import rewrite_operations


def settle_uploads(api: Api, diagnostics: Diagnostics) -> Api:
    """Leave out, with a warning, the uploads whose operations are in different resources, or not
    among those that are generated."""
    groups = {
        operation.key: (operation.service, operation.group)
        for service in api.services
        for operation in service.operations
    }

    def settle(operation: Operation) -> Operation:
        upload = operation.upload
        if upload is None:
            return operation
        own = (operation.service, operation.group)
        if all(groups.get(key) == own for key in (upload.check, upload.append)):
            return operation
        diagnostics.warning(
            "upload-apart",
            operation.origin,
            "there is no method for the whole upload: the operations that check it and append to "
            "it are not in the same resource",
            "Give them x-sdk-name values that differ in their last part only.",
        )
        return replace(operation, upload=None)

    return rewrite_operations(api, settle)

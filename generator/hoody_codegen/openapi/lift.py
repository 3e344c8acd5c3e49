"""OpenAPI 3.0 schemas, and the mixture of both that is common, in the words of 3.1.

Per schema object, so that every pointer stays true. A document is read the same way whatever
version it claims: many say 3.0.3 and use the keywords of 3.1.
"""

from __future__ import annotations

from typing import Any

NULLABLE = "x-nullable"
"""Set where null is allowed but ``type`` isn't there to say so."""

_BOUNDS = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))


def lift(schema: Any) -> dict[str, Any]:
    """A shallow copy of a schema object in 3.1 form. What is no object says nothing: ``{}``."""
    if not isinstance(schema, dict):
        return {}
    lifted = dict(schema)
    nullable = lifted.pop("nullable", False) is True or lifted.get(NULLABLE) is True
    lifted.pop(NULLABLE, None)
    kind = lifted.get("type")
    if kind == "any":
        del lifted["type"]
        kind = None
    if nullable:
        if isinstance(kind, str) and kind != "null":
            lifted["type"] = [kind, "null"]
        elif isinstance(kind, list):
            lifted["type"] = kind if "null" in kind else [*kind, "null"]
        else:
            lifted[NULLABLE] = True
    for exclusive, inclusive in _BOUNDS:
        value = lifted.get(exclusive)
        if isinstance(value, bool):
            del lifted[exclusive]
            if value and inclusive in lifted:
                lifted[exclusive] = lifted.pop(inclusive)
    if "example" in lifted and not isinstance(lifted.get("examples"), list):
        lifted["examples"] = [lifted.pop("example")]
    return lifted

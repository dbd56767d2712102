"""An orchestrator's last turn: the schema that goes with every request, and how the claim is read."""

import functools
from typing import Any

from pydantic import ValidationError

from phasewright.result import PhaseClaim


@functools.cache
def claim_schema() -> dict[str, Any]:
    """Return PhaseClaim's JSON schema in the strict form that the service takes: all required, nothing else allowed."""
    schema: dict[str, Any] = _strict(PhaseClaim.model_json_schema())
    return schema


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _strict(value) for key, value in node.items() if key not in {"title", "default", "description"}}
    if kept.get("type") == "object":
        kept["additionalProperties"] = False
        kept["required"] = list(kept.get("properties", {}))
    return kept


def parse_claim(text: str) -> PhaseClaim | str:
    """Return the claim in *text*, or what is wrong with it. A markdown fence around it is forgiven."""
    body = text.strip()
    if body.startswith("```") and body.endswith("```"):
        body = body[3:-3].removeprefix("json").strip()
    try:
        return PhaseClaim.model_validate_json(body)
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, e['loc'])) or 'text'}: {e['msg']}" for e in error.errors()[:5]]
        return "; ".join(problems)

"""The rules of the API for `tools` and for the schema of structured output."""

import re
from collections.abc import Iterator
from typing import Any

from phasewright.scripted.contract_history import Breach

_TOOL_NAME = re.compile(r"^[a-zA-Z0-9_-]{1,128}$")
_NOT_IN_OUTPUT = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength")
_NOT_IN_OUTPUT_ARRAYS = ("maxItems", "uniqueItems")


def check_tools(body: dict[str, Any]) -> None:
    """Raise Breach when the live API would refuse the tools of *body*. Server-side tools are not known here."""
    tools = body.get("tools")
    if tools is None:
        return
    if not isinstance(tools, list):
        raise Breach("tools: Input should be a valid list")
    names: set[str] = set()
    for index, tool in enumerate(tools):
        _check_tool(tool, f"tools.{index}")
        if tool["name"] in names:
            raise Breach("tools: Tool names must be unique.")
        names.add(tool["name"])


def _check_tool(tool: Any, where: str) -> None:
    if not isinstance(tool, dict) or not _TOOL_NAME.match(str(tool.get("name", ""))):
        raise Breach(f"{where}.custom.name: String should match pattern '{_TOOL_NAME.pattern}'")
    schema = tool.get("input_schema")
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise Breach(f"{where}.custom.input_schema.type: Input should be 'object'")
    if any(key in schema for key in ("oneOf", "allOf", "anyOf")):
        raise Breach(f"{where}.custom.input_schema: does not support oneOf, allOf, or anyOf at the top level")
    if not isinstance(tool.get("description", ""), str):
        raise Breach(f"{where}.custom.description: Input should be a valid string")


def check_output_schema(output_format: Any) -> None:
    """Raise Breach when the live API would refuse this `output_config.format`."""
    if not isinstance(output_format, dict) or output_format.get("type") != "json_schema":
        raise Breach("output_config.format.type: Input should be 'json_schema'")
    schema = output_format.get("schema")
    if not isinstance(schema, dict):
        raise Breach("output_config.format.schema: Field required")
    for node in _nodes(schema):
        if node.get("type") == "object" and node.get("additionalProperties") is not False:
            raise Breach(
                "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false"
            )
        banned = [key for key in (*_NOT_IN_OUTPUT, *_NOT_IN_OUTPUT_ARRAYS) if key in node]
        if banned or node.get("minItems", 0) not in (0, 1):
            raise Breach(
                f"output_config.format.schema: For '{node.get('type')}' type, "
                f"property '{banned[0] if banned else 'minItems'}' is not supported"
            )


def _nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield *schema* and every schema below it."""
    if not isinstance(schema, dict):
        return
    yield schema
    for key in ("properties", "$defs", "definitions"):
        for part in schema[key].values() if isinstance(schema.get(key), dict) else ():
            yield from _nodes(part)
    for key in ("anyOf", "allOf"):
        for part in schema[key] if isinstance(schema.get(key), list) else ():
            yield from _nodes(part)
    if "items" in schema:
        yield from _nodes(schema["items"])

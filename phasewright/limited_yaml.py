"""Small YAML from strangers (front matter, checkpoints): no alias, no tag, no surprising type, limits on everything.

Events of PyYAML's pure-Python parser only: its C loader dies by signal on deep nesting, and an alias bomb of 306
bytes brought a whole process down. Types are null, true, false, decimal int and float; `no`, `010`, `12:30:45` and
dates stay text. A key given twice is an error.
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"

SIZE_LIMIT_BYTES = 256_000
EVENT_LIMIT = 20_000
DEPTH_LIMIT = 12

_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}([eE][-+]?[0-9]{1,2})?")
_NAMES: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}


class YamlRefused(ValueError):
    """The text is not the YAML that we accept; `line` and `column` count from 1."""

    def __init__(self, why: str, mark: Any = None) -> None:
        self.why = why
        self.line = mark.line + 1 if mark else 1
        self.column = mark.column + 1 if mark else 1
        super().__init__(f"{self.line}:{self.column}: {why}" if mark else why)


class _Open(NamedTuple):
    container: "list[Value] | dict[str, Value]"
    key: list[str]
    """The key that waits for its value, if any."""


def load_yaml(text: str) -> Value:
    """Return the one document in *text*, None if it is empty. Raises YamlRefused, never anything else."""
    import yaml  # 25 ms: only plans with front matter or checkpoints pay for it

    if len(text.encode("utf-8", "replace")) > SIZE_LIMIT_BYTES:
        raise YamlRefused(f"more than {SIZE_LIMIT_BYTES} bytes")
    if _brackets(text) > EVENT_LIMIT:
        raise YamlRefused(f"more than {EVENT_LIMIT} parts")
    try:
        return _document(yaml.parse(text, Loader=yaml.SafeLoader))
    except yaml.YAMLError as error:
        why = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML")
        raise YamlRefused(why, getattr(error, "problem_mark", None)) from None
    except (RecursionError, ValueError, IndexError) as error:
        if isinstance(error, YamlRefused):
            raise
        raise YamlRefused("not YAML") from None


def _brackets(text: str) -> int:
    """Count what may open a flow collection: PyYAML scans ahead in those, 1.8 s measured."""
    return text.count("[") + text.count("{") + text.count(",")


def _document(events: Iterable[Any]) -> Value:
    from yaml import CollectionEndEvent, CollectionStartEvent, DocumentStartEvent, MappingStartEvent, NodeEvent

    result: Value = None
    stack: list[_Open] = []
    documents = 0
    for count, event in enumerate(events):
        documents += isinstance(event, DocumentStartEvent)
        _refuse_odd(event, count, documents)
        if isinstance(event, CollectionEndEvent):
            stack.pop()
        elif isinstance(event, NodeEvent):
            opens = isinstance(event, CollectionStartEvent)
            container: list[Value] | dict[str, Value] = {} if isinstance(event, MappingStartEvent) else []
            value: Value = container if opens else _scalar(event)
            if opens and len(stack) >= DEPTH_LIMIT:
                raise YamlRefused(f"deeper than {DEPTH_LIMIT}", event.start_mark)
            if stack:
                _place(stack[-1], value, opens, event)
            else:
                result = value
            if opens:
                stack.append(_Open(container, []))
    return result


def _refuse_odd(event: Any, count: int, documents: int) -> None:
    from yaml import AliasEvent

    if count > EVENT_LIMIT:
        raise YamlRefused(f"more than {EVENT_LIMIT} parts", event.start_mark)
    if documents > 1:
        raise YamlRefused("more than one document", event.start_mark)
    if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
        raise YamlRefused("anchors and aliases are not accepted", event.start_mark)
    if getattr(event, "tag", None):
        raise YamlRefused(f"tags are not accepted: {event.tag[:40]}", event.start_mark)


def _scalar(event: Any) -> Value:
    """Return a plain scalar as its type; quoted and block scalars are text."""
    text = str(event.value)
    if event.style is not None:
        return text
    if text in _NAMES:
        return _NAMES[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _place(top: _Open, value: Value, opens: bool, event: Any) -> None:
    if isinstance(top.container, list):
        top.container.append(value)
    elif top.key:
        top.container[top.key.pop()] = value
    else:
        name = str(getattr(event, "value", ""))
        if opens or (name == "<<" and event.style is None):
            raise YamlRefused("a key must be a plain name", event.start_mark)
        if name in top.container:
            raise YamlRefused(f"key {name[:40]!r} twice", event.start_mark)
        top.key.append(name)  # keys stay text: `no:` is "no", `1:` is "1"

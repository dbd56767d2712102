"""Load small YAML that strangers wrote (front matter, checkpoints): limited, without aliases, tags and surprise types.

Walks the events of pyyaml's pure-Python parser; its C loader dies by a signal on deep nesting, and its ordinary
loaders turn `no`, `12:30:45` and `010` into something else and a 300-byte alias bomb into gigabytes. Implicit types
are null, true and false, decimal integers and fractions; all else is text. Keys stay text; a key twice is an error.
"""

import re
from collections.abc import Iterable
from typing import Any, TypeAlias

import yaml
from pydantic import BaseModel

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
_Open: TypeAlias = "list[Value] | dict[str, Value]"

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FRACTION = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}([eE][-+]?[0-9]{1,2})?")
_NAMES: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}


class YamlLimits(BaseModel, frozen=True):
    """What a document may cost. pyyaml reads ahead, so the size is the real bound."""

    size_bytes: int = 256_000
    parts: int = 20_000
    depth: int = 12


class YamlRefused(ValueError):
    """The text is not the YAML we accept. *line* and *column* count from 1; both are 0 where no place can be named."""

    def __init__(self, why: str, mark: Any = None) -> None:
        self.why = why
        self.line = mark.line + 1 if mark else 0
        self.column = mark.column + 1 if mark else 0
        super().__init__(f"{self.line}:{self.column}: {why}" if mark else why)


DEFAULT_LIMITS = YamlLimits()


def load_yaml(text: str, limits: YamlLimits = DEFAULT_LIMITS) -> Value:
    """Return the one document in *text*, None if there is none.

    >>> load_yaml("no: no\\ntime: 12:30:45\\nn: 7")
    {'no': 'no', 'time': '12:30:45', 'n': 7}

    Raises:
        YamlRefused: whatever the text is.
    """
    if len(text.encode("utf-8", "replace")) > limits.size_bytes:
        raise YamlRefused(f"more than {limits.size_bytes} bytes")
    try:
        return _document(yaml.parse(text, Loader=yaml.SafeLoader), limits)
    except yaml.YAMLError as error:
        why = getattr(error, "problem", None) or "not YAML"
        raise YamlRefused(why, getattr(error, "problem_mark", None)) from None
    except RecursionError:
        raise YamlRefused(f"deeper than {limits.depth}") from None
    except YamlRefused:
        raise
    except (ValueError, OverflowError):
        raise YamlRefused("an escape names no character") from None


class _Frame:
    """A collection that is being filled, and the key that waits for its value."""

    def __init__(self, container: _Open) -> None:
        self.container = container
        self.key: str | None = None

    def place(self, value: Value, event: Any) -> None:
        if isinstance(self.container, list):
            self.container.append(value)
        elif self.key is not None:
            self.container[self.key], self.key = value, None
        elif isinstance(event, yaml.CollectionStartEvent) or (event.value == "<<" and event.style is None):
            raise YamlRefused("a key must be a plain name", event.start_mark)
        elif event.value in self.container:
            raise YamlRefused(f"key {event.value[:40]!r} twice", event.start_mark)
        else:
            self.key = event.value


def _document(events: Iterable[Any], limits: YamlLimits) -> Value:
    result: Value = None
    stack: list[_Frame] = []
    documents = 0
    for count, event in enumerate(events):
        if count > limits.parts:
            raise YamlRefused(f"more than {limits.parts} parts", event.start_mark)
        documents += isinstance(event, yaml.DocumentStartEvent)
        _refuse(event, documents)
        if isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
        elif isinstance(event, yaml.NodeEvent):
            value = _value(event)
            if stack:
                stack[-1].place(value, event)
            else:
                result = value
            if isinstance(event, yaml.CollectionStartEvent) and isinstance(value, list | dict):
                if len(stack) >= limits.depth:
                    raise YamlRefused(f"deeper than {limits.depth}", event.start_mark)
                stack.append(_Frame(value))
    return result


def _refuse(event: Any, documents: int) -> None:
    if documents > 1:
        raise YamlRefused("more than one document", event.start_mark)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise YamlRefused("anchors and aliases are not accepted", event.start_mark)
    if getattr(event, "tag", None):
        raise YamlRefused(f"tags are not accepted: {event.tag[:40]}", event.start_mark)


def _value(event: Any) -> Value:
    if isinstance(event, yaml.MappingStartEvent):
        return {}
    if isinstance(event, yaml.SequenceStartEvent):
        return []
    text = str(event.value)
    if event.style is not None:  # quoted and block scalars are text
        return text
    if text in _NAMES:
        return _NAMES[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FRACTION.fullmatch(text) else text

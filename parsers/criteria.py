"""Acceptance criteria: the checkboxes under the label, and what a program can answer of them."""

from collections.abc import Sequence

from parsers.criterion_check import read_check
from parsers.fields import Field, Line
from phasewright.plan import Criterion


def read_criteria(fields: Sequence[Field]) -> tuple[Criterion, ...]:
    """Return the criteria of a phase. Where no box stands under the label, its list items are the criteria."""
    items = [item for field in fields if field.key == "criteria" for item in field.items()]
    boxes = [(item, box) for item in items if (box := item.box())]
    if boxes:
        return tuple(_criterion(item, box[1], box[0]) for item, box in boxes)
    if items:
        least = min(item.indent for item in items)
        return tuple(_criterion(item, item.text, False) for item in items if item.indent == least and item.text)
    told = [field for field in fields if field.key == "criteria" and field.value]
    return tuple(Criterion(text=field.value, line=field.line, check=read_check(field.value)) for field in told)


def all_boxes_ticked(fields: Sequence[Field]) -> bool:
    """True when the phase has boxes, among its criteria or else its tasks, and every one is ticked."""
    boxes = [box for field in fields if field.key == "criteria" for item in field.items() if (box := item.box())]
    if not boxes:
        boxes = [box for field in fields for item in field.items() if (box := item.box())]
    return bool(boxes) and all(ticked for ticked, _ in boxes)


def _criterion(item: Line, text: str, ticked: bool) -> Criterion:
    return Criterion(text=text.strip(), line=item.number, checked=ticked, check=read_check(text))

"""What a mermaid flowchart of a plan's phases says of their order: `P1 --> P2`, and phase 2 waits for phase 1.

Source: survey 5: 25 of 37 "Dependency Graph" sections are flowcharts (`P1 --> P2`, `P45`, `P5.5`, subgraphs).
"""

import re
from collections.abc import Iterator, Sequence

from parsers.dependencies import Known, named_phases
from parsers.fields import Line
from phasewright.dag import find_cycle

_HEAD = re.compile(r"^\s*(?:flowchart|graph)\b")
_NAME = r"[\w.]++(?:-[\w.]++)*+"
_SUBGRAPH = re.compile(rf"^\s*subgraph\s++({_NAME})?")
_OTHER = re.compile(r"^\s*(?:style|classDef|class|linkStyle|click|direction|accTitle|accDescr|%%)")
_SHAPED = re.compile(rf"(?<![\w.-])({_NAME})[ ]?[\[({{>]++[/\\]?(?:\"([^\"]*+)\"|([^\[\](){{}}\"]*+))[/\\]?[\])}}]++")
_ARROW = re.compile(
    r"(?:(?<!-)--\s[^-|>]*+--++>|-\.[^-.|>]++\.-++>|(?<!=)==\s[^=|>]*+==++>|(?<!-)--++>|-\.++->|(?<!=)==++>)"
    r"(?:\s?\|[^|]*+\|)?"
)
_NODE = re.compile(rf"^\s*({_NAME})\s*(?::::\w+)?\s*$")
_NODE_NAME = re.compile(r"(?:p|ph|phase|step)?[_-]?(\d{1,6})(?:[._](\d{1,6}))?([a-z])?", re.I)
STEP_LIMIT = 250_000
"""Arrows followed in a diagram, ways through subgraphs and milestones included. More is no drawing of a plan."""
_LABEL_NUMBER = re.compile(r"^\s*P?(\d{1,6}(?:\.\d{1,6})?[A-Za-z]?)\s*[:.)–—-]", re.I)


class TooManySteps(ValueError):
    """The diagram is larger than a drawing of a plan's phases can be."""


class _Flowchart:
    """Nodes, edges and subgraphs of one diagram, as its names."""

    def __init__(self) -> None:
        self.labels: dict[str, str] = {}
        self.before: dict[str, list[str]] = {}
        self.members: dict[str, list[str]] = {}
        self._around: dict[str, dict[str, None]] = {}
        self._open: list[str] = []
        self._steps = 0

    def take(self, statement: str) -> None:
        """Read one statement: a subgraph's border, or nodes and the arrows between them."""
        if _OTHER.match(statement):
            return
        if opened := _SUBGRAPH.match(statement):
            self._open.append(opened[1] or f"subgraph {len(self.members)}")
            self.members.setdefault(self._open[-1], [])
        elif statement.strip() == "end":
            del self._open[-1:]
        else:
            self._chain(statement)

    def _chain(self, statement: str) -> None:
        """Read `A & B --> C -->|why| D`."""
        bare = _SHAPED.sub(self._label, statement)
        previous: list[str] = []
        for part in _ARROW.split(bare):
            names = [match[1] for name in part.split("&") if (match := _NODE.match(name))]
            for name in names:
                self._see(name)
                self.before[name].extend(previous)
            previous = names

    def _label(self, match: re.Match[str]) -> str:
        self.labels.setdefault(match[1], (match[2] or match[3] or "").strip())
        return match[1]

    def _see(self, name: str) -> None:
        self.before.setdefault(name, [])
        for border in self._open:
            if border not in self._around.setdefault(name, {}):
                self._around[name][border] = None
                self.members[border].append(name)

    def upstreams(self, name: str) -> Iterator[str]:
        """Return what has an arrow to *name*, to a subgraph around it, or out of a subgraph as a whole.

        Raises:
            TooManySteps: after STEP_LIMIT of them.
        """
        for target in (name, *self._around.get(name, ())):
            for upstream in self.before.get(target, ()):
                for one in self.members.get(upstream) or (upstream,):
                    self._steps += 1
                    if self._steps > STEP_LIMIT:
                        raise TooManySteps
                    yield one


def dependencies_from_flowchart(lines: Sequence[Line], known: Known) -> dict[str, tuple[str, ...]]:
    """Return each phase's dependencies as the first flowchart draws them that holds every phase.

    {} where there is none, where nothing is drawn between phases, or where the arrows go round in a circle.
    """
    for chart in _flowcharts(lines):
        phases = {name: phase for name in chart.before if (phase := _phase_of(name, chart, known))}
        if set(phases.values()) != set(known.ids):
            continue
        try:
            result = _drawn(chart, phases, known)
        except TooManySteps:
            continue
        if any(result.values()) and not find_cycle(result):
            return result
    return {}


def _drawn(chart: _Flowchart, phases: dict[str, str], known: Known) -> dict[str, tuple[str, ...]]:
    before: dict[str, set[str]] = {phase: set() for phase in known.ids}
    for name, phase in phases.items():
        before[phase] |= _phases_before(name, chart, phases) - {phase}
    place = {phase: i for i, phase in enumerate(known.ids)}
    return {phase: tuple(sorted(found, key=place.__getitem__)) for phase, found in before.items()}


def _flowcharts(lines: Sequence[Line]) -> Iterator[_Flowchart]:
    chart: _Flowchart | None = None
    is_first = False
    for line in lines:
        if line.kind != "code" or line.info.split(" ")[0].casefold() != "mermaid":
            is_first = True
            continue
        if is_first:
            if chart:
                yield chart
            chart = _Flowchart() if _HEAD.match(line.text) else None
            is_first = False
        elif chart:
            for statement in line.text.split(";"):
                chart.take(statement)
    if chart:
        yield chart


def _phase_of(name: str, chart: _Flowchart, known: Known) -> str | None:
    """Return the phase that a node stands for: its label says so ("Phase 4.5: …", "4.5: …"), or its name (`P45`)."""
    label = chart.labels.get(name, "")
    named = named_phases(label, known).ids
    if len(named) == 1:
        return named[0]
    numbered = _LABEL_NUMBER.match(label)
    if numbered and (place := known.place(numbered[1])) is not None:
        return known.ids[place]
    match = _NODE_NAME.fullmatch(name)
    if match is None or named:
        return None
    number, part, letter = match[1], match[2], match[3] or ""
    spellings = [f"{number}.{part}{letter}"] if part else [f"{number}{letter}", f"{number[:-1]}.{number[-1]}{letter}"]
    return next((known.ids[place] for one in spellings if (place := known.place(one)) is not None), None)


def _phases_before(name: str, chart: _Flowchart, phases: dict[str, str]) -> set[str]:
    """Return the phases right before a node; a node that is no phase ("Start", a milestone) passes its own on."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        for upstream in chart.upstreams(waiting.pop()):
            if upstream in phases:
                found.add(phases[upstream])
            elif upstream not in seen:
                seen.add(upstream)
                waiting.append(upstream)
    return found

"""Which phase waits for which: edges from the plan, and order between phases that change the same files."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from heapq import heapify, heappop, heappush

from pydantic import BaseModel, ConfigDict

from phasewright.plan import Phase, Plan


class Dag(BaseModel):
    """The plan's order. Made by `build_dag`; ids are as the plan's headings write them, in document order."""

    model_config = ConfigDict(frozen=True, ignored_types=(cached_property,))

    upstreams: dict[str, tuple[str, ...]]
    """What each phase says it waits for."""
    ordered_by_files: tuple[tuple[str, str, str], ...] = ()
    """(earlier, later, path): phases that could run together but change one file; they run one after the other."""

    def all_upstreams(self, phase_id: str) -> tuple[str, ...]:
        """Return every phase that *phase_id* starts after: its dependencies and, by files, the ones before it."""
        return self._all[phase_id]

    def levels(self) -> tuple[tuple[str, ...], ...]:
        """Return the phases by the longest path that leads to them: those of one level may run together."""
        levels: dict[int, list[str]] = {}
        for phase, depth in self._depths.items():
            levels.setdefault(depth, []).append(phase)
        return tuple(tuple(levels[depth]) for depth in sorted(levels))

    def critical_path(self) -> tuple[str, ...]:
        """Return the longest chain of phases, first to last; the earliest in the document where several are as long."""
        if not self.upstreams:
            return ()
        depths = self._depths
        at = max(depths, key=lambda phase: depths[phase])
        path = [at]
        while before := self._all[at]:
            at = max(before, key=lambda phase: depths[phase])
            path.append(at)
        return tuple(reversed(path))

    def priority(self, phase_id: str) -> int:
        """Return how long the longest path from this phase to an end is: bigger goes first where slots are scarce."""
        return self._heights[phase_id]

    @cached_property
    def _all(self) -> dict[str, tuple[str, ...]]:
        by_files: dict[str, list[str]] = {}
        for earlier, later, _ in self.ordered_by_files:
            by_files.setdefault(later, []).append(earlier)
        return {
            phase: tuple(dict.fromkeys([*before, *by_files.get(phase, ())])) for phase, before in self.upstreams.items()
        }

    @cached_property
    def _depths(self) -> dict[str, int]:
        return _longest(self.upstreams, self._all)

    @cached_property
    def _heights(self) -> dict[str, int]:
        after: dict[str, list[str]] = {phase: [] for phase in self.upstreams}
        for phase, before in self._all.items():
            for upstream in before:
                after[upstream].append(phase)
        return {phase: depth + 1 for phase, depth in _longest(self.upstreams, after).items()}


def build_dag(plan: Plan) -> Dag:
    """Return the plan's order. The plan has been checked: no unknown dependency, no cycle.

    >>> build_dag(Plan(title="t", slug="t", phases=(Phase(id="1", name="a", line=1),))).levels()
    (('1',),)
    """
    upstreams = {phase.id: phase.depends_on or phase.runs_after for phase in plan.phases}
    return Dag(upstreams=upstreams, ordered_by_files=tuple(_by_files(plan.phases, upstreams)))


def reasons_to_wait(phase: Phase, dag: Dag) -> tuple[str, ...]:
    """Return why *phase* starts after others, one sentence a cause; () when it waits for nothing."""
    found = []
    if phase.depends_on:
        found.append(f"it depends on {', '.join(phase.depends_on)}")
    elif phase.runs_after:
        found.append(f"the plan names no dependencies, and {', '.join(phase.runs_after)} stands before it")
    for earlier, later, path in dag.ordered_by_files:
        if later == phase.id:
            found.append(f"it changes {path}, and so does {earlier}")
    return tuple(found)


def find_cycle(upstreams: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return a cycle as a path, such as ("2", "4", "2"); () where there is none. No recursion: plans may be long."""
    done: set[str] = set()
    for start in upstreams:
        path: list[str] = []
        waiting = [(start, iter(upstreams[start]))] if start not in done else []
        on_path = {start}
        path.append(start)
        while waiting:
            phase, rest = waiting[-1]
            upstream = next((u for u in rest if u in upstreams and u not in done), None)
            if upstream is None:
                done.add(phase)
                waiting.pop()
                on_path.discard(path.pop())
            elif upstream in on_path:
                return (*path[path.index(upstream) :], upstream)
            else:
                path.append(upstream)
                on_path.add(upstream)
                waiting.append((upstream, iter(upstreams[upstream])))
    return ()


def _longest(order: Iterable[str], before: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return for each phase the length of the longest path into it, walking *before*."""
    depths: dict[str, int] = {}
    for start in order:
        waiting = [start]
        while waiting:
            phase = waiting[-1]
            missing = [other for other in before[phase] if other not in depths]
            if phase in depths or not missing:
                depths.setdefault(phase, 1 + max((depths[other] for other in before[phase]), default=-1))
                waiting.pop()
            else:
                waiting.extend(missing)
    return {phase: depths[phase] for phase in order}


def _by_files(phases: Sequence[Phase], upstreams: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str, str]]:
    """Order phases that change one file and are not ordered already.

    Edges follow one topological order, near the document's, so they can make no cycle. What a phase waits for is kept
    as one integer of bits, so that 10,000 phases stay cheap. Owners of one path are a chain: the last knows the others.
    """
    order = _topological(upstreams)
    place = {phase: i for i, phase in enumerate(order)}
    files = {phase.id: phase.files.paths() for phase in phases}
    reach: list[int] = []
    owners = _Owners()
    ordered: list[tuple[str, str, str]] = []
    for phase in order:
        bits = 0
        for upstream in upstreams[phase]:
            bits |= reach[place[upstream]] | 1 << place[upstream]
        for path in files[phase]:
            for earlier in sorted(owners.sharing(path), key=lambda owner: -place[owner]):
                if earlier != phase and not bits >> place[earlier] & 1:
                    ordered.append((earlier, phase, path))
                    bits |= reach[place[earlier]] | 1 << place[earlier]
            owners.add(path, phase)
        reach.append(bits)
    return ordered


class _Owners:
    """Who changed a path last, and who changed anything in a folder."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}
        self._inside: dict[str, set[str]] = {}

    def sharing(self, path: str) -> set[str]:
        """Return the phases that change *path*, a folder that holds it or, when it is a folder, something in it."""
        found = {self._last[place] for place in [path, *_folders(path)] if place in self._last}
        return found | self._inside.get(path, set())

    def add(self, path: str, phase: str) -> None:
        self._last[path] = phase
        for folder in _folders(path):
            self._inside.setdefault(folder, set()).add(phase)


def _folders(path: str) -> list[str]:
    """Return the folders that hold *path*, each with its slash."""
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[:i]) + "/" for i in range(1, len(parts))]


def _topological(upstreams: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the phases so that each stands behind its upstreams, otherwise in document order."""
    place = {phase: i for i, phase in enumerate(upstreams)}
    names = list(upstreams)
    waits = {phase: len(before) for phase, before in upstreams.items()}
    after: dict[str, list[str]] = {phase: [] for phase in upstreams}
    for phase, before in upstreams.items():
        for upstream in before:
            after[upstream].append(phase)
    ready = [place[phase] for phase, count in waits.items() if count == 0]
    heapify(ready)
    order: list[str] = []
    while ready:
        phase = names[heappop(ready)]
        order.append(phase)
        for later in after[phase]:
            waits[later] -= 1
            if waits[later] == 0:
                heappush(ready, place[later])
    return order

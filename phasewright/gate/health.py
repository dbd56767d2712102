"""Is the base itself in order? Asked before a run, and answered from the facts that the run needs anyway."""

from pydantic import BaseModel

from phasewright.gate.evidence import count
from phasewright.gate.facts import GateSettings, SideFacts
from phasewright.gate.gate import open_measurer
from phasewright.gate.installed import installed_for
from phasewright.gate.objects import read_tree
from phasewright.gate.slot import GatePlace
from phasewright.git.repository import Repository
from phasewright.result import TestCounts
from phasewright.toolchain.outcomes import QUIET

_NAMED = 3


class Health(BaseModel, frozen=True):
    """What is wrong with a commit before anybody works on it."""

    builds: bool
    problems: tuple[str, ...] = ()
    """One line each; empty when everything is in order."""
    failing_tests: tuple[str, ...] = ()
    clippy_warnings: int = 0
    unformatted: tuple[str, ...] = ()
    tests: TestCounts = TestCounts()


async def base_health(
    repo: Repository, base: str, *, place: GatePlace, settings: GateSettings, slot: int = 0
) -> Health:
    """Return the health of *base*; its facts are in the baseline cache afterwards."""
    tree = await read_tree(repo, base)
    toolchain = await installed_for(repo, tree, place)
    measurer = open_measurer(repo, toolchain, place, settings, slot)
    async with measurer.slot.held():
        return read_health(await measurer.baseline(tree))


def read_health(facts: SideFacts) -> Health:
    """Return what *facts* say about a commit's health. Pure."""
    if facts.folder is None:
        return Health(builds=True)
    failing = tuple(sorted(t for t, o in facts.tests.outcomes.items() if o not in QUIET))
    return Health(
        builds=facts.built,
        problems=tuple(_problems(facts, failing)),
        failing_tests=failing,
        clippy_warnings=facts.lint_count,
        unformatted=facts.unformatted,
        tests=count(facts.tests.outcomes),
    )


def _problems(facts: SideFacts, failing: tuple[str, ...]) -> list[str]:
    problems = []
    if not facts.built:
        first = facts.errors[0] if facts.errors else None
        where = f"{first.path}:{first.line}: {first.text}" if first else " ".join(facts.log.split())[-200:]
        problems.append(f"the tests do not build: {where}")
    if failing:
        problems.append(f"{len(failing)} tests fail: {_some(failing)}")
    if facts.tests.hung:
        problems.append(f"tests do not end: {_some(facts.tests.hung)}")
    if facts.tests.broken:
        problems.append(f"test reports do not add up: {_some(facts.tests.broken)}")
    if facts.lint_count:
        problems.append(f"clippy has {facts.lint_count} warnings")
    if facts.unformatted:
        problems.append(f"{len(facts.unformatted)} files are not formatted: {_some(facts.unformatted)}")
    return problems


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more

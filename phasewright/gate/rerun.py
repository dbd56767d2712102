"""Run failing tests again: one that passes alone is flaky, or fails for what it shares with the tests beside it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from phasewright.toolchain.outcomes import FAILED, FLAKY, LOST, OK, TOGETHER, Identity, TestOutcomes
from phasewright.toolchain.protocol import Toolchain

_TIMES = 3
_AT_MOST = 20
"""More failures than this are no accident."""
_TOGETHER_TIMES = 3
"""A test that fails every second time fails four times together and passes three times alone once in 128."""
_FAILS = (FAILED, LOST)


async def rerun_failures(toolchain: Toolchain, tests: TestOutcomes, *, deadline_seconds: float) -> TestOutcomes:
    """Return *tests* with those marked flaky that failed and pass at least once in three more runs.

    Where an executable fails whenever all of its tests run, and the tests that fail there pass alone each time, they
    are marked as failing together: that is no accident, but what they share.
    """
    left = [test for test, outcome in tests.outcomes.items() if outcome in _FAILS]
    if len(left) > _AT_MOST or tests.hung:
        return tests
    flaky: dict[str, str] = {}
    for _ in range(_TIMES if left else 0):
        again = await toolchain.run(only=left, deadline_seconds=deadline_seconds)
        flaky |= {test: FLAKY for test in left if again.outcomes.get(test) == OK}
        left = [test for test in left if test not in flaky]
        if not left:
            break
    tests = tests.model_copy(update={"outcomes": tests.outcomes | flaky})
    for suspects in _by_executable(flaky).values():
        tests = await _tried_together(_Again(toolchain, deadline_seconds), tests, suspects)
    return tests


def as_base_knew(before: TestOutcomes, after: TestOutcomes) -> TestOutcomes:
    """Return *after* with tests marked flaky that fail together where base's tests did already, or now and then. Pure.

    Which of them fail is chance: it depends on who comes first. A test that base knew as such itself stays one.
    """
    known = _by_executable(test for test, outcome in before.outcomes.items() if outcome in (FLAKY, TOGETHER))
    excused = {
        test: FLAKY
        for test, outcome in after.outcomes.items()
        if outcome == TOGETHER and before.outcomes.get(test) != TOGETHER and _executable(test) in known
    }
    return after.model_copy(update={"outcomes": after.outcomes | excused}) if excused else after


class _Again(NamedTuple):
    """How tests are run again."""

    toolchain: Toolchain
    deadline_seconds: float

    async def run(self, tests: Sequence[str]) -> TestOutcomes:
        return await self.toolchain.run(only=tests, deadline_seconds=self.deadline_seconds)


async def _tried_together(again: _Again, tests: TestOutcomes, suspects: Sequence[str]) -> TestOutcomes:
    """Return *tests* with those of one executable marked that fail together and pass alone, each time."""
    mine = {test: one for test, one in tests.outcomes.items() if _executable(test) == _executable(suspects[0])}
    failing: dict[str, str] = {}
    for _ in range(_TOGETHER_TIMES if len(mine) > 1 else 0):
        said = await again.run(list(mine))
        failed = [test for test in mine if said.outcomes.get(test) in _FAILS and mine[test] not in _FAILS]
        if not failed or said.hung:
            return tests
        failing |= {test: said.failures.get(test, "") for test in failed}
    # Who is first may be right: the suspects of the first run, too, are among those that fail for the others.
    concerned = sorted({*suspects, *failing})
    if not failing or len(concerned) > _AT_MOST or not await _all_pass_alone(again, concerned):
        return tests
    return tests.model_copy(
        update={
            "outcomes": tests.outcomes | dict.fromkeys(concerned, TOGETHER),
            "failures": _texts(failing) | tests.failures,
        }
    )


async def _all_pass_alone(again: _Again, tests: Sequence[str]) -> bool:
    for test in tests:
        for _ in range(_TIMES):
            if (await again.run([test])).outcomes.get(test) != OK:
                return False
    return True


def _texts(failures: Mapping[str, str]) -> dict[str, str]:
    return {test: text for test, text in failures.items() if text}


def _by_executable(tests: Iterable[str]) -> dict[Identity, list[str]]:
    found: dict[Identity, list[str]] = {}
    for test in tests:
        found.setdefault(_executable(test), []).append(test)
    return found


def _executable(test: str) -> Identity:
    return Identity.read(test)._replace(test="")

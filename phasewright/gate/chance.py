"""A test that passed at base and fails now may do both by chance: then base, run again, fails now and then too.

Asked only of tests that the change did not touch, and whose file speaks of time, threads, chance or the network.
"""

import re
from collections.abc import Sequence

from phasewright.gate.change import Change
from phasewright.gate.measure import Measurer
from phasewright.gate.objects import read_blobs
from phasewright.gate.roots import Sides
from phasewright.toolchain.outcomes import FAILED, FLAKY, LOST, OK, TestOutcomes

_BY_CHANCE = re.compile(
    rb"\b(SystemTime|Instant|Duration|rand|fastrand|random|shuffle|thread|sleep|spawn|tokio|async|Hash(Map|Set)|Uuid|uuid"
    rb"|Tcp\w+|Udp\w+|time|datetime|threading|asyncio|socket|process::id|getpid)\b"
)
_AT_MOST = 5
_TIMES, _ENOUGH = 6, 2
"""A test that fails every second time does so twice in six runs nine times of ten."""
_TARGET = "base-again"


async def with_chance(measurer: Measurer, change: Change, sides: Sides, *, times: int = _TIMES) -> TestOutcomes:
    """Return the candidate's tests with those marked flaky that fail now and then on base's code as well.

    Args:
        times: how often base's code is asked.
    """
    tests = sides.after.tests
    suspects = await _suspects(measurer, change, sides)
    if not suspects:
        return tests
    bench = await measurer.apart(change.base, _TARGET)
    if bench is None:
        return tests
    seconds = measurer.settings.build_seconds
    workspace = await bench.describe(deadline_seconds=seconds)
    if not (await bench.prepare(workspace, None, deadline_seconds=seconds)).succeeded:
        return tests
    failed = dict.fromkeys(suspects, 0)
    places = {test: _places(tests.failures.get(test, "")) for test in suspects}
    for _ in range(times):
        said = await bench.run(only=suspects, deadline_seconds=measurer.settings.test_seconds)
        for test in suspects:
            is_same = not places[test] or places[test] & _places(said.failures.get(test, ""))
            failed[test] += said.outcomes.get(test) in (FAILED, LOST) and bool(is_same)
    flaky = {test: FLAKY for test, count in failed.items() if _ENOUGH <= count < times}
    return tests.model_copy(update={"outcomes": tests.outcomes | flaky})


def _places(failure: str) -> frozenset[str]:
    """Return file and line of all that a failure names: another assertion of the same test is another failure."""
    return frozenset(re.findall(r"[\w./-]+\.(?:rs|py):\d+", failure))


async def _suspects(measurer: Measurer, change: Change, sides: Sides) -> Sequence[str]:
    before, after = sides.before.tests, sides.after.tests
    failing = [test for test, one in after.outcomes.items() if one == FAILED and before.outcomes.get(test) == OK]
    if not failing or len(failing) > _AT_MOST:
        return ()
    paths = {test: before.path_of(test) for test in failing}
    there = {path for path in paths.values() if path in change.base and path not in change.changed}
    blobs = await read_blobs(measurer.repo, (change.base[path].blob for path in there))
    speaks = {path for path in there if _BY_CHANCE.search(blobs[change.base[path].blob])}
    return [test for test in failing if paths[test] in speaks]

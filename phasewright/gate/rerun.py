"""Run failing tests again, alone: one that passes then is flaky, which is a finding of its own and no regression."""

from phasewright.toolchain.outcomes import FAILED, FLAKY, LOST, OK, TestOutcomes
from phasewright.toolchain.protocol import Toolchain

_TIMES = 3
_AT_MOST = 20
"""More failures than this are no accident."""


async def rerun_failures(toolchain: Toolchain, tests: TestOutcomes, *, deadline_seconds: float) -> TestOutcomes:
    """Return *tests* with those marked flaky that failed and pass at least once in three more runs."""
    left = [test for test, outcome in tests.outcomes.items() if outcome in (FAILED, LOST)]
    if len(left) > _AT_MOST or tests.hung:
        return tests
    flaky: dict[str, str] = {}
    for _ in range(_TIMES if left else 0):
        again = await toolchain.run(only=left, deadline_seconds=deadline_seconds)
        flaky |= {test: FLAKY for test in left if again.outcomes.get(test) == OK}
        left = [test for test in left if test not in flaky]
        if not left:
            break
    return tests.model_copy(update={"outcomes": tests.outcomes | flaky})

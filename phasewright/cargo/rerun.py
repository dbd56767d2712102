"""Run failing tests again, alone: one that passes then is flaky, which is a finding of its own and no regression."""

from phasewright.cargo.bench import Bench
from phasewright.cargo.build import TestBuild
from phasewright.cargo.suite import FAILED, FLAKY, LOST, OK, Identity, TestOutcomes, run_named

_TIMES = 3
_AT_MOST = 20
"""More failures than this are no accident."""


async def rerun_failures(
    bench: Bench, build: TestBuild, tests: TestOutcomes, *, deadline_seconds: float
) -> TestOutcomes:
    """Return *tests* with those marked flaky that failed and pass at least once in three more runs."""
    failing = [test for test, outcome in tests.outcomes.items() if outcome in (FAILED, LOST)]
    if not failing or len(failing) > _AT_MOST or tests.hung:
        return tests
    flaky: set[str] = set()
    for binary, recorded in build.to_run():
        owner = (binary.package, binary.kind, binary.target)
        mine = [test for test in failing if Identity.read(test)[:3] == owner]
        for _ in range(_TIMES):
            left = [test for test in mine if test not in flaky]
            if not left:
                break
            names = [Identity.read(test).test for test in left]
            said = await run_named(bench, binary, recorded, names, deadline_seconds=deadline_seconds)
            flaky |= {test for test in left if said.get(Identity.read(test).test) == OK}
    if not flaky:
        return tests
    return tests.model_copy(update={"outcomes": tests.outcomes | dict.fromkeys(flaky, FLAKY)})

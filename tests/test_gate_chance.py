"""A test that fails by chance on both sides is charged to nobody; one that the change broke is."""

from pathlib import Path

import pytest
from support_attacks import play, read_case

from phasewright.gate.chance import with_chance
from phasewright.gate.change import read_change
from phasewright.gate.facts import GateSettings
from phasewright.gate.gate import open_measurer
from phasewright.gate.installed import installed_for
from phasewright.gate.sides import judged_sides
from phasewright.gate.slot import GatePlace
from phasewright.git.repository import find_repository
from phasewright.toolchain.outcomes import FAILED, FLAKY, OK

SOMETIMES = "shop/test/flaky::sometimes"


@pytest.mark.cargo
async def test_base_is_asked_again_where_chance_may_decide(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    case = read_case("flaky-before")
    base, candidate = play(case, tmp_path / "agent")
    repo = await find_repository(tmp_path / "agent")
    change = await read_change(repo, base, candidate, case.phase)
    place = GatePlace(folder=tmp_path / "gates", baselines=tmp_path / "baselines")
    toolchain = await installed_for(repo, change.base, place, change.head)
    measurer = open_measurer(repo, toolchain, place, GateSettings(), 0)
    async with measurer.slot.held():
        sides, _ = await judged_sides(measurer, change, case.phase)
        others = [test for test, one in sides.before.tests.outcomes.items() if one == OK and test != SOMETIMES]
        was = sides.before.tests.model_copy(update={"outcomes": sides.before.tests.outcomes | {SOMETIMES: OK}})
        now = sides.after.tests.outcomes | {SOMETIMES: FAILED, others[0]: FAILED}
        after = sides.after.tests.model_copy(update={"outcomes": now})
        sides = sides._replace(
            before=sides.before.model_copy(update={"tests": was}), after=sides.after.model_copy(update={"tests": after})
        )
        tests = await with_chance(measurer, change, sides, times=40)

    assert FLAKY == tests.outcomes[SOMETIMES]
    assert FAILED == tests.outcomes[others[0]]

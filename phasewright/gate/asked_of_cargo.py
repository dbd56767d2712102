"""Criteria that ask cargo for more than the gate asks for itself: with a feature, in release. Cargo answers those.

Each runs in the sandbox, in a target of its own, so that what runs there can reach no other answer.
"""

import re

from phasewright.cargo.cargo import Cargo
from phasewright.gate.cargo_answers import CargoAnswer, CargoAnswers, Outcome, goes_beyond
from phasewright.gate.change import Change
from phasewright.gate.measure import Measurer
from phasewright.gate.objects import Tree
from phasewright.plan import Phase
from phasewright.result import CommandRecord

_NOT_THERE = re.compile(r"contains? (this|these|the) feature|no [a-z]+ target named|did not match any packages")
_TARGET = "asked"


async def ask_cargo(measurer: Measurer, change: Change, phase: Phase, tree: Tree) -> CargoAnswers:
    """Ask what the criteria of *phase* want to know; a failure is asked again of base."""
    manifests = list(change.manifests(after=True).values())
    checks = [one.check for one in phase.acceptance_criteria if one.check is not None]
    wanted = [check.argv for check in checks if check.kind in ("command", "all-tests") and check.expect == "succeeds"]
    wanted = [argv for argv in dict.fromkeys(wanted) if goes_beyond(argv, manifests)]
    if not wanted or measurer.toolchain.manifest != Cargo.manifest:
        return CargoAnswers()
    commands: tuple[CommandRecord, ...] = ()
    found = []
    for argv in wanted:
        record = await _run(measurer, tree, argv)
        if record is None:
            continue
        answer, commands = _answer(argv, record), (*commands, record)
        if answer.outcome == "failed":
            then = await _run(measurer, change.base, argv)
            is_old = then is not None and then.exit_code not in (0, None) and not _NOT_THERE.search(then.output_tail)
            answer = answer.model_copy(update={"outcome": "failed-before"}) if is_old else answer
        found.append(answer)
    return CargoAnswers(answers=tuple(found), commands=commands)


async def _run(measurer: Measurer, tree: Tree, argv: tuple[str, ...]) -> CommandRecord | None:
    bench = await measurer.apart(tree, _TARGET)
    return None if bench is None else await bench.ask(argv, deadline_seconds=measurer.settings.build_seconds)


def _answer(argv: tuple[str, ...], record: CommandRecord) -> CargoAnswer:
    outcome: Outcome = "deadline" if record.exit_code is None else "ok" if record.exit_code == 0 else "failed"
    errors = [line for line in record.output_tail.splitlines() if re.match(r"error|test .* FAILED", line)]
    return CargoAnswer(argv=argv, outcome=outcome, said=errors[0] if errors else "")

"""Final validation: everything once more on the run's last commit, with a release build, against the start."""

from collections.abc import Mapping

from pydantic import BaseModel

from phasewright.gate.change import read_change
from phasewright.gate.checks.build import check_build
from phasewright.gate.checks.style import check_style
from phasewright.gate.checks.tests import check_tests
from phasewright.gate.codes import finding, weight_of
from phasewright.gate.evidence import GateFacts, compare_tests
from phasewright.gate.facts import GateSettings
from phasewright.gate.gate import open_measurer
from phasewright.gate.installed import installed_for
from phasewright.gate.judge import decide
from phasewright.gate.measure import Measurer
from phasewright.gate.objects import Entry
from phasewright.gate.roots import Sides
from phasewright.gate.sides import whole_sides
from phasewright.gate.slot import GatePlace
from phasewright.git.repository import Repository
from phasewright.plan import Phase
from phasewright.result import CommandRecord, Finding, PhaseStatus, TestComparison
from phasewright.toolchain.purpose import Purpose
from phasewright.toolchain.reports import BuildReport


class Validation(BaseModel, frozen=True):
    """What final validation found. Failures that base had already are listed and do not count."""

    passed: bool
    tests: TestComparison
    findings: tuple[Finding, ...] = ()
    clippy_warnings: int = 0
    unformatted: tuple[str, ...] = ()
    release_build_ok: bool = True
    doc_tests: int = 0
    commands: tuple[CommandRecord, ...] = ()


async def validate_commit(
    repo: Repository, base: str, head: str, *, place: GatePlace, settings: GateSettings, slot: int = 0
) -> Validation:
    """Return whether *head* as a whole is in order, compared with *base*: the whole workspace and a release build."""
    change = await read_change(repo, base, head, None)
    toolchain = await installed_for(repo, change.base, place, change.head)
    settings = settings.model_copy(update={"purpose": Purpose.VALIDATE})
    measurer = open_measurer(repo, toolchain, place, settings, slot)
    async with measurer.slot.held():
        sides = await whole_sides(measurer, change)
        release, commands = await _release(measurer, change.head, sides, settings)
    everything = Phase(id="validation", name="final validation", line=1)
    facts = GateFacts(phase=everything, change=change, **sides._asdict())
    return read_validation(facts, release, commands)


def read_validation(facts: GateFacts, release: BuildReport | None, commands: tuple[CommandRecord, ...]) -> Validation:
    """Return what the facts of the whole run's change amount to. Pure."""
    found = [one for check in (check_build, check_tests, check_style) for one in check(facts)]
    # What the plan's phases were allowed to remove was judged when they landed.
    kept = [one for one in found if one.code not in ("test-vanished", "newly-ignored", "harness-replaced")]
    release_ok = release is None or release.succeeded
    if release is not None and not release.succeeded:
        first = release.errors[0] if release.errors else None
        why = f"{first.text}" if first else "cargo build --release failed"
        kept.append(finding("build-failed", f"release build: {why}", path=first.path if first else None))
    after = facts.after
    return Validation(
        passed=decide(kept)[0] == PhaseStatus.COMPLETE,
        tests=compare_tests(facts.before, after),
        findings=tuple(sorted(kept, key=lambda one: weight_of(one) == "none")),
        clippy_warnings=after.lint_count,
        unformatted=after.unformatted,
        release_build_ok=release_ok,
        doc_tests=sum(1 for test in after.tests.outcomes if test.split("/")[1] == "doc"),
        commands=(*after.commands, *commands),
    )


async def _release(
    measurer: Measurer, tree: Mapping[str, Entry], sides: Sides, settings: GateSettings
) -> tuple[BuildReport | None, tuple[CommandRecord, ...]]:
    """Return what the release build of every root says; of the first that fails where one does."""
    if sides.after.folder is None or not sides.after.built:
        return None, ()
    bench = await measurer.check_out(tree, sides.after.folder)
    report = await bench.release(deadline_seconds=settings.build_seconds)
    commands = tuple(bench.commands)
    for root in sides.roots if report is not None and report.succeeded else ():
        bench = await measurer.check_out(tree, root.folder, target=root.target_name, fresh_target=False)
        report = await bench.release(deadline_seconds=settings.build_seconds)
        commands = (*commands, *bench.commands)
        if report is None or not report.succeeded:
            break
    return report, commands

"""What one judgement rests on, put together for the checks and for the record."""

from pydantic import BaseModel, ConfigDict

from phasewright.gate.cargo_answers import CargoAnswers
from phasewright.gate.change import Change, normal_path
from phasewright.gate.facts import SideFacts
from phasewright.gate.material import Material
from phasewright.gate.packages import PackageRuns
from phasewright.gate.roots import Root
from phasewright.gate.selection import Selection
from phasewright.plan import Phase
from phasewright.result import CommandRecord, CriterionWitness, Evidence, FileLines, TestComparison, TestCounts, Verdict
from phasewright.toolchain.outcomes import IGNORED, PASSED, QUIET
from phasewright.toolchain.program import ProgramReport
from phasewright.toolchain.reports import CompilerMessage


class Unsilenced(BaseModel, frozen=True):
    """What is new to linter and formatter when nothing of the candidate keeps them quiet."""

    lints: tuple[CompilerMessage, ...] = ()
    unformatted: tuple[str, ...] = ()
    commands: tuple[CommandRecord, ...] = ()


class Probes(BaseModel, frozen=True):
    """What the two probes answered. A probe that was not asked, or did not build, acquits nobody."""

    base_tests: dict[str, str] = {}
    """Outcomes of base's tests on the candidate's code; only tests that really ran again."""
    base_tests_asked: bool = False
    base_tests_built: bool = False
    restored: frozenset[str] = frozenset()
    """Files, or parts of files, that were put back for it."""
    examples: dict[str, str] = {}
    """"path#number" → outcome of an example of base's documentation on the candidate's code."""
    hollow_asked: bool = False
    hollow_built: bool = False
    new_tests: dict[str, str] = {}
    """Outcomes of the new tests on hollowed code."""
    on_old_code: dict[str, str] = {}
    """Outcomes of the new tests on functions as they were at base; empty where it was not asked, or does not build."""
    unproven: bool = False
    """True where the change brings no test, and no old one noticed when its code was emptied."""
    program: ProgramReport = ProgramReport()
    """Of tests that pass since this change, or stand in changed files; only those that could be put into one."""
    unsilenced: Unsilenced = Unsilenced()
    commands: tuple[CommandRecord, ...] = ()


class GateFacts(BaseModel):
    """All that the checks may look at."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    phase: Phase
    change: Change
    before: SideFacts
    after: SideFacts
    roots: tuple[Root, ...] = ()
    """Cargo roots that were judged beside the topmost one."""
    unbuilt_roots: tuple[str, ...] = ()
    """Folders of roots that build neither before nor after."""
    selections: tuple[Selection, ...] = ()
    selection_problems: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    probes: Probes = Probes()
    packages: PackageRuns = PackageRuns()
    asked: CargoAnswers = CargoAnswers()
    """Criteria that cargo itself was asked."""
    material: Material = Material()
    strict_proof: bool = False
    """True: any new test that proves nothing counts, not only when all are such."""

    @property
    def comparable(self) -> bool:
        """True when tests ran on the candidate, so that before and after can be compared."""
        return self.after.built


def compare_tests(before: SideFacts, after: SideFacts) -> TestComparison:
    """Return the tests of both sides, by identity."""
    was, now = before.tests.outcomes, after.tests.outcomes
    return TestComparison(
        before=count(was),
        after=count(now),
        added=tuple(sorted(now.keys() - was.keys())),
        removed=tuple(sorted(was.keys() - now.keys())) if after.built else (),
        newly_ignored=tuple(
            sorted(t for t, o in now.items() if o == "ignored" and was.get(t) not in (None, "ignored"))
        ),
        newly_failing=tuple(sorted(t for t, o in now.items() if o not in QUIET and was.get(t) == "ok")),
    )


def count(outcomes: dict[str, str]) -> TestCounts:
    """Return how many tests ended how; lost and never-run ones count as failed."""
    values = list(outcomes.values())
    passed, ignored = sum(1 for value in values if value in PASSED), values.count(IGNORED)
    return TestCounts(total=len(values), passed=passed, failed=len(values) - passed - ignored, ignored=ignored)


def evidence_of(
    facts: GateFacts,
    verdict: Verdict,
    *,
    base: str,
    candidate: str,
    tree: str,
    versions: dict[str, str],
    environment: dict[str, str],
    commands: tuple[CommandRecord, ...],
    criteria: tuple[CriterionWitness, ...] = (),
) -> Evidence:
    """Return the whole record of one judgement."""
    return Evidence(
        base_commit=base,
        candidate_commit=candidate,
        candidate_tree=tree,
        toolchain=versions,
        environment=environment,
        commands=commands,
        tests_before=facts.before.tests.outcomes,
        tests_after=facts.after.tests.outcomes,
        files=tuple(_lines(facts.change, normal_path(path)) for path in facts.phase.files.paths()),
        criteria=criteria,
        verdict=verdict,
    )


def _lines(change: Change, path: str) -> FileLines:
    content = change.after(path)
    return FileLines(path=path, lines=len(content.splitlines()) if content else 0)

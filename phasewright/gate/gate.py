"""The gate. READ FIRST: what is gathered, what is decided, in which order.

It judges two commits and nothing else: in its own checkout and target, with the base's configuration, never in an
agent's folder. An agent's word is no input.
"""

import hashlib
from collections.abc import Sequence

from phasewright.gate.asked_of_cargo import ask_cargo
from phasewright.gate.baseline import Baselines
from phasewright.gate.change import Change, read_change
from phasewright.gate.checks.all import CHECKS, Check, find_all
from phasewright.gate.checks.criteria import witnesses
from phasewright.gate.evidence import GateFacts, compare_tests, evidence_of
from phasewright.gate.facts import GateSettings, SideFacts
from phasewright.gate.installed import installed_for
from phasewright.gate.judge import decide
from phasewright.gate.material import read_material
from phasewright.gate.measure import Measurer
from phasewright.gate.objects import tree_digest
from phasewright.gate.package_runs import run_packages
from phasewright.gate.probes import run_probes
from phasewright.gate.protected import judged_tree
from phasewright.gate.selection_text import read_blast_radius
from phasewright.gate.sides import judged_sides
from phasewright.gate.slot import GatePlace, Slot
from phasewright.git.repository import Repository
from phasewright.options import ProveRed
from phasewright.plan import Phase
from phasewright.result import Finding, Judgement, PhaseStatus, Verdict
from phasewright.toolchain.protocol import Installed


async def judge_commits(
    repo: Repository,
    phase: Phase,
    base: str,
    candidate: str,
    *,
    place: GatePlace,
    settings: GateSettings,
    slot: int = 0,
    left_out: Sequence[tuple[str, str]] = (),
    checks: Sequence[Check] = CHECKS,
) -> Judgement:
    """Return the verdict on *candidate* as the work of *phase* on *base*, with the evidence.

    Args:
        slot: gates that run at the same time have different slots.
        left_out: (path, why) of files that could not be committed.
        checks: what is looked for; fewer only where it is measured what stands behind one.

    Raises:
        InfrastructureError: the machine failed, not the work; never a verdict.
        PreflightFailed: no toolchain.
    """
    change = await read_change(repo, base, candidate, phase)
    toolchain = await installed_for(repo, change.base, place, change.head)
    measurer = open_measurer(repo, toolchain, place, settings, slot)
    async with measurer.slot.held():
        facts, measured = await _gather(measurer, change, phase, tuple(left_out))
        facts, findings = await _ask_probes(measurer, facts, checks)
        judgement = judge_facts(facts, findings, base=base, candidate=candidate, toolchain=toolchain)
        if judgement.verdict.status == PhaseStatus.COMPLETE and facts.before is not facts.after:
            measurer.slot.trust_target()
            for known in measured:
                measurer.baselines.save(known)
            measurer.baselines.save_probes(_probed(measurer, facts), facts.after.digest, facts.probes)
    return judgement


async def _gather(
    measurer: Measurer, change: Change, phase: Phase, left_out: tuple[tuple[str, str], ...]
) -> tuple[GateFacts, list[SideFacts]]:
    """Return everything but the probes that the checks look at, and what to remember about an accepted candidate."""
    sides, measured = await judged_sides(measurer, change, phase)
    selections, problems = read_blast_radius(phase.blast_radius)
    facts = GateFacts(
        phase=phase,
        change=change,
        **sides._asdict(),
        selections=selections,
        selection_problems=problems,
        left_out=left_out,
        material=await read_material(measurer.repo, change, phase),
        strict_proof=measurer.settings.prove_red == ProveRed.STRICT,
    )
    if facts.before is not facts.after:
        tree = judged_tree(change, phase.files)
        packages = await run_packages(measurer, change, phase, tree)
        asked = await ask_cargo(measurer, change, phase, tree) if facts.comparable else facts.asked
        facts = facts.model_copy(update={"packages": packages, "asked": asked})
    return facts, measured


async def _ask_probes(
    measurer: Measurer, facts: GateFacts, checks: Sequence[Check]
) -> tuple[GateFacts, tuple[Finding, ...]]:
    """Return *facts* with the probes' answers, and all findings. Whether a probe is asked depends on what was found."""
    probes = measurer.baselines.load_probes(_probed(measurer, facts), facts.after.digest)
    if probes is None:
        findings = find_all(facts, checks)
        tree = judged_tree(facts.change, facts.phase.files)
        probes = facts.probes if facts.before is facts.after else await run_probes(measurer, facts, tree, findings)
        if probes == facts.probes:
            return facts, findings
    facts = facts.model_copy(update={"probes": probes})
    return facts, find_all(facts, checks)


def _probed(measurer: Measurer, facts: GateFacts) -> str:
    """Return what the probes' answers depend on beside the candidate's tree."""
    said = hashlib.sha256(facts.phase.text.encode()).hexdigest()
    return f"{facts.before.digest} {measurer.settings.prove_red} {facts.phase.kind} {said}"


def judge_facts(
    facts: GateFacts, findings: tuple[Finding, ...], *, base: str, candidate: str, toolchain: Installed
) -> Judgement:
    """Return the judgement on gathered *facts*. Pure."""
    status, reason = decide(findings)
    verdict = Verdict(status=status, findings=findings, tests=compare_tests(facts.before, facts.after))
    evidence = evidence_of(
        facts,
        verdict,
        base=base,
        candidate=candidate,
        tree=tree_digest(facts.change.head),
        versions=toolchain.versions,
        environment=facts.after.environment,
        criteria=witnesses(facts),
        commands=(*facts.after.commands, *facts.packages.commands, *facts.asked.commands, *facts.probes.commands),
    )
    return Judgement(verdict=verdict, reason=reason, evidence=evidence)


def open_measurer(
    repo: Repository, toolchain: Installed, place: GatePlace, settings: GateSettings, slot: int
) -> Measurer:
    """Return what measures trees in one slot of *place*."""
    baselines = Baselines(place.baselines, toolchain)
    return Measurer(repo, Slot(place.folder / f"slot-{slot}"), toolchain, baselines, settings)

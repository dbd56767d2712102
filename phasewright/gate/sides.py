"""Measure both sides of a change, root by root: base from what is known, the candidate as far as the change reaches.

All that base says is asked before anything of the candidate runs in the same target.
"""

from collections.abc import Mapping

from phasewright.gate.chance import with_chance
from phasewright.gate.change import Change
from phasewright.gate.facts import SideFacts
from phasewright.gate.measure import Measurer
from phasewright.gate.merge import complete_facts
from phasewright.gate.objects import Entry, tree_digest
from phasewright.gate.protected import judged_tree, protection_of
from phasewright.gate.rerun import as_base_knew
from phasewright.gate.roots import Root, Sides, holding, join
from phasewright.options import GateScope
from phasewright.plan import Phase


async def judged_sides(measurer: Measurer, change: Change, phase: Phase) -> tuple[Sides, list[SideFacts]]:
    """Return the facts before and after, and the candidate's root by root. Nothing runs when nothing changed."""
    digest = tree_digest(change.base)
    if not change.changed:
        nothing = measurer.baselines.load(digest) or SideFacts(digest=digest)
        return Sides(nothing, nothing), []
    tree = judged_tree(change, phase.files)
    if tree_digest(tree) == digest:
        before = await measurer.baseline(change.base)
        return Sides(before, before), []
    return await _measured(measurer, change, tree, again=False)


async def whole_sides(measurer: Measurer, change: Change) -> Sides:
    """Return the same with everything of the head measured again, whatever is known about it."""
    return (await _measured(measurer, change, change.head, again=True))[0]


async def _measured(
    measurer: Measurer, change: Change, tree: Mapping[str, Entry], *, again: bool
) -> tuple[Sides, list[SideFacts]]:
    before, roots = await measurer.baseline(change.base), measurer.roots(change)
    old = {folder: await measurer.base_root(change.base, Root(folder=folder)) for folder in holding(change.base, roots)}
    after = await measurer.measure(tree) if again else await _reached(measurer, change, tree, before)
    new = {folder: await measurer.root(tree, Root(folder=folder), again=again) for folder in holding(tree, roots)}
    sides = join(before, after, old, new)
    tests = as_base_knew(sides.before.tests, sides.after.tests)
    sides = sides._replace(after=sides.after.model_copy(update={"tests": tests}))
    tests = await with_chance(measurer, change, sides)
    return sides._replace(after=sides.after.model_copy(update={"tests": tests})), [after, *new.values()]


async def _reached(measurer: Measurer, change: Change, tree: Mapping[str, Entry], before: SideFacts) -> SideFacts:
    """Return what is known of *tree*, else what the packages that the change reaches say, and base of the others."""
    known = measurer.baselines.load(tree_digest(tree))
    if known is not None:
        return known
    packages = _affected(measurer, change, before)
    after = await measurer.measure(tree, packages)
    return after if packages is None else complete_facts(before, after, frozenset(packages))


def _affected(measurer: Measurer, change: Change, before: SideFacts) -> tuple[str, ...] | None:
    """Return the packages that the change can reach; None: all of them."""
    if measurer.settings.scope == GateScope.WORKSPACE or before.workspace is None or not before.built:
        return None
    if any(path.endswith(("Cargo.toml", "Cargo.lock")) or protection_of(path) for path in change.changed):
        return None
    return before.workspace.affected_by(change.changed) or None

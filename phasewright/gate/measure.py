"""Bring a tree into a slot and measure it there, or take what is already known about it."""

import posixpath
from collections.abc import Mapping, Sequence

from phasewright.cargo.cargo import Cargo
from phasewright.gate.baseline import Baselines
from phasewright.gate.change import Change
from phasewright.gate.facts import GateSettings, SideFacts, gather_facts
from phasewright.gate.objects import Entry, read_blobs, tree_digest
from phasewright.gate.rerun import rerun_failures
from phasewright.gate.roots import Root, roots_to_judge, topmost
from phasewright.gate.slot import Slot
from phasewright.git.repository import Repository
from phasewright.result import CommandRecord
from phasewright.sandbox import Sandbox
from phasewright.toolchain.bench import Bench
from phasewright.toolchain.outcomes import Identity, TestOutcomes
from phasewright.toolchain.program import Program, ProgramReport
from phasewright.toolchain.protocol import Installed, Toolchain
from phasewright.toolchain.purpose import Purpose

_VENDORED = ".cargo-checksum.json"
_HOLLOW_SECONDS = 30.0
"""Hollowed code may wait for what never comes; a test that hangs there does not pass."""


class Measurer:
    """Measures trees of one repository in one slot."""

    def __init__(
        self, repo: Repository, slot: Slot, toolchain: Installed, baselines: Baselines, settings: GateSettings
    ) -> None:
        self.repo = repo
        self.slot = slot
        self.toolchain = toolchain
        self.baselines = baselines
        self.settings = settings
        self._is_candidates = False
        """True once the target holds this judgement's candidate, which a probe may go on from."""

    async def baseline(self, tree: Mapping[str, Entry]) -> SideFacts:
        """Return the facts about a tree that landed, from the cache where they are known."""
        digest = tree_digest(tree)
        known = self.baselines.load(digest)
        if known is not None:
            return known
        facts = await self.measure(tree)
        if not facts.build_timed_out and not facts.tests.hung:
            self.baselines.save(facts)
        self.slot.trust_target(keep=True)
        self._is_candidates = False
        return facts

    async def measure(self, tree: Mapping[str, Entry], packages: Sequence[str] | None = None) -> SideFacts:
        """Write *tree* into the slot and return what the toolchain says about it."""
        digest = tree_digest(tree)
        folder = self._top(tree)
        if folder is None:
            return SideFacts(digest=digest)
        bench = await self.check_out(tree, folder)
        facts = await gather_facts(bench, digest, self.settings, packages=packages)
        self._is_candidates = True
        return self._with_touched(facts, tree)

    async def base_root(self, tree: Mapping[str, Entry], root: Root) -> SideFacts:
        """Return the facts about one root, beside the topmost one, of a tree that landed."""
        known = self.baselines.load(_root_digest(tree, root))
        if known is not None:
            return known
        facts = await self._measure_root(tree, root, fresh_target=not self.slot.is_trusted)
        if not facts.build_timed_out and not facts.tests.hung:
            self.baselines.save(facts)
        self.slot.trust_target(keep=True)
        self._is_candidates = False
        return facts

    def roots(self, change: Change) -> tuple[str, ...]:
        """Return the folders of Cargo roots beside the topmost one that *change* reaches."""
        if self.toolchain.manifest != Cargo.manifest:
            return ()
        vendored = {posixpath.dirname(path) for path in change.base if posixpath.basename(path) == _VENDORED}
        return roots_to_judge(change.manifests(), change.manifests(after=True), change.changed, vendored)

    async def root(self, tree: Mapping[str, Entry], root: Root, *, again: bool = False) -> SideFacts:
        """Return the facts about one root of a candidate; *again* whatever is known about it."""
        known = None if again else self.baselines.load(_root_digest(tree, root))
        if known is not None:
            return known
        facts = await self._measure_root(tree, root, fresh_target=not self._is_candidates)
        self._is_candidates = True
        return facts

    async def _measure_root(self, tree: Mapping[str, Entry], root: Root, *, fresh_target: bool) -> SideFacts:
        bench = await self.check_out(tree, root.folder, target=root.target_name, fresh_target=fresh_target)
        facts = await gather_facts(bench, _root_digest(tree, root), self.settings)
        return self._with_touched(facts, tree)

    def _with_touched(self, facts: SideFacts, tree: Mapping[str, Entry]) -> SideFacts:
        touched = tuple(path for path in self.slot.touched(tree) if path in tree)
        return facts.model_copy(update={"touched": touched})

    async def probe(
        self,
        tree: Mapping[str, Entry],
        files: Mapping[str, bytes | None],
        roots: Sequence[Root] = (),
        only: Sequence[str] | None = None,
    ) -> tuple[bool, TestOutcomes, tuple[CommandRecord, ...]]:
        """Return whether *tree* with *files* put over it builds, and its tests' outcomes.

        Args:
            roots: further roots that are asked.
            only: identities of the tests to run; None: all.
        """
        folder = self._top(tree)
        if folder is None:
            return False, TestOutcomes(), ()
        built, outcomes = True, TestOutcomes()
        commands: tuple[CommandRecord, ...] = ()
        for root in (Root(folder=folder), *roots):
            mine = None if only is None else [root.own(test) for test in only]
            bench = await self._overlaid(tree, files, root, folder)
            said = await self._probe_bench(bench, mine)
            built = built and said is not None
            outcomes = outcomes.merged(root.outcomes(said or TestOutcomes()))
            commands = (*commands, *bench.commands)
        return built, outcomes, commands

    async def _overlaid(
        self, tree: Mapping[str, Entry], files: Mapping[str, bytes | None], root: Root, top: str
    ) -> Toolchain:
        target = None if root.folder == top else root.target_name
        fresh = not self._is_candidates
        bench = await self.check_out(tree, root.folder, target=target, fresh_target=fresh)
        self._is_candidates = True
        self.slot.overlay(files)
        return bench

    async def _probe_bench(self, bench: Toolchain, only: Sequence[str] | None) -> TestOutcomes | None:
        """Return the outcomes; None where it does not build."""
        workspace = await bench.describe(deadline_seconds=self.settings.build_seconds)
        packages = None
        if only is not None and workspace is not None:
            packages = sorted(workspace.names() & {Identity.read(test).package for test in only})
            if not packages:
                return TestOutcomes()  # the tests are another root's
        build = await bench.prepare(
            workspace, packages, deadline_seconds=self.settings.build_seconds, purpose=Purpose.PROBE
        )
        if not build.succeeded:
            return None
        limit = self.settings.test_seconds if only is None else min(self.settings.test_seconds, _HOLLOW_SECONDS)
        outcomes = await bench.run(deadline_seconds=limit, only=only)
        return await rerun_failures(bench, outcomes, deadline_seconds=limit) if only is None else outcomes

    async def as_program(
        self,
        tree: Mapping[str, Entry],
        files: Mapping[str, bytes | None],
        program: Program,
        root: Root | None = None,
    ) -> tuple[ProgramReport, tuple[CommandRecord, ...]]:
        """Return what becomes of a program's tests, on *tree* with *files* put over it.

        Args:
            root: the one that holds the program's package; None: the topmost.
        """
        folder = self._top(tree)
        if folder is None:
            return ProgramReport(), ()
        bench = await self._overlaid(tree, files, root or Root(folder=folder), folder)
        said = await bench.run_program(program, deadline_seconds=self.settings.build_seconds)
        return said, tuple(bench.commands)

    async def probe_examples(
        self, tree: Mapping[str, Entry], files: Mapping[str, bytes | None], roots: Sequence[Root] = ()
    ) -> tuple[TestOutcomes, tuple[CommandRecord, ...]]:
        """Return the doc tests' outcomes on *tree* with *files* put over it."""
        folder = self._top(tree)
        outcomes = TestOutcomes()
        commands: tuple[CommandRecord, ...] = ()
        for root in () if folder is None else (Root(folder=folder), *roots):
            bench = await self._overlaid(tree, files, root, folder or "")
            said = await bench.examples(deadline_seconds=self.settings.doc_seconds)
            outcomes, commands = outcomes.merged(root.outcomes(said)), (*commands, *bench.commands)
        return outcomes, commands

    async def check_out(
        self, tree: Mapping[str, Entry], folder: str, *, target: str | None = None, fresh_target: bool = True
    ) -> Toolchain:
        """Make the slot's checkout equal to *tree* and return the bench on it.

        Args:
            folder: of the root, from the checkout's top.
            target: name of a root's own target; None: the topmost root's.
            fresh_target: False where the target may go on from the same candidate.
        """
        if fresh_target:
            self.slot.prepare_target()
        await self._write(tree)
        return self.toolchain.on(
            self.slot.checkout,
            folder=folder,
            target=self.slot.target / "roots" / target if target else self.slot.target,
            home=self.slot.home,
        )

    async def apart(
        self, tree: Mapping[str, Entry], target: str, files: Mapping[str, bytes | None] | None = None
    ) -> Toolchain | None:
        """Return the bench on *tree* with a target of its own, beside the roots'; None where there is no manifest.

        Args:
            files: what is put over the tree.
        """
        folder = self._top(tree)
        if folder is None:
            return None
        bench = await self.check_out(tree, folder, target=target, fresh_target=False)
        self.slot.overlay(files or {})
        return bench

    async def plain_bench(self, tree: Mapping[str, Entry]) -> Bench:
        """Make the slot's checkout equal to *tree* and return a bench without any toolchain on it."""
        await self._write(tree)
        view = Sandbox(workspace=self.slot.checkout)
        return Bench(view, folder="", target=self.slot.target, home=self.slot.home)

    async def _write(self, tree: Mapping[str, Entry]) -> None:
        missing = self.slot.differing(tree)
        blobs = await read_blobs(self.repo, (entry.blob for entry in missing.values()))
        self.slot.write(tree, {path: blobs[entry.blob] for path, entry in missing.items()})

    def _top(self, tree: Mapping[str, Entry]) -> str | None:
        """Return the folder of the topmost manifest, empty for the root; None where the repository has none."""
        manifest = self.toolchain.manifest
        return topmost(posixpath.dirname(path) for path in tree if posixpath.basename(path) == manifest)


def _root_digest(tree: Mapping[str, Entry], root: Root) -> str:
    return f"{tree_digest(tree)} {root.folder}"

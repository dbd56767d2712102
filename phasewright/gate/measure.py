"""Bring a tree into a slot and measure it there, or take what is already known about it."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from phasewright.cargo.bench import Bench
from phasewright.cargo.toolchain import CargoToolchain
from phasewright.gate.baseline import Baselines
from phasewright.gate.facts import GateSettings, SideFacts, gather_facts
from phasewright.gate.objects import Entry, read_blobs, tree_digest
from phasewright.gate.slot import Slot
from phasewright.git.repository import Repository


class Measurer:
    """Measures trees of one repository in one slot."""

    def __init__(
        self, repo: Repository, slot: Slot, toolchain: CargoToolchain, baselines: Baselines, settings: GateSettings
    ) -> None:
        self.repo = repo
        self.slot = slot
        self.toolchain = toolchain
        self.baselines = baselines
        self.settings = settings

    async def baseline(self, tree: Mapping[str, Entry]) -> SideFacts:
        """Return the facts about a tree that landed, from the cache where they are known."""
        digest = tree_digest(tree)
        known = self.baselines.load(digest)
        if known is not None:
            return known
        facts = await self.measure(tree)
        if not facts.build_timed_out and not facts.tests.hung:
            self.baselines.save(facts)
        self.slot.trust_target()
        return facts

    async def measure(self, tree: Mapping[str, Entry], packages: Sequence[str] | None = None) -> SideFacts:
        """Write *tree* into the slot and return what the toolchain says about it."""
        digest = tree_digest(tree)
        folder = workspace_folder(tree)
        if folder is None:
            return SideFacts(digest=digest)
        bench = await self.check_out(tree, folder)
        facts = await gather_facts(bench, digest, self.settings, packages=packages)
        touched = tuple(path for path in self.slot.touched(tree) if path in tree)
        return facts.model_copy(update={"touched": touched})

    async def check_out(self, tree: Mapping[str, Entry], folder: str) -> Bench:
        """Make the slot's checkout equal to *tree* and return the bench on it."""
        self.slot.prepare_target()
        missing = self.slot.differing(tree)
        blobs = await read_blobs(self.repo, (entry.blob for entry in missing.values()))
        self.slot.write(tree, {path: blobs[entry.blob] for path, entry in missing.items()})
        return Bench(
            toolchain=self.toolchain,
            checkout=self.slot.checkout,
            folder=folder,
            target=self.slot.target,
            home=self.slot.home,
        )


def workspace_folder(tree: Mapping[str, Entry]) -> str | None:
    """Return the folder of the topmost Cargo.toml, empty for the root; None where the repository has none."""
    folders = [str(PurePosixPath(path).parent) for path in tree if PurePosixPath(path).name == "Cargo.toml"]
    if not folders:
        return None
    best = min(folders, key=lambda folder: (folder != ".", folder.count("/"), folder))
    return "" if best == "." else best

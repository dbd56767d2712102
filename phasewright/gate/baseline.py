"""Facts about a tree, kept: the AFTER of one landing is the BEFORE of the next."""

import hashlib
import os
import tempfile
from pathlib import Path

from pydantic import ValidationError

from phasewright.gate.evidence import Probes
from phasewright.gate.facts import GATE_VERSION, SideFacts
from phasewright.toolchain.protocol import Installed


class Baselines:
    """A folder of facts, one file a key."""

    def __init__(self, folder: Path, toolchain: Installed) -> None:
        self.folder = folder
        self.toolchain = toolchain

    def load(self, digest: str) -> SideFacts | None:
        """Return the facts about the whole workspace of the tree *digest*; None when they are not known."""
        try:
            return SideFacts.model_validate_json(self._path(digest).read_bytes())
        except (OSError, ValidationError):
            return None

    def save(self, facts: SideFacts) -> None:
        """Keep *facts*. A reader sees the whole file or none."""
        self._write(self._path(facts.digest), facts.model_dump_json())

    def _write(self, path: Path, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".new-")
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
        Path(name).replace(path)

    def load_probes(self, before: str, after: str) -> Probes | None:
        """Return what the probes said about an accepted change between two trees; None when that is not known."""
        try:
            return Probes.model_validate_json(self._path(f"{before} {after}").read_bytes())
        except (OSError, ValidationError):
            return None

    def save_probes(self, before: str, after: str, probes: Probes) -> None:
        """Keep what the probes said about a change that was accepted."""
        self._write(self._path(f"{before} {after}"), probes.model_dump_json())

    def _path(self, digest: str) -> Path:
        key = f"{GATE_VERSION}\0{self.toolchain.name}\0{self.toolchain.digest}\0{digest}"
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.json"

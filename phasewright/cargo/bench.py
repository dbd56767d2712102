"""Where cargo works on one checkout: its target, its toolchain, its environment from scratch, what it ran."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from phasewright import process
from phasewright.cargo.toolchain import CargoToolchain, cargo_home
from phasewright.errors import InfrastructureError
from phasewright.result import CommandRecord

JSON_BYTES = 32_000_000
"""Kept of a JSON stream at each end: parsing must never see a gap."""
_SHOWN_BYTES = 2000


class Bench:
    """A checkout at a fixed path, and the way to run cargo's programs on it. Keeps a record of every command."""

    def __init__(self, *, toolchain: CargoToolchain, checkout: Path, folder: str, target: Path, home: Path) -> None:
        self.toolchain = toolchain
        self.checkout = checkout
        self.root = checkout / folder if folder else checkout
        """Where Cargo.toml is."""
        self.folder = folder
        self.target = target
        self.home = home
        self.commands: list[CommandRecord] = []

    @property
    def locked(self) -> list[str]:
        """Return `--locked` where the commit has a lock file; without one cargo would refuse it."""
        return ["--locked"] if (self.root / "Cargo.lock").is_file() else []

    def environment(self) -> dict[str, str]:
        """Return the whole environment of a build.

        RUSTFLAGS is absent, not empty: an empty one would switch off the flags that the repository's own configuration
        needs. Empty wrappers override configured ones. Source: Cargo book, "Configuration", read 2026-05.
        """
        return {
            "PATH": f"{self.toolchain.bin}:/usr/bin:/bin",
            "HOME": str(self.home),
            "TMPDIR": str(self.home),
            "LANG": "C.UTF-8",
            "CARGO": self.toolchain.program("cargo"),
            "CARGO_HOME": str(cargo_home()),
            "CARGO_TARGET_DIR": str(self.target),
            "CARGO_NET_OFFLINE": "true",
            "CARGO_TERM_COLOR": "never",
            "CARGO_INCREMENTAL": "0",
            "CARGO_PROFILE_DEV_DEBUG": "0",
            "RUSTC_WRAPPER": "",
            "RUSTC_WORKSPACE_WRAPPER": "",
            "RUST_BACKTRACE": "0",
        }

    async def run(
        self,
        argv: Sequence[str],
        *,
        deadline_seconds: float,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        split: bool = False,
        keep_bytes: int = process.KEEP_BYTES,
    ) -> process.Finished:
        """Run one program on the checkout and record it. Its own failure is never an exception.

        Raises:
            InfrastructureError: it could not start, or the disk is full.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        self.target.mkdir(parents=True, exist_ok=True)
        done = await process.run(
            list(argv),
            cwd=cwd or self.root,
            env=self.environment() if env is None else env,
            deadline_seconds=deadline_seconds,
            split=split,
            keep_bytes=keep_bytes,
        )
        self.commands.append(record_of(argv, done))
        refuse_full_disk(done)
        return done


def record_of(argv: Sequence[str], done: process.Finished) -> CommandRecord:
    """Return the evidence of one command, under the name that a reader knows it by."""
    tail = (done.stderr or done.stdout)[-_SHOWN_BYTES:].decode("utf-8", "replace")
    return CommandRecord(
        argv=tuple(str(word) for word in argv),
        exit_code=done.exit_code,
        duration_seconds=done.duration_seconds,
        output_sha256=done.output_sha256,
        output_tail=tail,
    )


def refuse_full_disk(done: process.Finished) -> None:
    """A full disk says nothing about the work.

    Raises:
        InfrastructureError: when the output says that the disk is full.
    """
    if done.exit_code == 0:
        return
    tail = done.stdout[-20_000:] + done.stderr[-20_000:]
    if b"No space left on device" in tail or b"os error 28" in tail:
        raise InfrastructureError("the disk is full; free some space and run again (a gate needs about 1 GB)")

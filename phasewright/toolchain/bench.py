"""Where a toolchain works on one checkout: what it may see and write, its environment, what it ran."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from phasewright.errors import InfrastructureError
from phasewright.process import KEEP_BYTES, Finished
from phasewright.result import CommandRecord
from phasewright.sandbox import AGENT, Sandbox, hand_over, run_sandboxed

JSON_BYTES = 32_000_000
"""Kept of a JSON stream at each end: parsing must never see a gap."""
DISK_FULL = "the disk is full; free some space and run again (a gate needs about 1 GB)"
_SHOWN_BYTES = 2000


class Bench:
    """A checkout at a fixed path, and the way to run programs on it. Keeps a record of every command."""

    def __init__(self, view: Sandbox, *, folder: str, target: Path, home: Path) -> None:
        self.view = view
        """The checkout as its workspace, and what the toolchain needs of the machine; nothing else is writable yet."""
        self.checkout = view.workspace
        self.root = self.checkout / folder if folder else self.checkout
        """Where the root's manifest is."""
        self.folder = folder
        self.target = target
        self.home = home
        self.commands: list[CommandRecord] = []
        self._make_folders()

    def _make_folders(self) -> None:
        """Make the folders that the sandbox may write to, and give them to it."""
        for folder in (self.home, self.target, self.target / "tmp"):
            if not folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True)
                hand_over(folder)

    def environment(self) -> dict[str, str]:
        """Return what the environment holds beyond the sandbox's own, which is made from scratch."""
        return {}

    async def execute(
        self,
        argv: Sequence[str],
        *,
        deadline_seconds: float,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        split: bool = False,
        keep_bytes: int = KEEP_BYTES,
        builds: bool = True,
        user: str = AGENT,
        also: Sequence[Path] = (),
    ) -> Finished:
        """Run one program on the checkout, in the sandbox, and record it. Its own failure is never an exception.

        Args:
            builds: False for a test: it may not write to the target, so that it cannot change what runs after it.
            user: who runs it; under another name nothing in its environment says that this is a sandbox.
            also: further folders that it may read.

        Raises:
            InfrastructureError: it could not start, or the disk is full.
        """
        box = self.view.model_copy(
            update={
                "writable": (self.target, self.home) if builds else (self.target / "tmp",),
                "read_only": (*self.view.read_only, *also, *(() if builds else (self.target,))),
                "env": self.environment() if env is None else dict(env),
                "user": user,
            }
        )
        done = await run_sandboxed(
            box,
            list(argv),
            cwd=cwd or self.root,
            deadline_seconds=deadline_seconds,
            split=split,
            keep_bytes=keep_bytes,
        )
        self.commands.append(record_of(argv, done))
        refuse_full_disk(done)
        return done


def record_of(argv: Sequence[str], done: Finished) -> CommandRecord:
    """Return the evidence of one command, under the name that a reader knows it by."""
    tail = (done.stderr or done.stdout)[-_SHOWN_BYTES:].decode("utf-8", "replace")
    return CommandRecord(
        argv=tuple(str(word) for word in argv),
        exit_code=done.exit_code,
        duration_seconds=done.duration_seconds,
        output_sha256=done.output_sha256,
        output_tail=tail,
    )


def refuse_full_disk(done: Finished) -> None:
    """A full disk says nothing about the work.

    Raises:
        InfrastructureError: when the output says that the disk is full.
    """
    if done.exit_code == 0:
        return
    tail = done.stdout[-20_000:] + done.stderr[-20_000:]
    if done.disk_full or b"No space left on device" in tail or b"os error 28" in tail:
        raise InfrastructureError(DISK_FULL)

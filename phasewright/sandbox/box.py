"""What a sandbox holds, as frozen values. Paths are absolute and the same inside as outside."""

from pathlib import Path

from pydantic import BaseModel

AGENT = "agent"


class Limits(BaseModel, frozen=True):
    """What the processes of one sandbox may use."""

    processes: int = 512
    file_bytes: int = 4 << 30
    """Size of one file."""
    open_files: int = 4096
    cpu_seconds: int | None = None
    """Processor time of one process; None: twice the deadline for each core."""
    free_disk_bytes: int = 512 << 20
    """What must stay free where the workspace lies: below it, the command is ended."""
    tmp_bytes: int = 1 << 30
    """Size of /tmp, which is memory."""
    home_bytes: int = 256 << 20
    """Size of the home folder, which is memory."""


class Sandbox(BaseModel, frozen=True):
    """One sandbox: what it sees of the machine. Beyond this: `/usr` read-only, a few files of `/etc`, loopback."""

    workspace: Path
    """Writable; its `.git` is read-only."""
    writable: tuple[Path, ...] = ()
    """Further writable folders, such as the workspace's target directory."""
    git_dir: Path | None = None
    """The common git dir, read-only."""
    read_only: tuple[Path, ...] = ()
    toolchain: Path | None = None
    """The Rust sysroot, read-only, its `bin` first on PATH."""
    registry: Path | None = None
    """CARGO_HOME/registry with unpacked sources, read-only, where cargo looks for it."""
    cargo_config: Path | None = None
    """The user's cargo configuration; None: the one beside *registry*. Only where sources come from is shown."""
    user: str = AGENT
    """Name of the user inside; under another one nothing in the environment says that this is a sandbox."""
    env: dict[str, str] = {}
    """Added last to an otherwise fixed environment."""
    limits: Limits = Limits()

    @property
    def home(self) -> Path:
        """A private tmpfs inside, whoever runs us."""
        return Path("/home") / self.user

    @property
    def cargo_home(self) -> Path:
        """Where cargo looks for its crates."""
        return self.home / ".cargo"

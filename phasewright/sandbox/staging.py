"""As root: reach what lies under private folders, then become nobody special, then start bubblewrap.

Bubblewrap run directly as root is no wall: uid 0 inside is uid 0 for /proc/sys, and kernel.core_pattern was writable
(seen). So a private mount namespace binds every source to a staging tmpfs that the spare uid can read, and setpriv
drops root for good before bubblewrap starts.
"""

from collections.abc import Sequence
from pathlib import Path

from phasewright.errors import SandboxUnavailable
from phasewright.sandbox.ownership import SPARE_ID

_PLACES = ("/mnt", "/media", "/srv", "/opt", "/run", "/var/tmp")
_NOBODY_SPECIAL = (
    f"--reuid={SPARE_ID}",
    f"--regid={SPARE_ID}",
    "--clear-groups",
    "--inh-caps=-all",
    "--bounding-set=-all",
    "--no-new-privs",
)
_SCRIPT = """set -e
umask 022
mount -t tmpfs -o mode=0755,size=1m,nosuid,nodev phasewright "$1"
shift
while [ "$1" != -- ]; do
  if [ -d "$1" ]; then mkdir "$2"; else : > "$2"; fi
  mount --rbind "$1" "$2"
  shift 2
done
shift
exec "$@"
"""


class Stage:
    """Where each source can be reached by the spare uid."""

    def __init__(self, sources: Sequence[Path]) -> None:
        self._folder = _free_place(sources)
        self._places = {path: self._folder / str(n) for n, path in enumerate(dict.fromkeys(sources))}

    def reachable(self, path: Path) -> Path:
        """Return the staged place of *path*."""
        return self._places[path]

    def argv(self, command: Sequence[str]) -> list[str]:
        """Return the argument list that stages the sources and runs *command* as the spare uid, in the same process."""
        pairs = [str(path) for pair in self._places.items() for path in pair]
        return [
            *("/usr/bin/unshare", "--mount", "--propagation", "private"),
            *("/bin/sh", "-c", _SCRIPT, "stage", str(self._folder), *pairs, "--"),
            *("/usr/bin/setpriv", *_NOBODY_SPECIAL, "--"),
            *command,
        ]


def _free_place(sources: Sequence[Path]) -> Path:
    """Return a folder to mount over, in our namespace alone, that hides none of the sources."""
    for place in map(Path, _PLACES):
        if place.is_dir() and not place.is_symlink() and not any(path.is_relative_to(place) for path in sources):
            return place
    raise SandboxUnavailable([f"none of {', '.join(_PLACES)} is free to stage a sandbox in; make an empty /mnt"])

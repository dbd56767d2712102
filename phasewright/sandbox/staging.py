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
cd "$1"
[ -z "$2" ] || mkdir $2
for file in $3; do : > $file; done
printf %s "$4" > table
mount --all --fstab table
cd /
shift 4
exec "$@"
"""
"""One `mount` for all sources: a process for each would cost more than what runs in the sandbox often does."""
_ESCAPED = str.maketrans({letter: f"\\{ord(letter):03o}" for letter in " \t\n\\"})
"""How a table of mounts writes them. Source: fstab(5)."""


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
        names = {place.name: source.is_dir() for source, place in self._places.items()}
        folders = " ".join(name for name, is_folder in names.items() if is_folder)
        files = " ".join(name for name, is_folder in names.items() if not is_folder)
        pairs = [(str(one).translate(_ESCAPED) for one in pair) for pair in self._places.items()]
        table = "".join(f"{source} {place} none rbind 0 0\n" for source, place in pairs)
        return [
            *("/usr/bin/unshare", "--mount", "--propagation", "private"),
            *("/bin/sh", "-c", _SCRIPT, "stage", str(self._folder), folders, files, table),
            *("/usr/bin/setpriv", *_NOBODY_SPECIAL, "--"),
            *command,
        ]


def _free_place(sources: Sequence[Path]) -> Path:
    """Return a folder to mount over, in our namespace alone, that hides none of the sources."""
    for place in map(Path, _PLACES):
        if place.is_dir() and not place.is_symlink() and not any(path.is_relative_to(place) for path in sources):
            return place
    raise SandboxUnavailable([f"none of {', '.join(_PLACES)} is free to stage a sandbox in; make an empty /mnt"])

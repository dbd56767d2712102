"""The bubblewrap profile: an allow-list of mounts. Pure: decides an argument list, starts nothing.

Each flag is there because its absence was seen to let something out; tests/test_sandbox_escapes.py holds the attempts.
"""

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from phasewright.process import which
from phasewright.sandbox.box import AGENT, Sandbox

_SYSTEM_BIN = ("/usr/local/bin", "/usr/bin", "/bin")
_ETC_OURS = Path(__file__).parent / "etc"
_ETC_SYSTEM = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime")
_NEEDED_PROGRAMS = ("git", "python3", "cc")

_OF_A_SANDBOX = {
    "TMPDIR": "/tmp",
    "TERM": "dumb",
    "CARGO_NET_OFFLINE": "true",
    "CARGO_CARGO_NEW_VCS": "none",  # a nested repository would keep its files out of the commit
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_CONFIG_COUNT": "1",  # as root, git dir and workspace have two owners
    "GIT_CONFIG_KEY_0": "safe.directory",
    "GIT_CONFIG_VALUE_0": "*",
}


class Mount(NamedTuple):
    """A host path and where it appears."""

    flag: str
    source: Path
    target: Path


class Inner(NamedTuple):
    """File descriptors that bubblewrap takes over; none of them reaches the command."""

    status: int
    """Where it says how things went."""
    masks: Mapping[Path, int]
    """Path inside → what stands there in place of the real file."""
    seccomp: int | None

    def all(self) -> tuple[int, ...]:
        """Return every file descriptor once."""
        return (self.status, *self.masks.values(), *([] if self.seccomp is None else [self.seccomp]))


def mounts_of(box: Sandbox) -> list[Mount]:
    """Return what *box* shows of the host beyond `/usr`, outer folders before what lies in them."""
    found = [Mount("--ro-bind", path, path) for path in (*box.read_only, *extra_prefixes())]
    if box.toolchain and not box.toolchain.is_relative_to("/usr"):
        found.append(Mount("--ro-bind", box.toolchain, box.toolchain))
    if box.git_dir:
        found.append(Mount("--ro-bind", box.git_dir, box.git_dir))
    if box.registry:
        found.append(Mount("--ro-bind", box.registry, box.cargo_home / "registry"))
        if (box.registry.parent / "git").is_dir():
            found.append(Mount("--ro-bind", box.registry.parent / "git", box.cargo_home / "git"))
    found += [Mount("--bind", path, path) for path in (box.workspace, *box.writable)]
    pointer = box.workspace / ".git"
    if os.path.lexists(pointer):
        found.append(Mount("--ro-bind", pointer, pointer))
    found += [Mount("--ro-bind", file, Path("/etc") / file.name) for file in sorted(_ETC_OURS.iterdir())]
    return sorted(found, key=lambda mount: len(mount.target.parts))


def bwrap_argv(
    box: Sandbox,
    command: Sequence[str],
    *,
    bwrap: Path,
    cwd: Path,
    inner: Inner,
    cpu_seconds: int,
    mark: str,
    reachable: Callable[[Path], Path] = lambda path: path,
) -> list[str]:
    """Return bubblewrap's argument list for *command*.

    Args:
        mark: is in the arguments of every process that belongs to this sandbox.
        reachable: where bubblewrap finds a host path; the same path, unless staged for another uid.
    """
    mounts = (part for m in mounts_of(box) for part in (m.flag, str(reachable(m.source)), str(m.target)))
    settings = (part for pair in environment_of(box).items() for part in ("--setenv", *pair))
    return [
        str(bwrap),
        *("--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session"),
        *(
            "--clearenv",
            "--cap-drop",
            "ALL",
            "--uid",
            "1000",
            "--gid",
            "1000",
            "--hostname",
            "sandbox" if box.user == AGENT else "localhost",
        ),
        *("--json-status-fd", str(inner.status), "--unsetenv", mark),
        *_system_mounts(),
        *("--proc", "/proc", "--dev", "/dev"),
        *("--size", str(box.limits.tmp_bytes), "--perms", "1777", "--tmpfs", "/tmp"),
        *("--size", str(box.limits.home_bytes), "--tmpfs", str(box.home), "--dir", str(box.cargo_home)),
        *mounts,
        *(part for place, fd in inner.masks.items() for part in ("--ro-bind-data", str(fd), str(place))),
        *(("--seccomp", str(inner.seccomp)) if inner.seccomp is not None else ()),
        *("--remount-ro", "/", "--chdir", str(cwd)),
        *settings,
        "--",
        *_limited(box, cpu_seconds),
        *command,
    ]


def extra_prefixes() -> tuple[Path, ...]:
    """Return folders outside /usr that hold git, python3 or a C compiler where /usr has none."""
    found: list[Path] = []
    for program in _NEEDED_PROGRAMS:
        if which(program, os.pathsep.join(_SYSTEM_BIN)):
            continue
        place = Path(sys.executable) if program == "python3" else which(program)
        if place is None:
            continue
        real = Path(os.path.realpath(place))
        prefix = real.parent.parent if real.parent.name == "bin" else real.parent
        # A folder such as ~/bin has a whole home above it.
        found.append(real.parent if prefix in (Path("/"), Path.home(), Path("/root"), Path("/opt")) else prefix)
    return tuple(dict.fromkeys(found))


def environment_of(box: Sandbox) -> dict[str, str]:
    """Return the whole environment of a command in *box*."""
    toolchain = [str(box.toolchain / "bin")] if box.toolchain else []
    extra = [str(path / "bin") if (path / "bin").is_dir() else str(path) for path in extra_prefixes()]
    own = {
        "PATH": os.pathsep.join([*toolchain, *_SYSTEM_BIN, *extra]),
        "HOME": str(box.home),
        "USER": box.user,
        "LOGNAME": box.user,
        "SHELL": "/bin/sh",
        "LANG": "C.UTF-8",
    }
    return own | (_OF_A_SANDBOX | {"CARGO_HOME": str(box.cargo_home)} if box.user == AGENT else {}) | box.env


def _system_mounts() -> Iterable[str]:
    yield from ("--ro-bind", "/usr", "/usr")
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        place = Path("/") / name
        if place.is_symlink():
            yield from ("--symlink", str(place.readlink()).lstrip("/"), str(place))
        elif place.is_dir():
            yield from ("--ro-bind", str(place), str(place))
    for file in _ETC_SYSTEM:
        if Path(file).exists():
            yield from ("--ro-bind", file, file)


def _limited(box: Sandbox, cpu_seconds: int) -> list[str]:
    """Set inside, the process limit counts this sandbox's user namespace and not all that the user runs.

    When memory runs out, the kernel takes a process of a sandbox first, not us.
    """
    limits = box.limits
    return [
        *("/bin/sh", "-c", 'echo 500 > /proc/self/oom_score_adj; exec "$@"', "limits"),
        "/usr/bin/prlimit",
        f"--nproc={limits.processes}",
        f"--fsize={limits.file_bytes}",
        f"--nofile={limits.open_files}",
        f"--cpu={limits.cpu_seconds or cpu_seconds}",
        "--core=0",
        "--",
    ]

"""Does the sandbox work here? Asked before anything of an agent's runs."""

import os
import tempfile
from pathlib import Path

from phasewright.errors import CommandFailed, SandboxUnavailable
from phasewright.process import which
from phasewright.sandbox.box import Sandbox
from phasewright.sandbox.bubblewrap import bubblewraps, choose, find_bubblewrap
from phasewright.sandbox.ownership import hand_over
from phasewright.sandbox.run import run_sandboxed
from phasewright.sandbox.without import why_without

_SWITCHES = {
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": ("0", "kernel.apparmor_restrict_unprivileged_userns=0"),
    "/proc/sys/kernel/unprivileged_userns_clone": ("1", "kernel.unprivileged_userns_clone=1"),
}
_CONTAINER_MARKS = ("/.dockerenv", "/run/.containerenv")
_CONTAINER_OPTIONS = (
    "--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined"
)
_SELF_TEST = """
test -z "$(ls -A /sys 2>/dev/null)" || exit 11
(true >> /proc/sys/kernel/core_pattern) 2>/dev/null && exit 12
grep -q 'CapEff:.0000000000000000' /proc/self/status || exit 13
test "$(grep -c : /proc/net/dev)" = 1 || exit 14
(true > "$PWD/made") || exit 15
(true > /usr/made) 2>/dev/null && exit 16
unshare -Ur true 2>/dev/null && exit 17
exit 0
"""


async def check_sandbox() -> None:
    """Return when a sandbox can be built here and holds, or when this process goes without (see without.py).

    Raises:
        SandboxUnavailable: says what is missing and what to install or to set.
    """
    if why_without() is not None:
        return
    find_bubblewrap()
    if missing := _missing_programs():
        raise SandboxUnavailable([f"no sandbox: {', '.join(missing)} not found; install util-linux"])
    problem = ""
    for bwrap in bubblewraps():
        choose(bwrap)
        problem = await _try()
        if not problem:
            return
    choose(bubblewraps()[0])
    raise SandboxUnavailable([f"no sandbox: {problem}; {_advice()}"])


async def _try() -> str:
    """Return what went wrong with the chosen bubblewrap; an empty text when all is well."""
    with tempfile.TemporaryDirectory(prefix="phasewright-check-") as folder:
        place = Path(folder)
        hand_over(place)
        try:
            box = Sandbox(workspace=place)
            finished = await run_sandboxed(box, ["/bin/sh", "-c", _SELF_TEST], deadline_seconds=20)
        except CommandFailed as failed:
            return " ".join(failed.output.split())[-200:]
    if finished.exit_code != 0:
        return f"the self-test ended with {finished.exit_code}: {' '.join(finished.text.split())[-200:]}"
    return ""


def _missing_programs() -> list[str]:
    needed = ["/usr/bin/prlimit", "/usr/bin/setpriv"] + (["/usr/bin/unshare"] if os.geteuid() == 0 else [])
    return [place for place in needed if which(place) is None]


def _advice() -> str:
    for file, (wanted, setting) in _SWITCHES.items():
        try:
            if Path(file).read_text().strip() != wanted:
                return f"user namespaces are restricted; allow them with `sysctl -w {setting}`"
        except OSError:
            continue
    try:
        if Path("/proc/sys/user/max_user_namespaces").read_text().strip() == "0":
            return "user namespaces are off; allow them with `sysctl -w user.max_user_namespaces=10000`"
    except OSError:
        pass
    if any(Path(mark).exists() for mark in _CONTAINER_MARKS):
        capability = " --cap-add SYS_ADMIN" if os.geteuid() == 0 else ""
        return f"start the container with `{_CONTAINER_OPTIONS}{capability}`: the sandbox is made of namespaces"
    if os.geteuid() == 0:
        return "root may not make mount namespaces here: give it CAP_SYS_ADMIN, or run as an ordinary user"
    return "user namespaces do not work here; ask your administrator to allow them, or run in a virtual machine"

"""A plan file is old or new, whatever kills the writer, whatever the disk answers, whoever saves meanwhile.

A sample of the system calls here; `make torture` takes each of them.
"""

import collections
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import support_plan_writer
from support_kill import STRACE, KillPoint
from support_plan_writer import HEADING, spliced

from phasewright.checkpoint.exchange import change_file, recover_file
from phasewright.errors import NotWritten

TORTURE = os.environ.get("PHASEWRIGHT_TORTURE_EVERY") == "1"
EVERY = 1 if TORTURE else 6
WATCHED = "openat,read,write,fsync,renameat2,rename,unlink,fchmod,close,newfstatat,getdents64,lseek"
ERRORS = {
    "write": ("ENOSPC", "EIO", "EDQUOT"),
    "fsync": ("EIO", "ENOSPC"),
    "openat": ("EACCES", "EMFILE", "EROFS", "ENOSPC"),
    "renameat2": ("EINVAL", "EPERM", "EIO"),
    "rename": ("EACCES", "ENOSPC"),
    "fchmod": ("EPERM",),
    "read": ("EIO",),
    "unlink": ("EPERM", "EROFS"),
}
OLD = b"# Plan\n\ntext \xff\r\n\n" + HEADING + b"one\n"
BODY = b"two\n" * 3
NEW = spliced(OLD, BODY)

pytestmark = [pytest.mark.skipif(STRACE is None, reason="needs strace"), pytest.mark.timeout(900)]


def write(folder: Path, *strace: str) -> "subprocess.CompletedProcess[str]":
    """Write once, traced, from the old file on."""
    (folder / "plan.md").write_bytes(OLD)
    (folder / "body").write_bytes(BODY)
    program = [sys.executable, "-I", "-S", "-B", support_plan_writer.__file__, str(folder)]
    traced = [str(STRACE), "-qq", "-o", str(folder / "trace"), *strace, *program]
    return subprocess.run(
        traced, capture_output=True, text=True, env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0"}
    )


def points(folder: Path) -> list[KillPoint]:
    """Return every watched call from the plan's first one on: what comes before is the interpreter's."""
    assert 0 == write(folder, "-e", f"trace={WATCHED}").returncode
    count: collections.Counter[str] = collections.Counter()
    found: list[KillPoint] = []
    for line in (folder / "trace").read_text().splitlines():
        if call := re.match(r"(\w+)\(", line):
            count[call[1]] += 1
            if found or 'plan.md"' in line:
                found.append(KillPoint(call[1], count[call[1]]))
    return found


def assert_recovers(folder: Path) -> None:
    """After any crash the next write is the whole one, and nothing is left beside it."""
    assert (folder / "plan.md").read_bytes() in (OLD, NEW)
    change_file(folder / "plan.md", lambda text: spliced(text, BODY))
    kept = recover_file(folder / "plan.md")

    assert NEW == (folder / "plan.md").read_bytes()
    assert [] == kept
    assert {"plan.md", "body", "trace"} == set(os.listdir(folder))


def test_killed_at_any_system_call_it_is_old_or_new(tmp_path: Path) -> None:
    every = points(tmp_path)
    states: set[bytes] = set()
    for point in every[::EVERY] + every[-1:]:
        write(tmp_path, "-e", f"trace={point.syscall}", "-e", f"inject={point.syscall}:signal=SIGKILL:when={point.k}")
        states.add((tmp_path / "plan.md").read_bytes())
        assert_recovers(tmp_path)

    assert len(every) > 20
    assert {OLD, NEW} == states


def test_any_error_of_the_disk_is_named_and_leaves_old_or_new(tmp_path: Path) -> None:
    cases = [(point, name) for point in points(tmp_path) for name in ERRORS.get(point.syscall, ())]
    refused = 0
    for point, name in cases[:: max(1, EVERY // 2)]:
        inject = f"inject={point.syscall}:error={name}:when={point.k}"
        done = write(tmp_path, "-e", f"trace={point.syscall}", "-e", inject)
        refused += done.returncode != 0

        assert 0 == done.returncode or name in done.stderr, (point, name, done.stderr)
        assert_recovers(tmp_path)
    assert refused > len(cases[:: max(1, EVERY // 2)]) // 2


def test_an_editor_that_saves_all_the_time_loses_nothing(tmp_path: Path) -> None:
    """Its saves are 2 ms apart, by rename. A save that comes within microseconds of two exchanges may be lost."""
    plan = tmp_path / "plan.md"
    plan.write_bytes(OLD)
    saves, lost = 400 if TORTURE else 120, 0
    stop = threading.Event()
    writes: collections.Counter[str] = collections.Counter()

    def ours() -> None:
        while not stop.is_set():
            try:
                change_file(plan, lambda text: spliced(text, b"%d\n" % writes["done"]))
                writes["done"] += 1
            except NotWritten:
                writes["gave way"] += 1

    writer = threading.Thread(target=ours)
    writer.start()
    for n in range(saves):
        text = plan.read_bytes()
        lost += n > 0 and b"<save %d>" % (n - 1) not in text
        (tmp_path / "editor").write_bytes(re.sub(rb"\A# Plan.*\n", b"# Plan <save %d>\n" % n, text))
        (tmp_path / "editor").replace(plan)
        time.sleep(0.002)
    stop.set()
    writer.join(30)

    assert writes["done"] > 5
    assert lost <= saves // 50

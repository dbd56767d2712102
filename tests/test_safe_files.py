"""Paths that lead out, links, odd files and races: nothing outside of the root is ever read or written."""

import ctypes
import os
import socket
import threading
import time
from pathlib import Path

import pytest

from phasewright.tools.safe_files import Opener, PathRefused, SafeFiles, best_opener, open_by_walking, open_in_kernel

OPENERS = [open_by_walking] if best_opener() is open_by_walking else [open_by_walking, open_in_kernel]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "d").mkdir(parents=True)
    outside.mkdir()
    (root / "d/f").write_text("inside")
    (outside / "f").write_text("outside")
    (root / "s").symlink_to(outside)
    (root / "abs").symlink_to(outside / "f")
    (root / "rel").symlink_to("../outside/f")
    (root / "loop").symlink_to("loop")
    (root / "magic").symlink_to("/proc/self/root")
    (root / "ok").write_text("ok")
    (root / "big").write_bytes(b"x" * 2_000_001)
    os.link(outside / "f", root / "hard")
    os.mkfifo(root / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        os.chdir(root)
        listener.bind("sock")
    return root


BAD_READS = [
    "../outside/f", "d/../../outside/f", "/etc/passwd", "", "ok\0.md", "abs", "rel", "s/f", "loop", "magic/etc/passwd",
    "big", "hard", "fifo", "sock", "d", ".", "none", "x" * 5000,
]  # fmt: skip
BAD_WRITES = ["../w", "/w", "s/w", "w\0x", ".", "", "d", "d/../../w", "ok/w"]


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize("path", BAD_READS, ids=lambda path: repr(path)[:30])
def test_a_bad_path_is_not_read(root: Path, opener: Opener, path: str) -> None:
    with pytest.raises(OSError):
        SafeFiles(root, opener).read(path)


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize("path", BAD_WRITES, ids=lambda path: repr(path)[:30])
def test_a_bad_path_is_not_written(root: Path, opener: Opener, path: str) -> None:
    with pytest.raises(OSError):
        SafeFiles(root, opener).write(path, b"w")
    assert ["f"] == os.listdir(root.parent / "outside")


@pytest.mark.parametrize("name", ["hard", "rel", "abs"])
def test_a_link_at_the_name_is_replaced_never_followed(root: Path, name: str) -> None:
    files = SafeFiles(root)
    files.write(name, b"mine")

    assert b"mine" == files.read(name)
    assert "outside" == (root.parent / "outside/f").read_text()


def test_folders_are_made_and_modes_kept(root: Path) -> None:
    files = SafeFiles(root)
    files.write("new/deep/file.rs", b"x")
    (root / "d/f").chmod(0o755)
    files.write("d/f", b"y")

    assert b"x" == (root / "new/deep/file.rs").read_bytes()
    assert 0o755 == (root / "d/f").stat().st_mode & 0o777
    assert not [name for name in os.listdir(root / "d") if name.endswith(".tmp")]


def test_a_written_file_belongs_to_its_folders_owner(root: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    os.chown(root / "d", 60_987, 60_987)
    SafeFiles(root).write("d/sub/new", b"x")

    assert [60_987, 60_987] == [(root / "d/sub").stat().st_uid, (root / "d/sub/new").stat().st_uid]


@pytest.mark.parametrize("opener", OPENERS)
def test_a_folder_that_turns_into_a_link_again_and_again_leads_nowhere(root: Path, opener: Opener) -> None:
    """Reads and writes below `d`, while another thread keeps exchanging `d` with a link to the outside."""
    stop = threading.Event()
    libc, here = ctypes.CDLL(None), os.open(root, os.O_RDONLY)

    def swap() -> None:
        while not stop.is_set():
            for _ in range(20):
                libc.renameat2(here, b"d", here, b"s", 2)

    swapper = threading.Thread(target=swap)
    swapper.start()
    files, good, end = SafeFiles(root, opener), 0, time.monotonic() + 1.0
    try:
        while time.monotonic() < end:
            try:
                seen = files.read("d/f")
                files.write("d/w", b"w")
            except OSError:
                continue
            assert b"inside" == seen
            good += 1
    finally:
        stop.set()
        swapper.join()
        os.close(here)
    assert ["f"] == os.listdir(root.parent / "outside")
    assert "outside" == (root.parent / "outside/f").read_text()


def test_the_refusal_says_why(root: Path) -> None:
    with pytest.raises(PathRefused, match="leads out of the workspace"):
        SafeFiles(root).read("../x")

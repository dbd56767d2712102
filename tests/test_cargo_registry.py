"""Crates that were published with files for their owner alone can be built in a sandbox that root starts."""

import os
from pathlib import Path

import pytest

from phasewright.cargo.registry import let_read


def unpacked(root: Path) -> tuple[Path, Path]:
    crate = root / "registry" / "src" / "index" / "fnv-1.0.7"
    (crate / "deep").mkdir(parents=True)
    (crate / "lib.rs").write_text("fn f() {}\n")
    (crate / "lib.rs").chmod(0o640)
    (crate / "run.sh").write_text("")
    (crate / "run.sh").chmod(0o700)
    (crate / "deep").chmod(0o700)
    (crate / "link.rs").symlink_to("/etc/shadow")
    return root / "registry", crate


def modes(crate: Path) -> list[int]:
    return [(crate / name).stat().st_mode & 0o777 for name in ("lib.rs", "run.sh", "deep")]


def test_as_root_what_cargo_unpacked_is_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    registry, crate = unpacked(tmp_path)
    behind_the_link = Path("/etc/shadow").stat().st_mode
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    let_read(registry)
    assert modes(crate) == [0o644, 0o744, 0o755]
    assert Path("/etc/shadow").stat().st_mode == behind_the_link


def test_as_anybody_else_nothing_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    registry, crate = unpacked(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    let_read(registry)
    assert modes(crate) == [0o640, 0o700, 0o700]

"""What an agent is told about its own workspace, from real cargo in a real sandbox."""

from pathlib import Path

import pytest
from support_crates import LIB, TINY, write_files

from phasewright.cargo.quick import QUICK
from phasewright.cargo.toolchain import find_toolchain
from phasewright.sandbox import Sandbox, hand_over
from phasewright.toolchain.quick import quick_check

pytestmark = pytest.mark.cargo


async def box_of(root: Path) -> Sandbox:
    toolchain = await find_toolchain(root)
    target = root / "target"
    target.mkdir()
    work = root / "work"
    hand_over(target)
    hand_over(work)
    return Sandbox(
        workspace=work, writable=(target,), toolchain=toolchain.sysroot, env={"CARGO_TARGET_DIR": str(target)}
    )


async def test_an_agent_is_told_what_is_wrong_and_where(tmp_path: Path) -> None:
    write_files(tmp_path / "work", {**TINY, "src/lib.rs": LIB.replace("    a + b", "  return a-b;")})
    box = await box_of(tmp_path)
    told = await quick_check(tmp_path / "work", "all", QUICK, box, 120)

    assert "format: these files are not formatted (`cargo fmt --all` mends it)\nsrc/lib.rs" in told
    assert "src/lib.rs:9:3: warning: unneeded `return` statement" in told
    assert "test: failed (`cargo test --workspace --no-fail-fast`)" in told
    assert "left: 0" in told
    assert str(tmp_path) not in told


async def test_a_compile_error_has_its_line(tmp_path: Path) -> None:
    write_files(tmp_path / "work", {**TINY, "src/lib.rs": LIB.replace("a + b", "a + c")})
    told = await quick_check(tmp_path / "work", "build", QUICK, await box_of(tmp_path), 120)

    assert "src/lib.rs:9:9: error[E0425]: cannot find value `c` in this scope" in told


async def test_what_is_in_order_is_said_in_a_line(tmp_path: Path) -> None:
    write_files(tmp_path / "work", TINY)
    told = await quick_check(tmp_path / "work", "lint", QUICK, await box_of(tmp_path), 120)

    assert "lint: ok (`cargo clippy --workspace --all-targets`)" == told

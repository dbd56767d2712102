"""Where cargo works on one checkout: its target, its programs, its environment."""

from pathlib import Path

from phasewright.cargo.toolchain import CargoToolchain, cargo_config, registry_path
from phasewright.sandbox import Sandbox
from phasewright.toolchain.bench import Bench
from phasewright.toolchain.reports import STUB_LINTS

_NEXT = "__CLIPPY_HACKERY__"
"""How cargo-clippy hands its arguments to the driver. Source: clippy's src/main.rs, read 2026-11."""


def cargo_view(toolchain: CargoToolchain, workspace: Path) -> Sandbox:
    """Return a sandbox on *workspace* that sees the toolchain and the downloaded crates."""
    return Sandbox(
        workspace=workspace, toolchain=toolchain.sysroot, registry=registry_path(), cargo_config=cargo_config()
    )


class CargoBench(Bench):
    """A bench with one installed Rust toolchain."""

    def __init__(self, toolchain: CargoToolchain, *, checkout: Path, folder: str, target: Path, home: Path) -> None:
        super().__init__(cargo_view(toolchain, checkout), folder=folder, target=target, home=home)
        self.toolchain = toolchain
        self.compiles_with_clippy = False
        """True while the workspace's own packages are compiled by clippy's driver (linted.py)."""

    @property
    def locked(self) -> list[str]:
        """Return `--locked` where the commit has a lock file; without one cargo would refuse it."""
        return ["--locked"] if (self.root / "Cargo.lock").is_file() else []

    def environment(self) -> dict[str, str]:
        """Return what a build's environment holds beyond the sandbox's own, which is made from scratch.

        RUSTFLAGS is absent, not empty: an empty one would switch off the flags that the repository's own configuration
        needs. The wrappers override configured ones. Source: Cargo book, "Configuration", read 2026-05.

        A build by clippy's driver is incremental; what it says is asked again of plain rustc where it fails, so a
        compiler that stumbles over its own cache costs time, and no verdict.
        """
        asked = {"CLIPPY_ARGS": "".join(f"--force-warn={lint}{_NEXT}" for lint in sorted(STUB_LINTS))}
        return (asked if self.compiles_with_clippy else {}) | {
            "CARGO": self.toolchain.program("cargo"),
            "CARGO_TARGET_DIR": str(self.target),
            "CARGO_TERM_COLOR": "never",
            "CARGO_INCREMENTAL": "1" if self.compiles_with_clippy else "0",
            "CARGO_PROFILE_DEV_DEBUG": "0",
            "RUSTC_WRAPPER": "",
            "RUSTC_WORKSPACE_WRAPPER": self.toolchain.program("clippy-driver") if self.compiles_with_clippy else "",
            "RUST_BACKTRACE": "0",
        }

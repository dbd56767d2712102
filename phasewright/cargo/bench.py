"""Where cargo works on one checkout: its target, its programs, its environment."""

import shlex
from enum import Enum, auto
from pathlib import Path

from phasewright.cargo.registry import cargo_config, registry_path
from phasewright.cargo.toolchain import CargoToolchain
from phasewright.sandbox import Sandbox
from phasewright.toolchain.bench import Bench
from phasewright.toolchain.reports import STUB_LINTS

_NEXT = "__CLIPPY_HACKERY__"
"""How cargo-clippy hands its arguments to the driver. Source: clippy's src/main.rs, read 2026-11."""

_SHELL = Path("/bin/bash")
_LINTS_TESTS = (
    f"#!{_SHELL} -p"
    """
export RUSTC_WORKSPACE_WRAPPER=
case " $* " in
*" --test "*) ;;
*" --crate-type lib "*) unset CLIPPY_ARGS; exec "$@" ;;
esac
exec {clippy} "$@"
"""
)
"""Code that asks its environment who compiles it is told nothing. Not for any shell: some drop variables with a hyphen,
such as CARGO_BIN_EXE_my-tool; this one, with -p, runs no file that a variable names."""


class Compiler(Enum):
    """Who compiles the workspace's own packages."""

    RUSTC = auto()
    CLIPPY = auto()
    CLIPPY_FOR_TESTS = auto()
    """Clippy compiles a library with its tests, rustc the library alone: all lints of its code, half of the work."""


def cargo_view(toolchain: CargoToolchain, workspace: Path) -> Sandbox:
    """Return a sandbox on *workspace* that sees the toolchain and the downloaded crates."""
    return Sandbox(
        workspace=workspace, toolchain=toolchain.sysroot, registry=registry_path(), cargo_config=cargo_config()
    )


class CargoBench(Bench):
    """A bench with one installed Rust toolchain."""

    def __init__(self, toolchain: CargoToolchain, *, checkout: Path, folder: str, target: Path, home: Path) -> None:
        self.tools = home.parent / f"{home.name}-tools"
        """Programs of ours that cargo calls. Nothing in the sandbox can write here."""
        view = cargo_view(toolchain, checkout)
        view = view.model_copy(update={"read_only": (*view.read_only, self.tools)})
        super().__init__(view, folder=folder, target=target, home=home)
        self.toolchain = toolchain
        self.compiler = Compiler.RUSTC
        """Anything but rustc only while linted.py builds."""

    def tool(self, name: str, script: str) -> str:
        """Write one of our programs, where it is not there as it should be, and return its path."""
        place = self.tools / name
        if not place.is_file() or place.read_text() != script:
            place.write_text(script)
            place.chmod(0o755)
        return str(place)

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
        lints = self.compiler is not Compiler.RUSTC
        asked = {"CLIPPY_ARGS": "".join(f"--force-warn={lint}{_NEXT}" for lint in sorted(STUB_LINTS))}
        return (asked if lints else {}) | {
            "CARGO": self.toolchain.program("cargo"),
            "CARGO_TARGET_DIR": str(self.target),
            "CARGO_TERM_COLOR": "never",
            "CARGO_INCREMENTAL": "1" if lints else "0",
            "CARGO_PROFILE_DEV_DEBUG": "0",
            "RUSTC_WRAPPER": "",
            "RUSTC_WORKSPACE_WRAPPER": self._wrapper(),
            "RUST_BACKTRACE": "0",
        }

    def _wrapper(self) -> str:
        clippy = self.toolchain.program("clippy-driver")
        if self.compiler is Compiler.CLIPPY_FOR_TESTS and _SHELL.exists():
            return self.tool("lints-tests", _LINTS_TESTS.format(clippy=shlex.quote(clippy)))
        return "" if self.compiler is Compiler.RUSTC else clippy

    def _make_folders(self) -> None:
        super()._make_folders()
        self.tools.mkdir(mode=0o755, parents=True, exist_ok=True)

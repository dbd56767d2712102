"""The real Rust toolchain, found once: never rustup's proxies, which obey files that an agent may write."""

import hashlib
import os
from pathlib import Path

from pydantic import BaseModel

from phasewright import process
from phasewright.errors import InfrastructureError, PreflightFailed

_DEADLINE_SECONDS = 60.0
_PROGRAMS = {"cargo": "cargo", "rustc": "rustc", "clippy": "cargo-clippy", "rustfmt": "rustfmt"}
_FOUND: dict[Path, "CargoToolchain"] = {}


class CargoToolchain(BaseModel, frozen=True):
    """One installed toolchain. All programs are called by full path from *bin*."""

    sysroot: Path
    bin: Path
    host: str
    """Host triple, for example x86_64-unknown-linux-gnu."""
    versions: dict[str, str]
    """Program name → version line."""

    @property
    def digest(self) -> str:
        """Return what a cached result depends on: the versions of all programs."""
        text = "\n".join(f"{name}={line}" for name, line in sorted(self.versions.items()))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def program(self, name: str) -> str:
        """Return the full path of cargo, rustc, cargo-clippy, cargo-fmt, …"""
        return str(self.bin / name)


async def find_toolchain(root: Path) -> CargoToolchain:
    """Return the toolchain that is the user's choice for the repository at *root*.

    Raises:
        PreflightFailed: cargo, clippy or rustfmt is missing; says what to install.
    """
    if root not in _FOUND:
        _FOUND[root] = await _find(root)
    return _FOUND[root]


async def prefetch(root: Path) -> None:
    """Download what the checkout at *root* depends on, so that everything later works offline.

    Raises:
        InfrastructureError: a dependency cannot be fetched; names cargo's own reason.
    """
    if not (root / "Cargo.toml").is_file():
        return
    toolchain = await find_toolchain(root)
    locked = ["--locked"] if (root / "Cargo.lock").is_file() else []
    argv = [toolchain.program("cargo"), "fetch", *locked]
    done = await process.run(argv, cwd=root, env=_environment(toolchain.bin), deadline_seconds=600)
    if done.exit_code != 0:
        raise InfrastructureError(f"the dependencies of {str(root)!r} cannot be fetched: {_reason(done.text)}")


async def _find(root: Path) -> CargoToolchain:
    rustc = process.which("rustc")
    if rustc is None or process.which("cargo") is None:
        raise PreflightFailed(["cargo is not on PATH; install Rust from https://rustup.rs"])
    asked = await _ask([str(rustc), "--print", "sysroot"], root)
    sysroot = Path(asked.splitlines()[-1]) if asked else Path("/nonexistent")
    bin_folder = sysroot / "bin"
    if not (bin_folder / "cargo").is_file():
        raise PreflightFailed(
            [f"no cargo in {str(bin_folder)!r}; run `rustup show` in the repository and mend what it says"]
        )
    versions: dict[str, str] = {}
    problems: list[str] = []
    for name, program in _PROGRAMS.items():
        line = await _ask([str(bin_folder / program), "-V"], Path("/"), bin_folder)
        if line:
            versions[name] = line.splitlines()[0]
        else:
            problems.append(f"{program} is missing from {str(bin_folder)!r}; run `rustup component add {name}`")
    if problems:
        raise PreflightFailed(problems)
    verbose = await _ask([str(bin_folder / "rustc"), "-vV"], Path("/"), bin_folder)
    host = next((line.removeprefix("host: ") for line in verbose.splitlines() if line.startswith("host: ")), "unknown")
    return CargoToolchain(sysroot=sysroot, bin=bin_folder, host=host, versions=versions)


async def _ask(argv: list[str], cwd: Path, bin_folder: Path | None = None) -> str:
    """Return a program's output, empty when it fails or is not there."""
    if not Path(argv[0]).is_file():
        return ""
    done = await process.run(
        argv, cwd=cwd, env=_environment(bin_folder), deadline_seconds=_DEADLINE_SECONDS, split=True
    )
    return done.text.strip() if done.exit_code == 0 else ""


def _environment(bin_folder: Path | None) -> dict[str, str]:
    keep = (
        "HOME",
        "CARGO_HOME",
        "RUSTUP_HOME",
        "RUSTUP_TOOLCHAIN",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "NO_PROXY",
    )
    env = {key: os.environ[key] for key in keep if key in os.environ}
    path = os.environ.get("PATH", "/usr/bin:/bin")
    # Never install a toolchain behind the user's back.
    return env | {"PATH": f"{bin_folder}:{path}" if bin_folder else path, "RUSTUP_AUTO_INSTALL": "0", "LANG": "C.UTF-8"}


def _reason(text: str) -> str:
    lines = [line for line in text.splitlines() if line.startswith(("error", "  "))]
    return " ".join(" ".join(lines).split())[:400]

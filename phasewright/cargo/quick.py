"""The commands behind an agent's quick checks."""

from phasewright.toolchain.quick import QuickStep


def _step(command: str, *more: str, mends: str = "") -> QuickStep:
    return QuickStep(argv=(*command.split(), *more), shown=command, mends=mends)


_SHORT = "--message-format=short"
QUICK = {
    "format": _step("cargo fmt --all -- --check -l", mends="cargo fmt --all"),
    "build": _step("cargo check --workspace --all-targets", _SHORT),
    "lint": _step("cargo clippy --workspace --all-targets", _SHORT),
    "test": _step("cargo test --workspace --no-fail-fast", _SHORT),
}

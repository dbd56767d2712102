"""What compilers, linters and formatters said, as values."""

from pydantic import BaseModel

STUB_LINTS = frozenset({"clippy::todo", "clippy::unimplemented"})
"""Asked for whatever the repository says: the compiler finds a stub under any name."""


class CompilerMessage(BaseModel, frozen=True):
    """One diagnostic of rustc or clippy."""

    level: str
    """"error", "warning", …"""
    code: str | None
    text: str
    path: str | None = None
    """Relative to the workspace's root, as rustc prints it."""
    line: int | None = None
    column: int | None = None
    source: str = ""
    """First primary source line, without white space around."""
    rendered: str = ""

    @property
    def lint_key(self) -> str:
        """Return what stays the same when code merely moves: code, file, source line."""
        return f"{self.code}|{self.path}|{self.source}"


class FormatReport(BaseModel, frozen=True):
    """Files that rustfmt would change."""

    unformatted: tuple[str, ...] = ()
    problem: str = ""
    """What rustfmt could not do, for example parse a file; empty when it worked."""


class BuildReport(BaseModel, frozen=True):
    """What making everything ready for the tests came to."""

    succeeded: bool
    timed_out: bool = False
    errors: tuple[CompilerMessage, ...] = ()
    """Their paths start at the checkout's root."""
    log: str = ""
    """The end of what was printed, where it failed."""
    compiled: tuple[str, ...] = ()
    """Files of the checkout that went into it."""
    origins: dict[str, tuple[str, ...]] = {}
    """Package that went into it → where it comes from: a registry, a repository, a folder from the checkout's top."""

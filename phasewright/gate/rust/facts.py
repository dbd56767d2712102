"""What a Rust file holds, as values."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class RustFunction:
    """A function that is no test."""

    body: str
    """Without white space and comments."""
    line: int
    returns: str
    parameters: str
    cfg: tuple[str, ...]
    in_trait: bool
    in_test: bool
    """True for a helper of tests: below `#[cfg(test)]`, or in a file of tests."""
    asserts: Counter[str]
    """Assertions in it."""
    body_range: tuple[int, int]
    """Bytes of the body, braces included."""
    can_be_hollow: bool
    """False for `main`, and where there is no body."""
    is_of_code: bool = False
    """True for a macro that asserts and stands in ordinary code: base's tests tell whether it says less."""
    is_const: bool = False
    """True where it may be asked at compile time: emptied, it may not build."""


@dataclass(frozen=True)
class RustTest:
    """A test function as written (macro-made ones are known to the test binary alone)."""

    body: str
    line: int
    cfg: tuple[str, ...]
    is_ignored: bool
    should_panic: tuple[str, ...]
    asserts: Counter[str]
    trivial: tuple[str, ...]
    """Assertions that cannot fail."""
    circular: tuple[str, ...]
    """Assertions that compare a value with itself."""
    attributes: tuple[str, ...]
    """Other attributes on it: a macro may do anything to a test."""
    checks: bool
    """True where something in it can fail: an assertion, `?`, `unwrap`, a call of `check_…`."""
    bounds: frozenset[str] = frozenset()
    """Where the compiler alone decides (`fn is_send<T: Send>() {}`, called for a type): what the type must have."""
    calls: frozenset[str] = frozenset()
    """Names of the functions, methods and macros that it calls."""


@dataclass
class RustFacts:
    """One file. Counters are keyed by what and where, without line numbers; `lines` remembers one line each."""

    tests: dict[str, RustTest] = field(default_factory=dict)
    functions: dict[str, RustFunction] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)
    diverging: set[str] = field(default_factory=set)
    """Macros of the file's own that do nothing but panic."""
    stubs: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(function, macro)."""
    attributes: Counter[str] = field(default_factory=Counter)
    """Attributes that silence, gate or skip something."""
    modules: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """`mod name;` → its cfg; a second of that name is `name (2)`."""
    module_files: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Name of the file in `#[path = "…"] mod name;` → its cfg."""
    hatches: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(function, what): ways to leave a test without failing, or to be right only in tests."""
    test_uses: set[str] = field(default_factory=set)
    """What test code imports: a name in a test means what its `use` says."""
    lines: dict[object, int] = field(default_factory=dict)
    tokens: str = ""
    """The code without white space and comments."""
    is_broken: bool = False
    """True where the syntax tree has an error: then the compiler alone judges."""

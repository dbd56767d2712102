"""What changed in Rust source that no exit code shows. Only what is new against base counts."""

import posixpath
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from phasewright.gate.change import Change, is_listed
from phasewright.gate.codes import finding
from phasewright.gate.consent import names_test
from phasewright.gate.doubt import severity_of_change, still_runs
from phasewright.gate.evidence import GateFacts
from phasewright.gate.objects import shown
from phasewright.gate.rust import rules
from phasewright.gate.rust.facts import RustFacts, RustFunction, RustTest
from phasewright.gate.rust.scan import scan_rust
from phasewright.gate.rust.tested import asks_the_build, compares_nothing, knows_it_is_tested
from phasewright.gate.tables import table_of
from phasewright.plan import Phase, PhaseKind, Severity
from phasewright.result import Finding

_WARN = Severity.WARNING
_RISKY_ANYWHERE = re.compile(r"cfg!?\(|link_section|ctor|no_mangle|export_name|RUSTC_BOOTSTRAP")


def check_source(facts: GateFacts) -> Iterator[Finding]:
    """Yield stubs, weaker tests, gates, silenced lints and ways out, in the Rust files that changed."""
    kits = test_kits(facts.change)
    for path in sorted(facts.change.changed):
        content = facts.change.after(path)
        if not path.endswith(".rs") or content is None:
            continue
        is_test = is_test_file(path) or any(path.startswith(kit) for kit in kits)
        old = scan_rust(facts.change.before(path) or b"", is_test_file=is_test)
        new = scan_rust(content, is_test_file=is_test)
        doubt, runs = partial(severity_of_change, facts, path), partial(still_runs, facts, path)
        for found in compare_source(facts.phase, path, old, new, doubt, runs):
            yield found.model_copy(update={"path": shown(path)})


def test_kits(change: Change) -> list[str]:
    """Return the folders of packages that only tests depend on: what they assert is what the tests assert."""
    folders: dict[bool, set[str]] = {True: set(), False: set()}
    for path in change.base:
        if path.rpartition("/")[2] != "Cargo.toml":
            continue
        try:
            manifest = tomllib.loads(change.text_before(path) or "")
        except tomllib.TOMLDecodeError:
            continue
        for table, is_dev in (("dependencies", False), ("build-dependencies", False), ("dev-dependencies", True)):
            for value in table_of(manifest, table).values():
                if isinstance(value, Mapping) and isinstance(value.get("path"), str):
                    place = posixpath.normpath(posixpath.join(posixpath.dirname(path), value["path"]))
                    folders[is_dev].add(f"{place}/")
    return sorted(folders[True] - folders[False])


def is_test_file(path: str) -> bool:
    """Return True for a file of integration tests or benches."""
    return bool(re.search(r"(^|/)(tests|benches)/", path)) or path.endswith(("/tests.rs", "_test.rs", "_tests.rs"))


Doubt = Callable[[str | None], Severity | None]


def _no_doubt(_: str | None) -> Severity | None:
    return None


def compare_source(
    phase: Phase,
    path: str,
    old: RustFacts,
    new: RustFacts,
    doubt: Doubt = _no_doubt,
    still_runs: Callable[[str], bool] = lambda _: False,
) -> Iterator[Finding]:
    """Yield what *new* has that *old* has not. Pure.

    Args:
        doubt: the severity of a change to a test, or (None) to what all tests of the file use.
        still_runs: says of a test that it ran all the same, whatever stands before it.
    """
    if new.is_broken:
        yield finding("unparsed", "the syntax tree has an error; the compiler alone judges this file", line=1)
    if not new.tokens:
        severity = None if is_listed(path, phase.files) else _WARN
        yield finding("file-no-code", "empty, or comments only", line=1, severity=severity)
    yield from _stubs(phase, old, new)
    yield from _gates(old, new)
    yield from _silenced(path, old, new)
    yield from _hatches(old, new)
    if not is_test_file(path):
        for asked in sorted(asks_the_build(new.tokens) - asks_the_build(old.tokens)):
            yield finding("escape-hatch", f"{asked}…): the code may be right only where the gate compiles it")
    yield from _bodies(phase, old, new)
    for found in _tests(phase, path, old, new, doubt):
        gated = found.code == "gate-added" and still_runs(found.message.split(" ")[0])
        yield found.model_copy(update={"severity": _WARN}) if gated else found


def _stubs(phase: Phase, old: RustFacts, new: RustFacts) -> Iterator[Finding]:
    for (where, what), times in sorted((new.stubs - old.stubs).items()):
        # A skeleton may have stubs in functions that are new; a later phase pays the debt.
        debt = phase.kind == PhaseKind.DESIGN and where not in old.functions
        severity = _WARN if debt else None
        more = f", {times} times" if times > 1 else ""
        yield finding(
            "stub-macro",
            f"{what}! in {where or 'the file'}{more}",
            line=new.lines.get((where, what)),
            severity=severity,
        )


def _gates(old: RustFacts, new: RustFacts) -> Iterator[Finding]:
    for name, cfg in sorted(new.modules.items()):
        never = any(rules.NEVER.search(one) for one in cfg)
        if never or (name in old.modules and cfg != old.modules[name] and len(cfg) > len(old.modules[name])):
            yield finding(
                "gate-added", f"mod {name} is compiled only under {' '.join(cfg)}", line=new.lines.get(("mod", name))
            )
    for attribute in sorted((new.attributes - old.attributes).keys()):
        if rules.NEVER.search(attribute):
            yield finding(
                "gate-added", f"{attribute} removes what follows from every build", line=new.lines.get(attribute)
            )


def _silenced(path: str, old: RustFacts, new: RustFacts) -> Iterator[Finding]:
    for attribute in sorted((new.attributes - old.attributes).keys()):
        line = new.lines.get(attribute)
        if rules.NEVER.search(attribute) or ("cfg_attr" in attribute and "ignore" in attribute):
            continue
        if "rustfmt" in attribute:
            yield finding("format-skipped", f"{attribute} takes code out of rustfmt's reach", line=line)
        else:
            # What only tests see is silenced often and honestly, such as dead_code in a module that test files share.
            for_tests = is_test_file(path) or attribute.startswith(("#![cfg_attr(test", "#[cfg_attr(test"))
            counts = rules.BROAD_LINTS.search(attribute) or (attribute.startswith("#!") and not for_tests)
            counts = counts and not rules.NEVER_HERE.match(attribute)
            yield finding(
                "lint-silenced", f"{attribute} silences a lint", line=line, severity=None if counts else _WARN
            )


def _hatches(old: RustFacts, new: RustFacts) -> Iterator[Finding]:
    for where, what in sorted((new.hatches - old.hatches).keys()):
        function = new.functions.get(where)
        in_test = where in new.tests or (function is not None and function.in_test)
        reads_only = re.match(r"env::", what) is not None
        redefines = what.startswith(("macro_rules!", "use "))
        risky = (in_test and not reads_only) or redefines or _RISKY_ANYWHERE.search(what) is not None
        place = where or "the file"
        yield finding(
            "escape-hatch",
            f"{what} in {place}: a test could end without failing, or code be right only in tests",
            line=new.lines.get((where, what)),
            severity=None if risky else _WARN,
        )


def _bodies(phase: Phase, old: RustFacts, new: RustFacts) -> Iterator[Finding]:
    for name, function in sorted(new.functions.items()):
        was = old.functions.get(name)
        if (was and was.body == function.body) or function.in_test:
            continue
        how = knows_it_is_tested(function.body)
        if how is not None and (was is None or knows_it_is_tested(was.body) is None):
            said = f"{name} may be right only while it is tested: {how}"
            yield finding("escape-hatch", said, line=function.line)
        if compares_nothing(name, function.parameters, function.body) and "PartialEq" not in phase.text:
            said = f"{name} holds for any two values, so every assert_eq! on them does; name PartialEq in the plan"
            yield finding("equality-hollow", said, line=function.line)
        stops = rules.STOPS.fullmatch(function.body)
        if stops and function.returns != "!" and _is_stop(stops["macro"], new):
            severity = _WARN if phase.kind == PhaseKind.DESIGN and was is None else None
            yield finding("stub-macro", f"{name} does nothing but stop", line=function.line, severity=severity)
        if function.body == "{}" and not function.in_trait and not name.endswith("main"):
            emptied = was is not None and was.body != "{}"
            severity = None if function.returns or emptied else _WARN
            yield finding("empty-body", f"{name} does nothing", line=function.line, severity=severity)
        elif rules.CONSTANT_BODY.fullmatch(function.body) and function.parameters not in ("()", "(&self)", "(self)"):
            yield finding("constant-body", f"{name} takes arguments and returns a constant", line=function.line)


def _is_stop(macro: str | None, facts: RustFacts) -> bool:
    """Return True for an endless loop (no macro), and for a macro that only panics."""
    return macro is None or macro in rules.STOPPING or macro in facts.diverging


def _tests(phase: Phase, path: str, old: RustFacts, new: RustFacts, doubt: Doubt) -> Iterator[Finding]:
    for name, test in sorted(new.tests.items()):
        was = old.tests.get(name)
        trivial = [one for one in test.trivial if not was or one not in was.trivial]
        if trivial:
            yield finding("trivial-assert", f"{name}: {trivial[0][:120]} cannot fail", line=test.line)
        if was is None and not _can_fail(test):
            # Beside tests that assert, one that only shows that nothing panics is honest.
            beside = any(_can_fail(one) for key, one in new.tests.items() if key not in old.tests)
            severity = _WARN if beside else None
            yield finding("test-without-assert", f"{name} asserts nothing", line=test.line, severity=severity)
        if was is not None and replace(was, line=test.line) != test and not names_test(phase, name, path):
            for found in _weaker(name, was, test, doubt(name)):
                yield _with_way_out(found, name)
    yield from _circular(old, new)
    for name, function in sorted(new.functions.items()):
        before = old.functions.get(name)
        if before and function.in_test and _is_other(before, function) and not names_test(phase, name, path):
            said = f"{name}, which tests use, was changed"
            # Benchmarks are neither built nor run here.
            severity = _WARN if re.search(r"(^|/)benches/", path) else doubt(None)
            found = finding("test-helper-changed", said, line=function.line, severity=severity)
            yield _with_way_out(found, name)


def _can_fail(test: RustTest) -> bool:
    return bool(test.asserts or test.checks or test.should_panic)


def _is_other(was: RustFunction, now: RustFunction) -> bool:
    """Return True where a helper is another one; calls of a macro that makes tests may be added to."""
    if rules.NEXT not in was.body:
        return was.body != now.body
    return bool(Counter(was.body.split(rules.NEXT)) - Counter(now.body.split(rules.NEXT)))


def _with_way_out(found: Finding, name: str) -> Finding:
    """Return *found* with the line that the plan needs where the change is wanted."""
    if found.severity != Severity.ERROR:
        return found
    way = f"{found.message}; if that is wanted, the plan must say so: add `**Tests to change:** {name}` to the phase"
    return found.model_copy(update={"message": way})


def _circular(old: RustFacts, new: RustFacts) -> Iterator[Finding]:
    """Yield new tests that compare a value with itself; one such test beside real ones may ask for determinism."""
    added = {name: test for name, test in new.tests.items() if name not in old.tests}
    circular = {n: t for n, t in added.items() if t.circular and len(t.circular) == t.asserts.total()}
    severity = None if circular and len(circular) == len(added) else _WARN
    for name, test in sorted(circular.items()):
        said = f"{name}: {test.circular[0][:120]} compares a value with itself"
        yield finding("trivial-assert", said, line=test.line, severity=severity)


def _weaker(name: str, was: RustTest, now: RustTest, severity: Severity | None) -> Iterator[Finding]:
    lost, gained = was.asserts - now.asserts, now.asserts - was.asserts
    if lost and gained:
        said = f"{name}: {next(iter(lost))[:100]} became {next(iter(gained))[:100]}"
        yield finding("assert-changed", said, line=now.line, severity=severity)
    elif lost:
        yield finding("assert-removed", f"{name}: {next(iter(lost))[:160]} is gone", line=now.line, severity=severity)
    elif was.body != now.body:
        way_out = rules.WAY_OUT.search(now.body) and not rules.WAY_OUT.search(was.body)
        what = "has a way around its assertions now" if way_out else "was changed"
        yield finding("test-body-changed", f"{name} {what}", line=now.line, severity=severity)
    if now.attributes != was.attributes:
        what = " ".join(now.attributes) or "no attribute of its own any more"
        yield finding("test-body-changed", f"{name} has {what}", line=now.line, severity=severity)
    if now.cfg != was.cfg:
        yield finding("gate-added", f"{name} runs only under {' '.join(now.cfg) or 'nothing'}", line=now.line)
    if now.should_panic != was.should_panic:
        what = " ".join(now.should_panic) or "no should_panic any more"
        yield finding("assert-changed", f"{name}: {what}", line=now.line, severity=severity)

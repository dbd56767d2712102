"""What changed in Rust source that no exit code shows. Only what is new against base counts."""

import re
from collections.abc import Iterator
from functools import partial

from phasewright.gate.change import is_listed
from phasewright.gate.checks.excused import answered_by_script, is_built_by_default, is_only_data
from phasewright.gate.checks.weaker import Known, weaker_tests
from phasewright.gate.codes import finding
from phasewright.gate.consent import asks_for, removes, told_renames
from phasewright.gate.doubt import failed_before, severity_of_change, still_runs
from phasewright.gate.evidence import GateFacts
from phasewright.gate.files_of_tests import has_own_root, is_test_file, test_kits
from phasewright.gate.objects import shown
from phasewright.gate.renamed import code_names, moves_in_tests
from phasewright.gate.rust import rules
from phasewright.gate.rust.adapted import is_adapted
from phasewright.gate.rust.definitions import Moves
from phasewright.gate.rust.facts import RustFacts, RustFunction
from phasewright.gate.rust.helpers import asserting_helpers
from phasewright.gate.rust.scan import scan_rust
from phasewright.gate.rust.tested import asks_the_build, compares_nothing, differs_by_chance, knows_it_is_tested
from phasewright.gate.rust.without import is_without
from phasewright.plan import Phase, PhaseKind, Severity
from phasewright.result import Finding

_WARN = Severity.WARNING
_NOTHING = Known()
_BY_PROFILE = re.compile(r"debug_assertions|\bbuild profile|\bdebug build (says|shows|prints|is)|\bdebug or release")
"""The plan asks for code that differs by profile."""
_PANICS = re.compile(r"\bpanics?\b", re.IGNORECASE)
_DOES_NOTHING = re.compile(r"\bdo(es)? nothing\b|\bno-?op\b", re.IGNORECASE)
"""The plan asks for a function that only stops, or that is empty."""
_PART_OF_A_PROGRAM = re.compile(r"env::args|process::exit")
"""What `main` is there for: it is no test, and no test calls it."""
_RISKY_ANYWHERE = re.compile(r"cfg!?\(|link_section|ctor|no_mangle|export_name|RUSTC_BOOTSTRAP")


def check_source(facts: GateFacts) -> Iterator[Finding]:
    """Yield stubs, weaker tests, gates, silenced lints and ways out, in the Rust files that changed."""
    kits, known = test_kits(facts.change, facts.phase), _known(facts)
    for path in sorted(facts.change.changed):
        content = facts.change.after(path)
        if not path.endswith(".rs") or content is None:
            continue
        is_test = facts.material.is_test(path) or any(path.startswith(kit) for kit in kits)
        old = scan_rust(facts.change.before(path) or b"", is_test_file=is_test)
        new = scan_rust(content, is_test_file=is_test)
        for found in compare_source(facts.phase, path, old, new, _known_of(facts, path, known)):
            is_free = is_only_data(facts, path) or is_built_by_default(facts, path, found)
            severity = _WARN if is_free and found.severity == Severity.ERROR else found.severity
            yield found.model_copy(update={"path": shown(path), "severity": severity})


def _known(facts: GateFacts) -> Known:
    """Return what is known about all files."""
    changed = ((path, facts.change.after(path)) for path in facts.change.changed if path.endswith(".rs"))
    written = [scan_rust(text, is_test_file=facts.material.is_test(path)) for path, text in changed if text is not None]
    known = Known(code=code_names(facts.change), asserting=asserting_helpers(written) | facts.material.helpers)
    # Where base's tests still build, no test had to follow the code.
    has_to = facts.probes.base_tests_asked and not facts.probes.base_tests_built
    return known._replace(follows=partial(_follows, facts.phase, moves_in_tests(facts.change))) if has_to else known


def _follows(phase: Phase, moved: Moves, before: str, after: str) -> bool:
    told = moved._replace(told=told_renames(phase.text))
    removed = [name for name in moved.gone if removes(phase, {name})]
    return is_adapted(before, after, told) or is_without(before, after, removed, moved.names - moved.gone)


def _known_of(facts: GateFacts, path: str, known: Known) -> Known:
    return known._replace(
        doubt=partial(severity_of_change, facts, path),
        still_runs=partial(still_runs, facts, path),
        failed_before=partial(failed_before, facts, path),
        answered=answered_by_script(facts, path),
    )


def compare_source(
    phase: Phase, path: str, old: RustFacts, new: RustFacts, known: Known = _NOTHING
) -> Iterator[Finding]:
    """Yield what *new* has that *old* has not. Pure."""
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
        for asked in sorted(asks_the_build(new.tokens) - asks_the_build(old.tokens) - set(known.answered)):
            yield finding("escape-hatch", f"{asked}…): the code may be right only where the gate compiles it")
    yield from _bodies(phase, old, new)
    for found in weaker_tests(phase, path, old, new, known):
        gated = found.code == "gate-added" and known.still_runs(found.message.split(" ")[0])
        yield found.model_copy(update={"severity": _WARN}) if gated else found


def _stubs(phase: Phase, old: RustFacts, new: RustFacts) -> Iterator[Finding]:
    for (where, what), times in sorted((new.stubs - old.stubs).items()):
        # A skeleton may have stubs in functions that are new; a later phase pays the debt.
        debt = phase.kind == PhaseKind.DESIGN and where not in old.functions
        function = new.functions.get(where)
        # What a stand-in of tests has of a trait and no test asks for.
        of_stand_in = function is not None and function.in_test and function.in_trait
        severity = _WARN if debt or of_stand_in else None
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
        # Of several with one name, each stands for another platform.
        is_one_of = f"{name} (2)" in new.modules
        if never or (
            not is_one_of and name in old.modules and cfg != old.modules[name] and len(cfg) > len(old.modules[name])
        ):
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
            for_tests = (
                is_test_file(path)
                or has_own_root(path)
                or attribute.startswith(("#![cfg_attr(test", "#[cfg_attr(test"))
            )
            shared = for_tests and attribute == "#![allow(unused)]"  # of a module, some files use some of it
            counts = (rules.BROAD_LINTS.search(attribute) and not shared) or (
                attribute.startswith("#!") and not for_tests
            )
            counts = counts and not rules.NEVER_HERE.match(attribute)
            yield finding(
                "lint-silenced", f"{attribute} silences a lint", line=line, severity=None if counts else _WARN
            )


def _hatches(old: RustFacts, new: RustFacts) -> Iterator[Finding]:
    for where, what in sorted((new.hatches - old.hatches).keys()):
        function = new.functions.get(where)
        in_test = where in new.tests or (function is not None and function.in_test)
        if where == "main" and not in_test and _PART_OF_A_PROGRAM.match(what):
            continue
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
        yield from _chances(phase, name, was, function)
        if compares_nothing(name, function.parameters, function.body) and "PartialEq" not in phase.text:
            said = f"{name} holds for any two values, so every assert_eq! on them does; name PartialEq in the plan"
            yield finding("equality-hollow", said, line=function.line)
        stops = rules.STOPS.fullmatch(function.body)
        if stops and function.returns != "!" and _is_stop(stops["macro"], new):
            panics = function.in_trait and asks_for(phase, _PANICS, _names_of(name))
            severity = _WARN if panics or (phase.kind == PhaseKind.DESIGN and was is None) else None
            yield finding("stub-macro", f"{name} does nothing but stop", line=function.line, severity=severity)
        if rules.FAILS_ALWAYS.search(function.body) and not (was and rules.FAILS_ALWAYS.search(was.body)):
            severity = _WARN if phase.kind == PhaseKind.DESIGN and was is None else None
            said = f"{name} answers that it is not implemented"
            yield finding("stub-macro", said, line=function.line, severity=severity)
        yield from _idle(phase, name, was, function)


def _chances(phase: Phase, name: str, was: RustFunction | None, function: RustFunction) -> Iterator[Finding]:
    """Yield by what a function may be right here, and not where it is used."""
    how = knows_it_is_tested(function.body) or differs_by_chance(function.body, phase.text)
    if how is None or (was is not None and (knows_it_is_tested(was.body) or differs_by_chance(was.body, phase.text))):
        return
    by_profile = "debug_assertions" in how and _BY_PROFILE.search(phase.text) is not None
    if not by_profile and not any(variable in phase.text for variable in re.findall(r"\"([A-Z_]{6,})\"", how)):
        yield finding("escape-hatch", f"{name} may be right only while it is tested: {how}", line=function.line)


def _idle(phase: Phase, name: str, was: RustFunction | None, function: RustFunction) -> Iterator[Finding]:
    """Yield a function that does nothing, or answers the same whatever it is asked."""
    if function.body == "{}" and not function.in_trait and not name.endswith("main"):
        emptied = was is not None and was.body != "{}"
        counts = (function.returns or emptied) and not asks_for(phase, _DOES_NOTHING, _names_of(name))
        severity = None if counts else _WARN
        yield finding("empty-body", f"{name} does nothing", line=function.line, severity=severity)
    elif rules.CONSTANT_BODY.fullmatch(function.body) and function.parameters not in ("()", "(&self)", "(self)"):
        yield finding("constant-body", f"{name} takes arguments and returns a constant", line=function.line)


def _names_of(function: str) -> set[str]:
    """Return what a plan may call a function: its own name, or its type's; a trait's and a module's are others' too."""
    *owners, own = function.split("::")
    types = {re.sub(r"<.*>", "", owner.rpartition(" for ")[2]) for owner in owners}
    return {own} | {one for one in types if one[:1].isupper() and " for " in "::".join(owners)}


def _is_stop(macro: str | None, facts: RustFacts) -> bool:
    """Return True for an endless loop (no macro), and for a macro that only panics."""
    return macro is None or macro in rules.STOPPING or macro in facts.diverging

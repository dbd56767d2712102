"""The patterns by which source is judged. Each has a case in tests/test_gate_rust.py."""

import re

NEVER_HERE = re.compile(r"#!?\[cfg_attr\((miri|docsrs|kani|loom|fuzzing),")
"""Holds for other tools than those that judge."""
STUBS = frozenset({"todo", "unimplemented"})
SHADOWED = frozenset({"assert", "assert_eq", "assert_ne", "debug_assert", "panic", "matches", "unreachable"})
"""Macros of the standard library that nobody redefines honestly."""
FUNCTIONS_TOO = frozenset({"matches"})
"""Of these, names that functions have too: what `use crate::matches` imports is rarely a macro."""
ASSERTS = re.compile(r"(^|::|_)assert|^(prop_assert|panic|unreachable|bail|ensure)")
CAN_FAIL = re.compile(
    r"\b(assert|check|verify|expect|ensure|validate)\w*\s*!?\s*(::<[^>]*>)?\(|\.unwrap\w*\(|\.expect\w*\(|\?"
    r"|\.compile_fail\(|\.pass\("
)
BROAD_LINTS = re.compile(r"clippy::(all|correctness|suspicious|style|complexity|perf)\b|\b(warnings|unused)\b")
NEVER = re.compile(r"cfg(_attr)?\((all\(test,)?(any\(\)|FALSE|false|not\((all\(\)|true)\))")
NOT_IMPLEMENTED = re.compile(
    r"not.?(yet)?.?implemented|^\W*(todo|stub|fixme)\b\s*([\":.!,-]|later|implement)|implement.?me", re.IGNORECASE
)
FAILS_ALWAYS = re.compile(
    r"(\bErr\(|\bbail!\(|\banyhow!\(|\bError::\w+\()[^;{}]{0,60}\"[^\"]*"
    r"(not (yet )?(implemented|supported yet)|unimplemented|coming soon|\btodo\b|implemented later)",
    re.IGNORECASE,
)
"""An error that says that the work is not done."""
TEST_ATTRIBUTE = re.compile(r"#\[([\w:]*::)?(test|rstest|test_case|wasm_bindgen_test|quickcheck|apply)\b")
JUDGES_VALUE = re.compile(r"#\[([\w:]*::)?(quickcheck\b|test_case\(.*=>)")
"""A test whose value is judged by what stands before it."""
PLAIN_ATTRIBUTE = re.compile(
    r"#\[(test|cfg|cfg_attr|ignore|should_panic|allow|expect|warn|deny|doc|inline|must_use|track_caller|rustfmt|path"
    r"|macro_use|deprecated|non_exhaustive|derive|repr)\b"
)
TEST_GATE = re.compile(r"#\[cfg\((all\()?test\b")
FOR_TESTS = re.compile(r"#\[cfg\((all\(|any\()?test\b")
"""A module that is there for tests, be it behind a feature too: `#[cfg(any(test, feature = "test-util"))]`."""
WATCHED = re.compile(r"#!?\[(allow|expect)\(|#!?\[rustfmt::skip|#!?\[cfg_attr\(.*(rustfmt|allow\(|ignore)")
HATCH = re.compile(
    r"\bprocess::(exit|abort)\b|(?<![.\w])_?exit\s*\(\s*0|(?<![.\w])(?<!fn )abort\s*\(\s*\)|(?<!\.)\bcatch_unwind\b"
    r"|(?<![.\w])(?<!fn )(set|take)_hook\b|(?<![.\w])(?<!fn )stdout\s*\(\s*\)|\bcfg!\s*\(\s*(not\s*\(\s*)?test\b"
    r"|\benv::(var|var_os|vars|args|args_os|current_exe)\b|/proc/self|\bRUSTC_BOOTSTRAP\b|\blibc::\w*exit\b"
)
"""A method of that name, such as `task.abort()`, is none."""
ONE_TABLE = ("const_item", "static_item", "let_declaration")
"""What may be laid out by hand: `#[rustfmt::skip]` before it hides no code."""
GENERATED = re.compile(r"mod\s*\w+\{(include!\(concat!\(env!\(\"OUT_DIR\"\),\"[^\"]*\"\)\);?)+\}$")
"""A module that holds what a build made."""
STATIC_CHECK = re.compile(r"fn\s*(\w+)<[^>]*:(?P<bounds>[^>]*)>\([^)]*\)\{\}.*\b\1::<")
"""A function with bounds and nothing in it, called for a type: the compiler asserts that the type has them."""
NO_MANGLE = re.compile(r"\bno_mangle\b|export_name")
HATCH_ATTRIBUTE = re.compile(r"cfg\(not\(test\)\)|\bcfg\(all\(not\(test\)|link_section|\bctor\b|no_mangle|export_name")
"""`#![cfg_attr(not(test), no_std)]` is honest, and not matched."""
DIVERGES = re.compile(
    r"^macro_rules!\s*\w+\s*[({]\([^)]*\)=>[({](\w+::)*(panic|unreachable|todo|unimplemented)!\([^;]*\);?[)}];?[)}]$"
)
"""A macro with one arm that panics."""
STOPS = re.compile(r"\{(let_=[^;]*;|#!?\[[^\]]*\])*((\w+::)*(?P<macro>\w+)!(\(.*\)|\{.*\}|\[.*\]);?|loop\{\})\}")
"""A body that is one macro call, or an endless loop."""
STOPPING = frozenset({"panic", "unreachable"})
"""`todo!` and `unimplemented!` are stubs wherever they stand."""
NEXT = "\x1e"
"""Ends one call of a macro that makes tests, so that a row more is no change of the others."""
ALWAYS_TRUE = re.compile(
    r"true(,.*)?|(.+)\|\|true(,.*)?|true\|\|.*|(\w+)==\4(,.*)?|!false(,.*)?|(.+)\|\|!\7(,.*)?|!(.+)\|\|\9(,.*)?"
)
SAME_TWICE = re.compile(r"(.+),\1(,\".*\")?")
CONSTANT_BODY = re.compile(
    r"\{(Ok\(\(\)\)|Ok\(Default::default\(\)\)|None|Default::default\(\)|Self::default\(\)|String::new\(\)"
    r"|\"[^\"]*\"(\.to_string\(\)|\.into\(\)|\.to_owned\(\))?|vec!\[\]|Vec::new\(\)|true|false|-?\d[\d_.]*\w*"
    r"|Some\((true|false|\d+)\)|Ok\((true|false|\d+|vec!\[\]|Vec::new\(\)|String::new\(\)|None)\))\}"
)
PANICS_ITSELF = re.compile(
    r"[{;}](\w+::)*((panic|unreachable|todo|unimplemented)!\([^{}]*\)|assert!\(false[^{}]*\));?\}$"
)
"""The last statement of a body."""
WAY_OUT = re.compile(r"\breturn\b|\bif\b|\bmatch\b")

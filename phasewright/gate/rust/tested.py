"""Code that answers rightly only while it is tested, and equality that compares nothing. Pure, on squeezed bodies."""

import re

_BY_ITS_SURROUNDINGS = re.compile(
    r"thread::current\(\)\.name\(\)[^;{}]*\""
    r"|\bvar(_os)?\(\"(CARGO_(?!TERM_|HOME\b)\w+|RUST_TEST\w*|NEXTEST\w*|LLVM_PROFILE\w*)\"\)\.is_\w+\("
    r"|option_env!\(\"CARGO_(TARGET_TMPDIR|BIN_EXE|PRIMARY_PACKAGE)"
    r"|\benv!\(\"CARGO_MANIFEST_DIR\"\)\.(contains|starts_with|ends_with|find|eq|len)\("
)
"""Names of test threads, and what cargo and test runners set: a program that its users start has none of them."""
_OF_THE_BUILD = re.compile(
    r"\b(option_)?env!\((\"(RUSTC\w*|CLIPPY\w*|RUSTUP\w*|RUST_\w+|CARGO|CARGO_(TARGET_DIR|INCREMENTAL|PROFILE_\w+|TERM_\w+"
    r"|NET_\w+|HOME|ENCODED\w*)|HOME|TMPDIR|PATH|PWD|OLDPWD|SHLVL|_)\"|((std|core)::)?(concat|stringify)!)"
)
"""What is set where the code is compiled tells who compiles it."""
_BY_CHANCE = (
    (
        re.compile(
            r"\b(Path(Buf)?::(new|from)\(|(fs::)?(metadata|exists|try_exists|read\w*)\()"
            r"\"(\./)?(\.git|\.cargo|Cargo\.(toml|lock)|target|src|tests)\b[^\"]*\"\)\.?(exists|is_\w+|try_exists|ok)\("
        ),
        re.compile(
            r"\b(Cargo\.\w+|git|projects?|repositor\w+|workspaces?|manifests?|packages?|crates?|root"
            r"|sources?|folders?|director(y|ies)|scaffold\w*|checkout|version control)\b",
            re.IGNORECASE,
        ),
    ),
    (
        re.compile(r"\bprocess::id\(\)(as\w+)?([<>]|[=!]=)"),
        re.compile(r"\b(pids?|process(es)?|lock\w*|owner\w*|alive|workers?|unique|seeds?)\b", re.IGNORECASE),
    ),
    (
        re.compile(
            r"\b(SystemTime|Utc|Local|OffsetDateTime)::now(_\w+)?\((?s:.*)[<>]=?\d(_?\d){8,}|\.year\(\)[<>]=?\d{4}\b"
        ),
        re.compile(
            r"\b(dates?|years?|expir\w+|until|deadlines?|time(stamps?)?|clocks?|seconds|since|19\d\d|20\d\d)\b",
            re.IGNORECASE,
        ),
    ),
)
"""What is one thing here and another for users, and what a plan that means it speaks of."""
_ITS_OWN_PLACE = re.compile(r"\b(args|args_os|current_exe)\(\)")
_TEST_PLACE = re.compile(r"\"[^\"]*(/deps\b|\bdeps/|\bnextest\b)[^\"]*\"")
_OWN_NAME = re.compile(r"(current_exe\(\)|args(_os)?\(\)\.(next\(\)|nth\(0\)))[^;{]*\"[^\"]*\bdeps\b")
_BY_THE_CALLER = re.compile(r"\.(line|file|column)\(\)[^;{}]*([<>=!]=?|\.(contains|starts_with|ends_with)\()")
_DEBUG = re.compile(r"\bif ?!? ?cfg!\(debug_assertions\)")
_EQ = re.compile(r"(^|::)PartialEq(<.*>)? for .*::eq$")
_COMPARES = re.compile(
    r"==|!=|\beq\b|\bne\b|cmp\b|\bmatches!|\bmatch\b|_eq\b|\beq_"
    r"|self[\w.()]*[<>]=?&?other|other[\w.()]*[<>]=?&?self|\.abs\(\).*[<>]|abs_diff\b|\.(all|any|contains\w*|is_su[bp]\w*set|starts_with|ends_with|eq_\w+|symmetric_difference)\("
)
_IS_TRUE = re.compile(r"\|\|true\b|\btrue\|\||\|\|!false")


def knows_it_is_tested(body: str) -> str | None:
    """Return by what the code may know that a test runs it; None where it does not ask."""
    if hit := _BY_ITS_SURROUNDINGS.search(body):
        return hit.group()
    if _ITS_OWN_PLACE.search(body) and (hit := _TEST_PLACE.search(body)):
        return hit.group()
    if hit := _OWN_NAME.search(body):
        return hit.group()
    if "Location::caller" in body and (hit := _BY_THE_CALLER.search(body)):
        return f"Location::caller … {hit.group()}"
    if (hit := _DEBUG.search(body)) and _decides(body[hit.end() :]):
        return f"{hit.group()} decides the answer"
    return None


def differs_by_chance(body: str, plan_text: str) -> str | None:
    """Return by what the code may answer here and not elsewhere: the folder, the process, the date; None without."""
    for question, meant in _BY_CHANCE:
        if (hit := question.search(body)) and not meant.search(plan_text):
            return hit.group()[-60:]
    return None


def asks_the_build(code: str) -> frozenset[str]:
    """Return the questions in *code*, of a whole file, to the environment in which it is compiled."""
    return frozenset(hit.group() for hit in _OF_THE_BUILD.finditer(code))


def compares_nothing(name: str, parameters: str, body: str) -> bool:
    """Return True for an `eq` of PartialEq that holds for any two values: every `assert_eq!` on the type would pass."""
    if not _EQ.search(name):
        return False
    other = re.search(r",(?:mut )?(\w+):", parameters)
    uses_both = "self" in body and other is not None and re.search(rf"\b{other[1]}\b", body) is not None
    return not uses_both or not _COMPARES.search(body) or _IS_TRUE.search(body) is not None


def _decides(rest: str) -> bool:
    """Return True where the block at the start of *rest* returns, or has another one instead of it.

    Checks that only a debug build makes do neither.
    """
    depth = 0
    for place, letter in enumerate(rest):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == "}" and depth == 0:
            return re.search(r"\breturn\b", rest[:place]) is not None or rest[place + 1 :].startswith("else")
    return False

"""Functions and tests of one Python file. Pure."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from typing import Literal, NamedTuple

Body = Literal["code", "empty", "stub"]
Function = ast.FunctionDef | ast.AsyncFunctionDef
_TEST_FILE = re.compile(r"(^|/)(tests?/.*|test_[^/]*|[^/]*_test|conftest)\.py$")
_DECLARES = {"abstractmethod", "overload", "abstractproperty"}
_SPEAKS = re.compile(r"assert|raises|warns|fail|check|verify|expect|match|approx", re.IGNORECASE)
_ATTRIBUTES = {
    "noqa": re.compile(r"#\s*(noqa|ruff:\s*noqa)", re.IGNORECASE),
    "skip": re.compile(r"#\s*fmt:\s*(off|skip)"),
}


_HOOKS = re.compile(
    r"[\"']_?pytest[\"'] (?:not )?in sys\.modules|sys\.modules(?:\.get\(|\[)[\"']_?pytest[\"']"
    r"|\bPYTEST_(?:CURRENT_TEST|VERSION)\b|\bsys\.(?:orig_)?argv\b[^\n]*[\"'][^\"'\n]*(?:py\.?)?test"
    r"|\bpytest_plugins\b|\bpytest_(runtest|pyfunc|collection|report|sessionfinish|configure)\w*"
    r"|\b_pytest\.(runner|reports|assertion|main|skipping|python)\b|\bphasewright_report\b|\bpluginmanager\b"
)


class PythonFunction(NamedTuple):
    """One function, method or test."""

    dump: str
    """The same for the same code, whatever its layout and comments."""
    line: int
    body: Body
    is_declared: bool
    """True where an empty body is what such a function has: abstract, overloaded, of a protocol."""
    is_method: bool
    asserts: bool
    lines: tuple[int, int]
    """First and last line of the body."""
    given: str | None
    """The first parameter that is neither `self` nor `cls`."""


class PythonFacts(NamedTuple):
    """What a file holds."""

    functions: dict[str, PythonFunction]
    """Name from the top, parts joined by `::` as in pytest's node ids."""
    rest: str
    """All that is neither function nor import nor documentation."""
    silenced: int
    hooks: Counter[str]
    """Ways to change what pytest reports, each with how often."""
    unformatted: int
    parses: bool


def is_python_test(path: str) -> bool:
    """Return True for a file of tests or their fixtures."""
    return bool(_TEST_FILE.search(path))


def is_test(name: str) -> bool:
    """Return True for the name of a test that pytest collects by its defaults."""
    return name.split("::")[-1].startswith("test")


def scan_python(content: bytes) -> PythonFacts:
    """Return what *content* holds; nothing where it does not parse."""
    text = content.decode("utf-8", "replace")
    hooks = Counter(hit.group() for hit in _HOOKS.finditer(text))
    counts = {name: len(pattern.findall(text)) for name, pattern in _ATTRIBUTES.items()}
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError):
        return PythonFacts({}, "", counts["noqa"], hooks, counts["skip"], parses=False)
    functions = dict(_functions(tree, "", is_protocol=False))
    rest = "\n".join(ast.dump(node) for node in tree.body if not isinstance(node, _NO_DATA) and not _is_text(node))
    return PythonFacts(functions, rest, counts["noqa"], hooks, counts["skip"], parses=True)


_OWN = ("self", "cls")
_NO_DATA = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def _functions(
    node: ast.Module | ast.ClassDef, prefix: str, *, is_protocol: bool
) -> Iterator[tuple[str, PythonFunction]]:
    for child in node.body:
        if isinstance(child, Function):
            is_method = isinstance(node, ast.ClassDef)
            yield f"{prefix}{child.name}", _function(child, is_method=is_method, is_protocol=is_protocol)
        elif isinstance(child, ast.ClassDef):
            bases = {ast.unparse(base).split("[")[0].split(".")[-1] for base in child.bases}
            yield from _functions(child, f"{prefix}{child.name}::", is_protocol="Protocol" in bases)


def _function(node: Function, *, is_method: bool, is_protocol: bool) -> PythonFunction:
    code = node.body[1:] if _is_text(node.body[0]) else node.body
    decorators = {ast.unparse(one).split("(")[0].split(".")[-1] for one in node.decorator_list}
    copy = ast.dump(ast.Module([*node.decorator_list, node.args, *code], []))  # type: ignore[list-item]
    return PythonFunction(
        dump=copy,
        line=node.lineno,
        body=_body(code),
        is_declared=is_protocol or bool(decorators & _DECLARES),
        is_method=is_method,
        asserts=any(_proves(one) for one in ast.walk(node)),
        lines=(node.body[0].lineno, node.end_lineno or node.lineno),
        given=next((one.arg for one in (*node.args.posonlyargs, *node.args.args) if one.arg not in _OWN), None),
    )


def _body(code: list[ast.stmt]) -> Body:
    if all(isinstance(one, ast.Pass) or _is_text(one) for one in code):
        return "empty"
    if len(code) == 1 and isinstance(code[0], ast.Raise) and code[0].exc is not None:
        raised = ast.unparse(code[0].exc).split("(")[0]
        return "stub" if raised == "NotImplementedError" else "code"
    return "code"


def _is_text(node: ast.stmt) -> bool:
    """Return True for a docstring or `...`."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _proves(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return True
    return isinstance(node, ast.Call) and bool(_SPEAKS.search(ast.unparse(node.func)))

"""`phasewright check`: parse and validate plans, with no model and no Prefect."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from cyclopts import Parameter

from parsers.read_plan import parse_plan, read_bytes
from parsers.repository import plans_of, repository_of
from phasewright.diagnostic_text import long_lines, short_lines, strict, summary
from phasewright.diagnostics import CODES
from phasewright.diagnostics_page import sections
from phasewright.errors import UsageError
from phasewright.plan import Plan, Severity

REFUSED = 1


class Checked(NamedTuple):
    """A plan file and what was read from it."""

    path: Path
    raw: bytes
    plan: Plan


def check(
    *plans: Path,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    sarif: Annotated[bool, Parameter(negative="")] = False,
    is_strict: Annotated[bool, Parameter(name="--strict", negative="")] = False,
    fix: Annotated[bool, Parameter(negative="")] = False,
    explain: str | None = None,
) -> int:
    """Parse and validate plans.

    Exit code 0: every plan can be run; 1: one is refused; 2: a file cannot be read.

    Parameters
    ----------
    plans
        Plan files; without any, every plan in .ai/plans.
    as_json
        Print the parsed plan as JSON; of several plans, a list.
    sarif
        Print the diagnostics as SARIF 2.1.0.
    is_strict
        Count warnings as errors.
    fix
        Make the safe corrections in the files, and show them as a diff.
    explain
        Print what a diagnostic's code means, with an example, and do nothing else.
    """
    if explain is not None:
        print(_explanation(explain))
        return 0
    paths = list(plans) or plans_of(Path.cwd())
    if not paths:
        raise UsageError("no plan given and none in .ai/plans; `phasewright init` writes a template")
    if fix:
        for path in paths:
            _fix(path)
    checked = [_read(path, is_strict=is_strict) for path in paths]
    _print(checked, as_json=as_json, sarif=sarif)
    return 0 if all(one.plan.is_executable for one in checked) else REFUSED


def _read(path: Path, *, is_strict: bool) -> Checked:
    raw = read_bytes(path)
    plan = parse_plan(raw, path=path, repository=repository_of(path))
    if is_strict:
        plan = plan.model_copy(update={"diagnostics": strict(plan.diagnostics)})
    return Checked(path, raw, plan)


def _print(checked: Sequence[Checked], *, as_json: bool, sarif: bool) -> None:
    if sarif:
        from phasewright.sarif import sarif_log

        _print_json(sarif_log((one.path, one.plan.diagnostics) for one in checked))
    elif as_json:
        from parsers.plan_json import plan_json

        documents = [plan_json(one.plan) for one in checked]
        _print_json(documents[0] if len(documents) == 1 else documents)
    else:
        for one in checked:
            _print_plan(one)


def _print_json(value: Any) -> None:
    import json

    print(json.dumps(value, indent=2, ensure_ascii=False))


def _print_plan(checked: Checked) -> None:
    path, diagnostics = str(checked.path), checked.plan.diagnostics
    if sys.stdout.isatty():
        source = checked.raw.decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n")
        lines = long_lines(path, source, diagnostics, colour="NO_COLOR" not in os.environ)
    else:
        lines = short_lines(path, diagnostics)
    for line in lines:
        print(line)
    verdict = "can be run" if not any(d.severity == Severity.ERROR for d in diagnostics) else "is refused"
    print(f"{path} {verdict}: {summary(diagnostics, len(checked.plan.phases))}", file=sys.stderr)


def _explanation(code: str) -> str:
    """Return the section of docs/diagnostics.md about *code*."""
    if code not in CODES:
        raise UsageError(f"no diagnostic has the code {code!r}; the codes are {', '.join(sorted(CODES))}")
    return sections()[code]


def _fix(path: Path) -> None:
    from parsers.fixes import diff, fixed

    before = read_bytes(path)
    after = fixed(before)
    if after == before:
        print(f"{path}: nothing to correct", file=sys.stderr)
        return
    _replace(path, after)
    print(diff(before, after, path), end="", file=sys.stderr)


def _replace(path: Path, content: bytes) -> None:
    """Write the file in one step, with its mode, so that a crash leaves the old one or the new one."""
    import tempfile

    target = path.resolve()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(target.stat().st_mode & 0o7777)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

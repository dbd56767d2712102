"""Where a run's options come from: defaults, then the repository's `phasewright.toml`, then what was given."""

import tomllib
from typing import Any

from pydantic import ValidationError

from phasewright.errors import UsageError
from phasewright.options import RunOptions

FILE = "phasewright.toml"


def settle_options(given: RunOptions, recorded: RunOptions | None, toml: bytes | None) -> RunOptions:
    """Return the options of a run. What was given now wins over what the run had, and that over `[run]` of the file.

    Args:
        given: only its fields that were set count.
        recorded: options of the run that is continued, if one is.
        toml: the base commit's phasewright.toml; None where there is none.

    Raises:
        UsageError: the file is not TOML, or names an option that does not exist or a value that it cannot have.
    """
    values = _from_file(toml) if toml is not None else {}
    if recorded is not None:
        values |= recorded.model_dump(exclude_unset=True)
        values.pop("fresh", None)
    values |= given.model_dump(exclude_unset=True)
    try:
        return RunOptions.model_validate(values)
    except ValidationError as problem:
        raise UsageError(_first(problem)) from problem


def _from_file(toml: bytes) -> dict[str, Any]:
    try:
        table = tomllib.loads(toml.decode("utf-8")).get("run", {})
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise UsageError(f"{FILE}: {problem}") from problem
    try:
        return RunOptions.model_validate(table).model_dump(exclude_unset=True)
    except ValidationError as problem:
        raise UsageError(f"{FILE}: [run] {_first(problem)}") from problem


def _first(problem: ValidationError) -> str:
    error = problem.errors()[0]
    name = ".".join(str(part) for part in error["loc"]) or "options"
    return f"{name}: {error['msg']}"


def options_from(given: dict[str, Any]) -> RunOptions:
    """Return options made of what a command line gave; only those count as set.

    Raises:
        UsageError: a value that the option cannot have.
    """
    try:
        return RunOptions.model_validate(given)
    except ValidationError as problem:
        error = problem.errors()[0]
        option = "--" + ".".join(str(part) for part in error["loc"]).replace("_", "-")
        raise UsageError(f"{option} {error['input']}: {error['msg']}") from problem

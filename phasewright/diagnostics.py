"""Every code that a plan's diagnostics may carry. docs/diagnostics.md has a section for each; a test says so."""

from typing import NamedTuple

from phasewright.plan import Severity


class Code(NamedTuple):
    """What a diagnostic code is worth."""

    severity: Severity
    summary: str


_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

CODES: dict[str, Code] = {
    "not-text": Code(_ERROR, "the file is no UTF-8 text"),
    "too-large": Code(_ERROR, "the file is larger than a plan may be"),
    "not-a-plan": Code(_ERROR, "the file is something else than a plan"),
    "foreign-format": Code(_ERROR, "a plan of another tool in a form that cannot be run"),
    "no-phases": Code(_ERROR, "no heading defines a phase"),
    "duplicate-id": Code(_ERROR, "two phases have one id"),
    "unknown-dependency": Code(_ERROR, "a dependency names a phase that the plan does not define"),
    "cycle": Code(_ERROR, "phases wait for one another, or one for itself"),
    "unsafe-path": Code(_ERROR, "a path leaves the repository or reaches into .git"),
    "dropped-dependency": Code(_WARNING, "a dependency on a phase before the plan's first"),
    "unreadable-dependency": Code(_WARNING, "a dependency field that names no phase"),
    "missing-dependencies": Code(_WARNING, "a phase does not say what it depends on"),
    "missing-owner": Code(_WARNING, "a phase has no owner"),
    "agent-not-found": Code(_WARNING, "no agent file for a phase's owner"),
    "missing-criteria": Code(_WARNING, "a phase has no acceptance criteria"),
    "missing-groups": Code(_WARNING, "no parallelization groups"),
    "group-conflict": Code(_WARNING, "a group holds phases that depend on one another"),
    "unknown-group-member": Code(_WARNING, "a group names a phase that the plan does not define"),
    "status-not-ready": Code(_WARNING, "the status is missing or does not say that the plan is ready"),
    "overlapping-files": Code(_WARNING, "phases that may run together change one file"),
    "refused-blast-radius": Code(_WARNING, "a blast radius that cannot select tests safely"),
    "odd-path": Code(_WARNING, "a path that no file of the repository can have"),
    "absolute-path": Code(_WARNING, "a path that is not relative to the repository"),
    "phase-like-heading": Code(_WARNING, "a line that looks like a phase and is none"),
    "nested-fence": Code(_WARNING, "a code fence inside a code fence"),
    "unclosed-fence": Code(_WARNING, "a code fence that is never closed"),
    "front-matter": Code(_WARNING, "front matter that is not YAML"),
    "long-line": Code(_WARNING, "a line longer than is read"),
    "tool-not-installed": Code(_WARNING, "a tool that the plan names is not installed"),
    "unreadable-value": Code(_WARNING, "a field's value that cannot be read"),
    "path-pattern": Code(_INFO, "a pattern in a file list"),
    "missing-blast-radius": Code(_INFO, "a phase names no tests"),
    "missing-files": Code(_INFO, "a phase names no files"),
    "document-order": Code(_INFO, "no dependencies anywhere: phases run in the order written"),
    "inferred-dependencies": Code(_INFO, "dependencies read from another place than a field"),
    "inferred-files": Code(_INFO, "files read from another place than a field"),
    "design-phase": Code(_INFO, "a phase taken for a design phase"),
    "taken-as-done": Code(_INFO, "a phase taken for complete because all its boxes are ticked"),
    "not-machine-checked": Code(_INFO, "criteria that no program can answer"),
    "foreign-plan": Code(_INFO, "a plan of another tool, read"),
}

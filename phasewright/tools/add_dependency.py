"""`add_dependency`: a crate into a manifest. The executor downloads it; the agent has no network and needs none.

What is downloaded is named by the checked input alone, in a crate of our own: a manifest that an agent wrote never
decides where we connect to.
"""

import re

import tomlkit
from pydantic import Field
from tomlkit.exceptions import TOMLKitError

from phasewright.tools.files import WorkspaceFiles
from phasewright.tools.tool import Tool, ToolFailed, ToolInput
from phasewright.tools.workbench import Workbench

_NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
_REQUIREMENT = r"^[0-9A-Za-z.,<>=~^* +-]{1,80}$"
_FEATURE = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9_/?:+.-]{0,63}$")
_RESOLVE_SECONDS = 120.0


class AddDependencyInput(ToolInput):
    name: str = Field(pattern=_NAME, description="The crate's name on the registry.")
    requirement: str = Field(pattern=_REQUIREMENT, description='Version requirement, such as "1.4" or "=0.5.2".')
    manifest: str = Field(default="Cargo.toml", description="The package's Cargo.toml, from the workspace's root.")
    features: list[str] = Field(default=[], max_length=50, description="Features to turn on.")
    dev: bool = Field(default=False, description="True: for tests and examples only.")


def add_dependency_tool(bench: Workbench, files: WorkspaceFiles) -> Tool:
    """Return the tool for *bench*."""

    async def run(asked: AddDependencyInput) -> str:
        if wrong := [feature for feature in asked.features if not _FEATURE.match(feature)]:
            raise ToolFailed(f"no names of features: {', '.join(map(repr, wrong))}")
        before = files.raw(asked.manifest)
        after = with_dependency(before.decode("utf-8", "replace"), asked)
        await bench.fetch(stub_manifest(asked))
        files.write(asked.manifest, after.encode())
        argv = ["cargo", "metadata", "--offline", "--format-version=1", "--manifest-path", asked.manifest]
        resolved = await bench.run(argv, timeout_seconds=_RESOLVE_SECONDS, keep_bytes=2000)
        if resolved.exit_code != 0:
            files.write(asked.manifest, before)
            raise ToolFailed(f"cargo cannot resolve it, {asked.manifest} is as before:\n{resolved.text[-2000:]}")
        section = "dev-dependencies" if asked.dev else "dependencies"
        return f"added {asked.name} {asked.requirement!r} to [{section}] of {asked.manifest}; Cargo.lock is up to date"

    description = (
        "Add a crate to a package's manifest and download it: the one way to a new crate, for there is no network."
    )
    return Tool("add_dependency", description, AddDependencyInput, run)


def with_dependency(manifest: str, asked: AddDependencyInput) -> str:
    """Return *manifest* with the crate in it, all else as it was written.

    Raises:
        ToolFailed: it is no package's manifest, or has the crate already.
    """
    if not asked.manifest.endswith("Cargo.toml"):
        raise ToolFailed(f"{asked.manifest!r} is no Cargo.toml")
    try:
        document = tomlkit.parse(manifest)
    except TOMLKitError as error:
        raise ToolFailed(f"{asked.manifest} cannot be read: {error}") from error
    if "package" not in document:
        raise ToolFailed(f"{asked.manifest} is no package's manifest; name the one of the package that needs the crate")
    section = "dev-dependencies" if asked.dev else "dependencies"
    if section not in document:
        document[section] = tomlkit.table()
    table = document[section]
    if not isinstance(table, dict):
        raise ToolFailed(f"[{section}] of {asked.manifest} is no table")
    if asked.name in table:
        raise ToolFailed(f"{asked.manifest} has {asked.name} in [{section}] already; edit_file changes it")
    table[asked.name] = _value(asked)
    return tomlkit.dumps(document)


def stub_manifest(asked: AddDependencyInput) -> str:
    """Return the manifest of an empty package that depends on the crate alone."""
    document = tomlkit.document()
    document["package"] = {"name": "fetch-only", "version": "0.0.0", "edition": "2021"}
    document["dependencies"] = {asked.name: _value(asked)}
    document["workspace"] = tomlkit.table()
    return tomlkit.dumps(document)


def _value(asked: AddDependencyInput) -> object:
    if not asked.features:
        return asked.requirement
    value = tomlkit.inline_table()
    value.update({"version": asked.requirement, "features": list(asked.features)})
    return value

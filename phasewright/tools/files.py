"""`read_file`, `write_file`, `edit_file`: whole text files of the workspace, safe against links and races."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import Field

from phasewright.tools.bash import OUTPUT_PREFIX
from phasewright.tools.safe_files import SafeFiles, components
from phasewright.tools.tool import Tool, ToolFailed, ToolInput
from phasewright.tools.workbench import Workbench

LINES_AT_ONCE = 1000
LONGEST_LINE = 2000
_BINARY_PROBE_BYTES = 8192


class ReadFileInput(ToolInput):
    path: str = Field(description="Path from the workspace's root.")
    offset: int | None = Field(default=None, ge=1, description="First line to show; lines count from 1.")
    limit: int | None = Field(default=None, ge=1, le=10_000, description=f"Number of lines; {LINES_AT_ONCE} if unset.")


class WriteFileInput(ToolInput):
    path: str = Field(description="Path from the workspace's root. Missing folders are made.")
    content: str = Field(description="The whole new content.")


class EditFileInput(ToolInput):
    path: str = Field(description="Path from the workspace's root.")
    old_text: str = Field(min_length=1, description="Text that stands in the file exactly once, without line numbers.")
    new_text: str = Field(description="What to put in its place.")


class WorkspaceFiles:
    """The workspace's files as tools see them, with documents of ours laid over them."""

    def __init__(
        self, bench: Workbench, documents: Mapping[str, str], *, wrote: Callable[[str], None] = lambda _: None
    ) -> None:
        self.documents = documents
        """Path → text that is shown instead of any file, which nobody may write: the plan's phase."""
        self._wrote = wrote
        self._files = SafeFiles(bench.workspace)
        self._outputs = bench.outputs

    def close(self) -> None:
        """Let go of the workspace."""
        self._files.close()

    def text(self, path: str) -> str:
        """Return a file's or document's text.

        Raises:
            ToolFailed: it cannot be read, or is no text.
        """
        normal = normalised(path)
        if normal in self.documents:
            return self.documents[normal]
        return decode(self._bytes(normal), path)

    def _bytes(self, path: str) -> bytes:
        if path.startswith(OUTPUT_PREFIX):
            return _output(self._outputs, path.removeprefix(OUTPUT_PREFIX))
        try:
            return self._files.read(path)
        except OSError as error:
            raise ToolFailed(f"cannot read {path!r}: {error.strerror or error}") from error

    def raw(self, path: str) -> bytes:
        """Return a workspace file's bytes."""
        return self._bytes(normalised(path))

    def write(self, path: str, content: bytes) -> bool:
        """Write the file; return True when it is new.

        Raises:
            ToolFailed: the path is refused.
        """
        normal = normalised(path)
        self._refuse_closed(normal)
        is_new = not self._files.exists(normal)
        try:
            self._files.write(normal, content)
        except OSError as error:
            raise ToolFailed(f"cannot write {path!r}: {error.strerror or error}") from error
        self._wrote(normal)
        return is_new

    def _refuse_closed(self, path: str) -> None:
        names = path.casefold().split("/")
        if ".git" in names:
            raise ToolFailed(f"cannot write {path!r}: git's own files are not yours")
        if names[:2] == [".ai", "logs"] or path in self.documents:
            raise ToolFailed(f"cannot write {path!r}: the plan and the logs are kept by the executor")
        if path.startswith(OUTPUT_PREFIX):
            raise ToolFailed(f"cannot write {path!r}: {OUTPUT_PREFIX} names outputs of commands")


def normalised(path: str) -> str:
    """Return *path* without empty and `.` components.

    Raises:
        ToolFailed: it leads out of the workspace.
    """
    try:
        return "/".join(components(path))
    except OSError as error:
        raise ToolFailed(f"{error.strerror}: {path[:200]!r}") from error


def decode(content: bytes, path: str) -> str:
    """Return *content* as text; UTF-8, with or without a mark, or UTF-16 with one."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in content[:_BINARY_PROBE_BYTES]:
        raise ToolFailed(f"{path!r} is binary")
    else:
        encoding = "utf-8"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ToolFailed(f"{path!r} is not {encoding.upper()} text (byte {error.start})") from error


def _output(folder: Path, name: str) -> bytes:
    if "/" in name or name in {"", "."}:
        raise ToolFailed(f"no output {name!r}")
    try:
        with (folder / name).open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            return file.read(2_000_000) + (b"\n[... the rest is left out ...]\n" if size > 2_000_000 else b"")
    except OSError as error:
        raise ToolFailed(f"no output {name!r}") from error


def read_file_tool(files: WorkspaceFiles) -> Tool:
    """Return the tool that shows a file with line numbers."""

    async def run(asked: ReadFileInput) -> str:
        lines = files.text(asked.path).splitlines()
        first = (asked.offset or 1) - 1
        shown = lines[first : first + (asked.limit or LINES_AT_ONCE)]
        if not shown:
            return f"{asked.path}: {len(lines)} lines; none at line {first + 1}" if lines else f"{asked.path} is empty"
        last = first + len(shown)
        numbered = [f"{first + i:6}\t{line[:LONGEST_LINE]}" for i, line in enumerate(shown, start=1)]
        rest = f"\n[lines {first + 1}-{last} of {len(lines)}]" if first or last < len(lines) else ""
        return "\n".join(numbered) + rest

    return Tool("read_file", "Show a text file with line numbers.", ReadFileInput, run)


def write_file_tool(files: WorkspaceFiles) -> Tool:
    """Return the tool that writes a whole file."""

    async def run(asked: WriteFileInput) -> str:
        is_new = files.write(asked.path, asked.content.encode("utf-8", "replace"))
        return f"{'created' if is_new else 'replaced'} {asked.path} ({len(asked.content.splitlines())} lines)"

    return Tool("write_file", "Create a file or replace it whole.", WriteFileInput, run)


def edit_file_tool(files: WorkspaceFiles) -> Tool:
    """Return the tool that replaces one passage."""

    async def run(asked: EditFileInput) -> str:
        before = files.raw(asked.path)
        after, line = replace_once(before, asked.old_text, asked.new_text, asked.path)
        files.write(asked.path, after)
        return f"edited {asked.path} at line {line}"

    return Tool("edit_file", "Replace a passage that stands in the file exactly once.", EditFileInput, run)


def replace_once(content: bytes, old: str, new: str, path: str) -> tuple[bytes, int]:
    """Return *content* with *old* replaced, line ends and encoding kept, and the line where it stood.

    Raises:
        ToolFailed: *old* stands there not at all, or more than once.
    """
    text = decode(content, path)
    if "\r\n" in text and "\r\n" not in old:
        old, new = old.replace("\n", "\r\n"), new.replace("\r\n", "\n").replace("\n", "\r\n")
    found = text.count(old)
    if found == 0:
        raise ToolFailed(f"old_text does not stand in {path!r}; read the file again")
    if found > 1:
        raise ToolFailed(f"old_text stands in {path!r} {found} times; give more of its surroundings")
    line = text.count("\n", 0, text.index(old)) + 1
    result = text.replace(old, new)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        mark, encoding = content[:2], "utf-16-le" if content[:1] == b"\xff" else "utf-16-be"
        return mark + result.encode(encoding), line
    return result.encode("utf-8", "replace"), line

"""What a candidate commit changes, read from git's objects once and judged many times."""

import re
from collections.abc import Collection, Iterable

from pydantic import BaseModel, ConfigDict

from phasewright.gate.declaring import all_declaring
from phasewright.gate.objects import REGULAR, Entry, read_blobs, read_tree
from phasewright.gate.promised_names import promised_names
from phasewright.gate.readers import READERS, Files, named_paths
from phasewright.git.repository import Repository
from phasewright.plan import FileChanges, Phase

_DOCUMENT = (".md", ".markdown")
_IN_SRC = re.compile(r"(^|/)src/.*\.rs$|(^|/)lib\.rs$")


class Change(BaseModel):
    """Base and candidate as trees, with the contents that checks read."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    base: dict[str, Entry]
    head: dict[str, Entry]
    changed: frozenset[str]
    """Paths that differ in mode or content."""
    contents: dict[str, bytes]
    """Blob → bytes: of changed files, promised files and manifests, on both sides."""

    def before(self, path: str) -> bytes | None:
        """Return *path* at base; None where it does not exist or was not read."""
        return self._content(self.base, path)

    def after(self, path: str) -> bytes | None:
        """Return *path* in the candidate; None where it does not exist or was not read."""
        return self._content(self.head, path)

    def text_before(self, path: str) -> str | None:
        """Return *path* at base as text."""
        content = self.before(path)
        return None if content is None else content.decode("utf-8", "replace")

    def text_after(self, path: str) -> str | None:
        """Return *path* in the candidate as text."""
        content = self.after(path)
        return None if content is None else content.decode("utf-8", "replace")

    def manifests(self, *, after: bool = False) -> dict[str, str]:
        """Return the text of every Cargo.toml at base, or in the candidate."""
        tree, read = (self.head, self.text_after) if after else (self.base, self.text_before)
        return {path: read(path) or "" for path in tree if path.rpartition("/")[2] == "Cargo.toml"}

    def created(self) -> list[str]:
        """Return the paths that only the candidate has."""
        return sorted(p for p in self.changed if p not in self.base)

    def modified(self) -> list[str]:
        """Return the paths that both have, differently."""
        return sorted(p for p in self.changed if p in self.base and p in self.head)

    def deleted(self) -> list[str]:
        """Return the paths that only base has."""
        return sorted(p for p in self.changed if p not in self.head)

    def _content(self, tree: dict[str, Entry], path: str) -> bytes | None:
        entry = tree.get(path)
        return self.contents.get(entry.blob) if entry and entry.mode in REGULAR else None


async def read_change(repo: Repository, base: str, candidate: str, phase: Phase | None) -> Change:
    """Return the difference of two commits, with the contents that the checks for *phase* need."""
    before, after = await read_tree(repo, base), await read_tree(repo, candidate)
    changed = frozenset(p for p in before.keys() | after.keys() if before.get(p) != after.get(p))
    wanted = changed | {p for p in before.keys() | after.keys() if _is_configuration(p)} | all_declaring(changed)
    if any(path.endswith(_DOCUMENT) and path in before for path in changed):
        # A document may be a source file's documentation, and its examples doc tests.
        wanted |= {path for path in before.keys() & after.keys() if _IN_SRC.search(path)}
    if phase is not None:
        wanted |= set(normal_paths(phase.files.paths())) | _read_by_criteria(phase, after)
    if phase is not None and promised_names(phase):
        wanted |= {path for path in after if path.endswith(".rs")}  # what is promised may have been there before
    entries = [tree[path] for path in wanted for tree in (before, after) if path in tree]
    contents = await read_blobs(repo, (entry.blob for entry in entries if entry.mode in REGULAR))
    return Change(base=before, head=after, changed=changed, contents=contents)


def normal_path(path: str) -> str:
    """Return a plan's path as git writes it: from the root, `./` and a leading `/` taken off."""
    return path.strip().strip("`").removeprefix("./").lstrip("/")


def normal_paths(paths: Iterable[str]) -> list[str]:
    """Return a plan's paths as git writes them."""
    return [normal_path(path) for path in paths]


def package_folder(path: str, tree: Collection[str]) -> str:
    """Return the folder of the package that *path* lies in; empty for the root."""
    folders = [path.rsplit("/", depth)[0] for depth in range(1, path.count("/") + 1)]
    return next((folder for folder in folders if f"{folder}/Cargo.toml" in tree), "")


def is_listed(path: str, files: FileChanges) -> bool:
    """Return True where the plan lists *path*, itself or a folder that holds it."""
    return any(path == one or (one.endswith("/") and path.startswith(one)) for one in normal_paths(files.paths()))


def _read_by_criteria(phase: Phase, tree: dict[str, Entry]) -> set[str]:
    """Return the files that the criteria's reading commands look into."""
    files = Files(paths=frozenset(tree), contents={})
    found: set[str] = set()
    for check in (criterion.check for criterion in phase.acceptance_criteria):
        if check is not None and check.path:
            found.add(normal_path(check.path))
        if check is not None and check.argv and check.argv[0] in READERS:
            found.update(path for name in named_paths(check.argv) for path in files.under(name))
    return found


def _is_configuration(path: str) -> bool:
    return path.endswith(("Cargo.toml", "package.json")) or "/.cargo/" in f"/{path}"

"""Paths as plans write them: which code spans are paths, and what each is inside the repository."""

import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

_LINES = re.compile(r":\d+(?:[-–]\d+)?(?:,\s*\d+(?:[-–]\d+)?)*$|#L\d+(?:-L?\d+)?$")
_EXTENSIONS = (
    " rs toml lock md mdx json jsonc json5 yaml yml ts tsx js jsx mjs cjs sh bash zsh fish py sql html css scss txt "
    "mmd xml xsd proto snap csv tsv svg png graphql gql lalrpop pest wasm wat hbs tera j2 ini cfg conf env ron c h cpp "
    "hpp go java kt swift rb lua nix dockerfile bat cmd ps1 service plist feature adoc rst tex tpl tmpl template "
)
_ROUTE = re.compile(r"^/?v\d+(?:beta\d*)?/")
"""An HTTP route such as `/v1/models`."""
_BARE_NAMES = frozenset({"makefile", "justfile", "dockerfile", "license", "readme", "changelog", "containerfile"})
_PATH = re.compile(r"^[^\s()\"'<>|;=!?]+$")
_BIDI = frozenset("\u200b\u200c\u200d\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u00ad")
_LONGEST_NAME = 255
_LONGEST_PATH = 1024


class CleanPath(NamedTuple):
    """A path from the repository's root, or why there is none."""

    path: str | None
    problem: str | None = None
    is_error: bool = False
    """True where the plan is refused for it. Otherwise *problem* is a remark, or why there is no path."""


def without_lines(text: str) -> str:
    """Return a path without the line numbers after it: `lib.rs:186-191` is `lib.rs`."""
    return _LINES.sub("", text)


def is_path_like(text: str) -> bool:
    """True for a code span that names a file or a folder, not code (survey 8, path heuristic)."""
    path = without_lines(text)
    if not _PATH.match(path) or "::" in path or "://" in path or path.startswith(("-", "#", "@", "$", "--", "&")):
        return False
    name = path.rstrip("/").rsplit("/", 1)[-1]
    if "/" in path:
        return (path not in ("/", "./", "../") and not re.fullmatch(r"/?v\d+(beta\d*)?/.*", path)) or has_extension(
            name
        )
    return has_extension(name) or name.casefold() in _BARE_NAMES or (name.startswith(".") and name[1:].isidentifier())


def has_extension(name: str) -> bool:
    """True for a file name with an extension that source trees know."""
    stem, dot, extension = name.rpartition(".")
    return bool(dot and stem) and f" {extension.casefold()} " in _EXTENSIONS


def clean_path(written: str, repository: Path | None) -> CleanPath:
    """Return the path from the repository's root that *written* means.

    A leading `/` is read from the root; an author's own absolute path by its longest tail that exists.
    """
    path = unicodedata.normalize("NFC", without_lines(written.strip().strip("`")))
    refusal = _refusal(path)
    if refusal:
        return CleanPath(None, refusal, is_error=True)
    oddity = _oddity(path)
    if oddity:
        return CleanPath(None, oddity)
    if path.startswith(("~", "$")) or re.match(r"^[A-Za-z]:", path):
        return _tail(re.sub(r"^(~[^/]*|\$\w+|[A-Za-z]:)", "", path), written, repository)
    if path.startswith("/"):
        return _tail(path, written, repository)
    return CleanPath(_joined(path))


def _refusal(path: str) -> str | None:
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if "\0" in path:
        return "holds a NUL byte"
    if _leaves(parts):
        return "leaves the repository"
    if any(_is_git(part) for part in parts):
        return "reaches into .git"
    return None


def _oddity(path: str) -> str | None:
    """Return why no file of the repository can be meant; the path is then no promise."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if "\\" in path:
        return "holds a backslash; write /"
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs") or c in _BIDI for c in path):
        return "holds an invisible character"
    if len(path) > _LONGEST_PATH or any(len(part.encode("utf-8", "replace")) > _LONGEST_NAME for part in parts):
        return "is longer than a file system allows"
    if any(part.startswith("-") for part in parts[:1]):
        return "begins with a hyphen and would be read as an option"
    return None if parts else "names no file"


def _leaves(parts: list[str]) -> bool:
    depth = 0
    for part in parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return True
    return False


def _is_git(part: str) -> bool:
    """True for every spelling that some file system takes for `.git`. Source: git's own protectHFS and protectNTFS."""
    plain = unicodedata.normalize("NFKC", "".join(c for c in part if c not in _BIDI)).casefold().rstrip(". ")
    return plain.split(":")[0] in (".git", "git~1")


def _joined(path: str) -> str | None:
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts) + ("/" if path.endswith("/") and parts else "") or None


def _tail(path: str, written: str, repository: Path | None) -> CleanPath:
    """Return the longest tail of an absolute path that exists in the repository, else the path from its root."""
    parts = [part for part in (_joined(path) or "").split("/") if part]
    end = "/" if path.endswith("/") else ""
    if repository is not None:
        root = [part for part in repository.parts if part != "/"]
        if parts[: len(root)] == root and len(parts) > len(root):
            return CleanPath("/".join(parts[len(root) :]) + end, f"{written!r} is an absolute path")
        for start in range(len(parts)):
            tail = "/".join(parts[start:])
            if _exists(repository / tail):
                return CleanPath(tail + end, f"{written!r} is an absolute path; read as {tail!r}")
    rest = "/".join(parts) + end
    return CleanPath(rest or None, f"{written!r} is an absolute path; read from the repository's root as {rest!r}")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False

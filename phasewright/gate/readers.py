"""Commands of acceptance criteria that only read, answered on the candidate's tree. No process is started for them."""

import fnmatch
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath

from pydantic import BaseModel

READERS = frozenset({"grep", "rg", "ls", "test", "[", "wc", "cat", "head", "find", "diff"})


class Answer(BaseModel, frozen=True):
    """How a command would have ended."""

    succeeds: bool
    has_output: bool = True


class Files(BaseModel, frozen=True):
    """The candidate's files: which there are, and the contents of those that the command names."""

    paths: frozenset[str]
    contents: Mapping[str, bytes]

    def under(self, name: str) -> list[str]:
        """Return the files that *name* means: itself, what lies in it, what it matches as a pattern."""
        path = str(PurePosixPath(name)) if name not in ("", ".", "./") else ""
        if not path or path == ".":
            return sorted(self.paths)
        if "*" in path or "?" in path:
            return sorted(p for p in self.paths if fnmatch.fnmatchcase(p, path))
        return sorted(p for p in self.paths if p == path or p.startswith(f"{path}/"))


def named_paths(argv: Sequence[str]) -> list[str]:
    """Return the words of a reading command that may be paths; all files where it names none."""
    words = [word for word in argv[1:] if not word.startswith("-")]
    if argv[0] in ("grep", "rg"):
        words = words[1:] or [""]
    return words


def answer(argv: Sequence[str], files: Files) -> Answer | None:
    """Return how *argv* would end on *files*; None where we cannot tell, which is never a pass."""
    reader = _READERS.get(argv[0])
    try:
        return reader(list(argv[1:]), files) if reader else None
    except (re.error, _Unknown):
        return None


class _Unknown(ValueError):
    """An option or a form that is not read."""


def _grep(words: list[str], files: Files) -> Answer:
    return _search(words, files, extended=False)


def _rg(words: list[str], files: Files) -> Answer:
    return _search(words, files, extended=True)


def _search(words: list[str], files: Files, *, extended: bool) -> Answer:
    flags, includes, rest, patterns = "", [], [], []
    while words:
        word = words.pop(0)
        if word.startswith("--include="):
            includes.append(word.partition("=")[2].strip("'\""))
        elif word in ("-e", "--regexp"):
            patterns.append(words.pop(0) if words else "")
        elif word == "--":
            rest += words
            break
        elif re.fullmatch(r"-[rRnilEFqcwHhosv]+", word):
            flags += word[1:]
        elif word.startswith("-"):
            raise _Unknown(word)
        else:
            rest.append(word)
    pattern = patterns[0] if patterns else rest.pop(0)
    wanted = _compile(pattern, flags, extended=extended)
    paths = [p for name in rest or [""] for p in files.under(name)]
    if includes:
        paths = [p for p in paths if any(fnmatch.fnmatchcase(PurePosixPath(p).name, glob) for glob in includes)]
    if not paths and rest:
        return Answer(succeeds=False, has_output=False)
    invert = "v" in flags
    found = any(
        (wanted.search(line) is None) if invert else (wanted.search(line) is not None)
        for path in paths
        for line in files.contents.get(path, b"").decode("utf-8", "replace").splitlines()
    )
    return Answer(succeeds=found, has_output=found)


def _compile(pattern: str, flags: str, *, extended: bool) -> re.Pattern[str]:
    if "[[:" in pattern:
        raise _Unknown(pattern)
    if "F" in flags:
        text = re.escape(pattern)
    elif extended or "E" in flags:
        text = pattern
    else:  # a basic expression: `\|` is an alternative, `|` a character
        text = re.sub(r"\\([|(){}+?])|([|(){}+?])", lambda m: m[1] or f"\\{m[2]}", pattern)
    if "w" in flags:
        text = rf"\b(?:{text})\b"
    return re.compile(text, re.IGNORECASE if "i" in flags else 0)


def _exists(words: list[str], files: Files) -> Answer:
    names = [word for word in words if not word.startswith("-")]
    if not names:
        raise _Unknown("no path")
    there = all(files.under(name) for name in names)
    return Answer(succeeds=there, has_output=there)


def _test(words: list[str], files: Files) -> Answer:
    words = [word for word in words if word != "]"]
    wanted = words[:1] != ["!"]
    words = words if wanted else words[1:]
    if len(words) != 2 or words[0] not in ("-f", "-e", "-d", "-s"):
        raise _Unknown(" ".join(words))
    flag, name = words
    under = files.under(name)
    path = str(PurePosixPath(name))
    there = (
        bool(under)
        if flag == "-e"
        else path in files.paths
        if flag in ("-f", "-s")
        else path not in files.paths and bool(under)
    )
    if there and flag == "-s":
        there = bool(files.contents.get(path))
    return Answer(succeeds=there == wanted, has_output=False)


def _find(words: list[str], files: Files) -> Answer:
    start = words.pop(0) if words and not words[0].startswith("-") else "."
    name, kind = "*", "f"
    while words:
        word = words.pop(0)
        if word in ("-name", "-type") and words:
            value = words.pop(0)
            name, kind = (value, kind) if word == "-name" else (name, value)
        else:
            raise _Unknown(word)
    if kind != "f":
        raise _Unknown(kind)
    found = any(fnmatch.fnmatchcase(PurePosixPath(p).name, name) for p in files.under(start))
    return Answer(succeeds=True, has_output=found)


def _diff(words: list[str], files: Files) -> Answer:
    names = [word for word in words if not word.startswith("-")]
    if len(names) != 2:
        raise _Unknown("diff")
    one, other = (files.contents.get(str(PurePosixPath(name))) for name in names)
    same = one is not None and one == other
    return Answer(succeeds=same, has_output=not same)


_READERS: dict[str, Callable[[list[str], Files], Answer]] = {
    "grep": _grep,
    "rg": _rg,
    "ls": _exists,
    "cat": _exists,
    "head": _exists,
    "wc": _exists,
    "test": _test,
    "[": _test,
    "find": _find,
    "diff": _diff,
}

"""Change a file that others edit too: a crash leaves the old file or the new one, and nobody's save is lost.

Read, transform, write `.NAME.<old>-<new>.part` beside it (same mode), fsync, rename to `….ready`, exchange it with the
file in one system call, and read what came out. Equal to what was read: remove it. Different: somebody saved in
between; their file is exchanged back at once and everything starts again. After a crash the names say what a leftover
is: `.part` is ours and unfinished; `.ready` holds our text, the old text, or somebody's save, which is kept.
"""

import contextlib
import ctypes
import errno
import hashlib
import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from phasewright.errors import NotWritten

_logger = logging.getLogger(__name__)
_TRIES = 20
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_LEFTOVER = re.compile(r"([0-9a-f]{16})-([0-9a-f]{16})\.(part|ready)")


def change_file(path: Path, transform: Callable[[bytes], bytes], *, create: bool = False) -> bool:
    """Replace the file's content by what *transform* makes of it; return whether that was a change.

    Args:
        transform: called again with the new content when somebody else saved the file meanwhile.
        create: an absent file counts as an empty one.

    Raises:
        NotWritten: with the cause; the file then holds the old content or, if only the disk's confirmation is
            missing, the new one.
    """
    try:
        target = path.resolve()
        if create and not target.exists():
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT, 0o644))
        recover_file(target)
        return _change(target, transform)
    except OSError as error:
        name = errno.errorcode.get(error.errno or 0, "unknown error")
        raise NotWritten(f"{str(path)!r} cannot be written ({name}: {error.strerror})") from error


def recover_file(path: Path) -> list[Path]:
    """Remove what a crash of ours left beside *path*; return where a user's save was put, if one was found."""
    kept = []
    prefix = f".{path.name}."
    for left in [entry for entry in path.parent.iterdir() if entry.name.startswith(prefix)]:
        if not (named := _LEFTOVER.fullmatch(left.name.removeprefix(prefix))):
            continue
        if named[3] == "part" or _digest(left.read_bytes()) in (named[1], named[2]):
            left.unlink()
            continue
        kept.append(path.with_name(f"{path.name}.saved-{time.time_ns()}"))
        left.rename(kept[-1])
        _logger.warning("a save of %s that a crash had put aside is now %s", path, kept[-1])
    return kept


def _change(path: Path, transform: Callable[[bytes], bytes]) -> bool:
    for _ in range(_TRIES):
        before = path.read_bytes()
        after = transform(before)
        if after == before:
            return False
        ready = path.with_name(f".{path.name}.{_digest(before)}-{_digest(after)}.ready")
        part = ready.with_suffix(".part")
        with _removed_on_error(after, part, ready):
            _put(part, after, like=path)
            part.rename(ready)
            _exchange(ready, path)
        if (displaced := ready.read_bytes()) == before:
            ready.unlink()
            _sync_folder(path.parent)  # fails only after the new content is visible
            return True
        _give_back(ready, path, displaced, after)
    raise OSError(errno.EBUSY, "it keeps changing", str(path))


def _give_back(ready: Path, path: Path, theirs: bytes, inside: bytes) -> None:
    """Exchange until what comes out is what we know was in, so that the newest save is in place."""
    for _ in range(_TRIES):
        _exchange(ready, path)
        if (out := ready.read_bytes()) == inside:
            return ready.unlink()
        theirs, inside = out, theirs
    raise OSError(errno.EBUSY, "it keeps changing", str(path))


def _put(part: Path, content: bytes, like: Path) -> None:
    """Write a new file with the mode, owner and access list of *like*, down to the disk."""
    state = like.stat()
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        while content:
            content = content[os.write(descriptor, content) :]
        if (state.st_uid, state.st_gid) != (os.geteuid(), os.getegid()):
            with contextlib.suppress(PermissionError):
                os.fchown(descriptor, state.st_uid, state.st_gid)
        os.fchmod(descriptor, state.st_mode & 0o7777)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exchange(a: Path, b: Path) -> None:
    """Exchange two files in one step; where the system cannot, put *a* in *b*'s place and keep *b* as *a*."""
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "renameat2"):
        if libc.renameat2(_AT_FDCWD, os.fsencode(a), _AT_FDCWD, os.fsencode(b), _RENAME_EXCHANGE) == 0:
            return
        if (code := ctypes.get_errno()) not in {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}:
            raise OSError(code, os.strerror(code), str(b))
    # Not atomic for a save of the user's in these microseconds; no file system of a usual machine comes here.
    old = a.with_suffix(".part")
    shutil.copy2(b, old)
    a.replace(b)
    old.replace(a)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _removed_on_error(ours: bytes, part: Path, ready: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        with contextlib.suppress(OSError):
            if ready.read_bytes() == ours:  # after the exchange it holds what was displaced: `recover_file` judges that
                ready.unlink()
        raise


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]

"""Files under a root folder, so that no path and no race leads outside of it.

A path is judged as text first. Then the kernel walks it in one call that follows no link (`openat2`), or we walk it
component by component with `O_NOFOLLOW` where that call is missing. What is opened is asked again by its descriptor:
a plain file with one name, of bounded size. Writes go to a new name in the same folder and are renamed over the old.
"""

import contextlib
import ctypes
import errno
import functools
import os
import secrets
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

READ_LIMIT_BYTES = 2_000_000
LONGEST_PATH_BYTES = 4000
_SYS_OPENAT2 = 437  # on every Linux architecture
_BENEATH_WITHOUT_LINKS = 0x08 | 0x04 | 0x02  # RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC

Opener = Callable[[int, list[str], int], int]


class PathRefused(OSError):
    """The path is none that we open, or what is there is no plain file."""


def components(path: str) -> list[str]:
    """Return the names that *path* leads through, judged as text alone.

    Raises:
        PathRefused: absolute, empty, too long, or with `..` or NUL in it.
    """
    if not path or "\0" in path or path.startswith("/") or len(path.encode("utf-8", "replace")) > LONGEST_PATH_BYTES:
        raise PathRefused(errno.EINVAL, "not a path relative to the workspace's root", path)
    names = [name for name in path.split("/") if name not in {"", "."}]
    if ".." in names:
        raise PathRefused(errno.EINVAL, "'..' leads out of the workspace", path)
    return names or ["."]


def open_in_kernel(root: int, names: list[str], flags: int) -> int:
    """Open by `openat2`: ELOOP for a link, EXDEV for a way out."""
    how = (ctypes.c_uint64 * 3)(flags | os.O_CLOEXEC, 0, _BENEATH_WITHOUT_LINKS)
    path = "/".join(names).encode()
    code = errno.EAGAIN
    for _ in range(100):  # EAGAIN: something was renamed while the kernel walked
        descriptor = int(_libc().syscall(_SYS_OPENAT2, root, path, how, ctypes.sizeof(how)))
        if descriptor >= 0:
            return descriptor
        code = ctypes.get_errno()
        if code not in {errno.EAGAIN, errno.EINTR}:
            break
    raise OSError(code, os.strerror(code), "/".join(names))


def open_by_walking(root: int, names: list[str], flags: int) -> int:
    """Do the same one component at a time, for kernels without `openat2`."""
    here = os.dup(root)
    try:
        for name in names[:-1]:
            deeper = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=here)
            os.close(here)
            here = deeper
        return os.open(names[-1], flags | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=here)
    finally:
        os.close(here)


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


@functools.cache
def best_opener() -> Opener:
    """Return `open_in_kernel` where this kernel has it, else `open_by_walking`."""
    if sys.platform != "linux":
        return open_by_walking
    folder = os.open("/", _FOLDER)
    try:
        os.close(open_in_kernel(folder, ["."], os.O_RDONLY))
    except OSError:
        return open_by_walking
    finally:
        os.close(folder)
    return open_in_kernel


class SafeFiles:
    """A folder held by its descriptor: renaming or replacing the folder's path changes nothing for us."""

    def __init__(self, root: Path, opener: Opener | None = None) -> None:
        self._root = os.open(root, _FOLDER)
        self._open = opener or best_opener()

    def close(self) -> None:
        """Let go of the folder."""
        os.close(self._root)

    def read(self, path: str, limit_bytes: int = READ_LIMIT_BYTES) -> bytes:
        """Return a plain file's bytes."""
        descriptor = self._open(self._root, components(path), os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise PathRefused(errno.EPERM, "not a plain file", path)
            if status.st_nlink > 1:
                raise PathRefused(errno.EPERM, "a file with several names (hard links)", path)
            if status.st_size > limit_bytes or len(content := file.read(limit_bytes + 1)) > limit_bytes:
                raise PathRefused(errno.EFBIG, f"larger than {limit_bytes} bytes", path)
        return content

    def exists(self, path: str) -> bool:
        """True when something that is no link can be opened at *path*."""
        try:
            os.close(self._open(self._root, components(path), os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY))
        except OSError:
            return False
        return True

    def write(self, path: str, content: bytes) -> None:
        """Replace the file whole, keeping its mode; folders are made. A link there is replaced, never followed."""
        *folders, name = components(path)
        if name == ".":
            raise PathRefused(errno.EISDIR, "not a file", path)
        with self._folder(folders) as folder:
            owner, mode = os.fstat(folder), _mode_of(folder, name)
            temporary = f".{secrets.token_hex(8)}.tmp"
            try:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
                with os.fdopen(os.open(temporary, flags, 0o600, dir_fd=folder), "wb") as file:
                    file.write(content)
                    _give(file.fileno(), owner)
                    os.fchmod(file.fileno(), mode)
                os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(temporary, dir_fd=folder)
                raise

    @contextlib.contextmanager
    def _folder(self, names: list[str]) -> Iterator[int]:
        """Open a folder, making what is missing of it."""
        here = os.dup(self._root)
        try:
            for name in names:
                deeper = self._enter(here, name)
                os.close(here)
                here = deeper
            yield here
        finally:
            os.close(here)

    def _enter(self, here: int, name: str) -> int:
        try:
            return os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=here)
        except FileNotFoundError:
            os.mkdir(name, 0o755, dir_fd=here)
            deeper = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=here)
            _give(deeper, os.fstat(here))
            return deeper


def _mode_of(folder: int, name: str) -> int:
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return 0o644
    if stat.S_ISDIR(status.st_mode):
        raise PathRefused(errno.EISDIR, "a folder is there", name)
    return stat.S_IMODE(status.st_mode) & 0o777 if stat.S_ISREG(status.st_mode) else 0o644


def _give(descriptor: int, owner: os.stat_result) -> None:
    """As root, give what we made to the folder's owner, whom the sandbox runs as."""
    if os.geteuid() == 0 and owner.st_uid != 0:
        os.fchown(descriptor, owner.st_uid, owner.st_gid)

"""System calls that no build and no test needs, refused before the kernel looks at them: a second wall.

A network namespace does not hold AF_VSOCK (a virtual machine's line to its host), and io_uring opens sockets without
the socket call. Pure: makes the bytes of a BPF program; bubblewrap loads it.
"""

import platform
import struct

_ALLOWED_FAMILIES = (1, 2, 10, 16)  # unix, inet, inet6, netlink; all inside our own network namespace
_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97
_X32 = 0x4000_0000

# Source: Linux 6.12, arch/x86/entry/syscalls/syscall_64.tbl and scripts/syscall.tbl (generic, for arm64).
_COMMON_NEW = {
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "mount_setattr": 442,
}
_X86_64 = _COMMON_NEW | {
    "pivot_root": 155,
    "acct": 163,
    "mount": 165,
    "umount2": 166,
    "swapon": 167,
    "swapoff": 168,
    "reboot": 169,
    "iopl": 172,
    "ioperm": 173,
    "init_module": 175,
    "delete_module": 176,
    "quotactl": 179,
    "kexec_load": 246,
    "add_key": 248,
    "request_key": 249,
    "keyctl": 250,
    "unshare": 272,
    "perf_event_open": 298,
    "name_to_handle_at": 303,
    "open_by_handle_at": 304,
    "setns": 308,
    "finit_module": 313,
    "kexec_file_load": 320,
    "bpf": 321,
    "userfaultfd": 323,
    "syslog": 103,
}
_ARM64 = _COMMON_NEW | {
    "umount2": 39,
    "mount": 40,
    "pivot_root": 41,
    "quotactl": 60,
    "acct": 89,
    "unshare": 97,
    "kexec_load": 104,
    "init_module": 105,
    "delete_module": 106,
    "syslog": 116,
    "reboot": 142,
    "add_key": 217,
    "request_key": 218,
    "keyctl": 219,
    "swapon": 224,
    "swapoff": 225,
    "perf_event_open": 241,
    "name_to_handle_at": 264,
    "open_by_handle_at": 265,
    "setns": 268,
    "finit_module": 273,
    "bpf": 280,
    "userfaultfd": 282,
    "kexec_file_load": 294,
}
_MACHINES = {
    "x86_64": (0xC000_003E, 41, _X86_64),
    "aarch64": (0xC000_00B7, 198, _ARM64),
}
"""Machine → (audit architecture, number of `socket`, refused calls)."""

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _ERRNO = 0x7FFF_0000, 0x0005_0000
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16


def filter_program(machine: str = "") -> bytes | None:
    """Return the filter for *machine*, this one if not given; None where we have no table."""
    known = _MACHINES.get(machine or platform.machine())
    if known is None:
        return None
    architecture, socket, refused = known
    program = [
        # Another architecture's calls (32-bit programs) have other numbers.
        *_when(_ARCHITECTURE_AT, _EQUAL, architecture, otherwise=_ENOSYS),
        _step(_LOAD, _NUMBER_AT),
        _step(_AT_LEAST, _X32, 0, 1),
        _step(_RETURN, _ERRNO | _ENOSYS),
    ]
    for number in sorted(refused.values()):
        program += [_step(_EQUAL, number, 0, 1), _step(_RETURN, _ERRNO | _EPERM)]
    program += [_step(_EQUAL, socket, 1, 0), _step(_RETURN, _ALLOW), _step(_LOAD, _FIRST_ARGUMENT_AT)]
    for family in _ALLOWED_FAMILIES:
        program += [_step(_EQUAL, family, 0, 1), _step(_RETURN, _ALLOW)]
    return b"".join([*program, _step(_RETURN, _ERRNO | _EAFNOSUPPORT)])


def _when(offset: int, test: int, value: int, *, otherwise: int) -> list[bytes]:
    return [_step(_LOAD, offset), _step(test, value, 1, 0), _step(_RETURN, _ERRNO | otherwise)]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)

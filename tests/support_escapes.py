"""Attempts to get out of the sandbox: each a shell snippet whose exit code 0 means "it worked".

Names in angle brackets are filled in: <git> git dir, <sibling> another workspace, <canary> a file outside,
<pid> a process outside, <tcp> <udp> ports, <socket> a Unix socket's path, <abstract> an abstract one's name.
"""

import hashlib
import os
import socket
from pathlib import Path
from typing import NamedTuple

KEY = "canary-key-5d1f0c"
PYTHON = "/usr/bin/python3 -c "


def _connect(kind: str, where: str) -> str:
    return (
        PYTHON + f"'import socket as s; c = s.socket({kind}); c.settimeout(2); c.connect({where}); c.send(b\"hello\")'"
    )


def _call(number: int, *arguments: str) -> str:
    """A raw system call on x86_64 that works if it does not return -1."""
    text = f"import ctypes; raise SystemExit(ctypes.CDLL(None).syscall({', '.join([str(number), *arguments])}) == -1)"
    return f"test $(uname -m) = x86_64 && {PYTHON}'{text}'"


_MEMORY = f"""
key, found, f = "{KEY[::-1]}"[::-1].encode(), 0, open("/proc/1/mem", "rb", 0)
for line in open("/proc/1/maps"):
    low, high = (int(x, 16) for x in line.split()[0].split("-"))
    try:
        f.seek(low); found += key in f.read(high - low)
    except (OSError, OverflowError): pass
raise SystemExit(not found)"""


class Attempt(NamedTuple):
    """One way out."""

    name: str
    snippet: str


ATTEMPTS = [
    Attempt("append to the .git pointer", "echo gitdir: x >> .git"),
    Attempt("rename the .git pointer", "mv .git dotgit"),
    Attempt("remove the .git pointer", "rm -f .git"),
    Attempt("plant a hook", "echo '#!/bin/sh' > <git>/hooks/post-commit"),
    Attempt("configure diff.external", "git config diff.external true"),
    Attempt("read a token in .git/config", "grep token <git>/config"),
    Attempt("move a ref", "git update-ref refs/heads/evil HEAD"),
    Attempt("write an object", "git hash-object -w Cargo.toml"),
    Attempt("write the own index", "echo x >> src/lib.rs; git add -A"),
    Attempt("plant an alternate", "echo /tmp > <git>/objects/info/alternates"),
    Attempt("write in a sibling", "echo x > <sibling>/x"),
    Attempt("read a sibling", "cat <sibling>/Cargo.toml"),
    Attempt("hard link to the git config", "ln <git>/config stolen && echo x >> stolen"),
    Attempt("write through a symlink", "ln -sf <git>/config link; echo x >> link"),
    Attempt("read through a symlink", "ln -sf <canary> link2; cat link2"),
    Attempt("write beside the workspace", "touch ../outside; false"),  # judged from outside: here it is a private tmpfs
    Attempt("write in the toolchain", "touch $(dirname $(command -v cargo))/x"),
    Attempt("write in /usr", "touch /usr/x"),
    Attempt("write in /etc", "echo x >> /etc/passwd"),
    Attempt("read /etc/shadow", "cat /etc/shadow"),
    Attempt("read a file outside", "cat <canary>"),
    Attempt("key in the environment of process 1", f"grep -aq {KEY} /proc/1/environ"),
    Attempt("key in any environment", f"grep -alq {KEY} /proc/[0-9]*/environ"),
    Attempt("key in the memory of process 1", PYTHON + f"'{_MEMORY}'"),
    Attempt(
        "process 1 has more rights",
        "! grep -q 'CapEff:.0000000000000000' /proc/1/status || ! grep -q 'NoNewPrivs:.1' /proc/1/status",
    ),
    Attempt("outside by /proc/1/root", "cat /proc/1/root<canary>"),
    Attempt("outside by /proc/1/cwd", "cat /proc/1/cwd<canary>"),
    Attempt("remount the git dir", "mount -o remount,bind,rw <git>"),
    Attempt("unmount .git", "umount .git"),
    Attempt("mount a tmpfs by the new calls", _call(430, 'b"tmpfs"', "0")),
    Attempt("raw disk", "mknod disk b 254 0; head -c1 disk || head -c1 /dev/vda || head -c1 /dev/sda"),
    Attempt("kernel memory", "head -c1 /proc/kcore || head -c1 /dev/mem"),
    Attempt("kernel log", "dmesg"),
    Attempt("TCP to the host", _connect("2, 1", '("127.0.0.1", <tcp>)')),
    Attempt("MPTCP to the host", _connect("2, 1, 262", '("127.0.0.1", <tcp>)')),
    Attempt("UDP to the host", _connect("2, 2", '("127.0.0.1", <udp>)') + " && false"),  # judged by the listener
    Attempt("TCP to another machine", _connect("2, 1", '("192.0.2.1", 80)')),
    Attempt("TCP over IPv6 to another machine", _connect("10, 1", '("2001:db8::1", 80)')),
    Attempt("Unix socket by path", _connect("1, 1", '"<socket>"')),
    Attempt("abstract Unix socket", _connect("1, 1", '"\\0<abstract>"')),
    Attempt("socket to the hypervisor", PYTHON + "'import socket; socket.socket(40, 1)'"),
    Attempt("kernel crypto socket", PYTHON + "'import socket; socket.socket(38, 5)'"),
    Attempt("raw socket", PYTHON + "'import socket; socket.socket(2, 3, 1)'"),
    Attempt("TIOCSTI", PYTHON + '\'import fcntl, termios; fcntl.ioctl(open("/dev/tty"), termios.TIOCSTI, b"x")\''),
    Attempt("signal to a process outside", "kill -0 <pid>"),
    Attempt("nested user namespace", "unshare -Ur true"),
    Attempt("mount namespace", "unshare -m true"),
    Attempt("join a namespace", "nsenter -t 1 -m true"),
    Attempt("raise the process limit", "prlimit --nproc=100000:100000 true"),
    Attempt("escape the kernel's oom choice", "echo -900 > /proc/self/oom_score_adj"),
    Attempt("program for core dumps", "f=/proc/sys/kernel/core_pattern; v=$(cat $f); echo $v > $f"),  # what it read
    Attempt("magic system request", "echo h > /proc/sysrq-trigger"),
    Attempt("cgroup release agent", "ls /sys/fs/cgroup/* && echo x > /sys/fs/cgroup/release_agent"),
    Attempt("io_uring", _call(425, "8", "b'\\0' * 120".replace("'", '"'))),
    Attempt("kernel keyring", _call(248, 'b"user"', 'b"a"', 'b"b"', "1", "-3")),
    Attempt("bpf", _call(321, "0", "b''".replace("'", '"'), "0")),
    Attempt("open by handle", _call(304, "3", 'b"x" * 64', "0")),
    Attempt(
        "fill the disk by tmp",
        "f=$TMPDIR/big; head -c 300M /dev/zero > $f; test $(stat -c %s $f) -ge 314572800; r=$?; rm -f $f; exit $r",
    ),
    Attempt("be root outside", "test $(id -u) = 0"),
    Attempt("set-user-id file", "cp /bin/true suid && chmod 4755 suid && false"),
]
WANTED = [
    Attempt("write in the workspace", "echo x > made && test -s made"),
    Attempt("list the private home", "ls -a $HOME"),
    Attempt("own CARGO_HOME", "touch $CARGO_HOME/x"),
    Attempt("processes and pipes", "seq 100 | sort -n | tail -1 | grep -q 100"),
    Attempt("threads", PYTHON + "'import threading; t = threading.Thread(target=print); t.start(); t.join()'"),
    Attempt("pseudo terminal", PYTHON + "'import os; os.openpty()'"),
    Attempt("shared memory", PYTHON + "'import mmap; mmap.mmap(-1, 4096)' && echo x > /dev/shm/x"),
    Attempt("IPv6 loopback", PYTHON + "'import socket; socket.create_server((\"::1\", 0), family=10)'"),
]
SEEN_WITHOUT_SANDBOX = {
    "append to the .git pointer",
    "plant a hook",
    "read a token in .git/config",
    "write in a sibling",
    "write through a symlink",
    "read a file outside",
    "write beside the workspace",
    "TCP to the host",
    "UDP to the host",
    "Unix socket by path",
    "abstract Unix socket",
    "fill the disk by tmp",
}
"""What an ordinary user without a sandbox gets at: shows that the table can see an escape."""
BEYOND_LOOPBACK = {"TCP to another machine", "TCP over IPv6 to another machine"}


class Outside:
    """What an escape would find: a sibling, a canary, four listeners; and whether anything of it was touched."""

    def __init__(self, folder: Path, git_dir: Path) -> None:
        self.folder = folder
        self.guarded = [git_dir, folder / "sibling", folder / "canary", folder / "outside"]
        (folder / "sibling").mkdir()
        (folder / "sibling/Cargo.toml").write_text("sibling\n")
        (folder / "canary").write_text(KEY)
        self._ears = [socket.socket(2, 1), socket.socket(2, 2), socket.socket(1, 1), socket.socket(1, 1)]
        name = f"phasewright-test-{folder.name}"
        places = [("127.0.0.1", 0), ("127.0.0.1", 0), str(folder / "socket"), "\0" + name]
        for ear, place in zip(self._ears, places, strict=True):
            ear.bind(place)
            ear.settimeout(0.01)
            if ear.type == socket.SOCK_STREAM:
                ear.listen()
        (folder / "socket").chmod(0o777)
        self._names = {
            "<git>": str(git_dir),
            "<sibling>": str(folder / "sibling"),
            "<canary>": str(folder / "canary"),
            "<pid>": str(os.getpid()),
            "<tcp>": str(self._ears[0].getsockname()[1]),
            "<udp>": str(self._ears[1].getsockname()[1]),
            "<socket>": str(folder / "socket"),
            "<abstract>": name,
        }

    def fill_in(self, snippet: str) -> str:
        """Return *snippet* with the names of this outside."""
        for short, full in self._names.items():
            snippet = snippet.replace(short, full)
        return snippet

    def digest(self) -> str:
        """Return a digest of names, modes, link targets and bytes of everything guarded."""
        digest = hashlib.sha256()
        for path in sorted(p for top in self.guarded if top.exists() for p in [top, *top.rglob("*")]):
            content = os.readlink(path).encode() if path.is_symlink() else path.read_bytes() if path.is_file() else b""
            digest.update(f"{path}\0{path.lstat().st_mode}\0".encode() + content)
        return digest.hexdigest()

    def heard(self) -> int:
        """Return how many of the listeners heard something."""
        return sum(self._has_heard(ear) for ear in self._ears)

    @staticmethod
    def _has_heard(ear: socket.socket) -> bool:
        try:
            if ear.type == socket.SOCK_DGRAM:
                return bool(ear.recv(10))
            ear.accept()[0].close()
        except (TimeoutError, BlockingIOError):
            return False
        return True

    def close(self) -> None:
        for ear in self._ears:
            ear.close()

"""Who changed which files, where several agents work in one workspace at the same time.

What file tools write is known exactly. What a command (bash, cargo) changes is seen by looking at the workspace before
and after it. While an agent is alone no look is needed: all that changes is its own. Where commands of two agents run
at the same time and a file changes under both, nobody can tell whose change it is, and it is called shared.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import NamedTuple

from phasewright.agent.changes import Look, changed_between, look
from phasewright.tools.workbench import Workbench


class Changed(NamedTuple):
    """What one agent changed, as sorted paths."""

    own: tuple[str, ...]
    shared: tuple[str, ...]
    """Changed while commands of this agent and of another both ran: by one of them."""


class _Command:
    """A command of one agent: when it ran, and what changed meanwhile."""

    def __init__(self, agent: int, began: int) -> None:
        self.agent = agent
        self.began = began
        """Before its first look; it ends after its last one."""
        self.ended: int | None = None
        self.before: Look | None = None
        """None: its agent is alone, so nobody needs to know."""
        self.changed: frozenset[str] = frozenset()

    def covers(self, moment: int) -> bool:
        return self.began < moment and (self.ended is None or moment < self.ended)

    def ran_beside(self, other: "_Command") -> bool:
        ends = (self.ended or other.began + 1, other.ended or self.began + 1)
        return self.agent != other.agent and self.began < ends[1] and other.began < ends[0]


class Writers:
    """The agents of one attempt. Used on one event loop only."""

    def __init__(self) -> None:
        self._began: dict[int, Look] = {}
        """Agents at work, and the workspace as each found it."""
        self._alone_since: Look = {}
        """The workspace when its one agent began to be alone; only then of use."""
        self._own: dict[int, set[str]] = {}
        self._wrote: list[tuple[int, int, str]] = []
        """(moment, agent, path) of file tools."""
        self._commands: list[_Command] = []
        self._moments = 0
        self._looking = asyncio.Lock()

    def wrote(self, agent: int, path: str) -> None:
        """A file tool of *agent* wrote *path*."""
        self._wrote.append((self._moment(), agent, path))

    async def begin(self, agent: int, bench: Workbench) -> None:
        """*agent* starts to work."""
        async with self._looking:
            former = list(self._began)
            self._began[agent] = {}  # from here on every command is looked at
            now = self._began[agent] = await look(bench)
            if not former:
                self._alone_since = now
            elif len(former) == 1:
                self._own.setdefault(former[0], set()).update(changed_between(self._alone_since, now))
            for command in self._commands:
                if command.ended is None and command.before is None:
                    command.before = now

    async def end(self, agent: int, bench: Workbench) -> Changed:
        """*agent* is done; return what it changed."""
        async with self._looking:
            now = await look(bench)
            if len(self._began) == 1:
                self._own.setdefault(agent, set()).update(changed_between(self._alone_since, now))
            for command in self._commands:
                if command.ended is None and command.before is not None:
                    command.changed = frozenset(changed_between(command.before, now))
                if command.agent == agent and command.ended is None:  # it was cut off
                    command.ended, command.before = self._moment(), None
            paths = changed_between(self._began.pop(agent), now)
            self._alone_since = now
            known = {path: self._who(agent, path) for path in paths}
        return Changed(
            own=tuple(path for path in paths if known[path] == "own"),
            shared=tuple(path for path in paths if known[path] == "shared"),
        )

    @contextlib.asynccontextmanager
    async def command(self, agent: int, bench: Workbench) -> AsyncIterator[None]:
        """Look at what changes during the block, unless *agent* is alone."""
        command = _Command(agent, self._moment())
        if len(self._began) > 1:
            async with self._looking:
                command.before = await look(bench)
        self._commands.append(command)
        try:
            yield
        except asyncio.CancelledError:
            raise  # at once; `end` looks
        except BaseException:
            await self._close(command, bench)
            raise
        await self._close(command, bench)

    async def _close(self, command: _Command, bench: Workbench) -> None:
        if len(self._began) > 1 or command.before is not None:
            async with self._looking:  # whoever begins just now gives the command its first look
                if command.before is not None:
                    command.changed = frozenset(changed_between(command.before, await look(bench)))
        command.ended, command.before = self._moment(), None

    def _who(self, agent: int, path: str) -> str:
        tools = {writer for _, writer, written in self._wrote if written == path}
        if agent in tools or path in self._own.get(agent, ()):
            return "own"
        seen = [
            command for command in self._commands if path in command.changed and not self._is_explained(command, path)
        ]
        mine = [command for command in seen if command.agent == agent]
        if not mine:
            by_others = tools or seen or any(path in own for own in self._own.values())
            return "another's" if by_others else "own"
        is_mine = any(not any(one.ran_beside(other) for other in seen) for one in mine)
        return "own" if is_mine else "shared"

    def _is_explained(self, command: _Command, path: str) -> bool:
        """True when a file tool of another agent wrote *path* while *command* ran."""
        return any(
            writer != command.agent and written == path and command.covers(moment)
            for moment, writer, written in self._wrote
        )

    def _moment(self) -> int:
        self._moments += 1
        return self._moments

"""A reply's end is its own, not its connection's."""

import asyncio
import json
import time

from support_agents import QUICK
from test_model import request

from phasewright.budget import Budget
from phasewright.model import Model
from phasewright.scripted import Step
from phasewright.scripted.caching import PromptCache
from phasewright.scripted.stream import build_reply, events
from phasewright.turn import Reply


async def ask(sent: bytes, *, close: bool) -> tuple[Reply, int]:
    """Ask twice over a bare HTTP server; return the last reply and how many connections were made."""
    connections: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
            writer.write(b"%x\r\n%s\r\n" % (len(sent), sent) + (b"0\r\n\r\n" if close else b""))
            await writer.drain()

    def quietly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served = asyncio.ensure_future(serve(reader, writer))
        served.add_done_callback(lambda task: task.cancelled() or task.exception())

    server = await asyncio.start_server(quietly, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    model = Model.connect(
        retry=QUICK.model_copy(update={"silence_seconds": 5.0}),
        environment={"ANTHROPIC_API_KEY": "none", "ANTHROPIC_BASE_URL": address},
    )
    try:
        await model.turn(request(), Budget("test"))
        return await model.turn(request(), Budget("test")), len(connections)
    finally:
        await model.close()
        for writer in connections:
            writer.close()
        server.close()


def spoken() -> bytes:
    body = {"model": "claude-sonnet-5-5", "messages": [{"role": "user", "content": "Go."}]}
    reply = build_reply(Step(text="Hello."), json.loads(json.dumps(body)), PromptCache(), name="x", think=True)
    return b"".join(event.encode() for event in events(reply))


async def test_a_connection_that_ends_well_is_used_again() -> None:
    reply, connections = await ask(spoken(), close=True)

    assert ("Hello.", 1) == (reply.text, connections)


async def test_a_proxy_that_keeps_the_connection_open_does_not_keep_us() -> None:
    began = time.monotonic()
    reply, connections = await ask(spoken(), close=False)

    assert ("Hello.", 2) == (reply.text, connections)
    assert time.monotonic() - began < 3

"""`phasewright model-server`: the scripted Messages API server by itself."""

import signal
import threading
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from phasewright.scripted import ScriptedServer, load_script


def model_server(
    *,
    script: Annotated[Path, Parameter(name="--script")],
    port: Annotated[int, Parameter(name="--port")] = 0,
    summary: Annotated[Path | None, Parameter(name="--summary")] = None,
) -> int:
    """Play a scripted session as a Messages API server, until stopped.

    Parameters
    ----------
    script: FILE
        The scripted session, YAML or JSON (docs/scripted-sessions.md).
    port: N
        Port on 127.0.0.1; 0 takes a free one.
    summary: FILE
        Where to write, at the end, what was asked: requests and turns of every conversation, and problems.
    """
    server = ScriptedServer(load_script(script), port=port)
    stopped = threading.Event()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with server:
        print(server.url, flush=True)
        stopped.wait()
        if summary is not None:
            server.write_summary(summary)
    return 130

"""The HTTP side of the scripted server: paths, bodies, server-sent events, and the ways in which they break."""

import json
import logging
import socket
import struct
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from phasewright.scripted.contract import MAX_BODY_BYTES, Refusal, check_body, check_headers
from phasewright.scripted.models import find_model, list_models
from phasewright.scripted.record import Record
from phasewright.scripted.script import Fault
from phasewright.scripted.stream import Event, Reply, events
from phasewright.scripted.tokens import count_tokens

log = logging.getLogger(__name__)

Answer = Callable[["Exchange"], None]


class Endpoint(ThreadingHTTPServer):
    """Listens on loopback and gives each `/v1/messages` request to *answer*."""

    daemon_threads = True

    def __init__(self, port: int, answer: Answer, record: Record) -> None:
        self.answer = answer
        self.record = record
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), Exchange)

    def server_bind(self) -> None:
        """Bind without asking the resolver for our own name, as HTTPServer does."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def opened(self, connection: socket.socket) -> None:
        """Remember a connection, so that `stop` can end it."""
        with self._lock:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forget a connection."""
        with self._lock:
            self._open.discard(connection)

    def stop(self) -> None:
        """Stop listening and end every connection."""
        self.stopping.set()
        self.shutdown()
        self.server_close()
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    log.debug("a connection was closed already")

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the base class calls it so
        """A client that goes away is no error of ours; anything else is a problem of the script's player."""
        log.debug("connection of %s ended", client_address, exc_info=True)


class Exchange(BaseHTTPRequestHandler):
    """One connection; each request on it is one exchange."""

    protocol_version = "HTTP/1.1"
    server: Endpoint
    timeout = 600
    # Without it every small event waits for an acknowledgement: 200 streamed turns took 9.1 s instead of 1.15 s.
    disable_nagle_algorithm = True

    def setup(self) -> None:
        """Begin a connection."""
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        """End a connection."""
        self.server.closed(self.connection)
        try:
            super().finish()
        except OSError:
            log.debug("the client went away first")

    def do_POST(self) -> None:
        """Answer `/v1/messages` and `/v1/messages/count_tokens`."""
        self._begin()
        path = urlsplit(self.path).path
        if path == "/v1/messages":
            self.server.answer(self)
        elif path == "/v1/messages/count_tokens":
            self._count_tokens()
        else:
            self.send_error_body(404, "not_found_error", f"no such path: {path}")

    def do_GET(self) -> None:
        """Answer `/v1/models` and the private paths below `/_scripted`."""
        self._begin()
        path = urlsplit(self.path).path
        if path == "/_scripted/summary":
            self._send_text(self.server.record.summary().model_dump_json())
        elif path == "/_scripted/requests":
            self._send_text("[" + ",".join(r.model_dump_json() for r in self.server.record.requests) + "]")
        elif self.refusal:
            self.send_error_body(self.refusal.status, self.refusal.type, self.refusal.message)
        elif path == "/v1/models":
            self._send_json(list_models())
        elif path.startswith("/v1/models/") and (model := find_model(unquote(path.removeprefix("/v1/models/")))):
            self._send_json(model)
        else:
            self.send_error_body(404, "not_found_error", f"no such path: {path}")

    def send_fault(self, fault: Fault) -> None:
        """Answer with the fault's HTTP error."""
        self.send_error_body(fault.status, fault.error_type, fault.message, fault.error_code, fault.headers)

    def send_error_body(
        self, status: int, kind: str, message: str, code: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        """Answer with an error as the API words it."""
        error: dict[str, Any] = {"type": kind, "message": message}
        if code:
            error["details"] = {"error_code": code}
        self._send_json({"type": "error", "error": error, "request_id": self.request_id}, status, headers)

    def send_whole(self, reply: Reply, fault: Fault | None) -> None:
        """Answer with the whole message, or with half of it where a fault says so."""
        if fault and fault.kind == "hang":
            self._hang(fault)
            return
        if fault and fault.kind == "sse_error":  # without a stream it can only be the status
            self.send_error_body(529, fault.error_type, fault.message, fault.error_code)
            return
        payload = json.dumps(reply.message, ensure_ascii=False).encode("utf-8", "surrogatepass")
        self._send_head(200, "application/json", {"content-length": str(len(payload))})
        self.wfile.write(payload[: len(payload) // 2] if fault and fault.kind == "cut" else payload)
        if fault and fault.kind == "cut":
            self._drop(reset=fault.how == "reset")

    def send_stream(self, reply: Reply, fault: Fault | None, pace_seconds: float) -> None:
        """Answer with the reply's events, as far as the fault lets them through."""
        breaking = fault if fault and fault.kind != "tool_json" else None
        if breaking and breaking.at == "headers" and breaking.kind != "sse_error":
            self._break(breaking)
            return
        self._send_head(200, "text/event-stream; charset=utf-8", {"transfer-encoding": "chunked"})
        sent = events(reply)
        last = len(sent) if breaking is None else _break_before(sent, breaking.at)
        for event in sent[:last]:
            self._send_chunk(event.encode())
            self.pause(pace_seconds)
        if breaking:
            self._break(breaking)
        else:
            self._send_chunk(b"")

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than the server lives."""
        if seconds and self.server.stopping.wait(seconds):
            raise ConnectionAbortedError("the scripted server is stopping")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        """Keep the console quiet."""
        log.debug(format, *args)

    def _begin(self) -> None:
        self._numbers = getattr(self, "_numbers", 0) + 1
        self.request_id = f"req_{id(self.connection):x}{self._numbers:04d}"
        self.headers_by_name = {name.lower(): value for name, value in self.headers.items()}
        self.refusal = check_headers(self.headers_by_name)
        self.body = self._read_body()

    def _read_body(self) -> Any:
        length = int(self.headers.get("content-length") or 0)
        if length > MAX_BODY_BYTES:
            self.close_connection = True
            message = f"request exceeds the maximum of {MAX_BODY_BYTES} bytes"
            self.refusal = Refusal(status=413, type="request_too_large", message=message)
            return None
        raw = self.rfile.read(length)
        try:
            return json.loads(raw) if raw else None
        except ValueError as problem:
            message = f"the request body is not valid JSON: {problem}"
            self.refusal = self.refusal or Refusal(status=400, type="invalid_request_error", message=message)
            return None

    def _count_tokens(self) -> None:
        body = self.body if isinstance(self.body, dict) else {}
        refusal = self.refusal or check_body({"max_tokens": 1, **body})
        if refusal:
            self.server.record.add_problem(f"count_tokens: {refusal.message}")
            self.send_error_body(refusal.status, refusal.type, refusal.message)
        else:
            self._send_json({"input_tokens": count_tokens(body)})

    def _break(self, fault: Fault) -> None:
        if fault.kind == "sse_error":
            error: dict[str, Any] = {"type": fault.error_type, "message": fault.message}
            if fault.error_code:
                error |= {"details": {"error_code": fault.error_code}}
            self._send_chunk(Event("", "error", {"type": "error", "error": error}).encode())
            self._send_chunk(b"")
        elif fault.kind == "hang":
            self._hang(fault)
        elif fault.how == "end" and fault.at != "headers":
            self._send_chunk(b"")
        else:
            self._drop(reset=fault.how == "reset")

    def _hang(self, fault: Fault) -> None:
        self.server.stopping.wait(fault.seconds)
        self._drop(reset=False)

    def _drop(self, *, reset: bool) -> None:
        self.close_connection = True
        self.wfile.flush()
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.server.closed(self.connection)
            self.rfile.close()
            self.connection.close()  # closed, not shut down: that is what sends the reset
        else:
            self.connection.shutdown(socket.SHUT_RDWR)

    def _send_json(self, content: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self._send_text(json.dumps(content, ensure_ascii=False), status, headers)

    def _send_text(self, text: str, status: int = 200, headers: dict[str, str] | None = None) -> None:
        payload = text.encode("utf-8", "surrogatepass")
        self._send_head(status, "application/json", {"content-length": str(len(payload)), **(headers or {})})
        self.wfile.write(payload)

    def _send_head(self, status: int, content_type: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"content-type": content_type, "request-id": self.request_id, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _send_chunk(self, payload: bytes) -> None:
        self.wfile.write(f"{len(payload):x}\r\n".encode() + payload + b"\r\n")
        self.wfile.flush()


def _break_before(sent: list[Event], at: str) -> int:
    """Return how many events go out before the fault strikes. In a block: its start and its first half."""
    if at in ("headers", "start"):
        return 0
    if at in ("stop", "message_stop"):
        return next(n for n, event in enumerate(sent) if event.place == at)
    inside = [n for n, event in enumerate(sent) if event.place == at]
    if not inside:  # the reply has no such block: after the last one
        return next(n for n, event in enumerate(sent) if event.place == "stop")
    deltas = [n for n in inside if sent[n].name == "content_block_delta"]
    return deltas[len(deltas) // 2] if deltas else inside[-1]

"""A small HTTP/1.1 server: a thread for each connection, kept alive, one write for each response.

The standard library's handler parses headers with the e-mail package and writes in pieces; with thousands of calls that
would make the fake the slowest part of a benchmark.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import threading
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class HTTPRequest:
    """`target` is path and query as sent; header names are lower-case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class HTTPResponse:
    status: int
    body: bytes
    headers: Mapping[str, str]

    def encode(self) -> bytes:
        reason = HTTPStatus(self.status).phrase
        lines = [f"HTTP/1.1 {self.status} {reason}", *(f"{name}: {value}" for name, value in self.headers.items())]
        return "\r\n".join([*lines, f"Content-Length: {len(self.body)}", "", ""]).encode("latin-1") + self.body


class Reset(Exception):
    """Raised by an answering function to reset the connection instead."""


class Server:
    """Listens on 127.0.0.1 and answers each request with `answer`, in the connection's own thread."""

    def __init__(self, answer: Callable[[HTTPRequest], HTTPResponse], port: int = 0) -> None:
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", port), backlog=1024)
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._closed = False
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name="fake-aws", daemon=True).start()

    def close(self) -> None:
        """Stop listening and cut all connections."""
        with self._lock:
            self._closed = True
            connections = list(self._connections)
        # Closing a listener doesn't wake the thread that waits in accept; shutting it down does.
        for open_socket in (self._listener, *connections):
            with contextlib.suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                if self._closed:
                    connection.close()
                    return
                self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        sys.settrace(None)  # coverage is about the client, in this process too: tracing this takes a twelfth of a look
        try:
            with contextlib.suppress(OSError), connection.makefile("rb") as stream:
                while request := _read(stream, connection):
                    connection.sendall(self._answer(request).encode())
                    if request.headers.get("connection", "").lower() == "close":
                        return
        except Reset:
            # Lingering for no time at all makes the closing a reset.
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        finally:
            with self._lock:
                self._connections.discard(connection)
            connection.close()


def _read(stream: BinaryIO, connection: socket.socket) -> HTTPRequest | None:
    """The next request on a connection, None when there is no further one."""
    start = stream.readline(65537).decode("latin-1").split()
    if len(start) != 3:
        return None
    headers: dict[str, str] = {}
    while (line := stream.readline(65537)) not in {b"\r\n", b"\n", b""}:
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = stream.read(int(headers.get("content-length", 0)))
    return HTTPRequest(start[0], start[1], headers, body)

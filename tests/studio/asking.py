"""Ask a studio without a browser."""

from __future__ import annotations

import contextlib
import http.client
from dataclasses import dataclass
from email.message import Message

from tests.studio.running import Studio


@dataclass(frozen=True)
class Answer:
    """What came back, read to its end."""

    status: int
    headers: Message
    text: str


def ask(studio: Studio, path: str, method: str = "GET", **headers: str) -> Answer:
    """One request with exactly these headers; Host is right unless it is given."""
    connection = http.client.HTTPConnection("127.0.0.1", studio.settings.port, timeout=60)
    with contextlib.closing(connection):
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", headers.pop("Host", f"127.0.0.1:{studio.settings.port}"))
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value.encode())
        if method == "POST":
            connection.putheader("Content-Length", "0")
        connection.endheaders()
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode(errors="replace"))


def cookie(studio: Studio) -> str:
    """The header that carries the token."""
    ((name, value),) = studio.cookies.items()
    return f"{name}={value}"


def get(studio: Studio, path: str) -> Answer:
    """As a browser that was given the URL."""
    return ask(studio, path, Cookie=cookie(studio))


def post(studio: Studio, path: str) -> Answer:
    """As one of the studio's own pages."""
    return ask(studio, path, "POST", Cookie=cookie(studio), Origin=studio.origin)

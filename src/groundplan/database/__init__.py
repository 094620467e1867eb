"""The ground: the embedded server, connections, scratch databases. Only this package connects."""

from groundplan.database.binaries import find_binaries
from groundplan.database.connection import connect, resolve_url, server_version
from groundplan.database.embedded import EmbeddedServer

__all__ = [
    "EmbeddedServer",
    "connect",
    "find_binaries",
    "resolve_url",
    "server_version",
]

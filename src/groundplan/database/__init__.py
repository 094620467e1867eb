"""The ground: the embedded server, connections, scratch databases. Only this package connects."""

from groundplan.database.binaries import binaries_version, find_binaries
from groundplan.database.connection import connect, resolve_url, server_version
from groundplan.database.embedded import OWNER, SUPERUSER, EmbeddedServer
from groundplan.database.retry import retry
from groundplan.database.scratch import (
    create_database,
    database_url,
    drop_database,
    drop_leftovers,
    scratch_database,
    superuser_url,
    url_as,
)
from groundplan.database.template import template_database

__all__ = [
    "OWNER",
    "SUPERUSER",
    "EmbeddedServer",
    "binaries_version",
    "connect",
    "create_database",
    "database_url",
    "drop_database",
    "drop_leftovers",
    "find_binaries",
    "resolve_url",
    "retry",
    "scratch_database",
    "server_version",
    "superuser_url",
    "template_database",
    "url_as",
]

"""What a studio is started with."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

HOST = "127.0.0.1"
PORT = 4747
"""The first port that is tried."""


@dataclass(frozen=True)
class Settings:
    """``url``: the database. ``makes_roles``: the server is the kit's own, so the studio may make
    the two roles it reads as; elsewhere it reads as ``role``, or as the user of the URL.

    ``tenant``: the one that is shown first, where there are several. ``port`` is part of what the
    browser has to send as Host. ``token`` is in the URL that is printed, and nowhere else.
    """

    url: str
    port: int = PORT
    role: str | None = None
    tenant: int | None = None
    makes_roles: bool = False
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @property
    def address(self) -> str:
        """The URL for the browser, with the token."""
        return f"http://{HOST}:{self.port}/?token={self.token}"

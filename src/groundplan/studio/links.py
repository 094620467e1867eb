"""Where pages lie: in the running studio, and in the static site of `groundplan docs build`."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import quote, urlencode

_LIVE = {
    "dashboard": "/",
    "reports": "/reports",
    "report": "/reports/{name}",
    "report_csv": "/reports/{name}/rows.csv",
    "schema": "/schema",
    "diagram": "/schema/diagram",
    "module": "/schema/modules/{name}",
    "table": "/schema/tables/{name}",
    "rules": "/rules",
    "rule": "/rules/{name}",
    "attack": "/rules/{name}/attack",
    "audit": "/rules/{name}/audit",
    "verify": "/verify",
    "verifying": "/verify/progress",
    "trace": "/trace",
    "order": "/trace/orders/{name}",
    "sku": "/trace/skus/{name}",
    "customer": "/trace/customers/{name}",
    "walkthrough": "/walkthrough",
    "step": "/walkthrough/{name}",
}

_STATIC = {
    "schema": "index.html",
    "diagram": "diagram.html",
    "module": "modules/{name}.html",
    "table": "tables/{name}.html",
    "rules": "rules.html",
    "rule": "rules/{name}.html",
    "reports": "reports.html",
    "report": "reports/{name}.html",
}


class Links(Protocol):
    """Makes the URLs that templates ask for. KeyError for a page that does not exist."""

    def link(self, kind: str, /, **values: object) -> str:
        """The page of that kind; ``name`` is part of the path, everything else the query."""
        ...

    def asset(self, path: str) -> str:
        """A file of the studio's own."""
        ...

    def has(self, kind: str) -> bool:
        """Whether there are such pages here."""
        ...


class LiveLinks:
    """``tenant`` is carried along from page to page."""

    def __init__(self, tenant: int | None = None) -> None:
        self._tenant = tenant

    def link(self, kind: str, /, **values: object) -> str:
        name = quote(str(values.pop("name", "")), safe="")
        query = {key: value for key, value in values.items() if value is not None}
        if self._tenant is not None:
            query.setdefault("tenant", self._tenant)
        path = _LIVE[kind].format(name=name)
        return f"{path}?{urlencode(query)}" if query else path

    def asset(self, path: str) -> str:
        return f"/assets/{path}"

    def has(self, kind: str) -> bool:
        return kind in _LIVE


class StaticLinks:
    """Relative links, from a page that lies ``depth`` folders deep."""

    def __init__(self, depth: int) -> None:
        self._up = "../" * depth

    def link(self, kind: str, /, **values: object) -> str:
        # Whoever opens the file quotes once; the file itself has the name as it is.
        path = self._up + quote(static_path(kind, str(values.pop("name", ""))))
        # Scripts read the query of a page from a file too.
        query = {key: value for key, value in values.items() if value is not None}
        return f"{path}?{urlencode(query)}" if query else path

    def asset(self, path: str) -> str:
        return f"{self._up}assets/{path}"

    def has(self, kind: str) -> bool:
        return kind in _STATIC


def static_path(kind: str, name: str = "") -> str:
    """The file of a page in the static site."""
    return _STATIC[kind].format(name=name.replace("/", "%2F"))

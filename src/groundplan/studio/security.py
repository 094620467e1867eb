"""Who may speak with the studio: the browser that was given the URL, on this machine, directly.

Host is checked against rebinding of names, Origin and the token against pages of others, and the
policy of each page forbids everything that does not come from the studio itself.
"""

from __future__ import annotations

import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from groundplan.studio.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With no-referrer a browser would hide the origin of forms, and they would be refused.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_NOT_YOURS = (
    "This is a Groundplan studio, and it has not met your browser yet.\n\n"
    "Open the URL that `groundplan studio` printed when it started: it ends with ?token=…\n"
)


class Security:
    """ASGI middleware around the whole studio."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._token = settings.token
        self._hosts = {
            f"{host}:{settings.port}".lower() for host in ("127.0.0.1", "localhost", "[::1]")
        }
        self._cookie = f"groundplan_studio_{settings.port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        answer = self._refusal(scope)
        await (answer or self._app)(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        if host not in self._hosts:
            return PlainTextResponse("There is no studio of that name here.\n", status_code=421)
        if not self._is_from_here(scope["method"], headers, host):
            return PlainTextResponse("The studio answers its own pages only.\n", status_code=403)
        if scope["path"].startswith("/assets/") or self._has_token(headers):
            return None
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if any(name == "token" and self._is_token(value) for name, value in query):
            return self._welcome(scope["path"], query)
        return PlainTextResponse(_NOT_YOURS, status_code=403)

    def _is_from_here(self, method: str, headers: Headers, host: str) -> bool:
        """What changes something must say where it comes from; what reads may stay silent."""
        origin = headers.get("origin")
        if origin is None:
            return method in ("GET", "HEAD")
        return origin.lower() == f"http://{host}"

    def _has_token(self, headers: Headers) -> bool:
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return False
        return self._cookie in cookies and self._is_token(cookies[self._cookie].value)

    def _is_token(self, value: str) -> bool:
        return secrets.compare_digest(value.encode(), self._token.encode())

    def _welcome(self, path: str, query: list[tuple[str, str]]) -> Response:
        """The token moves from the URL, which is seen and kept, to a cookie, which is not."""
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        # One slash only: //somewhere would lead to another host.
        clean = "/" + path.lstrip("/")
        answer = RedirectResponse(f"{clean}?{rest}" if rest else clean, status_code=303)
        answer.set_cookie(self._cookie, self._token, httponly=True, samesite="strict")
        return answer

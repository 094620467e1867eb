"""Who gets an answer from the studio, and what each answer forbids."""

from __future__ import annotations

import pytest

from tests.studio.asking import ask, cookie, get, post
from tests.studio.running import Studio


def test_the_url_that_was_printed_lets_in_and_hides_the_token(studio: Studio) -> None:
    answer = ask(studio, f"/rules?token={studio.settings.token}&kind=Check")
    assert answer.status == 303
    assert answer.headers["Location"] == "/rules?kind=Check"
    given = answer.headers["Set-Cookie"]
    assert cookie(studio) in given
    assert "httponly" in given.lower()
    assert "samesite=strict" in given.lower()
    assert ask(studio, "/assets/studio.css").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Cookie": "groundplan_studio=x"},
        {"Cookie": "\x01=;;;"},
        {"Cookie": "groundplan_studio_{port}=wrong"},
        {"Cookie": "groundplan_studio_{port}=ü"},
    ],
)
def test_without_the_token_there_is_no_page(studio: Studio, headers: dict[str, str]) -> None:
    sent = {name: value.format(port=studio.settings.port) for name, value in headers.items()}
    answer = ask(studio, "/rules", **sent)
    assert answer.status == 403
    assert "?token=" in answer.text


def test_a_wrong_token_is_refused(studio: Studio) -> None:
    assert ask(studio, "/rules?token=wrong").status == 403


def test_a_redirect_never_leads_elsewhere(studio: Studio) -> None:
    answer = ask(studio, f"//elsewhere.example/x?token={studio.settings.token}")
    assert answer.headers["Location"].startswith("/elsewhere.example")


@pytest.mark.parametrize("host", ["elsewhere.example", "127.0.0.1", "127.0.0.1:1", "localhost", ""])
def test_another_host_is_refused(studio: Studio, host: str) -> None:
    assert ask(studio, "/rules", Host=host, Cookie=cookie(studio)).status == 421


def test_localhost_is_the_same(studio: Studio) -> None:
    host = f"localhost:{studio.settings.port}"
    assert ask(studio, "/assets/studio.css", Host=host).status == 200


@pytest.mark.parametrize(
    ("method", "origin", "status"),
    [
        ("GET", "http://elsewhere.example", 403),
        ("GET", "null", 403),
        ("POST", "http://elsewhere.example", 403),
        ("POST", None, 403),
    ],
)
def test_pages_of_others_are_refused(
    studio: Studio, method: str, origin: str | None, status: int
) -> None:
    headers = {"Origin": origin} if origin else {}
    assert ask(studio, "/verify", method, Cookie=cookie(studio), **headers).status == status


def test_its_own_pages_may_post(studio: Studio) -> None:
    answer = post(studio, "/nowhere")
    assert answer.status == 404


@pytest.mark.parametrize("path", ["/nowhere", "/assets/studio.js", "/assets/../settings.py"])
def test_every_answer_carries_the_policy(studio: Studio, path: str) -> None:
    answer = get(studio, path)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.status == (200 if path.endswith("studio.js") else 404)

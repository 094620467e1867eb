"""What a page shows, as video files. Needs ffmpeg."""

from __future__ import annotations

import base64
import contextlib
import shutil
import subprocess
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page

_RATE = 12
"""Pictures a second in the videos."""

_ENCODERS = {
    "webm": ["-c:v", "libvpx-vp9", "-b:v", "0", "-crf", "40", "-row-mt", "1", "-cpu-used", "3"],
    "mp4": ["-c:v", "libx264", "-crf", "27", "-preset", "slow", "-movflags", "+faststart"],
}


@dataclass(frozen=True)
class Caption:
    """``begun`` and ``ended``: seconds since the recording began."""

    text: str
    begun: float
    ended: float


class Recording:
    """Pictures as they come, and when each came."""

    def __init__(self, folder: Path, session: CDPSession) -> None:
        self._folder = folder
        self._session = session
        self._pictures: list[tuple[Path, float]] = []
        self._captions: list[Caption] = []
        self._begun = time.monotonic()
        session.on("Page.screencastFrame", self._keep)

    def _keep(self, frame: dict[str, Any]) -> None:
        path = self._folder / f"{len(self._pictures):06}.jpg"
        path.write_bytes(base64.b64decode(frame["data"]))
        self._pictures.append((path, time.monotonic() - self._begun))
        self._session.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    @contextlib.contextmanager
    def captioned(self, text: str) -> Generator[None]:
        """What is shown meanwhile has this caption."""
        begun = time.monotonic() - self._begun
        yield
        self._captions.append(Caption(text, begun, time.monotonic() - self._begun))

    def write(self, directory: Path, name: str) -> list[Path]:
        """name.webm, name.mp4 and name.vtt with the captions."""
        ended = time.monotonic() - self._begun
        lines = ["ffconcat version 1.0"]
        for (path, at), (_, following) in zip(
            self._pictures, [*self._pictures[1:], (Path(), ended)], strict=True
        ):
            lines += [f"file {path.name}", f"duration {max(following - at, 0.001):.3f}"]
        listed = self._folder / "pictures.ffconcat"
        listed.write_text("\n".join([*lines, f"file {self._pictures[-1][0].name}", ""]))
        captions = directory / f"{name}.vtt"
        captions.write_text(_vtt(self._captions), encoding="utf-8")
        return [*(_encode(listed, directory / f"{name}.{kind}") for kind in _ENCODERS), captions]


@contextlib.contextmanager
def recording(page: Page, folder: Path) -> Generator[Recording]:
    """Everything the page shows until the end of the block."""
    size = page.viewport_size or {"width": 1280, "height": 720}
    session = page.context.new_cdp_session(page)
    found = Recording(folder, session)
    session.send(
        "Page.startScreencast",
        {
            "format": "jpeg",
            "quality": 92,
            "maxWidth": size["width"],
            "maxHeight": size["height"],
            "everyNthFrame": 1,
        },
    )
    yield found
    session.send("Page.stopScreencast")


def demand_ffmpeg() -> None:
    """RuntimeError where there is none."""
    if shutil.which("ffmpeg") is None:
        raise RuntimeError("There is no ffmpeg: install it (on Debian: apt-get install ffmpeg).")


def _encode(listed: Path, target: Path) -> Path:
    command = ["ffmpeg", "-y", "-loglevel", "error", "-f", "concat", "-i", str(listed)]
    command += ["-vf", f"fps={_RATE},format=yuv420p", *_ENCODERS[target.suffix[1:]], str(target)]
    subprocess.run(command, check=True)
    return target


def _vtt(captions: list[Caption]) -> str:
    cues = [
        f"{_clock(caption.begun)} --> {_clock(caption.ended)}\n{caption.text}\n"
        for caption in captions
    ]
    return "\n".join(["WEBVTT\n", *cues])


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes):02}:{rest:06.3f}"

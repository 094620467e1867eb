"""dbt, run as its documentation says: by its command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg.conninfo import conninfo_to_dict


@dataclass(frozen=True)
class Run:
    """Seconds of the whole command, and those of its models, added up over its two threads."""

    seconds: float
    models: float


class Dbt:
    """The project of this folder, copied to where it may write."""

    def __init__(self, project: Path, url: str) -> None:
        self._project = project
        place = conninfo_to_dict(url)
        self._environment = {
            **os.environ,
            "RACE_HOST": str(place.get("host") or "localhost"),
            "RACE_PORT": str(place.get("port") or 5432),
            "RACE_USER": str(place.get("user") or ""),
            "RACE_PASSWORD": str(place.get("password") or ""),
            "RACE_DATABASE": str(place.get("dbname") or ""),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }

    def run(self, *, full_refresh: bool = False) -> Run:
        """Run all models; raises SystemExit with what dbt says if it fails."""
        command = [str(Path(sys.executable).parent / "dbt"), "run", "--no-use-colors"]
        command += ["--project-dir", ".", "--profiles-dir", "."]
        began = time.perf_counter()
        answer = subprocess.run(
            [*command, *(["--full-refresh"] if full_refresh else [])],
            cwd=self._project,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - began
        if answer.returncode != 0:
            raise SystemExit(f"dbt has failed:\n{answer.stdout}\n{answer.stderr}")
        results = json.loads((self._project / "target" / "run_results.json").read_text())["results"]
        return Run(seconds, sum(float(one["execution_time"]) for one in results))


@contextmanager
def dbt(url: str) -> Generator[Dbt]:
    """A copy of the project for the database at ``url``."""
    with TemporaryDirectory(prefix="groundplan-race-") as directory:
        project = Path(directory) / "dbt"
        shutil.copytree(Path(__file__).parent / "dbt", project)
        yield Dbt(project, url)

"""The benchmarks are programs of the checkout, not a part of the package: their folder is added."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

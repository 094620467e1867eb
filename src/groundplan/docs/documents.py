"""All generated documents, by their path under docs/."""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.docs.dbml import dbml
from groundplan.docs.mermaid import mermaid
from groundplan.docs.model_page import model_page
from groundplan.docs.picture import model_svg
from groundplan.docs.reports_page import reports_page
from groundplan.docs.rules_page import rules_page
from groundplan.modules.module import Module
from groundplan.snapshot.model import Snapshot


def documents(snapshot: Snapshot, modules: Mapping[str, Module]) -> dict[str, str]:
    """File name and text. ``snapshot``: a database with all ``modules``, tenancy single."""
    return {
        "model.dbml": dbml(snapshot),
        "model.md": model_page(snapshot, modules),
        "model.mmd": mermaid(snapshot),
        "model.svg": model_svg(snapshot, modules),
        "reports.md": reports_page(snapshot, modules),
        "rules.md": rules_page(modules),
    }

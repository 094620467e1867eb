"""The documents that are written from the database and the declarations, never by hand."""

from groundplan.docs.documents import documents
from groundplan.docs.model_page import model_page
from groundplan.docs.picture import model_svg
from groundplan.docs.reports_page import reports_page
from groundplan.docs.rules_page import rules_page

__all__ = ["documents", "model_page", "model_svg", "reports_page", "rules_page"]

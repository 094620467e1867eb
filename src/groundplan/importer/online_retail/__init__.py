"""The UCI file "Online Retail": 541,909 lines of a gift wholesaler, as orders, stock and returns.

The decisions on what its lines mean are in docs/decisions/0010-online-retail.md.
"""

from groundplan.importer.online_retail.loading import import_online_retail
from groundplan.importer.online_retail.result import ImportResult, Progress

__all__ = ["ImportResult", "Progress", "import_online_retail"]

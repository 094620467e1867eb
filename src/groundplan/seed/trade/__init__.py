"""Trade of any size, made by sets in the server: believable, repeatable, and proven by verify."""

from groundplan.seed.trade.generate import generate_trade
from groundplan.seed.trade.ground import NotEmptyForTrade, WrongTenants
from groundplan.seed.trade.options import TradeOptions, TradeResult

__all__ = ["NotEmptyForTrade", "TradeOptions", "TradeResult", "WrongTenants", "generate_trade"]

"""The proof: every rule is attacked, with its guards and without, and every audit is run."""

from groundplan.proof.attack import TransactionInProgress, run_attack
from groundplan.proof.mutation import mutate
from groundplan.proof.plain import PlainRule, plain_rules
from groundplan.proof.provable import Provable
from groundplan.proof.register import Register, UnknownRule, build_register
from groundplan.proof.verdict import Outcome, Verdict
from groundplan.proof.verify import Violation, verify_rules

__all__ = [
    "Outcome",
    "PlainRule",
    "Provable",
    "Register",
    "TransactionInProgress",
    "UnknownRule",
    "Verdict",
    "Violation",
    "build_register",
    "mutate",
    "plain_rules",
    "run_attack",
    "verify_rules",
]

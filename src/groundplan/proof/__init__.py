"""The proof: every rule is attacked, with its guards and without, and every audit is run."""

from groundplan.proof.attack import TransactionInProgress, run_attack
from groundplan.proof.drift import Drift, Fault, drift_of
from groundplan.proof.mutation import mutate
from groundplan.proof.plain import PlainRule, plain_rules
from groundplan.proof.provable import Provable
from groundplan.proof.register import Register, UnknownRule, build_register
from groundplan.proof.restoring import Restored, put_back_constraints
from groundplan.proof.verdict import Outcome, Verdict
from groundplan.proof.verify import Violation, settle, verify_rules

__all__ = [
    "Drift",
    "Fault",
    "Outcome",
    "PlainRule",
    "Provable",
    "Register",
    "Restored",
    "TransactionInProgress",
    "UnknownRule",
    "Verdict",
    "Violation",
    "build_register",
    "drift_of",
    "mutate",
    "plain_rules",
    "put_back_constraints",
    "run_attack",
    "settle",
    "verify_rules",
]

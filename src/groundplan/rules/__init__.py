"""The language of rules: one file for each kind, a declaration and the SQL it compiles to."""

from groundplan.rules.acyclic import Acyclic
from groundplan.rules.append_only import AppendOnly
from groundplan.rules.argument import Argument, Named
from groundplan.rules.audited import Audited, Personal
from groundplan.rules.balance import Balance
from groundplan.rules.computed import Computed
from groundplan.rules.condition import Condition, Gate, Known
from groundplan.rules.dated import Dated
from groundplan.rules.declaration import Attack, DeclarationError, Guard, Rule
from groundplan.rules.derived import Derived
from groundplan.rules.fixed_by_use import FixedByUse
from groundplan.rules.frozen import Frozen, FrozenChildren
from groundplan.rules.look import Early, Look, LookCheck
from groundplan.rules.mark import DERIVED
from groundplan.rules.no_overlap import NoOverlap
from groundplan.rules.restored_check import RestoredCheck
from groundplan.rules.row_check import RowCheck
from groundplan.rules.row_guard import assembled, row_guards
from groundplan.rules.state_machine import StateMachine
from groundplan.rules.tenant_scoped import TenantScoped, tenant_scoped
from groundplan.rules.total import Cap, Total
from groundplan.rules.written_by_rules import ColumnsWrittenByRules, WrittenByRules

__all__ = [
    "DERIVED",
    "Acyclic",
    "AppendOnly",
    "Argument",
    "Attack",
    "Audited",
    "Balance",
    "Cap",
    "ColumnsWrittenByRules",
    "Computed",
    "Condition",
    "Dated",
    "DeclarationError",
    "Derived",
    "Early",
    "FixedByUse",
    "Frozen",
    "FrozenChildren",
    "Gate",
    "Guard",
    "Known",
    "Look",
    "LookCheck",
    "Named",
    "NoOverlap",
    "Personal",
    "RestoredCheck",
    "RowCheck",
    "Rule",
    "StateMachine",
    "TenantScoped",
    "Total",
    "WrittenByRules",
    "assembled",
    "row_guards",
    "tenant_scoped",
]

"""The kinds of rules, each in a sentence."""

from __future__ import annotations

KINDS = {
    "Acyclic": "A tree stays a tree: no row is its own ancestor.",
    "AppendOnly": "What was written stays: rows are added, never changed or deleted.",
    "Audited": "Every change of a row leaves the image it replaced in the audit log.",
    "Balance": "A stored balance is the sum of its entries after every statement.",
    "Cap": "The children of a row never come to more than the row allows.",
    "Check": "A condition on the row alone, kept by a CHECK constraint.",
    "ColumnsWrittenByRules": "These columns are kept by the database; nobody else writes them.",
    "Computed": "These columns are worked out by the database from others of the row.",
    "Condition": "A condition that looks into other tables, checked over all new rows at once.",
    "Derived": "These values follow from other rows, and whoever writes others is overruled.",
    "Dated": "Since when something is so; the database writes it down.",
    "Exclusion": "No two rows conflict with each other, kept by an exclusion constraint.",
    "FixedByUse": "Settings that facts were worked out with stay as they are.",
    "ForeignKey": "A reference leads to a row that is there.",
    "Frozen": "From a certain moment on, these columns stay as they are, and the row with them.",
    "FrozenChildren": "From a certain moment of the parent on, its children stay as they are.",
    "Gate": "A status is reached only when the facts allow it.",
    "Known": "A code names something that is known, without a lock on what it names.",
    "LookCheck": "A condition that looks into other tables, together with others of its moment.",
    "NoOverlap": "At any moment at most one row of the same thing is valid.",
    "NotNull": "The column always has a value.",
    "Personal": "What is personal never reaches the audit log, which is permanent.",
    "PrimaryKey": "Every row has an identity of its own.",
    "RestoredCheck": "Something is true of the row by itself, unless it is restored.",
    "RowCheck": "A condition on the row alone, checked in the row guard of its table.",
    "StateMachine": "A status moves along declared edges only.",
    "TenantScoped": "A tenant neither sees nor writes the rows of another.",
    "Total": "A stored total is the sum of the rows beneath it.",
    "Unique": "No two rows have the same key.",
    "WrittenByRules": "Rows come from the database's own triggers only.",
}


def sentence_of(kind: str) -> str:
    """What rules of the kind promise; empty for a kind of somebody else's."""
    return KINDS.get(kind, "")

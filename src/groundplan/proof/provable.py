"""What can be proven: a declared rule or a plain one. Both have a name, guards and an audit."""

from __future__ import annotations

from groundplan.proof.plain import PlainRule
from groundplan.rules.declaration import Rule

Provable = Rule | PlainRule

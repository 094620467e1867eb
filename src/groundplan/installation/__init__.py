"""The installation: put a Plan into a database, complete it, and say what is there."""

from groundplan.installation.apply import Applied, apply
from groundplan.installation.manifest import InstalledModule, installed_modules, plan_for
from groundplan.installation.privileges import TooMuch, roles_with_too_much
from groundplan.installation.refusals import (
    ExtensionMissing,
    OtherVersion,
    TenancyIsFixed,
    require_owner,
)
from groundplan.installation.sample import add_sample_rows
from groundplan.installation.status import (
    InstallationStatus,
    Verification,
    installation_status,
    record_verification,
    require_installed,
)

__all__ = [
    "Applied",
    "ExtensionMissing",
    "InstallationStatus",
    "InstalledModule",
    "OtherVersion",
    "TenancyIsFixed",
    "TooMuch",
    "Verification",
    "add_sample_rows",
    "apply",
    "installation_status",
    "installed_modules",
    "plan_for",
    "record_verification",
    "require_installed",
    "require_owner",
    "roles_with_too_much",
]

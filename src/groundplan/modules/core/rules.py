"""Rules of core: tenants stay, codes stay, the audit log is permanent and free of personal data."""

from groundplan.rules import AppendOnly, Audited, Frozen, Personal, TenantScoped, tenant_scoped
from groundplan.rules.declaration import attack

ADDRESSES_ARE_AUDITED = Audited(
    name="address_changes_leave_a_trace",
    table="core.addresses",
    sentence="Every change of an address leaves the old one in the audit log.",
    personal=("recipient", "organization", "line_1", "line_2", "phone"),
    sample="city",
)

RULES = (
    Frozen(
        name="tenants_are_never_deleted",
        table="core.tenants",
        columns=("id",),
        sentence="A tenant keeps its number and is never deleted: every fact carries it.",
        hint="Set its status to closed.",
        attack=(
            attack(
                "insert into core.tenants (id, name) values (900001, 'Doomed')",
                "delete from core.tenants where id = 900001",
            ),
            attack(
                "insert into core.tenants (id, name) values (900001, 'Doomed')",
                "update core.tenants set id = 900002 where id = 900001",
            ),
        ),
    ),
    Audited(
        name="tenant_changes_leave_a_trace",
        table="core.tenants",
        sentence="Every change of a tenant's settings leaves the old ones in the audit log.",
        sample="name",
    ),
    Frozen(
        name="currencies_are_never_deleted",
        table="core.currencies",
        columns=("code", "minor_units"),
        key="code",
        recorded=True,
        sentence="A currency keeps its code and decimals and is never deleted: facts refer to it.",
        attack=(
            attack(
                "delete from core.currencies where code = 'XPF'",
            ),
        ),
    ),
    ADDRESSES_ARE_AUDITED,
    Personal(
        name="address_details_stay_out_of_the_audit_log",
        table="core.addresses",
        audited=ADDRESSES_ARE_AUDITED,
        columns=ADDRESSES_ARE_AUDITED.personal,
        sentence="Names and streets of old addresses are kept where they can be erased.",
    ),
    AppendOnly(
        name="audit_log_is_append_only",
        table="core.audit_log",
        sentence="What the audit log holds, nobody changes or deletes.",
        hint="Personal values are in core.audit_personal, where they can be erased.",
        harmless_column="actor",
        referenced=True,
    ),
    TenantScoped(
        name="tenants_of_one_tenant",
        table="core.tenants",
        column="id",
        is_made_by_owner=True,
        sentence="A tenant sees and changes its own settings only; the owner makes new tenants.",
        hint="Let the owner of the installation call core.create_tenant.",
    ),
    *tenant_scoped("core.addresses", "core.outbox_events", "core.audit_log"),
)

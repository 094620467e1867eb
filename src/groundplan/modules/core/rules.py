"""Rules of core: tenants stay, codes stay, the audit log is permanent and free of personal data."""

from groundplan.rules import (
    AppendOnly,
    Audited,
    Dated,
    Frozen,
    Personal,
    RestoredCheck,
    TenantScoped,
    WrittenByRules,
    tenant_scoped,
)
from groundplan.rules.declaration import attack

ADDRESSES_ARE_AUDITED = Audited(
    name="address_changes_leave_a_trace",
    table="core.addresses",
    sentence="Every change of an address leaves the old one in the audit log.",
    personal=("recipient", "organization", "line_1", "line_2", "phone"),
    sample="city",
)

# An image says itself which row of which tenant it is of.
IMAGES = """select image.id::text, 'it is the image of another row' as detail
from core.audit_log as image
where image.old_row is not null
  and (image.row_id is distinct from coalesce(image.old_row ->> 'id', image.old_row ->> 'code')
       or image.tenant_id::text is distinct from case
            when image.schema_name = 'core' and image.table_name = 'tenants'
            then image.old_row ->> 'id' else image.old_row ->> 'tenant_id' end)
union all
select personal.id::text, 'its image is of another tenant'
from core.audit_personal as personal
join core.audit_log as image on image.id = personal.audit_id
where personal.tenant_id is distinct from image.tenant_id"""

RULES = (
    RestoredCheck(
        name="tenant_time_zone_is_known",
        table="core.tenants",
        holds="core.is_time_zone(r.time_zone)",
        sentence="The time zone of a tenant is one that the table of time zones has.",
        hint="Write it as pg_timezone_names has it: Europe/Berlin.",
        breach="insert into core.tenants (id, name, time_zone) values (900001, 'Zone', 'Foo5Bar')",
    ),
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
    Dated(
        name="closing_of_a_tenant_is_dated",
        table="core.tenants",
        column="closed_at",
        holds="new.status = 'closed'",
        sentence="The database writes down since when a tenant is closed.",
        hint="Set status; closed_at follows.",
    ),
    Frozen(
        name="units_keep_their_decimals",
        table="core.units_of_measure",
        columns=("code", "dimension", "decimals"),
        key="code",
        recorded=True,
        sentence="A unit keeps its code, dimension and decimals and is never deleted: quantities"
        " are told in it.",
        hint="Make another unit, and change the SKUs that have no stock.",
        attack=(
            attack(
                "update core.units_of_measure set decimals = 6 where code = 'each'",
            ),
            attack(
                "delete from core.units_of_measure where code = 'oz'",
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
        audit_more="""select currency.code, 'minor_units ' || currency.minor_units as detail
from core.currencies as currency
where currency.minor_units <> core.minor_units(currency.code)""",
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
        audit_more=IMAGES,
    ),
    WrittenByRules(
        name="audit_log_is_written_by_the_database",
        table="core.audit_log",
        derivation="""select image.id, format('%s of %s.%s without the row it was', image.operation,
    image.schema_name, image.table_name) as detail
from core.audit_log as image
where image.operation in ('update', 'delete')
  and (image.old_row is null or image.row_id is null)""",
        sentence="The audit log is written by the changes it tells of alone.",
        hint="Change the row; its old image follows.",
        attack=(
            attack(
                """
                insert into core.audit_log (tenant_id, schema_name, table_name, operation)
                values (1, 'core', 'tenants', 'update')
                """,
            ),
        ),
    ),
    WrittenByRules(
        name="personal_images_are_written_by_the_database",
        table="core.audit_personal",
        events=("insert", "update", "truncate"),
        derivation="""select kept.id, 'kept for another tenant than its image' as detail
from core.audit_personal as kept
join core.audit_log as image on image.id = kept.audit_id
where kept.tenant_id is distinct from image.tenant_id""",
        sentence="What was personal in an old image is written with it, and only ever erased.",
        hint="Delete the row to erase it.",
        attack=(
            attack(
                """
                insert into core.audit_personal (tenant_id, audit_id, old_personal)
                select image.tenant_id + 1000, image.id, '{}'
                from core.audit_log as image
                where image.tenant_id is not null and not exists (
                    select from core.audit_personal as kept where kept.audit_id = image.id)
                limit 1
                """,
            ),
        ),
    ),
    WrittenByRules(
        name="events_are_written_by_what_happened",
        table="core.outbox_events",
        events=("insert", "update", "truncate"),
        derivation="""select event.id, event.topic as detail
from core.outbox_events as event
where regexp_replace(event.topic, '^.*[.]', '') is distinct from event.payload ->> 'to_status'""",
        sentence="An event is written by the change it tells of; whoever has sent it deletes it.",
        hint="Change the status; the event follows where core.tenants.publishes_events is set.",
        attack=(
            attack(
                """
                insert into core.outbox_events (topic, entity_id, entity_version)
                values ('sales.orders.placed', core.new_id(), 2)
                """,
            ),
        ),
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

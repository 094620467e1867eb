-- Generated from rules.py. Do not edit: change the declarations and generate again.

-- Row rules of core.tenants

create or replace function core.guard_tenants() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- tenants_are_never_deleted
    if tg_op = 'UPDATE' then
        if (new.id)
           is distinct from
           (old.id)
           and (true)
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R03', 'tenants_are_never_deleted', 'core.tenants',
                'A tenant keeps its number and is never deleted: every fact carries it.',
                format('core.tenants %s: ', old.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{id}'),
                'Set its status to closed.');
        end if;
    end if;

    -- closing_of_a_tenant_is_dated
    if tg_op = 'INSERT' then
        if new.closed_at is null then
            if new.status = 'closed' and not core.is_restoring() then
                new.closed_at := clock_timestamp();
            end if;
        elsif core.maintenance_reason() is null then
            perform core.refuse('23R11', 'closing_of_a_tenant_is_dated', 'core.tenants.closed_at',
                'The database writes down since when a tenant is closed.',
                format('closed_at is %s in what was sent.', new.closed_at),
                'Set status; closed_at follows.');
        end if;
    end if;

    -- closing_of_a_tenant_is_dated
    if tg_op = 'UPDATE' then
        if new.closed_at is not distinct from old.closed_at then
            if not core.is_restoring() then
                new.closed_at := case when new.status = 'closed' then coalesce(old.closed_at, clock_timestamp()) end;
            end if;
        elsif core.maintenance_reason() is null then
            perform core.refuse('23R11', 'closing_of_a_tenant_is_dated', 'core.tenants.closed_at',
                'The database writes down since when a tenant is closed.',
                format('closed_at was %s, and is %s in what was sent.',
                    coalesce(old.closed_at::text, 'empty'), coalesce(new.closed_at::text, 'empty')),
                'Set status; closed_at follows.');
        end if;
    end if;

    -- tenant_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- tenant_changes_leave_a_trace
    if tg_op = 'UPDATE' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := old.version + 1;
            if to_jsonb(new) - array['version', 'updated_at']
                is distinct from to_jsonb(old) - array['version', 'updated_at'] then
                new.updated_at := now();
            end if;
        end if;
    end if;

    return new;
end
$$;
comment on function core.guard_tenants() is 'tenants_are_never_deleted: A tenant keeps its number and is never deleted: every fact carries it.
closing_of_a_tenant_is_dated: The database writes down since when a tenant is closed.
tenant_changes_leave_a_trace: Every change of a tenant''s settings leaves the old ones in the audit log.';

create or replace trigger t30_guard_tenants
    before insert or update on core.tenants
    for each row execute function core.guard_tenants();

-- Row rules of core.units_of_measure

create or replace function core.guard_units_of_measure() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- units_keep_their_decimals
    if (new.code, new.dimension, new.decimals)
       is distinct from
       (old.code, old.dimension, old.decimals)
       and (true)
       and core.maintenance_reason() is null
    then
        perform core.refuse(
            '23R03', 'units_keep_their_decimals', 'core.units_of_measure',
            'A unit keeps its code, dimension and decimals and is never deleted: quantities are told in it.',
            format('core.units_of_measure %s: ', old.code)
                || core.differences(to_jsonb(old), to_jsonb(new), '{code, dimension, decimals}'),
            'Make another unit, and change the SKUs that have no stock.');
    end if;

    return new;
end
$$;
comment on function core.guard_units_of_measure() is 'units_keep_their_decimals: A unit keeps its code, dimension and decimals and is never deleted: quantities are told in it.';

create or replace trigger t30_guard_units_of_measure
    before update on core.units_of_measure
    for each row execute function core.guard_units_of_measure();

-- Row rules of core.currencies

create or replace function core.guard_currencies() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- currencies_are_never_deleted
    if (new.code, new.minor_units)
       is distinct from
       (old.code, old.minor_units)
       and (true)
       and core.maintenance_reason() is null
    then
        perform core.refuse(
            '23R03', 'currencies_are_never_deleted', 'core.currencies',
            'A currency keeps its code and decimals and is never deleted: facts refer to it.',
            format('core.currencies %s: ', old.code)
                || core.differences(to_jsonb(old), to_jsonb(new), '{code, minor_units}'),
            'Make a new row instead.');
    end if;

    return new;
end
$$;
comment on function core.guard_currencies() is 'currencies_are_never_deleted: A currency keeps its code and decimals and is never deleted: facts refer to it.';

create or replace trigger t30_guard_currencies
    before update on core.currencies
    for each row execute function core.guard_currencies();

-- Row rules of core.addresses

create or replace function core.guard_addresses() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- address_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- address_changes_leave_a_trace
    if tg_op = 'UPDATE' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := old.version + 1;
            if to_jsonb(new) - array['version', 'updated_at']
                is distinct from to_jsonb(old) - array['version', 'updated_at'] then
                new.updated_at := now();
            end if;
        end if;
    end if;

    return new;
end
$$;
comment on function core.guard_addresses() is 'address_changes_leave_a_trace: Every change of an address leaves the old one in the audit log.';

create or replace trigger t30_guard_addresses
    before insert or update on core.addresses
    for each row execute function core.guard_addresses();

-- Frozen: tenants_are_never_deleted

create or replace function core.tenants_are_never_deleted() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not (true) or core.maintenance_reason() is not null then
        return old;
    end if;
    perform core.refuse(
        '23R03', 'tenants_are_never_deleted', 'core.tenants',
        'A tenant keeps its number and is never deleted: every fact carries it.',
        format('DELETE of core.tenants %s was refused.', old.id),
        'Set its status to closed.');
end
$$;
comment on function core.tenants_are_never_deleted() is 'A tenant keeps its number and is never deleted: every fact carries it.';

create or replace trigger t10_tenants_are_never_deleted
    before delete on core.tenants
    for each row execute function core.tenants_are_never_deleted();

create or replace function core.tenants_are_never_deleted_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'tenants_are_never_deleted', 'core.tenants',
        'A tenant keeps its number and is never deleted: every fact carries it.',
        'TRUNCATE of core.tenants was refused.',
        'Set its status to closed.');
end
$$;
comment on function core.tenants_are_never_deleted_truncate() is 'A tenant keeps its number and is never deleted: every fact carries it.';

create or replace trigger t10_tenants_are_never_deleted_truncate
    before truncate on core.tenants
    for each statement execute function core.tenants_are_never_deleted_truncate();

-- Frozen: units_keep_their_decimals

create or replace function core.units_keep_their_decimals() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not (true) or core.maintenance_reason() is not null then
        return old;
    end if;
    perform core.refuse(
        '23R03', 'units_keep_their_decimals', 'core.units_of_measure',
        'A unit keeps its code, dimension and decimals and is never deleted: quantities are told in it.',
        format('DELETE of core.units_of_measure %s was refused.', old.code),
        'Make another unit, and change the SKUs that have no stock.');
end
$$;
comment on function core.units_keep_their_decimals() is 'A unit keeps its code, dimension and decimals and is never deleted: quantities are told in it.';

create or replace trigger t10_units_keep_their_decimals
    before delete on core.units_of_measure
    for each row execute function core.units_keep_their_decimals();

create or replace function core.units_keep_their_decimals_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'units_keep_their_decimals', 'core.units_of_measure',
        'A unit keeps its code, dimension and decimals and is never deleted: quantities are told in it.',
        'TRUNCATE of core.units_of_measure was refused.',
        'Make another unit, and change the SKUs that have no stock.');
end
$$;
comment on function core.units_keep_their_decimals_truncate() is 'A unit keeps its code, dimension and decimals and is never deleted: quantities are told in it.';

create or replace trigger t10_units_keep_their_decimals_truncate
    before truncate on core.units_of_measure
    for each statement execute function core.units_keep_their_decimals_truncate();

create or replace trigger t70_keep_old_row
    after delete or update of code, dimension, decimals on core.units_of_measure
    for each row execute function core.keep_old_row('code');

-- Audited: tenant_changes_leave_a_trace

create or replace function core.keep_updated_tenants() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    outer_mark text;
    mark       text;
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring() then
        return null;
    end if;
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    insert into core.audit_log (
        tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
    select image.tenant_id, 'core', 'tenants', image.row_id, 'update',
        image.old_row, core.maintenance_reason()
    from (
        select before.id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
        left join new_rows as after on after.id = before.id
        where (after.id is null or to_jsonb(after) - array['version', 'updated_at']
            is distinct from to_jsonb(before) - array['version', 'updated_at'])
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function core.keep_updated_tenants() is
    'Writes the superseded image of every updated row of core.tenants to the audit log.';

create or replace trigger t70_audit_update
    after update on core.tenants
    referencing old table as old_rows new table as new_rows
    for each statement execute function core.keep_updated_tenants();

create or replace function core.keep_deleted_tenants() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    outer_mark text;
    mark       text;
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring() then
        return null;
    end if;
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    insert into core.audit_log (
        tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
    select image.tenant_id, 'core', 'tenants', image.row_id, 'delete',
        image.old_row, core.maintenance_reason()
    from (
        select before.id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function core.keep_deleted_tenants() is
    'Writes the superseded image of every deleted row of core.tenants to the audit log.';

create or replace trigger t70_audit_delete
    after delete on core.tenants
    referencing old table as old_rows
    for each statement execute function core.keep_deleted_tenants();

create or replace trigger t70_audit_truncate
    before truncate on core.tenants
    for each statement execute function core.keep_truncate();

-- Frozen: currencies_are_never_deleted

create or replace function core.currencies_are_never_deleted() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not (true) or core.maintenance_reason() is not null then
        return old;
    end if;
    perform core.refuse(
        '23R03', 'currencies_are_never_deleted', 'core.currencies',
        'A currency keeps its code and decimals and is never deleted: facts refer to it.',
        format('DELETE of core.currencies %s was refused.', old.code),
        'Make a new row instead.');
end
$$;
comment on function core.currencies_are_never_deleted() is 'A currency keeps its code and decimals and is never deleted: facts refer to it.';

create or replace trigger t10_currencies_are_never_deleted
    before delete on core.currencies
    for each row execute function core.currencies_are_never_deleted();

create or replace function core.currencies_are_never_deleted_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'currencies_are_never_deleted', 'core.currencies',
        'A currency keeps its code and decimals and is never deleted: facts refer to it.',
        'TRUNCATE of core.currencies was refused.',
        'Make a new row instead.');
end
$$;
comment on function core.currencies_are_never_deleted_truncate() is 'A currency keeps its code and decimals and is never deleted: facts refer to it.';

create or replace trigger t10_currencies_are_never_deleted_truncate
    before truncate on core.currencies
    for each statement execute function core.currencies_are_never_deleted_truncate();

create or replace trigger t70_keep_old_row
    after delete or update of code, minor_units on core.currencies
    for each row execute function core.keep_old_row('code');

-- Audited: address_changes_leave_a_trace

create or replace function core.keep_updated_addresses() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    outer_mark text;
    mark       text;
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring() then
        return null;
    end if;
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    with image as materialized (
        select found.*, core.new_id() as audit_id
        from (
            select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
            from old_rows as before
            left join new_rows as after on after.id = before.id
            where (after.id is null or to_jsonb(after) - array['version', 'updated_at']
                is distinct from to_jsonb(before) - array['version', 'updated_at'])
        ) as found
    ), logged as (
        insert into core.audit_log (
            id, tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
        select image.audit_id, image.tenant_id, 'core', 'addresses', image.row_id,
            'update', image.old_row - array['recipient', 'organization', 'line_1', 'line_2', 'phone'], core.maintenance_reason()
        from image
    )
    insert into core.audit_personal (tenant_id, audit_id, old_personal)
    select image.tenant_id, image.audit_id, core.only_keys(image.old_row, array['recipient', 'organization', 'line_1', 'line_2', 'phone'])
    from image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function core.keep_updated_addresses() is
    'Writes the superseded image of every updated row of core.addresses to the audit log.';

create or replace trigger t70_audit_update
    after update on core.addresses
    referencing old table as old_rows new table as new_rows
    for each statement execute function core.keep_updated_addresses();

create or replace function core.keep_deleted_addresses() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    outer_mark text;
    mark       text;
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring() then
        return null;
    end if;
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    with image as materialized (
        select found.*, core.new_id() as audit_id
        from (
            select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
            from old_rows as before
        ) as found
    ), logged as (
        insert into core.audit_log (
            id, tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
        select image.audit_id, image.tenant_id, 'core', 'addresses', image.row_id,
            'delete', image.old_row - array['recipient', 'organization', 'line_1', 'line_2', 'phone'], core.maintenance_reason()
        from image
    )
    insert into core.audit_personal (tenant_id, audit_id, old_personal)
    select image.tenant_id, image.audit_id, core.only_keys(image.old_row, array['recipient', 'organization', 'line_1', 'line_2', 'phone'])
    from image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function core.keep_deleted_addresses() is
    'Writes the superseded image of every deleted row of core.addresses to the audit log.';

create or replace trigger t70_audit_delete
    after delete on core.addresses
    referencing old table as old_rows
    for each statement execute function core.keep_deleted_addresses();

create or replace trigger t70_audit_truncate
    before truncate on core.addresses
    for each statement execute function core.keep_truncate();

-- AppendOnly: audit_log_is_append_only

create or replace function core.audit_log_is_append_only() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R02', 'audit_log_is_append_only', 'core.audit_log',
        'What the audit log holds, nobody changes or deletes.',
        tg_op || ' of core.audit_log was refused; only INSERT is allowed.',
        'Personal values are in core.audit_personal, where they can be erased.');
end
$$;
comment on function core.audit_log_is_append_only() is 'What the audit log holds, nobody changes or deletes.';

create or replace trigger t10_audit_log_is_append_only
    before update or delete or truncate on core.audit_log
    for each statement execute function core.audit_log_is_append_only();

create or replace trigger t70_keep_old_update
    after update on core.audit_log
    referencing old table as old_rows
    for each statement execute function core.keep_old_rows();

create or replace trigger t70_keep_old_delete
    after delete on core.audit_log
    referencing old table as old_rows
    for each statement execute function core.keep_old_rows();

create or replace trigger t70_keep_old_truncate
    before truncate on core.audit_log
    for each statement execute function core.keep_truncate();

-- WrittenByRules: audit_log_is_written_by_the_database

create or replace function core.audit_log_is_written_by_the_database() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if (coalesce(current_setting('groundplan.writer', true), '')
        = (pg_trigger_depth() - 1)::text
        and has_schema_privilege('groundplan', 'usage'))
       or core.maintenance_reason() is not null
    then
        return null;
    end if;
    perform core.refuse(
        '23R12', 'audit_log_is_written_by_the_database', 'core.audit_log',
        'The audit log is written by the changes it tells of alone.',
        tg_op || ' of core.audit_log was refused; only the database writes there.',
        'Change the row; its old image follows.');
end
$$;
comment on function core.audit_log_is_written_by_the_database() is 'The audit log is written by the changes it tells of alone.';

create or replace trigger t10_audit_log_is_written_by_the_database
    before insert on core.audit_log
    for each statement execute function core.audit_log_is_written_by_the_database();

-- WrittenByRules: personal_images_are_written_by_the_database

create or replace function core.personal_images_are_written_by_the_database() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if (coalesce(current_setting('groundplan.writer', true), '')
        = (pg_trigger_depth() - 1)::text
        and has_schema_privilege('groundplan', 'usage'))
       or core.maintenance_reason() is not null
    then
        return null;
    end if;
    perform core.refuse(
        '23R12', 'personal_images_are_written_by_the_database', 'core.audit_personal',
        'What was personal in an old image is written with it, and only ever erased.',
        tg_op || ' of core.audit_personal was refused; only the database writes there.',
        'Delete the row to erase it.');
end
$$;
comment on function core.personal_images_are_written_by_the_database() is 'What was personal in an old image is written with it, and only ever erased.';

create or replace trigger t10_personal_images_are_written_by_the_database
    before insert or update or truncate on core.audit_personal
    for each statement execute function core.personal_images_are_written_by_the_database();

-- WrittenByRules: events_are_written_by_what_happened

create or replace function core.events_are_written_by_what_happened() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if (coalesce(current_setting('groundplan.writer', true), '')
        = (pg_trigger_depth() - 1)::text
        and has_schema_privilege('groundplan', 'usage'))
       or core.maintenance_reason() is not null
    then
        return null;
    end if;
    perform core.refuse(
        '23R12', 'events_are_written_by_what_happened', 'core.outbox_events',
        'An event is written by the change it tells of; whoever has sent it deletes it.',
        tg_op || ' of core.outbox_events was refused; only the database writes there.',
        'Change the status; the event follows where core.tenants.publishes_events is set.');
end
$$;
comment on function core.events_are_written_by_what_happened() is 'An event is written by the change it tells of; whoever has sent it deletes it.';

create or replace trigger t10_events_are_written_by_what_happened
    before insert or update or truncate on core.outbox_events
    for each statement execute function core.events_are_written_by_what_happened();

-- TenantScoped: tenants_of_one_tenant

drop policy if exists tenants_of_one_tenant on core.tenants;
create policy tenants_of_one_tenant on core.tenants for select
    using (id = core.current_tenant_id());
comment on policy tenants_of_one_tenant on core.tenants is 'A tenant sees and changes its own settings only; the owner makes new tenants.';
drop policy if exists tenants_of_one_tenant_change on core.tenants;
create policy tenants_of_one_tenant_change on core.tenants for update
    using (id = core.current_tenant_id());
comment on policy tenants_of_one_tenant_change on core.tenants is 'A tenant sees and changes its own settings only; the owner makes new tenants.';

-- TenantScoped: addresses_of_one_tenant

drop policy if exists addresses_of_one_tenant on core.addresses;
create policy addresses_of_one_tenant on core.addresses
    using (tenant_id = core.current_tenant_id());
comment on policy addresses_of_one_tenant on core.addresses is 'A tenant sees and writes its own rows of core.addresses only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_addresses_of_one_tenant_for_good
    before update of tenant_id on core.addresses
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('addresses_of_one_tenant');

-- TenantScoped: outbox_events_of_one_tenant

drop policy if exists outbox_events_of_one_tenant on core.outbox_events;
create policy outbox_events_of_one_tenant on core.outbox_events
    using (tenant_id = core.current_tenant_id());
comment on policy outbox_events_of_one_tenant on core.outbox_events is 'A tenant sees and writes its own rows of core.outbox_events only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_outbox_events_of_one_tenant_for_good
    before update of tenant_id on core.outbox_events
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('outbox_events_of_one_tenant');

-- TenantScoped: audit_log_of_one_tenant

drop policy if exists audit_log_of_one_tenant on core.audit_log;
create policy audit_log_of_one_tenant on core.audit_log
    using (tenant_id = core.current_tenant_id());
comment on policy audit_log_of_one_tenant on core.audit_log is 'A tenant sees and writes its own rows of core.audit_log only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_audit_log_of_one_tenant_for_good
    before update of tenant_id on core.audit_log
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('audit_log_of_one_tenant');

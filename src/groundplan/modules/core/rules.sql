-- Generated from rules.py. Do not edit: change the declarations and generate again.

-- Frozen: tenants_are_never_deleted

create or replace function core.tenants_are_never_deleted() returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if tg_op = 'UPDATE' then
        if (new.id) is not distinct from (old.id)
           or not (true) then
            return new;
        end if;
    elsif not (true) then
        return old;
    end if;
    if core.maintenance_reason() is not null then
        return case tg_op when 'DELETE' then old else new end;
    end if;
    raise exception using
        errcode = '23R03',
        message = case tg_op
            when 'UPDATE' then format('%s %s keeps its %s', 'tenants', old.id,
                'id')
            else format('%s %s cannot be deleted', 'tenants', old.id)
        end,
        hint = 'Set its status to closed.',
        schema = 'core', table = 'tenants', constraint = 'tenants_are_never_deleted';
end
$$;
comment on function core.tenants_are_never_deleted() is 'A tenant keeps its number and is never deleted: every fact carries it.';

create or replace trigger t10_tenants_are_never_deleted
    before update or delete on core.tenants
    for each row execute function core.tenants_are_never_deleted();

create or replace function core.tenants_are_never_deleted_truncate() returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    raise exception using
        errcode = '23R03',
        message = 'core.tenants cannot be truncated',
        hint = 'Set its status to closed.',
        schema = 'core', table = 'tenants', constraint = 'tenants_are_never_deleted';
end
$$;
comment on function core.tenants_are_never_deleted_truncate() is 'A tenant keeps its number and is never deleted: every fact carries it.';

create or replace trigger t10_tenants_are_never_deleted_truncate
    before truncate on core.tenants
    for each statement execute function core.tenants_are_never_deleted_truncate();

-- Audited: tenant_changes_leave_a_trace

create or replace trigger t20_stamp
    before update on core.tenants
    for each row execute function core.stamp('{version,updated_at}', '{}', '{}');

create or replace trigger t70_audit_update
    after update on core.tenants
    referencing old table as old_rows new table as new_rows
    for each statement execute function core.keep_superseded_rows('{version,updated_at}', '{}', '{}');

create or replace trigger t70_audit_delete
    after delete on core.tenants
    referencing old table as old_rows
    for each statement execute function core.keep_superseded_rows('{version,updated_at}', '{}', '{}');

-- Frozen: currencies_are_never_deleted

create or replace function core.currencies_are_never_deleted() returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if tg_op = 'UPDATE' then
        if (new.code, new.minor_units) is not distinct from (old.code, old.minor_units)
           or not (true) then
            return new;
        end if;
    elsif not (true) then
        return old;
    end if;
    if core.maintenance_reason() is not null then
        return case tg_op when 'DELETE' then old else new end;
    end if;
    raise exception using
        errcode = '23R03',
        message = case tg_op
            when 'UPDATE' then format('%s %s keeps its %s', 'currencies', old.code,
                'code, minor_units')
            else format('%s %s cannot be deleted', 'currencies', old.code)
        end,
        hint = 'Make a new row instead.',
        schema = 'core', table = 'currencies', constraint = 'currencies_are_never_deleted';
end
$$;
comment on function core.currencies_are_never_deleted() is 'A currency keeps its code and decimals and is never deleted: facts refer to it.';

create or replace trigger t10_currencies_are_never_deleted
    before update or delete on core.currencies
    for each row execute function core.currencies_are_never_deleted();

create or replace function core.currencies_are_never_deleted_truncate() returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    raise exception using
        errcode = '23R03',
        message = 'core.currencies cannot be truncated',
        hint = 'Make a new row instead.',
        schema = 'core', table = 'currencies', constraint = 'currencies_are_never_deleted';
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

create or replace trigger t20_stamp
    before update on core.addresses
    for each row execute function core.stamp('{version,updated_at}', '{recipient,organization,line_1,line_2,phone}', '{}');

create or replace trigger t70_audit_update
    after update on core.addresses
    referencing old table as old_rows new table as new_rows
    for each statement execute function core.keep_superseded_rows('{version,updated_at}', '{recipient,organization,line_1,line_2,phone}', '{}');

create or replace trigger t70_audit_delete
    after delete on core.addresses
    referencing old table as old_rows
    for each statement execute function core.keep_superseded_rows('{version,updated_at}', '{recipient,organization,line_1,line_2,phone}', '{}');

-- AppendOnly: audit_log_is_append_only

create or replace function core.audit_log_is_append_only() returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    raise exception using
        errcode = '23R02',
        message = format('%s is append-only: %s is refused', 'core.audit_log', lower(tg_op)),
        hint = 'Personal values are in core.audit_personal, where they can be erased.',
        schema = 'core', table = 'audit_log', constraint = 'audit_log_is_append_only';
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

-- TenantScoped: addresses_of_one_tenant

drop policy if exists addresses_of_one_tenant on core.addresses;
create policy addresses_of_one_tenant on core.addresses
    using (tenant_id = core.current_tenant_id());
comment on policy addresses_of_one_tenant on core.addresses is 'A tenant sees and writes its own rows of core.addresses only.';

-- TenantScoped: outbox_events_of_one_tenant

drop policy if exists outbox_events_of_one_tenant on core.outbox_events;
create policy outbox_events_of_one_tenant on core.outbox_events
    using (tenant_id = core.current_tenant_id());
comment on policy outbox_events_of_one_tenant on core.outbox_events is 'A tenant sees and writes its own rows of core.outbox_events only.';

-- TenantScoped: audit_log_of_one_tenant

drop policy if exists audit_log_of_one_tenant on core.audit_log;
create policy audit_log_of_one_tenant on core.audit_log
    using (tenant_id = core.current_tenant_id());
comment on policy audit_log_of_one_tenant on core.audit_log is 'A tenant sees and writes its own rows of core.audit_log only.';

-- TenantScoped: audit_personal_of_one_tenant

drop policy if exists audit_personal_of_one_tenant on core.audit_personal;
create policy audit_personal_of_one_tenant on core.audit_personal
    using (tenant_id = core.current_tenant_id());
comment on policy audit_personal_of_one_tenant on core.audit_personal is 'A tenant sees and writes its own rows of core.audit_personal only.';

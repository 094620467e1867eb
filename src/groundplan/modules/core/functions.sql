-- What the rules of all modules share: stamps, images for the audit log, the tenant of a reader.

-- Arguments of the next two, from the declaration: derived, personal and draft, as arrays.
create or replace function core.stamp() returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    derived text[] := tg_argv[0];
    drafts  text[] := tg_argv[2];
begin
    if core.is_restoring() then
        return new;
    end if;
    new.version := old.version + 1;
    if drafts <> '{}' and to_jsonb(old) ->> 'status' = any (drafts) then
        return new;
    end if;
    if to_jsonb(new) - derived <> to_jsonb(old) - derived then
        new.updated_at := now();
    end if;
    return new;
end
$$;
comment on function core.stamp() is
    'Counts version up with every update, and sets updated_at when something was really changed.';

create or replace function core.keep_superseded_rows() returns trigger
    language plpgsql security definer
    set search_path = ''
as $$
declare
    derived  text[] := tg_argv[0];
    personal text[] := tg_argv[1];
    drafts   text[] := tg_argv[2];
begin
    if core.is_restoring() then
        return null;
    end if;
    if tg_op = 'UPDATE' then
        with image as (
            select before.id, to_jsonb(before) as old_row
            from old_rows as before
            left join new_rows as after on after.id = before.id
            where (drafts = '{}' or to_jsonb(before) ->> 'status' <> all (drafts))
              and to_jsonb(after) - derived is distinct from to_jsonb(before) - derived
        ), logged as (
            insert into core.audit_log (
                tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
            select coalesce((old_row ->> 'tenant_id')::integer,
                    case tg_table_name when 'tenants' then (old_row ->> 'id')::integer end),
                tg_table_schema, tg_table_name, id, 'update', old_row - personal,
                core.maintenance_reason()
            from image
            returning id, tenant_id, row_id
        )
        insert into core.audit_personal (tenant_id, audit_id, old_personal)
        select logged.tenant_id, logged.id, core.only_keys(image.old_row, personal)
        from logged
        join image on image.id::text = logged.row_id
        where personal <> '{}';
    else
        with image as (
            select before.id, to_jsonb(before) as old_row
            from old_rows as before
            where drafts = '{}' or to_jsonb(before) ->> 'status' <> all (drafts)
        ), logged as (
            insert into core.audit_log (
                tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
            select coalesce((old_row ->> 'tenant_id')::integer,
                    case tg_table_name when 'tenants' then (old_row ->> 'id')::integer end),
                tg_table_schema, tg_table_name, id, 'delete', old_row - personal,
                core.maintenance_reason()
            from image
            returning id, tenant_id, row_id
        )
        insert into core.audit_personal (tenant_id, audit_id, old_personal)
        select logged.tenant_id, logged.id, core.only_keys(image.old_row, personal)
        from logged
        join image on image.id::text = logged.row_id
        where personal <> '{}';
    end if;
    return null;
end
$$;
comment on function core.keep_superseded_rows() is
    'Writes the superseded image of every changed or deleted row to the audit log, its personal
columns to core.audit_personal.';

create or replace function core.only_keys(object jsonb, keys text[]) returns jsonb
    language sql immutable strict parallel safe
    return (
        select coalesce(jsonb_object_agg(pair.key, pair.value), '{}')
        from jsonb_each(object) as pair
        where pair.key = any (keys)
    );
comment on function core.only_keys(jsonb, text[]) is 'The object with only these keys.';

create or replace function core.keep_old_rows() returns trigger
    language plpgsql security definer
    set search_path = ''
as $$
begin
    if core.is_restoring() then
        return null;
    end if;
    insert into core.audit_log (
        tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
    select (to_jsonb(before) ->> 'tenant_id')::integer, tg_table_schema, tg_table_name, before.id,
        lower(tg_op), to_jsonb(before), core.maintenance_reason()
    from old_rows as before;
    return null;
end
$$;
comment on function core.keep_old_rows() is
    'Keeps the old image of rows of an append-only table that were changed all the same.';

create or replace function core.keep_old_row() returns trigger
    language plpgsql security definer
    set search_path = ''
as $$
begin
    if not core.is_restoring() then
        insert into core.audit_log (
            tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
        values ((to_jsonb(old) ->> 'tenant_id')::integer, tg_table_schema, tg_table_name,
            to_jsonb(old) ->> tg_argv[0], lower(tg_op), to_jsonb(old), core.maintenance_reason());
    end if;
    return null;
end
$$;
comment on function core.keep_old_row() is
    'Keeps the old image of a frozen row that was changed all the same; the argument is its key.';

create or replace function core.keep_truncate() returns trigger
    language plpgsql security definer
    set search_path = ''
as $$
begin
    insert into core.audit_log (schema_name, table_name, operation, reason)
    values (tg_table_schema, tg_table_name, 'truncate', core.maintenance_reason());
    return null;
end
$$;
comment on function core.keep_truncate() is
    'Keeps the fact that an append-only table was emptied all the same.';

create or replace function core.reporting_tenant_id() returns integer
    language plpgsql stable security definer parallel safe
    set search_path = ''
as $$
declare
    bound integer;
begin
    select tenant_id into bound from core.role_tenants where role_name = session_user;
    return coalesce(bound, core.current_tenant_id());
end
$$;
comment on function core.reporting_tenant_id() is
    'The tenant whose reports the session reads: the one its role is bound to, else the current one.';

-- A module that needs rows of its own for every tenant offers <module>.prepare_tenant(integer).
create or replace function core.create_tenant(
    name text, currency_code text default 'EUR', time_zone text default 'UTC'
) returns integer
    language plpgsql
    set search_path = ''
as $$
declare
    tenant   integer;
    preparer regprocedure;
begin
    insert into core.tenants (name, currency_code, time_zone)
    values (create_tenant.name, create_tenant.currency_code, create_tenant.time_zone)
    returning id into tenant;
    for preparer in
        select routine.oid
        from core.installed_modules as installed
        join pg_catalog.pg_namespace as namespace on namespace.nspname = installed.module
        join pg_catalog.pg_proc as routine on routine.pronamespace = namespace.oid
        where routine.proname = 'prepare_tenant'
        order by installed.module
    loop
        execute format('select %s(%s)', preparer::oid::regproc, tenant);
    end loop;
    return tenant;
end
$$;
comment on function core.create_tenant(text, text, text) is
    'Makes a tenant with everything the installed modules need for it; returns its number.';

-- What the rules of all modules share: stamps, images for the audit log, the tenant of a reader.
-- What derives rows sets the mark groundplan.writer meanwhile: the guards of these rows look at it.

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
    select (to_jsonb(before) ->> 'tenant_id')::integer, tg_table_schema, tg_table_name, before.id,
        lower(tg_op), to_jsonb(before), core.maintenance_reason()
    from old_rows as before;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function core.keep_old_rows() is
    'Keeps the old image of rows of an append-only table that were changed all the same.';

create or replace function core.keep_old_row() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    outer_mark text;
    mark       text;
begin
    if not core.is_restoring() then
        outer_mark := coalesce(current_setting('groundplan.writer', true), '');
        mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
        insert into core.audit_log (
            tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
        values ((to_jsonb(old) ->> 'tenant_id')::integer, tg_table_schema, tg_table_name,
            to_jsonb(old) ->> tg_argv[0], lower(tg_op), to_jsonb(old), core.maintenance_reason());
        mark := set_config('groundplan.writer', outer_mark, true);
    end if;
    return null;
end
$$;
comment on function core.keep_old_row() is
    'Keeps the old image of a frozen row that was changed all the same; the argument is its key.';

create or replace function core.keep_truncate() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    outer_mark text;
    mark       text;
begin
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    insert into core.audit_log (schema_name, table_name, operation, reason)
    values (tg_table_schema, tg_table_name, 'truncate', core.maintenance_reason());
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function core.keep_truncate() is
    'Keeps the fact that a table was emptied all the same.';

create or replace function core.reporting_tenant_id() returns integer
    language plpgsql stable security definer parallel safe
    set search_path = pg_catalog, pg_temp
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

-- A module that needs rows of its own for every tenant offers groundplan.prepare_<module>(integer).
create or replace function core.create_tenant(
    name text, currency_code text default 'EUR', time_zone text default 'UTC'
) returns integer
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    tenant   integer;
    preparer regprocedure;
begin
    perform core.require_text('core.tenants.name', 'name', create_tenant.name);
    perform core.require_currency(create_tenant.currency_code);
    perform core.require_time_zone(create_tenant.time_zone);
    insert into core.tenants (name, currency_code, time_zone)
    values (create_tenant.name, create_tenant.currency_code, create_tenant.time_zone)
    returning id into tenant;
    for preparer in
        select routine.oid
        from core.installed_modules as installed
        join pg_catalog.pg_proc as routine on routine.proname = 'prepare_' || installed.module
        where routine.pronamespace = 'groundplan'::pg_catalog.regnamespace
        order by installed.module
    loop
        execute format('select %s(%s)', preparer::oid::regproc, tenant);
    end loop;
    return tenant;
end
$$;
comment on function core.create_tenant(text, text, text) is
    'Makes a tenant with everything the installed modules need for it; returns its number.';

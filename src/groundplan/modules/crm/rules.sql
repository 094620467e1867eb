-- Generated from rules.py. Do not edit: change the declarations and generate again.

-- Row rules of crm.customers

create or replace function crm.guard_customers() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- erased_customers_stay_erased
    if tg_op = 'UPDATE' then
        if (new.status, new.kind, new.has_account)
           is distinct from
           (old.status, old.kind, old.has_account)
           and (old.status = 'erased')
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R03', 'erased_customers_stay_erased', 'crm.customers',
                'An erased customer gets no personal data again, and stays for its facts.',
                format('crm.customers %s: ', old.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{status, kind, has_account}'),
                'Make a new customer.');
        end if;
    end if;

    -- erasing_of_a_customer_is_dated
    if tg_op = 'INSERT' then
        if new.erased_at is null then
            if new.status = 'erased' and not core.is_restoring() then
                new.erased_at := clock_timestamp();
            end if;
        elsif core.maintenance_reason() is null then
            perform core.refuse('23R11', 'erasing_of_a_customer_is_dated', 'crm.customers.erased_at',
                'The database writes down since when a customer is erased.',
                format('erased_at is %s in what was sent.', new.erased_at),
                'Set status; erased_at follows.');
        end if;
    end if;

    -- erasing_of_a_customer_is_dated
    if tg_op = 'UPDATE' then
        if new.erased_at is not distinct from old.erased_at then
            if not core.is_restoring() then
                new.erased_at := case when new.status = 'erased' then coalesce(old.erased_at, clock_timestamp()) end;
            end if;
        elsif core.maintenance_reason() is null then
            perform core.refuse('23R11', 'erasing_of_a_customer_is_dated', 'crm.customers.erased_at',
                'The database writes down since when a customer is erased.',
                format('erased_at was %s, and is %s in what was sent.',
                    coalesce(old.erased_at::text, 'empty'), coalesce(new.erased_at::text, 'empty')),
                'Set status; erased_at follows.');
        end if;
    end if;

    -- customer_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- customer_changes_leave_a_trace
    if tg_op = 'UPDATE' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := old.version + 1;
            if to_jsonb(new) - array['version', 'updated_at', 'email_key']
                is distinct from to_jsonb(old) - array['version', 'updated_at', 'email_key'] then
                new.updated_at := now();
            end if;
        end if;
    end if;

    return new;
end
$$;
comment on function crm.guard_customers() is 'erasing_of_a_customer_is_dated: The database writes down since when a customer is erased.
erased_customers_stay_erased: An erased customer gets no personal data again, and stays for its facts.
customer_changes_leave_a_trace: Every change of a customer leaves the old one in the audit log.';

create or replace trigger t30_guard_customers
    before insert or update on crm.customers
    for each row execute function crm.guard_customers();

-- Row rules of crm.contacts

create or replace function crm.guard_contacts() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- contact_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- contact_changes_leave_a_trace
    if tg_op = 'UPDATE' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := old.version + 1;
            if to_jsonb(new) - array['version', 'updated_at', 'email_key']
                is distinct from to_jsonb(old) - array['version', 'updated_at', 'email_key'] then
                new.updated_at := now();
            end if;
        end if;
    end if;

    return new;
end
$$;
comment on function crm.guard_contacts() is 'contact_changes_leave_a_trace: Every change of a contact leaves the old one in the audit log.';

create or replace trigger t30_guard_contacts
    before insert or update on crm.contacts
    for each row execute function crm.guard_contacts();

-- Row rules of crm.customer_addresses

create or replace function crm.guard_customer_addresses() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- customer_address_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- customer_address_changes_leave_a_trace
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
comment on function crm.guard_customer_addresses() is 'customer_address_changes_leave_a_trace: Every change of where a customer is reached leaves the old one in the audit log.';

create or replace trigger t30_guard_customer_addresses
    before insert or update on crm.customer_addresses
    for each row execute function crm.guard_customer_addresses();

-- Frozen: erased_customers_stay_erased

create or replace function crm.erased_customers_stay_erased() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not (old.status = 'erased') or core.maintenance_reason() is not null then
        return old;
    end if;
    perform core.refuse(
        '23R03', 'erased_customers_stay_erased', 'crm.customers',
        'An erased customer gets no personal data again, and stays for its facts.',
        format('DELETE of crm.customers %s was refused.', old.id),
        'Make a new customer.');
end
$$;
comment on function crm.erased_customers_stay_erased() is 'An erased customer gets no personal data again, and stays for its facts.';

create or replace trigger t10_erased_customers_stay_erased
    before delete on crm.customers
    for each row execute function crm.erased_customers_stay_erased();

create or replace function crm.erased_customers_stay_erased_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'erased_customers_stay_erased', 'crm.customers',
        'An erased customer gets no personal data again, and stays for its facts.',
        'TRUNCATE of crm.customers was refused.',
        'Make a new customer.');
end
$$;
comment on function crm.erased_customers_stay_erased_truncate() is 'An erased customer gets no personal data again, and stays for its facts.';

create or replace trigger t10_erased_customers_stay_erased_truncate
    before truncate on crm.customers
    for each statement execute function crm.erased_customers_stay_erased_truncate();

-- Audited: customer_changes_leave_a_trace

create or replace function crm.keep_updated_customers() returns trigger
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
            where (after.id is null or to_jsonb(after) - array['version', 'updated_at', 'email_key']
                is distinct from to_jsonb(before) - array['version', 'updated_at', 'email_key'])
        ) as found
    ), logged as (
        insert into core.audit_log (
            id, tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
        select image.audit_id, image.tenant_id, 'crm', 'customers', image.row_id,
            'update', image.old_row - array['display_name', 'given_name', 'family_name', 'organization', 'email', 'email_key', 'phone'], core.maintenance_reason()
        from image
    )
    insert into core.audit_personal (tenant_id, audit_id, old_personal)
    select image.tenant_id, image.audit_id, core.only_keys(image.old_row, array['display_name', 'given_name', 'family_name', 'organization', 'email', 'email_key', 'phone'])
    from image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function crm.keep_updated_customers() is
    'Writes the superseded image of every updated row of crm.customers to the audit log.';

create or replace trigger t70_audit_update
    after update on crm.customers
    referencing old table as old_rows new table as new_rows
    for each statement execute function crm.keep_updated_customers();

create or replace function crm.keep_deleted_customers() returns trigger
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
        select image.audit_id, image.tenant_id, 'crm', 'customers', image.row_id,
            'delete', image.old_row - array['display_name', 'given_name', 'family_name', 'organization', 'email', 'email_key', 'phone'], core.maintenance_reason()
        from image
    )
    insert into core.audit_personal (tenant_id, audit_id, old_personal)
    select image.tenant_id, image.audit_id, core.only_keys(image.old_row, array['display_name', 'given_name', 'family_name', 'organization', 'email', 'email_key', 'phone'])
    from image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function crm.keep_deleted_customers() is
    'Writes the superseded image of every deleted row of crm.customers to the audit log.';

create or replace trigger t70_audit_delete
    after delete on crm.customers
    referencing old table as old_rows
    for each statement execute function crm.keep_deleted_customers();

create or replace trigger t70_audit_truncate
    before truncate on crm.customers
    for each statement execute function core.keep_truncate();

-- Audited: contact_changes_leave_a_trace

create or replace function crm.keep_updated_contacts() returns trigger
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
            where (after.id is null or to_jsonb(after) - array['version', 'updated_at', 'email_key']
                is distinct from to_jsonb(before) - array['version', 'updated_at', 'email_key'])
        ) as found
    ), logged as (
        insert into core.audit_log (
            id, tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
        select image.audit_id, image.tenant_id, 'crm', 'contacts', image.row_id,
            'update', image.old_row - array['full_name', 'job_title', 'email', 'email_key', 'phone'], core.maintenance_reason()
        from image
    )
    insert into core.audit_personal (tenant_id, audit_id, old_personal)
    select image.tenant_id, image.audit_id, core.only_keys(image.old_row, array['full_name', 'job_title', 'email', 'email_key', 'phone'])
    from image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function crm.keep_updated_contacts() is
    'Writes the superseded image of every updated row of crm.contacts to the audit log.';

create or replace trigger t70_audit_update
    after update on crm.contacts
    referencing old table as old_rows new table as new_rows
    for each statement execute function crm.keep_updated_contacts();

create or replace function crm.keep_deleted_contacts() returns trigger
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
        select image.audit_id, image.tenant_id, 'crm', 'contacts', image.row_id,
            'delete', image.old_row - array['full_name', 'job_title', 'email', 'email_key', 'phone'], core.maintenance_reason()
        from image
    )
    insert into core.audit_personal (tenant_id, audit_id, old_personal)
    select image.tenant_id, image.audit_id, core.only_keys(image.old_row, array['full_name', 'job_title', 'email', 'email_key', 'phone'])
    from image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function crm.keep_deleted_contacts() is
    'Writes the superseded image of every deleted row of crm.contacts to the audit log.';

create or replace trigger t70_audit_delete
    after delete on crm.contacts
    referencing old table as old_rows
    for each statement execute function crm.keep_deleted_contacts();

create or replace trigger t70_audit_truncate
    before truncate on crm.contacts
    for each statement execute function core.keep_truncate();

-- Audited: customer_address_changes_leave_a_trace

create or replace function crm.keep_updated_customer_addresses() returns trigger
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
    select image.tenant_id, 'crm', 'customer_addresses', image.row_id, 'update',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
        left join new_rows as after on after.id = before.id
        where (after.id is null or to_jsonb(after) - array['version', 'updated_at']
            is distinct from to_jsonb(before) - array['version', 'updated_at'])
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function crm.keep_updated_customer_addresses() is
    'Writes the superseded image of every updated row of crm.customer_addresses to the audit log.';

create or replace trigger t70_audit_update
    after update on crm.customer_addresses
    referencing old table as old_rows new table as new_rows
    for each statement execute function crm.keep_updated_customer_addresses();

create or replace function crm.keep_deleted_customer_addresses() returns trigger
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
    select image.tenant_id, 'crm', 'customer_addresses', image.row_id, 'delete',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function crm.keep_deleted_customer_addresses() is
    'Writes the superseded image of every deleted row of crm.customer_addresses to the audit log.';

create or replace trigger t70_audit_delete
    after delete on crm.customer_addresses
    referencing old table as old_rows
    for each statement execute function crm.keep_deleted_customer_addresses();

create or replace trigger t70_audit_truncate
    before truncate on crm.customer_addresses
    for each statement execute function core.keep_truncate();

-- TenantScoped: customers_of_one_tenant

drop policy if exists customers_of_one_tenant on crm.customers;
create policy customers_of_one_tenant on crm.customers
    using (tenant_id = core.current_tenant_id());
comment on policy customers_of_one_tenant on crm.customers is 'A tenant sees and writes its own rows of crm.customers only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_customers_of_one_tenant_for_good
    before update of tenant_id on crm.customers
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('customers_of_one_tenant');

-- TenantScoped: contacts_of_one_tenant

drop policy if exists contacts_of_one_tenant on crm.contacts;
create policy contacts_of_one_tenant on crm.contacts
    using (tenant_id = core.current_tenant_id());
comment on policy contacts_of_one_tenant on crm.contacts is 'A tenant sees and writes its own rows of crm.contacts only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_contacts_of_one_tenant_for_good
    before update of tenant_id on crm.contacts
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('contacts_of_one_tenant');

-- TenantScoped: customer_addresses_of_one_tenant

drop policy if exists customer_addresses_of_one_tenant on crm.customer_addresses;
create policy customer_addresses_of_one_tenant on crm.customer_addresses
    using (tenant_id = core.current_tenant_id());
comment on policy customer_addresses_of_one_tenant on crm.customer_addresses is 'A tenant sees and writes its own rows of crm.customer_addresses only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_customer_addresses_of_one_tenant_for_good
    before update of tenant_id on crm.customer_addresses
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('customer_addresses_of_one_tenant');

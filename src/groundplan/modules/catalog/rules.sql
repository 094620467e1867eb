-- Generated from rules.py. Do not edit: change the declarations and generate again.

-- Row rules of catalog.brands

create or replace function catalog.guard_brands() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    given catalog.brands;
begin
    -- brand_key_is_its_normalised_name
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            given := new;
            new.name_key := core.key_of(new.name);
            if (given.name_key <> new.name_key)
            then
                if core.maintenance_reason() is null then
                    perform core.refuse(
                        '23R11', 'brand_key_is_its_normalised_name', 'catalog.brands',
                        'The key of a brand is its normalised spelling, worked out by the database.',
                        format('catalog.brands %s: ', new.id)
                            || core.differences(to_jsonb(new), to_jsonb(given), '{name_key}'),
                        'Leave these columns out; the database fills them.');
                end if;
                new := given;
            end if;
        end if;
    end if;

    -- brand_key_is_its_normalised_name
    if tg_op = 'UPDATE' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            given := new;
            new.name_key := core.key_of(new.name);
            if (given.name_key <> new.name_key)
               and (given.name_key)
                   is distinct from (old.name_key)
            then
                if core.maintenance_reason() is null then
                    perform core.refuse(
                        '23R11', 'brand_key_is_its_normalised_name', 'catalog.brands',
                        'The key of a brand is its normalised spelling, worked out by the database.',
                        format('catalog.brands %s: ', new.id)
                            || core.differences(to_jsonb(new), to_jsonb(given), '{name_key}'),
                        'Leave these columns out; the database fills them.');
                end if;
                new := given;
            end if;
        end if;
    end if;

    -- brand_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- brand_changes_leave_a_trace
    if tg_op = 'UPDATE' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := old.version + 1;
            if to_jsonb(new) - array['version', 'updated_at', 'name_key']
                is distinct from to_jsonb(old) - array['version', 'updated_at', 'name_key'] then
                new.updated_at := now();
            end if;
        end if;
    end if;

    return new;
end
$$;
comment on function catalog.guard_brands() is 'brand_key_is_its_normalised_name: The key of a brand is its normalised spelling, worked out by the database.
brand_changes_leave_a_trace: Every change of a brand leaves the old one in the audit log.';

create or replace trigger t30_guard_brands
    before insert or update on catalog.brands
    for each row execute function catalog.guard_brands();

-- Row rules of catalog.product_options

create or replace function catalog.guard_product_options() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    given catalog.product_options;
begin
    -- option_key_is_its_normalised_name
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            given := new;
            new.name_key := core.key_of(new.name);
            if (given.name_key <> new.name_key)
            then
                if core.maintenance_reason() is null then
                    perform core.refuse(
                        '23R11', 'option_key_is_its_normalised_name', 'catalog.product_options',
                        'The key of a product option is its normalised spelling, worked out by the database.',
                        format('catalog.product_options %s: ', new.id)
                            || core.differences(to_jsonb(new), to_jsonb(given), '{name_key}'),
                        'Leave these columns out; the database fills them.');
                end if;
                new := given;
            end if;
        end if;
    end if;

    -- option_key_is_its_normalised_name
    if tg_op = 'UPDATE' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            given := new;
            new.name_key := core.key_of(new.name);
            if (given.name_key <> new.name_key)
               and (given.name_key)
                   is distinct from (old.name_key)
            then
                if core.maintenance_reason() is null then
                    perform core.refuse(
                        '23R11', 'option_key_is_its_normalised_name', 'catalog.product_options',
                        'The key of a product option is its normalised spelling, worked out by the database.',
                        format('catalog.product_options %s: ', new.id)
                            || core.differences(to_jsonb(new), to_jsonb(given), '{name_key}'),
                        'Leave these columns out; the database fills them.');
                end if;
                new := given;
            end if;
        end if;
    end if;

    -- option_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- option_changes_leave_a_trace
    if tg_op = 'UPDATE' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := old.version + 1;
            if to_jsonb(new) - array['version', 'updated_at', 'name_key']
                is distinct from to_jsonb(old) - array['version', 'updated_at', 'name_key'] then
                new.updated_at := now();
            end if;
        end if;
    end if;

    return new;
end
$$;
comment on function catalog.guard_product_options() is 'option_key_is_its_normalised_name: The key of a product option is its normalised spelling, worked out by the database.
option_changes_leave_a_trace: Every change of a product option leaves the old one in the audit log.';

create or replace trigger t30_guard_product_options
    before insert or update on catalog.product_options
    for each row execute function catalog.guard_product_options();

-- Row rules of catalog.product_option_values

create or replace function catalog.guard_product_option_values() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    given catalog.product_option_values;
begin
    -- option_value_key_is_its_normalised_name
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            given := new;
            new.name_key := core.key_of(new.name);
            if (given.name_key <> new.name_key)
            then
                if core.maintenance_reason() is null then
                    perform core.refuse(
                        '23R11', 'option_value_key_is_its_normalised_name', 'catalog.product_option_values',
                        'The key of an option value is its normalised spelling, worked out by the database.',
                        format('catalog.product_option_values %s: ', new.id)
                            || core.differences(to_jsonb(new), to_jsonb(given), '{name_key}'),
                        'Leave these columns out; the database fills them.');
                end if;
                new := given;
            end if;
        end if;
    end if;

    -- option_value_key_is_its_normalised_name
    if tg_op = 'UPDATE' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            given := new;
            new.name_key := core.key_of(new.name);
            if (given.name_key <> new.name_key)
               and (given.name_key)
                   is distinct from (old.name_key)
            then
                if core.maintenance_reason() is null then
                    perform core.refuse(
                        '23R11', 'option_value_key_is_its_normalised_name', 'catalog.product_option_values',
                        'The key of an option value is its normalised spelling, worked out by the database.',
                        format('catalog.product_option_values %s: ', new.id)
                            || core.differences(to_jsonb(new), to_jsonb(given), '{name_key}'),
                        'Leave these columns out; the database fills them.');
                end if;
                new := given;
            end if;
        end if;
    end if;

    -- option_value_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- option_value_changes_leave_a_trace
    if tg_op = 'UPDATE' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := old.version + 1;
            if to_jsonb(new) - array['version', 'updated_at', 'name_key']
                is distinct from to_jsonb(old) - array['version', 'updated_at', 'name_key'] then
                new.updated_at := now();
            end if;
        end if;
    end if;

    return new;
end
$$;
comment on function catalog.guard_product_option_values() is 'option_value_key_is_its_normalised_name: The key of an option value is its normalised spelling, worked out by the database.
option_value_changes_leave_a_trace: Every change of an option value leaves the old one in the audit log.';

create or replace trigger t30_guard_product_option_values
    before insert or update on catalog.product_option_values
    for each row execute function catalog.guard_product_option_values();

-- Row rules of catalog.skus

create or replace function catalog.guard_skus() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    given catalog.skus;
begin
    -- sku_key_is_its_normalised_code
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            given := new;
            new.code_key := core.key_of(new.code);
            if (given.code_key <> new.code_key)
            then
                if core.maintenance_reason() is null then
                    perform core.refuse(
                        '23R11', 'sku_key_is_its_normalised_code', 'catalog.skus',
                        'The key of a SKU is its normalised spelling, worked out by the database.',
                        format('catalog.skus %s: ', new.id)
                            || core.differences(to_jsonb(new), to_jsonb(given), '{code_key}'),
                        'Leave these columns out; the database fills them.');
                end if;
                new := given;
            end if;
        end if;
    end if;

    -- sku_key_is_its_normalised_code
    if tg_op = 'UPDATE' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            given := new;
            new.code_key := core.key_of(new.code);
            if (given.code_key <> new.code_key)
               and (given.code_key)
                   is distinct from (old.code_key)
            then
                if core.maintenance_reason() is null then
                    perform core.refuse(
                        '23R11', 'sku_key_is_its_normalised_code', 'catalog.skus',
                        'The key of a SKU is its normalised spelling, worked out by the database.',
                        format('catalog.skus %s: ', new.id)
                            || core.differences(to_jsonb(new), to_jsonb(given), '{code_key}'),
                        'Leave these columns out; the database fills them.');
                end if;
                new := given;
            end if;
        end if;
    end if;

    -- sku_terms_are_one_key
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            given := new;
            new.terms_key := new.status || ' ' || new.unit_code
                || case when new.is_stocked then ' stocked' else '' end
                || case when new.allows_backorder then ' backorder' else '' end;
            if (given.terms_key <> new.terms_key)
            then
                if core.maintenance_reason() is null then
                    perform core.refuse(
                        '23R11', 'sku_terms_are_one_key', 'catalog.skus',
                        'Status, unit, stock keeping and backorders of a SKU are one key, worked out by the database: orders hold it still while they are placed.',
                        format('catalog.skus %s: ', new.id)
                            || core.differences(to_jsonb(new), to_jsonb(given), '{terms_key}'),
                        'Leave these columns out; the database fills them.');
                end if;
                new := given;
            end if;
        end if;
    end if;

    -- sku_terms_are_one_key
    if tg_op = 'UPDATE' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            given := new;
            new.terms_key := new.status || ' ' || new.unit_code
                || case when new.is_stocked then ' stocked' else '' end
                || case when new.allows_backorder then ' backorder' else '' end;
            if (given.terms_key <> new.terms_key)
               and (given.terms_key)
                   is distinct from (old.terms_key)
            then
                if core.maintenance_reason() is null then
                    perform core.refuse(
                        '23R11', 'sku_terms_are_one_key', 'catalog.skus',
                        'Status, unit, stock keeping and backorders of a SKU are one key, worked out by the database: orders hold it still while they are placed.',
                        format('catalog.skus %s: ', new.id)
                            || core.differences(to_jsonb(new), to_jsonb(given), '{terms_key}'),
                        'Leave these columns out; the database fills them.');
                end if;
                new := given;
            end if;
        end if;
    end if;

    -- archiving_of_a_sku_is_dated
    if tg_op = 'INSERT' then
        if new.archived_at is null then
            if new.status = 'archived' and not core.is_restoring() then
                new.archived_at := clock_timestamp();
            end if;
        elsif core.maintenance_reason() is null then
            perform core.refuse('23R11', 'archiving_of_a_sku_is_dated', 'catalog.skus.archived_at',
                'The database writes down since when a SKU is archived.',
                format('archived_at is %s in what was sent.', new.archived_at),
                'Set status; archived_at follows.');
        end if;
    end if;

    -- archiving_of_a_sku_is_dated
    if tg_op = 'UPDATE' then
        if new.archived_at is not distinct from old.archived_at then
            if not core.is_restoring() then
                new.archived_at := case when new.status = 'archived' then coalesce(old.archived_at, clock_timestamp()) end;
            end if;
        elsif core.maintenance_reason() is null then
            perform core.refuse('23R11', 'archiving_of_a_sku_is_dated', 'catalog.skus.archived_at',
                'The database writes down since when a SKU is archived.',
                format('archived_at was %s, and is %s in what was sent.',
                    coalesce(old.archived_at::text, 'empty'), coalesce(new.archived_at::text, 'empty')),
                'Set status; archived_at follows.');
        end if;
    end if;

    -- sku_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- sku_changes_leave_a_trace
    if tg_op = 'UPDATE' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := old.version + 1;
            if to_jsonb(new) - array['version', 'updated_at', 'code_key', 'terms_key']
                is distinct from to_jsonb(old) - array['version', 'updated_at', 'code_key', 'terms_key'] then
                new.updated_at := now();
            end if;
        end if;
    end if;

    return new;
end
$$;
comment on function catalog.guard_skus() is 'sku_key_is_its_normalised_code: The key of a SKU is its normalised spelling, worked out by the database.
sku_terms_are_one_key: Status, unit, stock keeping and backorders of a SKU are one key, worked out by the database: orders hold it still while they are placed.
archiving_of_a_sku_is_dated: The database writes down since when a SKU is archived.
sku_changes_leave_a_trace: Every change of a SKU leaves the old one in the audit log.';

create or replace trigger t30_guard_skus
    before insert or update on catalog.skus
    for each row execute function catalog.guard_skus();

-- Row rules of catalog.sales_channels

create or replace function catalog.guard_sales_channels() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- sales_channels_are_never_deleted
    if tg_op = 'UPDATE' then
        if (new.code, new.tenant_id)
           is distinct from
           (old.code, old.tenant_id)
           and (true)
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R03', 'sales_channels_are_never_deleted', 'catalog.sales_channels',
                'A sales channel keeps its code and is never deleted: orders carry the code.',
                format('catalog.sales_channels %s: ', old.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{code, tenant_id}'),
                'Set is_active to false.');
        end if;
    end if;

    -- closing_of_a_channel_is_dated
    if tg_op = 'INSERT' then
        if new.closed_at is null then
            if not new.is_active and not core.is_restoring() then
                new.closed_at := clock_timestamp();
            end if;
        elsif core.maintenance_reason() is null then
            perform core.refuse('23R11', 'closing_of_a_channel_is_dated', 'catalog.sales_channels.closed_at',
                'The database writes down since when a sales channel takes no orders.',
                format('closed_at is %s in what was sent.', new.closed_at),
                'Set is_active; closed_at follows.');
        end if;
    end if;

    -- closing_of_a_channel_is_dated
    if tg_op = 'UPDATE' then
        if new.closed_at is not distinct from old.closed_at then
            if not core.is_restoring() then
                new.closed_at := case when not new.is_active then coalesce(old.closed_at, clock_timestamp()) end;
            end if;
        elsif core.maintenance_reason() is null then
            perform core.refuse('23R11', 'closing_of_a_channel_is_dated', 'catalog.sales_channels.closed_at',
                'The database writes down since when a sales channel takes no orders.',
                format('closed_at was %s, and is %s in what was sent.',
                    coalesce(old.closed_at::text, 'empty'), coalesce(new.closed_at::text, 'empty')),
                'Set is_active; closed_at follows.');
        end if;
    end if;

    -- channel_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- channel_changes_leave_a_trace
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
comment on function catalog.guard_sales_channels() is 'sales_channels_are_never_deleted: A sales channel keeps its code and is never deleted: orders carry the code.
closing_of_a_channel_is_dated: The database writes down since when a sales channel takes no orders.
channel_changes_leave_a_trace: Every change of a sales channel leaves the old one in the audit log.';

create or replace trigger t30_guard_sales_channels
    before insert or update on catalog.sales_channels
    for each row execute function catalog.guard_sales_channels();

-- Row rules of catalog.products

create or replace function catalog.guard_products() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- archiving_of_a_product_is_dated
    if tg_op = 'INSERT' then
        if new.archived_at is null then
            if new.status = 'archived' and not core.is_restoring() then
                new.archived_at := clock_timestamp();
            end if;
        elsif core.maintenance_reason() is null then
            perform core.refuse('23R11', 'archiving_of_a_product_is_dated', 'catalog.products.archived_at',
                'The database writes down since when a product is archived.',
                format('archived_at is %s in what was sent.', new.archived_at),
                'Set status; archived_at follows.');
        end if;
    end if;

    -- archiving_of_a_product_is_dated
    if tg_op = 'UPDATE' then
        if new.archived_at is not distinct from old.archived_at then
            if not core.is_restoring() then
                new.archived_at := case when new.status = 'archived' then coalesce(old.archived_at, clock_timestamp()) end;
            end if;
        elsif core.maintenance_reason() is null then
            perform core.refuse('23R11', 'archiving_of_a_product_is_dated', 'catalog.products.archived_at',
                'The database writes down since when a product is archived.',
                format('archived_at was %s, and is %s in what was sent.',
                    coalesce(old.archived_at::text, 'empty'), coalesce(new.archived_at::text, 'empty')),
                'Set status; archived_at follows.');
        end if;
    end if;

    -- product_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- product_changes_leave_a_trace
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
comment on function catalog.guard_products() is 'archiving_of_a_product_is_dated: The database writes down since when a product is archived.
product_changes_leave_a_trace: Every change of a product leaves the old one in the audit log.';

create or replace trigger t30_guard_products
    before insert or update on catalog.products
    for each row execute function catalog.guard_products();

-- Row rules of catalog.categories

create or replace function catalog.guard_categories() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- category_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- category_changes_leave_a_trace
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
comment on function catalog.guard_categories() is 'category_changes_leave_a_trace: Every change of a category leaves the old one in the audit log.';

create or replace trigger t30_guard_categories
    before insert or update on catalog.categories
    for each row execute function catalog.guard_categories();

-- Row rules of catalog.sku_costs

create or replace function catalog.guard_sku_costs() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- cost_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- cost_changes_leave_a_trace
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
comment on function catalog.guard_sku_costs() is 'cost_changes_leave_a_trace: Every change of a standard cost leaves the old one in the audit log.';

create or replace trigger t30_guard_sku_costs
    before insert or update on catalog.sku_costs
    for each row execute function catalog.guard_sku_costs();

-- Frozen: sales_channels_are_never_deleted

create or replace function catalog.sales_channels_are_never_deleted() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not (true) or core.maintenance_reason() is not null then
        return old;
    end if;
    perform core.refuse(
        '23R03', 'sales_channels_are_never_deleted', 'catalog.sales_channels',
        'A sales channel keeps its code and is never deleted: orders carry the code.',
        format('DELETE of catalog.sales_channels %s was refused.', old.id),
        'Set is_active to false.');
end
$$;
comment on function catalog.sales_channels_are_never_deleted() is 'A sales channel keeps its code and is never deleted: orders carry the code.';

create or replace trigger t10_sales_channels_are_never_deleted
    before delete on catalog.sales_channels
    for each row execute function catalog.sales_channels_are_never_deleted();

create or replace function catalog.sales_channels_are_never_deleted_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'sales_channels_are_never_deleted', 'catalog.sales_channels',
        'A sales channel keeps its code and is never deleted: orders carry the code.',
        'TRUNCATE of catalog.sales_channels was refused.',
        'Set is_active to false.');
end
$$;
comment on function catalog.sales_channels_are_never_deleted_truncate() is 'A sales channel keeps its code and is never deleted: orders carry the code.';

create or replace trigger t10_sales_channels_are_never_deleted_truncate
    before truncate on catalog.sales_channels
    for each statement execute function catalog.sales_channels_are_never_deleted_truncate();

-- Acyclic: categories_are_a_tree

create or replace function catalog.categories_are_a_tree() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    ancestor uuid := new.parent_id;
    steps    integer := 0;
begin
    if ancestor is null
       or tg_op = 'UPDATE' and ancestor is not distinct from old.parent_id
       or core.maintenance_reason() is not null then
        return new;
    end if;
    insert into core.tree_versions as tree (tenant_id, tree)
    values (new.tenant_id, 'catalog.categories')
    on conflict (tenant_id, tree) do update set version = tree.version + 1;
    while ancestor is not null and ancestor <> new.id and steps < 10000 loop
        select entity.parent_id into ancestor
        from catalog.categories as entity
        where entity.id = ancestor;
        steps := steps + 1;
    end loop;
    if ancestor is not null then
        perform core.refuse(
            '23R08', 'categories_are_a_tree', 'catalog.categories.parent_id',
            'No category lies below itself.',
            format('catalog.categories %s: %s was given as parent_id, and lies below it.', new.id,
                new.parent_id),
            'Move it below something that does not lie below it.');
    end if;
    return new;
end
$$;
comment on function catalog.categories_are_a_tree() is 'No category lies below itself.';

create or replace trigger t10_categories_are_a_tree
    before insert or update of parent_id on catalog.categories
    for each row execute function catalog.categories_are_a_tree();

-- Audited: channel_changes_leave_a_trace

create or replace function catalog.keep_updated_sales_channels() returns trigger
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
    select image.tenant_id, 'catalog', 'sales_channels', image.row_id, 'update',
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
comment on function catalog.keep_updated_sales_channels() is
    'Writes the superseded image of every updated row of catalog.sales_channels to the audit log.';

create or replace trigger t70_audit_update
    after update on catalog.sales_channels
    referencing old table as old_rows new table as new_rows
    for each statement execute function catalog.keep_updated_sales_channels();

create or replace function catalog.keep_deleted_sales_channels() returns trigger
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
    select image.tenant_id, 'catalog', 'sales_channels', image.row_id, 'delete',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function catalog.keep_deleted_sales_channels() is
    'Writes the superseded image of every deleted row of catalog.sales_channels to the audit log.';

create or replace trigger t70_audit_delete
    after delete on catalog.sales_channels
    referencing old table as old_rows
    for each statement execute function catalog.keep_deleted_sales_channels();

create or replace trigger t70_audit_truncate
    before truncate on catalog.sales_channels
    for each statement execute function core.keep_truncate();

-- Audited: brand_changes_leave_a_trace

create or replace function catalog.keep_updated_brands() returns trigger
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
    select image.tenant_id, 'catalog', 'brands', image.row_id, 'update',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
        left join new_rows as after on after.id = before.id
        where (after.id is null or to_jsonb(after) - array['version', 'updated_at', 'name_key']
            is distinct from to_jsonb(before) - array['version', 'updated_at', 'name_key'])
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function catalog.keep_updated_brands() is
    'Writes the superseded image of every updated row of catalog.brands to the audit log.';

create or replace trigger t70_audit_update
    after update on catalog.brands
    referencing old table as old_rows new table as new_rows
    for each statement execute function catalog.keep_updated_brands();

create or replace function catalog.keep_deleted_brands() returns trigger
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
    select image.tenant_id, 'catalog', 'brands', image.row_id, 'delete',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function catalog.keep_deleted_brands() is
    'Writes the superseded image of every deleted row of catalog.brands to the audit log.';

create or replace trigger t70_audit_delete
    after delete on catalog.brands
    referencing old table as old_rows
    for each statement execute function catalog.keep_deleted_brands();

create or replace trigger t70_audit_truncate
    before truncate on catalog.brands
    for each statement execute function core.keep_truncate();

-- Audited: category_changes_leave_a_trace

create or replace function catalog.keep_updated_categories() returns trigger
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
    select image.tenant_id, 'catalog', 'categories', image.row_id, 'update',
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
comment on function catalog.keep_updated_categories() is
    'Writes the superseded image of every updated row of catalog.categories to the audit log.';

create or replace trigger t70_audit_update
    after update on catalog.categories
    referencing old table as old_rows new table as new_rows
    for each statement execute function catalog.keep_updated_categories();

create or replace function catalog.keep_deleted_categories() returns trigger
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
    select image.tenant_id, 'catalog', 'categories', image.row_id, 'delete',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function catalog.keep_deleted_categories() is
    'Writes the superseded image of every deleted row of catalog.categories to the audit log.';

create or replace trigger t70_audit_delete
    after delete on catalog.categories
    referencing old table as old_rows
    for each statement execute function catalog.keep_deleted_categories();

create or replace trigger t70_audit_truncate
    before truncate on catalog.categories
    for each statement execute function core.keep_truncate();

-- Audited: product_changes_leave_a_trace

create or replace function catalog.keep_updated_products() returns trigger
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
    select image.tenant_id, 'catalog', 'products', image.row_id, 'update',
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
comment on function catalog.keep_updated_products() is
    'Writes the superseded image of every updated row of catalog.products to the audit log.';

create or replace trigger t70_audit_update
    after update on catalog.products
    referencing old table as old_rows new table as new_rows
    for each statement execute function catalog.keep_updated_products();

create or replace function catalog.keep_deleted_products() returns trigger
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
    select image.tenant_id, 'catalog', 'products', image.row_id, 'delete',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function catalog.keep_deleted_products() is
    'Writes the superseded image of every deleted row of catalog.products to the audit log.';

create or replace trigger t70_audit_delete
    after delete on catalog.products
    referencing old table as old_rows
    for each statement execute function catalog.keep_deleted_products();

create or replace trigger t70_audit_truncate
    before truncate on catalog.products
    for each statement execute function core.keep_truncate();

-- Audited: option_changes_leave_a_trace

create or replace function catalog.keep_updated_product_options() returns trigger
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
    select image.tenant_id, 'catalog', 'product_options', image.row_id, 'update',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
        left join new_rows as after on after.id = before.id
        where (after.id is null or to_jsonb(after) - array['version', 'updated_at', 'name_key']
            is distinct from to_jsonb(before) - array['version', 'updated_at', 'name_key'])
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function catalog.keep_updated_product_options() is
    'Writes the superseded image of every updated row of catalog.product_options to the audit log.';

create or replace trigger t70_audit_update
    after update on catalog.product_options
    referencing old table as old_rows new table as new_rows
    for each statement execute function catalog.keep_updated_product_options();

create or replace function catalog.keep_deleted_product_options() returns trigger
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
    select image.tenant_id, 'catalog', 'product_options', image.row_id, 'delete',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function catalog.keep_deleted_product_options() is
    'Writes the superseded image of every deleted row of catalog.product_options to the audit log.';

create or replace trigger t70_audit_delete
    after delete on catalog.product_options
    referencing old table as old_rows
    for each statement execute function catalog.keep_deleted_product_options();

create or replace trigger t70_audit_truncate
    before truncate on catalog.product_options
    for each statement execute function core.keep_truncate();

-- Audited: option_value_changes_leave_a_trace

create or replace function catalog.keep_updated_product_option_values() returns trigger
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
    select image.tenant_id, 'catalog', 'product_option_values', image.row_id, 'update',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
        left join new_rows as after on after.id = before.id
        where (after.id is null or to_jsonb(after) - array['version', 'updated_at', 'name_key']
            is distinct from to_jsonb(before) - array['version', 'updated_at', 'name_key'])
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function catalog.keep_updated_product_option_values() is
    'Writes the superseded image of every updated row of catalog.product_option_values to the audit log.';

create or replace trigger t70_audit_update
    after update on catalog.product_option_values
    referencing old table as old_rows new table as new_rows
    for each statement execute function catalog.keep_updated_product_option_values();

create or replace function catalog.keep_deleted_product_option_values() returns trigger
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
    select image.tenant_id, 'catalog', 'product_option_values', image.row_id, 'delete',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function catalog.keep_deleted_product_option_values() is
    'Writes the superseded image of every deleted row of catalog.product_option_values to the audit log.';

create or replace trigger t70_audit_delete
    after delete on catalog.product_option_values
    referencing old table as old_rows
    for each statement execute function catalog.keep_deleted_product_option_values();

create or replace trigger t70_audit_truncate
    before truncate on catalog.product_option_values
    for each statement execute function core.keep_truncate();

-- Audited: sku_changes_leave_a_trace

create or replace function catalog.keep_updated_skus() returns trigger
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
    select image.tenant_id, 'catalog', 'skus', image.row_id, 'update',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
        left join new_rows as after on after.id = before.id
        where (after.id is null or to_jsonb(after) - array['version', 'updated_at', 'code_key', 'terms_key']
            is distinct from to_jsonb(before) - array['version', 'updated_at', 'code_key', 'terms_key'])
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function catalog.keep_updated_skus() is
    'Writes the superseded image of every updated row of catalog.skus to the audit log.';

create or replace trigger t70_audit_update
    after update on catalog.skus
    referencing old table as old_rows new table as new_rows
    for each statement execute function catalog.keep_updated_skus();

create or replace function catalog.keep_deleted_skus() returns trigger
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
    select image.tenant_id, 'catalog', 'skus', image.row_id, 'delete',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function catalog.keep_deleted_skus() is
    'Writes the superseded image of every deleted row of catalog.skus to the audit log.';

create or replace trigger t70_audit_delete
    after delete on catalog.skus
    referencing old table as old_rows
    for each statement execute function catalog.keep_deleted_skus();

create or replace trigger t70_audit_truncate
    before truncate on catalog.skus
    for each statement execute function core.keep_truncate();

-- Audited: cost_changes_leave_a_trace

create or replace function catalog.keep_updated_sku_costs() returns trigger
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
    select image.tenant_id, 'catalog', 'sku_costs', image.row_id, 'update',
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
comment on function catalog.keep_updated_sku_costs() is
    'Writes the superseded image of every updated row of catalog.sku_costs to the audit log.';

create or replace trigger t70_audit_update
    after update on catalog.sku_costs
    referencing old table as old_rows new table as new_rows
    for each statement execute function catalog.keep_updated_sku_costs();

create or replace function catalog.keep_deleted_sku_costs() returns trigger
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
    select image.tenant_id, 'catalog', 'sku_costs', image.row_id, 'delete',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function catalog.keep_deleted_sku_costs() is
    'Writes the superseded image of every deleted row of catalog.sku_costs to the audit log.';

create or replace trigger t70_audit_delete
    after delete on catalog.sku_costs
    referencing old table as old_rows
    for each statement execute function catalog.keep_deleted_sku_costs();

create or replace trigger t70_audit_truncate
    before truncate on catalog.sku_costs
    for each statement execute function core.keep_truncate();

-- TenantScoped: sales_channels_of_one_tenant

drop policy if exists sales_channels_of_one_tenant on catalog.sales_channels;
create policy sales_channels_of_one_tenant on catalog.sales_channels
    using (tenant_id = core.current_tenant_id());
comment on policy sales_channels_of_one_tenant on catalog.sales_channels is 'A tenant sees and writes its own rows of catalog.sales_channels only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_sales_channels_of_one_tenant_for_good
    before update of tenant_id on catalog.sales_channels
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('sales_channels_of_one_tenant');

-- TenantScoped: brands_of_one_tenant

drop policy if exists brands_of_one_tenant on catalog.brands;
create policy brands_of_one_tenant on catalog.brands
    using (tenant_id = core.current_tenant_id());
comment on policy brands_of_one_tenant on catalog.brands is 'A tenant sees and writes its own rows of catalog.brands only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_brands_of_one_tenant_for_good
    before update of tenant_id on catalog.brands
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('brands_of_one_tenant');

-- TenantScoped: categories_of_one_tenant

drop policy if exists categories_of_one_tenant on catalog.categories;
create policy categories_of_one_tenant on catalog.categories
    using (tenant_id = core.current_tenant_id());
comment on policy categories_of_one_tenant on catalog.categories is 'A tenant sees and writes its own rows of catalog.categories only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_categories_of_one_tenant_for_good
    before update of tenant_id on catalog.categories
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('categories_of_one_tenant');

-- TenantScoped: products_of_one_tenant

drop policy if exists products_of_one_tenant on catalog.products;
create policy products_of_one_tenant on catalog.products
    using (tenant_id = core.current_tenant_id());
comment on policy products_of_one_tenant on catalog.products is 'A tenant sees and writes its own rows of catalog.products only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_products_of_one_tenant_for_good
    before update of tenant_id on catalog.products
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('products_of_one_tenant');

-- TenantScoped: product_categories_of_one_tenant

drop policy if exists product_categories_of_one_tenant on catalog.product_categories;
create policy product_categories_of_one_tenant on catalog.product_categories
    using (tenant_id = core.current_tenant_id());
comment on policy product_categories_of_one_tenant on catalog.product_categories is 'A tenant sees and writes its own rows of catalog.product_categories only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_product_categories_of_one_tenant_for_good
    before update of tenant_id on catalog.product_categories
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('product_categories_of_one_tenant');

-- TenantScoped: product_options_of_one_tenant

drop policy if exists product_options_of_one_tenant on catalog.product_options;
create policy product_options_of_one_tenant on catalog.product_options
    using (tenant_id = core.current_tenant_id());
comment on policy product_options_of_one_tenant on catalog.product_options is 'A tenant sees and writes its own rows of catalog.product_options only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_product_options_of_one_tenant_for_good
    before update of tenant_id on catalog.product_options
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('product_options_of_one_tenant');

-- TenantScoped: product_option_values_of_one_tenant

drop policy if exists product_option_values_of_one_tenant on catalog.product_option_values;
create policy product_option_values_of_one_tenant on catalog.product_option_values
    using (tenant_id = core.current_tenant_id());
comment on policy product_option_values_of_one_tenant on catalog.product_option_values is 'A tenant sees and writes its own rows of catalog.product_option_values only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_product_option_values_of_one_tenant_for_good
    before update of tenant_id on catalog.product_option_values
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('product_option_values_of_one_tenant');

-- TenantScoped: skus_of_one_tenant

drop policy if exists skus_of_one_tenant on catalog.skus;
create policy skus_of_one_tenant on catalog.skus
    using (tenant_id = core.current_tenant_id());
comment on policy skus_of_one_tenant on catalog.skus is 'A tenant sees and writes its own rows of catalog.skus only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_skus_of_one_tenant_for_good
    before update of tenant_id on catalog.skus
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('skus_of_one_tenant');

-- TenantScoped: sku_option_values_of_one_tenant

drop policy if exists sku_option_values_of_one_tenant on catalog.sku_option_values;
create policy sku_option_values_of_one_tenant on catalog.sku_option_values
    using (tenant_id = core.current_tenant_id());
comment on policy sku_option_values_of_one_tenant on catalog.sku_option_values is 'A tenant sees and writes its own rows of catalog.sku_option_values only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_sku_option_values_of_one_tenant_for_good
    before update of tenant_id on catalog.sku_option_values
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('sku_option_values_of_one_tenant');

-- TenantScoped: sku_costs_of_one_tenant

drop policy if exists sku_costs_of_one_tenant on catalog.sku_costs;
create policy sku_costs_of_one_tenant on catalog.sku_costs
    using (tenant_id = core.current_tenant_id());
comment on policy sku_costs_of_one_tenant on catalog.sku_costs is 'A tenant sees and writes its own rows of catalog.sku_costs only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_sku_costs_of_one_tenant_for_good
    before update of tenant_id on catalog.sku_costs
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('sku_costs_of_one_tenant');

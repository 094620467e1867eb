-- catalog: the channel every installation begins with.

create or replace function groundplan.prepare_catalog(tenant integer) returns void
    language sql
    set search_path = pg_catalog, pg_temp
as $$
    insert into catalog.sales_channels (tenant_id, code, name)
    values (tenant, 'web', 'Web shop')
    on conflict (tenant_id, code) do nothing;
$$;
comment on function groundplan.prepare_catalog(integer) is 'The first sales channel of a new tenant: web.';

-- What one unit costs at a moment, in the tenant's currency; null where no cost is known.
create or replace function catalog.unit_cost(sku uuid, moment timestamptz) returns numeric
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    -- Periods do not overlap: only the one that began last can hold.
    select cost.unit_cost
    from (
        select unit_cost, valid_to
        from catalog.sku_costs
        where sku_id = sku and valid_from <= moment
        order by valid_from desc
        limit 1
    ) as cost
    where cost.valid_to is null or cost.valid_to > moment
$$;
comment on function catalog.unit_cost(uuid, timestamptz) is
    'Standard cost of one unit of a SKU at a moment, in the tenant''s currency; null if unknown.';

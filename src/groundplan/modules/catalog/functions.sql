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

-- Waiting for orders -----------------------------------------------------------------------------

-- An order refers to its SKUs in the order of its lines, and an UPDATE of many SKUs meets them in the
-- order of its plan. Whoever changes what orders stand on is the one to give way: an order that waits
-- for this transaction, while this transaction waits for orders, would wait for ever.
create or replace function groundplan.give_way_to_orders() returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform from pg_locks as waiting
    join pg_locks as held on held.pid = waiting.pid and held.granted
        and held.relation = 'catalog.skus'::regclass and held.mode = 'RowShareLock'
        and held.database = (select oid from pg_database where datname = current_database())
    where not waiting.granted and pg_backend_pid() = any (pg_blocking_pids(waiting.pid));
    if found then
        perform core.refuse(
            '40001', 'sku_terms_are_one_key', 'catalog.skus.terms_key',
            'What orders stand on changes between orders, never under one.',
            'Orders for this SKU are being placed, and one of them waits for this transaction.',
            'Try the transaction again; change fewer SKUs in one.');
    end if;
end
$$;
comment on function groundplan.give_way_to_orders() is
    'Raises 40001 if a session that refers to SKUs waits for this one.';

create or replace function groundplan.wait_for_orders() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    patience text        := current_setting('lock_timeout');
    began    timestamptz := clock_timestamp();
begin
    loop
        begin
            perform set_config('lock_timeout', '100ms', true);
            perform from catalog.skus as sku where sku.id = old.id for update;
            perform set_config('lock_timeout', patience, true);
            return new;
        exception when lock_not_available then
            -- Setting and lock are taken back with the block.
            if patience <> '0' and clock_timestamp() - began >= patience::interval then
                raise;
            end if;
        end;
        perform groundplan.give_way_to_orders();
    end loop;
end
$$;
comment on function groundplan.wait_for_orders() is
    'Waits until no open order refers to the SKU, then keeps new ones waiting.';

create or replace trigger t40_wait_for_orders
    before update on catalog.skus
    for each row
    when (new.terms_key <> old.terms_key or new.code_key <> old.code_key)
    execute function groundplan.wait_for_orders();

create or replace function catalog.unit_decimals(sku uuid) returns integer
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
as $$
    select unit.decimals::integer
    from catalog.skus as known
    join core.units_of_measure as unit on unit.code = known.unit_code
    where known.id = sku
$$;
comment on function catalog.unit_decimals(uuid) is
    'How many decimals a quantity of a SKU may have: those of its unit.';

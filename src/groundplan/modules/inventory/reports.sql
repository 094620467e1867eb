-- Generated from reports.py. Do not edit: change the declarations and generate again.

-- Counting inventory.inventory_movements

-- What one row counts for. Inlined into the triggers, so it costs nothing; and bound to the columns
-- it reads: renaming one changes nothing, dropping or retyping one is refused and names this map.
create or replace function groundplan.map_inventory_movements(r inventory.inventory_movements)
returns table (
    tenant_id integer,
    business_date date,
    location_id uuid,
    sku_id uuid,
    row_count bigint,
    received numeric,
    issued numeric,
    returned numeric,
    adjusted_in numeric,
    adjusted_out numeric,
    transferred_in numeric,
    transferred_out numeric
)
    language sql stable
begin atomic
    select
        r.tenant_id::integer as tenant_id,
        r.business_date::date as business_date,
        (case when r.kind not in ('receipt', 'return') then r.source_location_id end)::uuid as location_id,
        r.sku_id::uuid as sku_id,
        1::bigint as row_count,
        coalesce(0, 0)::numeric as received,
        coalesce(case when r.kind = 'issue' then r.quantity else 0 end, 0)::numeric as issued,
        coalesce(0, 0)::numeric as returned,
        coalesce(0, 0)::numeric as adjusted_in,
        coalesce(case when r.kind = 'adjustment' then r.quantity else 0 end, 0)::numeric as adjusted_out,
        coalesce(0, 0)::numeric as transferred_in,
        coalesce(case when r.kind = 'transfer' then r.quantity else 0 end, 0)::numeric as transferred_out
    where ((case when r.kind not in ('receipt', 'return') then r.source_location_id end) is not null)
    union all
    select
        r.tenant_id::integer as tenant_id,
        r.business_date::date as business_date,
        (case when r.kind <> 'issue' then r.destination_location_id end)::uuid as location_id,
        r.sku_id::uuid as sku_id,
        1::bigint as row_count,
        coalesce(case when r.kind = 'receipt' then r.quantity else 0 end, 0)::numeric as received,
        coalesce(0, 0)::numeric as issued,
        coalesce(case when r.kind = 'return' then r.quantity else 0 end, 0)::numeric as returned,
        coalesce(case when r.kind = 'adjustment' then r.quantity else 0 end, 0)::numeric as adjusted_in,
        coalesce(0, 0)::numeric as adjusted_out,
        coalesce(case when r.kind = 'transfer' then r.quantity else 0 end, 0)::numeric as transferred_in,
        coalesce(0, 0)::numeric as transferred_out
    where ((case when r.kind <> 'issue' then r.destination_location_id end) is not null);
end;
comment on function groundplan.map_inventory_movements(inventory.inventory_movements) is
    'What one row of inventory.inventory_movements counts for in the reports.';

create or replace function groundplan.inventory_movements_inserted() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> ''
        and core.is_restoring()
    then
        return null;
    end if;
    insert into groundplan.inventory_movements_delta (
        tenant_id, business_date, location_id, sku_id, row_count, received,
        issued, returned, adjusted_in, adjusted_out, transferred_in,
        transferred_out)
    select
        m.tenant_id, m.business_date, m.location_id, m.sku_id, m.row_count,
        m.received, m.issued, m.returned, m.adjusted_in, m.adjusted_out,
        m.transferred_in, m.transferred_out
    from new_rows as r
    cross join lateral groundplan.map_inventory_movements(r) as m;
    return null;
end
$$;
comment on function groundplan.inventory_movements_inserted() is
    'Appends what new rows of inventory.inventory_movements count for to the delta.';
create or replace trigger t60_inventory_movements_inserted
    after insert on inventory.inventory_movements
    referencing new table as new_rows
    for each statement execute function groundplan.inventory_movements_inserted();

create or replace function groundplan.inventory_movements_updated() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> ''
        and core.is_restoring()
    then
        return null;
    end if;
    insert into groundplan.inventory_movements_delta (
        tenant_id, business_date, location_id, sku_id, row_count, received,
        issued, returned, adjusted_in, adjusted_out, transferred_in,
        transferred_out)
    select
        tenant_id, business_date, location_id, sku_id, sum(row_count),
        sum(received), sum(issued), sum(returned), sum(adjusted_in),
        sum(adjusted_out), sum(transferred_in), sum(transferred_out)
    from (
        select
            m.tenant_id, m.business_date, m.location_id, m.sku_id, m.row_count,
            m.received, m.issued, m.returned, m.adjusted_in, m.adjusted_out,
            m.transferred_in, m.transferred_out
        from new_rows as r
        cross join lateral groundplan.map_inventory_movements(r) as m
        union all
        select
            m.tenant_id, m.business_date, m.location_id, m.sku_id, -m.row_count,
            -m.received, -m.issued, -m.returned, -m.adjusted_in, -m.adjusted_out,
            -m.transferred_in, -m.transferred_out
        from old_rows as r
        cross join lateral groundplan.map_inventory_movements(r) as m
    ) as change
    group by
        tenant_id, business_date, location_id, sku_id
    having sum(row_count) <> 0
        or sum(received) <> 0
        or sum(issued) <> 0
        or sum(returned) <> 0
        or sum(adjusted_in) <> 0
        or sum(adjusted_out) <> 0
        or sum(transferred_in) <> 0
        or sum(transferred_out) <> 0;
    return null;
end
$$;
comment on function groundplan.inventory_movements_updated() is
    'Appends the difference that changed rows of inventory.inventory_movements make.';
create or replace trigger t60_inventory_movements_updated
    after update on inventory.inventory_movements
    referencing old table as old_rows new table as new_rows
    for each statement execute function groundplan.inventory_movements_updated();

create or replace function groundplan.inventory_movements_deleted() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> ''
        and core.is_restoring()
    then
        return null;
    end if;
    insert into groundplan.inventory_movements_delta (
        tenant_id, business_date, location_id, sku_id, row_count, received,
        issued, returned, adjusted_in, adjusted_out, transferred_in,
        transferred_out)
    select
        m.tenant_id, m.business_date, m.location_id, m.sku_id, -m.row_count,
        -m.received, -m.issued, -m.returned, -m.adjusted_in, -m.adjusted_out,
        -m.transferred_in, -m.transferred_out
    from old_rows as r
    cross join lateral groundplan.map_inventory_movements(r) as m;
    return null;
end
$$;
comment on function groundplan.inventory_movements_deleted() is
    'Takes back, in the delta, what deleted rows of inventory.inventory_movements counted for.';
create or replace trigger t60_inventory_movements_deleted
    after delete on inventory.inventory_movements
    referencing old table as old_rows
    for each statement execute function groundplan.inventory_movements_deleted();

-- Before, while the rows are still there: TRUNCATE has no transition table. An older snapshot does
-- not see all rows that it removes, so it could not take them all back.
create or replace function groundplan.inventory_movements_truncated() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> ''
        and core.is_restoring()
    then
        return null;
    end if;
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
        perform core.refuse(
            '23R10', 'truncate_is_counted_at_read_committed', tg_table_schema || '.' || tg_table_name,
            'TRUNCATE can be counted exactly at READ COMMITTED only.',
            format('TRUNCATE of inventory.inventory_movements was refused at %s.',
                upper(current_setting('transaction_isolation'))),
            'Begin a transaction at READ COMMITTED, and truncate there.');
    end if;
    insert into groundplan.inventory_movements_delta (
        tenant_id, business_date, location_id, sku_id, row_count, received,
        issued, returned, adjusted_in, adjusted_out, transferred_in,
        transferred_out)
    select
        m.tenant_id, m.business_date, m.location_id, m.sku_id,
        -sum(m.row_count), -sum(m.received), -sum(m.issued), -sum(m.returned),
        -sum(m.adjusted_in), -sum(m.adjusted_out), -sum(m.transferred_in),
        -sum(m.transferred_out)
    from inventory.inventory_movements as r
    cross join lateral groundplan.map_inventory_movements(r) as m
    group by
        m.tenant_id, m.business_date, m.location_id, m.sku_id;
    return null;
end
$$;
comment on function groundplan.inventory_movements_truncated() is
    'Takes back, in the delta, everything that inventory.inventory_movements counted for.';
create or replace trigger t60_inventory_movements_truncated
    before truncate on inventory.inventory_movements
    for each statement execute function groundplan.inventory_movements_truncated();

-- Only the holder of the lock touches the bases, so nobody ever waits for a row here. Joins by
-- index whatever the planner knows: bases grow faster than their statistics.
create or replace function groundplan.fold_inventory_movements(max_rows integer) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set enable_hashjoin = off
    set enable_mergejoin = off
    set enable_seqscan = off
as $$
declare
    picked groundplan.inventory_movements_delta[];
begin
    if not pg_try_advisory_xact_lock(
        'groundplan.inventory_movements_delta'::regclass::oid::integer, 1735418000
    ) then
        return 0;
    end if;
    with gone as (
        delete from groundplan.inventory_movements_delta as pending
        where ctid = any (array(select ctid from groundplan.inventory_movements_delta limit max_rows))
        returning pending as delta_row
    )
    select array_agg(delta_row) into picked from gone;
    if picked is null then
        return 0;
    end if;

    insert into groundplan.stock_moved_daily_base as base (
        tenant_id, business_date, location_id, sku_id, row_count, received,
        issued, returned, adjusted_in, adjusted_out, transferred_in,
        transferred_out)
    select
        tenant_id, business_date, location_id, sku_id, sum(row_count),
        sum(received), sum(issued), sum(returned), sum(adjusted_in),
        sum(adjusted_out), sum(transferred_in), sum(transferred_out)
    from (
        select
            tenant_id, business_date, location_id, sku_id, row_count, received,
            issued, returned, adjusted_in, adjusted_out, transferred_in,
            transferred_out
        from unnest(picked)
        where (tenant_id, business_date, location_id, sku_id) is not null
    ) as pending (
        tenant_id, business_date, location_id, sku_id, row_count, received,
        issued, returned, adjusted_in, adjusted_out, transferred_in,
        transferred_out)
    group by
        tenant_id, business_date, location_id, sku_id
    having sum(row_count) <> 0
        or sum(received) <> 0
        or sum(issued) <> 0
        or sum(returned) <> 0
        or sum(adjusted_in) <> 0
        or sum(adjusted_out) <> 0
        or sum(transferred_in) <> 0
        or sum(transferred_out) <> 0
    order by
        tenant_id, business_date, location_id, sku_id
    on conflict (tenant_id, business_date, location_id, sku_id) do update set
        row_count = base.row_count + excluded.row_count,
        received = base.received + excluded.received,
        issued = base.issued + excluded.issued,
        returned = base.returned + excluded.returned,
        adjusted_in = base.adjusted_in + excluded.adjusted_in,
        adjusted_out = base.adjusted_out + excluded.adjusted_out,
        transferred_in = base.transferred_in + excluded.transferred_in,
        transferred_out = base.transferred_out + excluded.transferred_out;

    insert into groundplan.stock_moved_monthly_base as base (
        tenant_id, month, location_id, sku_id, row_count, received, issued,
        returned, adjusted_in, adjusted_out, transferred_in, transferred_out)
    select
        tenant_id, month, location_id, sku_id, sum(row_count), sum(received),
        sum(issued), sum(returned), sum(adjusted_in), sum(adjusted_out),
        sum(transferred_in), sum(transferred_out)
    from (
        select
            tenant_id,
            date_trunc('month', business_date::timestamp)::date as month,
            location_id, sku_id, row_count, received, issued, returned,
            adjusted_in, adjusted_out, transferred_in, transferred_out
        from unnest(picked)
        where (tenant_id, business_date, location_id, sku_id) is not null
    ) as pending (
        tenant_id, month, location_id, sku_id, row_count, received, issued,
        returned, adjusted_in, adjusted_out, transferred_in, transferred_out)
    group by
        tenant_id, month, location_id, sku_id
    having sum(row_count) <> 0
        or sum(received) <> 0
        or sum(issued) <> 0
        or sum(returned) <> 0
        or sum(adjusted_in) <> 0
        or sum(adjusted_out) <> 0
        or sum(transferred_in) <> 0
        or sum(transferred_out) <> 0
    order by
        tenant_id, month, location_id, sku_id
    on conflict (tenant_id, month, location_id, sku_id) do update set
        row_count = base.row_count + excluded.row_count,
        received = base.received + excluded.received,
        issued = base.issued + excluded.issued,
        returned = base.returned + excluded.returned,
        adjusted_in = base.adjusted_in + excluded.adjusted_in,
        adjusted_out = base.adjusted_out + excluded.adjusted_out,
        transferred_in = base.transferred_in + excluded.transferred_in,
        transferred_out = base.transferred_out + excluded.transferred_out;


    -- Groups disappear only when rows do: reversals are rows too.
    if exists (select from unnest(picked) where row_count < 0) then
        delete from groundplan.stock_moved_daily_base as base
        where (
                base.tenant_id, base.business_date, base.location_id, base.sku_id
            ) in (
                select
                    tenant_id, business_date, location_id, sku_id
                from unnest(picked)
                where (tenant_id, business_date, location_id, sku_id) is not null)
            and base.row_count = 0
            and base.received = 0
            and base.issued = 0
            and base.returned = 0
            and base.adjusted_in = 0
            and base.adjusted_out = 0
            and base.transferred_in = 0
            and base.transferred_out = 0;
        delete from groundplan.stock_moved_monthly_base as base
        where (
                base.tenant_id, base.month, base.location_id, base.sku_id
            ) in (
                select
                    tenant_id, date_trunc('month', business_date::timestamp)::date,
                    location_id, sku_id
                from unnest(picked)
                where (tenant_id, business_date, location_id, sku_id) is not null)
            and base.row_count = 0
            and base.received = 0
            and base.issued = 0
            and base.returned = 0
            and base.adjusted_in = 0
            and base.adjusted_out = 0
            and base.transferred_in = 0
            and base.transferred_out = 0;
    end if;
    return cardinality(picked);
end
$$;
comment on function groundplan.fold_inventory_movements(integer) is
    'Folds at most so many rows of the delta into the bases of its reports; returns how many. 0 too
if somebody else is folding.';

-- One appended row in 250 makes its transaction fold a little, at commit, if nobody else
-- is folding: the reports need no worker. (OR REPLACE does not exist for constraint triggers.)
drop trigger if exists t60_fold_at_commit on groundplan.inventory_movements_delta;
create constraint trigger t60_fold_at_commit
    after insert on groundplan.inventory_movements_delta
    deferrable initially deferred
    for each row when (random() < 0.004)
    execute function groundplan.fold_at_commit('inventory_movements');

-- Counts everything again from the source. Exact because one snapshot holds for all of it: either
-- the transaction's own, or everybody's, because nobody can write meanwhile. A pending row is
-- visible exactly if the change is that it belongs to.
create or replace function groundplan.rebuild_inventory_movements() returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_advisory_xact_lock(
        'groundplan.inventory_movements_delta'::regclass::oid::integer, 1735418000);
    if current_setting('transaction_isolation') in ('read committed', 'read uncommitted') then
        lock table inventory.inventory_movements in share row exclusive mode;
    end if;
    delete from groundplan.inventory_movements_delta;

    delete from groundplan.stock_moved_daily_base;
    insert into groundplan.stock_moved_daily_base (
        tenant_id, business_date, location_id, sku_id, row_count, received,
        issued, returned, adjusted_in, adjusted_out, transferred_in,
        transferred_out)
    select
        tenant_id, business_date, location_id, sku_id, count(*) as row_count,
        sum(received)::numeric as received, sum(issued)::numeric as issued,
        sum(returned)::numeric as returned,
        sum(adjusted_in)::numeric as adjusted_in,
        sum(adjusted_out)::numeric as adjusted_out,
        sum(transferred_in)::numeric as transferred_in,
        sum(transferred_out)::numeric as transferred_out
    from (
        select
            r.tenant_id as tenant_id, r.business_date as business_date,
            case when r.kind not in ('receipt', 'return') then r.source_location_id end as location_id,
            r.sku_id as sku_id, coalesce(0, 0) as received,
            coalesce(case when r.kind = 'issue' then r.quantity else 0 end, 0) as issued,
            coalesce(0, 0) as returned, coalesce(0, 0) as adjusted_in,
            coalesce(case when r.kind = 'adjustment' then r.quantity else 0 end, 0) as adjusted_out,
            coalesce(0, 0) as transferred_in,
            coalesce(case when r.kind = 'transfer' then r.quantity else 0 end, 0) as transferred_out
        from inventory.inventory_movements as r
        where (r.tenant_id) is not null and (r.business_date) is not null and
            (case when r.kind not in ('receipt', 'return') then r.source_location_id end) is not null and
            (r.sku_id) is not null
        union all
        select
            r.tenant_id as tenant_id, r.business_date as business_date,
            case when r.kind <> 'issue' then r.destination_location_id end as location_id,
            r.sku_id as sku_id,
            coalesce(case when r.kind = 'receipt' then r.quantity else 0 end, 0) as received,
            coalesce(0, 0) as issued,
            coalesce(case when r.kind = 'return' then r.quantity else 0 end, 0) as returned,
            coalesce(case when r.kind = 'adjustment' then r.quantity else 0 end, 0) as adjusted_in,
            coalesce(0, 0) as adjusted_out,
            coalesce(case when r.kind = 'transfer' then r.quantity else 0 end, 0) as transferred_in,
            coalesce(0, 0) as transferred_out
        from inventory.inventory_movements as r
        where (r.tenant_id) is not null and (r.business_date) is not null and
            (case when r.kind <> 'issue' then r.destination_location_id end) is not null and
            (r.sku_id) is not null
    ) as counted
    group by
        tenant_id, business_date, location_id, sku_id;

    delete from groundplan.stock_moved_monthly_base;
    insert into groundplan.stock_moved_monthly_base (
        tenant_id, month, location_id, sku_id, row_count, received, issued,
        returned, adjusted_in, adjusted_out, transferred_in, transferred_out)
    select
        tenant_id, month, location_id, sku_id, count(*) as row_count,
        sum(received)::numeric as received, sum(issued)::numeric as issued,
        sum(returned)::numeric as returned,
        sum(adjusted_in)::numeric as adjusted_in,
        sum(adjusted_out)::numeric as adjusted_out,
        sum(transferred_in)::numeric as transferred_in,
        sum(transferred_out)::numeric as transferred_out
    from (
        select
            r.tenant_id as tenant_id,
            coalesce(
                r.business_date - (extract(day from r.business_date)::integer - 1),
                r.business_date) as month,
            case when r.kind not in ('receipt', 'return') then r.source_location_id end as location_id,
            r.sku_id as sku_id, coalesce(0, 0) as received,
            coalesce(case when r.kind = 'issue' then r.quantity else 0 end, 0) as issued,
            coalesce(0, 0) as returned, coalesce(0, 0) as adjusted_in,
            coalesce(case when r.kind = 'adjustment' then r.quantity else 0 end, 0) as adjusted_out,
            coalesce(0, 0) as transferred_in,
            coalesce(case when r.kind = 'transfer' then r.quantity else 0 end, 0) as transferred_out
        from inventory.inventory_movements as r
        where (r.tenant_id) is not null and (r.business_date) is not null and
            (case when r.kind not in ('receipt', 'return') then r.source_location_id end) is not null and
            (r.sku_id) is not null
        union all
        select
            r.tenant_id as tenant_id,
            coalesce(
                r.business_date - (extract(day from r.business_date)::integer - 1),
                r.business_date) as month,
            case when r.kind <> 'issue' then r.destination_location_id end as location_id,
            r.sku_id as sku_id,
            coalesce(case when r.kind = 'receipt' then r.quantity else 0 end, 0) as received,
            coalesce(0, 0) as issued,
            coalesce(case when r.kind = 'return' then r.quantity else 0 end, 0) as returned,
            coalesce(case when r.kind = 'adjustment' then r.quantity else 0 end, 0) as adjusted_in,
            coalesce(0, 0) as adjusted_out,
            coalesce(case when r.kind = 'transfer' then r.quantity else 0 end, 0) as transferred_in,
            coalesce(0, 0) as transferred_out
        from inventory.inventory_movements as r
        where (r.tenant_id) is not null and (r.business_date) is not null and
            (case when r.kind <> 'issue' then r.destination_location_id end) is not null and
            (r.sku_id) is not null
    ) as counted
    group by
        tenant_id, month, location_id, sku_id;
end
$$;
comment on function groundplan.rebuild_inventory_movements() is
    'Counts all reports of its source again. Writers wait, except under REPEATABLE READ.';

-- Each report is asked twice: for its tenant, with the owner's rights, and for all tenants, with
-- the reader's, so that it answers the owner alone. (One cannot be read through the other.)

create or replace view groundplan.stock_moved_daily_all_tenants with (security_invoker = true) as
select
    tenant_id, business_date, location_id, sku_id,
    sum(row_count)::bigint as row_count,
    sum(received)::numeric as received, sum(issued)::numeric as issued,
    sum(returned)::numeric as returned,
    sum(adjusted_in)::numeric as adjusted_in,
    sum(adjusted_out)::numeric as adjusted_out,
    sum(transferred_in)::numeric as transferred_in,
    sum(transferred_out)::numeric as transferred_out
from (
    select
        tenant_id, business_date, location_id, sku_id, row_count, received,
        issued, returned, adjusted_in, adjusted_out, transferred_in,
        transferred_out
    from groundplan.stock_moved_daily_base
    union all
    select
        tenant_id, business_date, location_id, sku_id, row_count, received,
        issued, returned, adjusted_in, adjusted_out, transferred_in,
        transferred_out
    from groundplan.inventory_movements_delta
    where (tenant_id, business_date, location_id, sku_id) is not null
) as counted (
    tenant_id, business_date, location_id, sku_id, row_count, received,
    issued, returned, adjusted_in, adjusted_out, transferred_in,
    transferred_out)
group by
    tenant_id, business_date, location_id, sku_id
having sum(row_count) <> 0;
create or replace view reporting.stock_moved_daily with (security_barrier) as
select
    tenant_id, business_date, location_id, sku_id,
    sum(row_count)::bigint as row_count,
    sum(received)::numeric as received, sum(issued)::numeric as issued,
    sum(returned)::numeric as returned,
    sum(adjusted_in)::numeric as adjusted_in,
    sum(adjusted_out)::numeric as adjusted_out,
    sum(transferred_in)::numeric as transferred_in,
    sum(transferred_out)::numeric as transferred_out
from (
    select
        tenant_id, business_date, location_id, sku_id, row_count, received,
        issued, returned, adjusted_in, adjusted_out, transferred_in,
        transferred_out
    from groundplan.stock_moved_daily_base
    union all
    select
        tenant_id, business_date, location_id, sku_id, row_count, received,
        issued, returned, adjusted_in, adjusted_out, transferred_in,
        transferred_out
    from groundplan.inventory_movements_delta
    where (tenant_id, business_date, location_id, sku_id) is not null
) as counted (
    tenant_id, business_date, location_id, sku_id, row_count, received,
    issued, returned, adjusted_in, adjusted_out, transferred_in,
    transferred_out)
where tenant_id = (select core.reporting_tenant_id())
group by
    tenant_id, business_date, location_id, sku_id
having sum(row_count) <> 0;
comment on view groundplan.stock_moved_daily_all_tenants is
    'Units moved by business day, location and SKU. Of all tenants, for the owner.';
comment on column groundplan.stock_moved_daily_all_tenants.tenant_id is 'The tenant.';
comment on column groundplan.stock_moved_daily_all_tenants.business_date is 'The business day.';
comment on column groundplan.stock_moved_daily_all_tenants.location_id is 'The location.';
comment on column groundplan.stock_moved_daily_all_tenants.sku_id is 'The SKU.';
comment on column groundplan.stock_moved_daily_all_tenants.row_count is
    'How many rows of inventory.inventory_movements are counted in it.';
comment on column groundplan.stock_moved_daily_all_tenants.received is
    'Units received from suppliers.';
comment on column groundplan.stock_moved_daily_all_tenants.issued is 'Units issued to customers.';
comment on column groundplan.stock_moved_daily_all_tenants.returned is
    'Units returned by customers.';
comment on column groundplan.stock_moved_daily_all_tenants.adjusted_in is
    'Units found: adjustments into the location.';
comment on column groundplan.stock_moved_daily_all_tenants.adjusted_out is
    'Units lost: adjustments out of the location.';
comment on column groundplan.stock_moved_daily_all_tenants.transferred_in is
    'Units that came from another of our locations.';
comment on column groundplan.stock_moved_daily_all_tenants.transferred_out is
    'Units that went to another of our locations.';
comment on view reporting.stock_moved_daily is 'Units moved by business day, location and SKU.';
comment on column reporting.stock_moved_daily.tenant_id is 'The tenant.';
comment on column reporting.stock_moved_daily.business_date is 'The business day.';
comment on column reporting.stock_moved_daily.location_id is 'The location.';
comment on column reporting.stock_moved_daily.sku_id is 'The SKU.';
comment on column reporting.stock_moved_daily.row_count is
    'How many rows of inventory.inventory_movements are counted in it.';
comment on column reporting.stock_moved_daily.received is 'Units received from suppliers.';
comment on column reporting.stock_moved_daily.issued is 'Units issued to customers.';
comment on column reporting.stock_moved_daily.returned is 'Units returned by customers.';
comment on column reporting.stock_moved_daily.adjusted_in is
    'Units found: adjustments into the location.';
comment on column reporting.stock_moved_daily.adjusted_out is
    'Units lost: adjustments out of the location.';
comment on column reporting.stock_moved_daily.transferred_in is
    'Units that came from another of our locations.';
comment on column reporting.stock_moved_daily.transferred_out is
    'Units that went to another of our locations.';

create or replace view groundplan.stock_moved_monthly_all_tenants with (security_invoker = true) as
select
    tenant_id, month, location_id, sku_id,
    sum(row_count)::bigint as row_count,
    sum(received)::numeric as received, sum(issued)::numeric as issued,
    sum(returned)::numeric as returned,
    sum(adjusted_in)::numeric as adjusted_in,
    sum(adjusted_out)::numeric as adjusted_out,
    sum(transferred_in)::numeric as transferred_in,
    sum(transferred_out)::numeric as transferred_out
from (
    select
        tenant_id, month, location_id, sku_id, row_count, received, issued,
        returned, adjusted_in, adjusted_out, transferred_in, transferred_out
    from groundplan.stock_moved_monthly_base
    union all
    select
        tenant_id,
        date_trunc('month', business_date::timestamp)::date as month,
        location_id, sku_id, row_count, received, issued, returned,
        adjusted_in, adjusted_out, transferred_in, transferred_out
    from groundplan.inventory_movements_delta
    where (tenant_id, business_date, location_id, sku_id) is not null
) as counted (
    tenant_id, month, location_id, sku_id, row_count, received, issued,
    returned, adjusted_in, adjusted_out, transferred_in, transferred_out)
group by
    tenant_id, month, location_id, sku_id
having sum(row_count) <> 0;
create or replace view reporting.stock_moved_monthly with (security_barrier) as
select
    tenant_id, month, location_id, sku_id,
    sum(row_count)::bigint as row_count,
    sum(received)::numeric as received, sum(issued)::numeric as issued,
    sum(returned)::numeric as returned,
    sum(adjusted_in)::numeric as adjusted_in,
    sum(adjusted_out)::numeric as adjusted_out,
    sum(transferred_in)::numeric as transferred_in,
    sum(transferred_out)::numeric as transferred_out
from (
    select
        tenant_id, month, location_id, sku_id, row_count, received, issued,
        returned, adjusted_in, adjusted_out, transferred_in, transferred_out
    from groundplan.stock_moved_monthly_base
    union all
    select
        tenant_id,
        date_trunc('month', business_date::timestamp)::date as month,
        location_id, sku_id, row_count, received, issued, returned,
        adjusted_in, adjusted_out, transferred_in, transferred_out
    from groundplan.inventory_movements_delta
    where (tenant_id, business_date, location_id, sku_id) is not null
) as counted (
    tenant_id, month, location_id, sku_id, row_count, received, issued,
    returned, adjusted_in, adjusted_out, transferred_in, transferred_out)
where tenant_id = (select core.reporting_tenant_id())
group by
    tenant_id, month, location_id, sku_id
having sum(row_count) <> 0;
comment on view groundplan.stock_moved_monthly_all_tenants is
    'Units moved by business day, location and SKU, by month. Of all tenants, for the owner.';
comment on column groundplan.stock_moved_monthly_all_tenants.tenant_id is 'The tenant.';
comment on column groundplan.stock_moved_monthly_all_tenants.month is
    'First day of the month of the business date.';
comment on column groundplan.stock_moved_monthly_all_tenants.location_id is 'The location.';
comment on column groundplan.stock_moved_monthly_all_tenants.sku_id is 'The SKU.';
comment on column groundplan.stock_moved_monthly_all_tenants.row_count is
    'How many rows of inventory.inventory_movements are counted in it.';
comment on column groundplan.stock_moved_monthly_all_tenants.received is
    'Units received from suppliers.';
comment on column groundplan.stock_moved_monthly_all_tenants.issued is 'Units issued to customers.';
comment on column groundplan.stock_moved_monthly_all_tenants.returned is
    'Units returned by customers.';
comment on column groundplan.stock_moved_monthly_all_tenants.adjusted_in is
    'Units found: adjustments into the location.';
comment on column groundplan.stock_moved_monthly_all_tenants.adjusted_out is
    'Units lost: adjustments out of the location.';
comment on column groundplan.stock_moved_monthly_all_tenants.transferred_in is
    'Units that came from another of our locations.';
comment on column groundplan.stock_moved_monthly_all_tenants.transferred_out is
    'Units that went to another of our locations.';
comment on view reporting.stock_moved_monthly is
    'Units moved by business day, location and SKU, by month.';
comment on column reporting.stock_moved_monthly.tenant_id is 'The tenant.';
comment on column reporting.stock_moved_monthly.month is
    'First day of the month of the business date.';
comment on column reporting.stock_moved_monthly.location_id is 'The location.';
comment on column reporting.stock_moved_monthly.sku_id is 'The SKU.';
comment on column reporting.stock_moved_monthly.row_count is
    'How many rows of inventory.inventory_movements are counted in it.';
comment on column reporting.stock_moved_monthly.received is 'Units received from suppliers.';
comment on column reporting.stock_moved_monthly.issued is 'Units issued to customers.';
comment on column reporting.stock_moved_monthly.returned is 'Units returned by customers.';
comment on column reporting.stock_moved_monthly.adjusted_in is
    'Units found: adjustments into the location.';
comment on column reporting.stock_moved_monthly.adjusted_out is
    'Units lost: adjustments out of the location.';
comment on column reporting.stock_moved_monthly.transferred_in is
    'Units that came from another of our locations.';
comment on column reporting.stock_moved_monthly.transferred_out is
    'Units that went to another of our locations.';

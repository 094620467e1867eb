-- Generated from reports.py. Do not edit: change the declarations and generate again.

-- Counting sales.ledger_entries

-- What one row counts for. Inlined into the triggers, so it costs nothing; and bound to the columns
-- it reads: renaming one changes nothing, dropping or retyping one is refused and names this map.
create or replace function groundplan.map_ledger_entries(r sales.ledger_entries)
returns table (
    tenant_id integer,
    business_date date,
    currency_code text,
    channel_code text,
    order_date date,
    sku_id uuid,
    customer_id uuid,
    in_all_sku_sales_daily boolean,
    row_count bigint,
    orders bigint,
    lines bigint,
    units numeric,
    gross_sales numeric,
    discounts numeric,
    returned_units numeric,
    returns numeric,
    tax numeric,
    shipping numeric,
    surcharges numeric,
    costed_sales numeric,
    cogs numeric,
    payment_costs numeric,
    shipping_costs numeric,
    returns_by_order_date numeric
)
    language sql stable
begin atomic
    select
        r.tenant_id::integer as tenant_id,
        r.business_date::date as business_date,
        r.currency_code::text as currency_code,
        r.channel_code::text as channel_code,
        r.order_date::date as order_date,
        r.sku_id::uuid as sku_id,
        r.customer_id::uuid as customer_id,
        coalesce(r.sku_id is not null, false) as in_all_sku_sales_daily,
        1::bigint as row_count,
        coalesce(r.order_count, 0)::bigint as orders,
        coalesce(r.line_count, 0)::bigint as lines,
        coalesce(r.quantity, 0)::numeric as units,
        coalesce(r.gross_sales, 0)::numeric as gross_sales,
        coalesce(r.discounts, 0)::numeric as discounts,
        coalesce(r.returned_quantity, 0)::numeric as returned_units,
        coalesce(r.returns, 0)::numeric as returns,
        coalesce(r.tax, 0)::numeric as tax,
        coalesce(r.shipping, 0)::numeric as shipping,
        coalesce(r.surcharges, 0)::numeric as surcharges,
        coalesce(r.costed_sales, 0)::numeric as costed_sales,
        coalesce(r.cogs, 0)::numeric as cogs,
        coalesce(r.payment_costs, 0)::numeric as payment_costs,
        coalesce(r.shipping_costs, 0)::numeric as shipping_costs,
        coalesce(r.returns, 0)::numeric as returns_by_order_date;
end;
comment on function groundplan.map_ledger_entries(sales.ledger_entries) is
    'What one row of sales.ledger_entries counts for in the reports.';

create or replace function groundplan.ledger_entries_inserted() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> ''
        and core.is_restoring()
    then
        return null;
    end if;
    insert into groundplan.ledger_entries_delta (
        tenant_id, business_date, currency_code, channel_code, order_date,
        sku_id, customer_id, in_all_sku_sales_daily, row_count, orders, lines,
        units, gross_sales, discounts, returned_units, returns, tax, shipping,
        surcharges, costed_sales, cogs, payment_costs, shipping_costs,
        returns_by_order_date)
    select
        m.tenant_id, m.business_date, m.currency_code, m.channel_code,
        m.order_date, m.sku_id, m.customer_id, m.in_all_sku_sales_daily,
        m.row_count, m.orders, m.lines, m.units, m.gross_sales, m.discounts,
        m.returned_units, m.returns, m.tax, m.shipping, m.surcharges,
        m.costed_sales, m.cogs, m.payment_costs, m.shipping_costs,
        m.returns_by_order_date
    from new_rows as r
    cross join lateral groundplan.map_ledger_entries(r) as m;
    return null;
end
$$;
comment on function groundplan.ledger_entries_inserted() is
    'Appends what new rows of sales.ledger_entries count for to the delta.';
create or replace trigger t60_ledger_entries_inserted
    after insert on sales.ledger_entries
    referencing new table as new_rows
    for each statement execute function groundplan.ledger_entries_inserted();

create or replace function groundplan.ledger_entries_updated() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> ''
        and core.is_restoring()
    then
        return null;
    end if;
    insert into groundplan.ledger_entries_delta (
        tenant_id, business_date, currency_code, channel_code, order_date,
        sku_id, customer_id, in_all_sku_sales_daily, row_count, orders, lines,
        units, gross_sales, discounts, returned_units, returns, tax, shipping,
        surcharges, costed_sales, cogs, payment_costs, shipping_costs,
        returns_by_order_date)
    select
        tenant_id, business_date, currency_code, channel_code, order_date,
        sku_id, customer_id, in_all_sku_sales_daily, sum(row_count),
        sum(orders), sum(lines), sum(units), sum(gross_sales), sum(discounts),
        sum(returned_units), sum(returns), sum(tax), sum(shipping),
        sum(surcharges), sum(costed_sales), sum(cogs), sum(payment_costs),
        sum(shipping_costs), sum(returns_by_order_date)
    from (
        select
            m.tenant_id, m.business_date, m.currency_code, m.channel_code,
            m.order_date, m.sku_id, m.customer_id, m.in_all_sku_sales_daily,
            m.row_count, m.orders, m.lines, m.units, m.gross_sales, m.discounts,
            m.returned_units, m.returns, m.tax, m.shipping, m.surcharges,
            m.costed_sales, m.cogs, m.payment_costs, m.shipping_costs,
            m.returns_by_order_date
        from new_rows as r
        cross join lateral groundplan.map_ledger_entries(r) as m
        union all
        select
            m.tenant_id, m.business_date, m.currency_code, m.channel_code,
            m.order_date, m.sku_id, m.customer_id, m.in_all_sku_sales_daily,
            -m.row_count, -m.orders, -m.lines, -m.units, -m.gross_sales,
            -m.discounts, -m.returned_units, -m.returns, -m.tax, -m.shipping,
            -m.surcharges, -m.costed_sales, -m.cogs, -m.payment_costs,
            -m.shipping_costs, -m.returns_by_order_date
        from old_rows as r
        cross join lateral groundplan.map_ledger_entries(r) as m
    ) as change
    group by
        tenant_id, business_date, currency_code, channel_code, order_date,
        sku_id, customer_id, in_all_sku_sales_daily
    having sum(row_count) <> 0
        or sum(orders) <> 0
        or sum(lines) <> 0
        or sum(units) <> 0
        or sum(gross_sales) <> 0
        or sum(discounts) <> 0
        or sum(returned_units) <> 0
        or sum(returns) <> 0
        or sum(tax) <> 0
        or sum(shipping) <> 0
        or sum(surcharges) <> 0
        or sum(costed_sales) <> 0
        or sum(cogs) <> 0
        or sum(payment_costs) <> 0
        or sum(shipping_costs) <> 0
        or sum(returns_by_order_date) <> 0;
    return null;
end
$$;
comment on function groundplan.ledger_entries_updated() is
    'Appends the difference that changed rows of sales.ledger_entries make.';
create or replace trigger t60_ledger_entries_updated
    after update on sales.ledger_entries
    referencing old table as old_rows new table as new_rows
    for each statement execute function groundplan.ledger_entries_updated();

create or replace function groundplan.ledger_entries_deleted() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> ''
        and core.is_restoring()
    then
        return null;
    end if;
    insert into groundplan.ledger_entries_delta (
        tenant_id, business_date, currency_code, channel_code, order_date,
        sku_id, customer_id, in_all_sku_sales_daily, row_count, orders, lines,
        units, gross_sales, discounts, returned_units, returns, tax, shipping,
        surcharges, costed_sales, cogs, payment_costs, shipping_costs,
        returns_by_order_date)
    select
        m.tenant_id, m.business_date, m.currency_code, m.channel_code,
        m.order_date, m.sku_id, m.customer_id, m.in_all_sku_sales_daily,
        -m.row_count, -m.orders, -m.lines, -m.units, -m.gross_sales,
        -m.discounts, -m.returned_units, -m.returns, -m.tax, -m.shipping,
        -m.surcharges, -m.costed_sales, -m.cogs, -m.payment_costs,
        -m.shipping_costs, -m.returns_by_order_date
    from old_rows as r
    cross join lateral groundplan.map_ledger_entries(r) as m;
    return null;
end
$$;
comment on function groundplan.ledger_entries_deleted() is
    'Takes back, in the delta, what deleted rows of sales.ledger_entries counted for.';
create or replace trigger t60_ledger_entries_deleted
    after delete on sales.ledger_entries
    referencing old table as old_rows
    for each statement execute function groundplan.ledger_entries_deleted();

-- Before, while the rows are still there: TRUNCATE has no transition table. An older snapshot does
-- not see all rows that it removes, so it could not take them all back.
create or replace function groundplan.ledger_entries_truncated() returns trigger
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
            format('TRUNCATE of sales.ledger_entries was refused at %s.',
                upper(current_setting('transaction_isolation'))),
            'Begin a transaction at READ COMMITTED, and truncate there.');
    end if;
    insert into groundplan.ledger_entries_delta (
        tenant_id, business_date, currency_code, channel_code, order_date,
        sku_id, customer_id, in_all_sku_sales_daily, row_count, orders, lines,
        units, gross_sales, discounts, returned_units, returns, tax, shipping,
        surcharges, costed_sales, cogs, payment_costs, shipping_costs,
        returns_by_order_date)
    select
        m.tenant_id, m.business_date, m.currency_code, m.channel_code,
        m.order_date, m.sku_id, m.customer_id, m.in_all_sku_sales_daily,
        -sum(m.row_count), -sum(m.orders), -sum(m.lines), -sum(m.units),
        -sum(m.gross_sales), -sum(m.discounts), -sum(m.returned_units),
        -sum(m.returns), -sum(m.tax), -sum(m.shipping), -sum(m.surcharges),
        -sum(m.costed_sales), -sum(m.cogs), -sum(m.payment_costs),
        -sum(m.shipping_costs), -sum(m.returns_by_order_date)
    from sales.ledger_entries as r
    cross join lateral groundplan.map_ledger_entries(r) as m
    group by
        m.tenant_id, m.business_date, m.currency_code, m.channel_code,
        m.order_date, m.sku_id, m.customer_id, m.in_all_sku_sales_daily;
    return null;
end
$$;
comment on function groundplan.ledger_entries_truncated() is
    'Takes back, in the delta, everything that sales.ledger_entries counted for.';
create or replace trigger t60_ledger_entries_truncated
    before truncate on sales.ledger_entries
    for each statement execute function groundplan.ledger_entries_truncated();

-- Only the holder of the lock touches the bases, so nobody ever waits for a row here. Joins by
-- index whatever the planner knows: bases grow faster than their statistics.
create or replace function groundplan.fold_ledger_entries(max_rows integer) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set enable_hashjoin = off
    set enable_mergejoin = off
    set enable_seqscan = off
as $$
declare
    picked groundplan.ledger_entries_delta[];
begin
    if not pg_try_advisory_xact_lock(
        'groundplan.ledger_entries_delta'::regclass::oid::integer, 1735418000
    ) then
        return 0;
    end if;
    with gone as (
        delete from groundplan.ledger_entries_delta as pending
        where ctid = any (array(select ctid from groundplan.ledger_entries_delta limit max_rows))
        returning pending as delta_row
    )
    select array_agg(delta_row) into picked from gone;
    if picked is null then
        return 0;
    end if;

    insert into groundplan.sales_daily_base as base (
        tenant_id, business_date, currency_code, channel_code, row_count,
        orders, lines, units, gross_sales, discounts, returned_units, returns,
        tax, shipping, surcharges, costed_sales, cogs, payment_costs,
        shipping_costs, customers, new_customers)
    select
        tenant_id, business_date, currency_code, channel_code, sum(row_count),
        sum(orders), sum(lines), sum(units), sum(gross_sales), sum(discounts),
        sum(returned_units), sum(returns), sum(tax), sum(shipping),
        sum(surcharges), sum(costed_sales), sum(cogs), sum(payment_costs),
        sum(shipping_costs), sum(customers), sum(new_customers)
    from (
        select
            tenant_id, business_date, currency_code, channel_code, row_count,
            orders, lines, units, gross_sales, discounts, returned_units, returns,
            tax, shipping, surcharges, costed_sales, cogs, payment_costs,
            shipping_costs, 0, 0
        from unnest(picked)
        where (tenant_id, business_date, currency_code, channel_code) is not null
        union all
        select
            tenant_id, business_date, currency_code, channel_code, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, customers, new_customers
        from (
            with pending as (
                select
                    tenant_id, business_date, currency_code, channel_code,
                    customer_id, sum(orders) as n
                from unnest(picked)
                where orders <> 0 and customer_id is not null
                    and (tenant_id, business_date, currency_code, channel_code) is not null
                group by 1, 2, 3, 4, 5
                having sum(orders) <> 0
            ),
            known as (
                select
                    tenant_id, business_date, currency_code, channel_code, customer_id, n,
                    coalesce((
                        select kept.n
                        from groundplan.sales_daily_customers as kept
                        where kept.tenant_id = pending.tenant_id
                            and kept.business_date = pending.business_date
                            and kept.currency_code = pending.currency_code
                            and kept.channel_code = pending.channel_code
                            and kept.customer_id = pending.customer_id
                    ), 0) as folded_n,
                    (
                        select kept.business_date
                        from groundplan.sales_daily_customers as kept
                        where kept.tenant_id = pending.tenant_id
                            and kept.customer_id = pending.customer_id
                            and kept.n > 0
                        order by kept.business_date
                        limit 1
                    ) as folded_first
                from pending
            ),
            -- Whoever comes again, after the first time, moves no first period; only the others are
            -- looked at as a whole. (Without a join: nobody knows how many rows a delta has.)
            early as (
                select *
                from (
                    select
                        known.*,
                        min(business_date) over (partition by tenant_id, customer_id) as earliest
                    from known
                ) as known
                where coalesce(earliest <= folded_first, true)
            ),
            touched as (
                select
                    tenant_id, business_date, currency_code, channel_code, customer_id,
                    sum(folded_n) > 0 as counted, sum(n) > 0 as counts
                from (
                    select
                        kept.tenant_id, kept.business_date, kept.currency_code,
                        kept.channel_code,
                        kept.customer_id, kept.n as folded_n, kept.n
                    from groundplan.sales_daily_customers as kept
                    where (kept.tenant_id, kept.customer_id) in (
                        select tenant_id, customer_id from early)
                    union all
                    select
                        tenant_id, business_date, currency_code, channel_code, customer_id, 0, n
                    from early
                ) as either
                group by
                    tenant_id, business_date, currency_code, channel_code, customer_id
            ),
            judged as (
                select
                    tenant_id, business_date, currency_code, channel_code, counted, counts,
                    min(business_date) filter (where counted) over same as former_first,
                    min(business_date) filter (where counts) over same as first
                from touched
                window same as (partition by tenant_id, customer_id)
            )
            select
                tenant_id, business_date, currency_code, channel_code,
                sum(customers) as customers, sum(new_customers) as new_customers
            from (
                select
                    tenant_id, business_date, currency_code, channel_code,
                    (folded_n + n > 0)::integer - (folded_n > 0)::integer as customers,
                    0 as new_customers
                from known
                union all
                select
                    tenant_id, business_date, currency_code, channel_code,
                    0,
                    coalesce((counts and business_date = first)::integer, 0)
                        - coalesce((counted and business_date = former_first)::integer, 0)
                from judged
            ) as changed
            group by
                tenant_id, business_date, currency_code, channel_code
            having sum(customers) <> 0 or sum(new_customers) <> 0
        ) as changed_customers
    ) as pending (
        tenant_id, business_date, currency_code, channel_code, row_count,
        orders, lines, units, gross_sales, discounts, returned_units, returns,
        tax, shipping, surcharges, costed_sales, cogs, payment_costs,
        shipping_costs, customers, new_customers)
    group by
        tenant_id, business_date, currency_code, channel_code
    having sum(row_count) <> 0
        or sum(orders) <> 0
        or sum(lines) <> 0
        or sum(units) <> 0
        or sum(gross_sales) <> 0
        or sum(discounts) <> 0
        or sum(returned_units) <> 0
        or sum(returns) <> 0
        or sum(tax) <> 0
        or sum(shipping) <> 0
        or sum(surcharges) <> 0
        or sum(costed_sales) <> 0
        or sum(cogs) <> 0
        or sum(payment_costs) <> 0
        or sum(shipping_costs) <> 0
        or sum(customers) <> 0
        or sum(new_customers) <> 0
    order by
        tenant_id, business_date, currency_code, channel_code
    on conflict (tenant_id, business_date, currency_code, channel_code) do update set
        row_count = base.row_count + excluded.row_count,
        orders = base.orders + excluded.orders,
        lines = base.lines + excluded.lines,
        units = base.units + excluded.units,
        gross_sales = base.gross_sales + excluded.gross_sales,
        discounts = base.discounts + excluded.discounts,
        returned_units = base.returned_units + excluded.returned_units,
        returns = base.returns + excluded.returns,
        tax = base.tax + excluded.tax,
        shipping = base.shipping + excluded.shipping,
        surcharges = base.surcharges + excluded.surcharges,
        costed_sales = base.costed_sales + excluded.costed_sales,
        cogs = base.cogs + excluded.cogs,
        payment_costs = base.payment_costs + excluded.payment_costs,
        shipping_costs = base.shipping_costs + excluded.shipping_costs,
        customers = base.customers + excluded.customers,
        new_customers = base.new_customers + excluded.new_customers;

    insert into groundplan.sales_monthly_base as base (
        tenant_id, month, currency_code, channel_code, row_count, orders,
        lines, units, gross_sales, discounts, returned_units, returns, tax,
        shipping, surcharges, costed_sales, cogs, payment_costs,
        shipping_costs, customers, new_customers)
    select
        tenant_id, month, currency_code, channel_code, sum(row_count),
        sum(orders), sum(lines), sum(units), sum(gross_sales), sum(discounts),
        sum(returned_units), sum(returns), sum(tax), sum(shipping),
        sum(surcharges), sum(costed_sales), sum(cogs), sum(payment_costs),
        sum(shipping_costs), sum(customers), sum(new_customers)
    from (
        select
            tenant_id,
            date_trunc('month', business_date::timestamp)::date as month,
            currency_code, channel_code, row_count, orders, lines, units,
            gross_sales, discounts, returned_units, returns, tax, shipping,
            surcharges, costed_sales, cogs, payment_costs, shipping_costs, 0, 0
        from unnest(picked)
        where (tenant_id, business_date, currency_code, channel_code) is not null
        union all
        select
            tenant_id, month, currency_code, channel_code, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, customers, new_customers
        from (
            with pending as (
                select
                    tenant_id,
                    date_trunc('month', business_date::timestamp)::date as month,
                    currency_code, channel_code,
                    customer_id, sum(orders) as n
                from unnest(picked)
                where orders <> 0 and customer_id is not null
                    and (tenant_id, business_date, currency_code, channel_code) is not null
                group by 1, 2, 3, 4, 5
                having sum(orders) <> 0
            ),
            known as (
                select
                    tenant_id, month, currency_code, channel_code, customer_id, n,
                    coalesce((
                        select kept.n
                        from groundplan.sales_monthly_customers as kept
                        where kept.tenant_id = pending.tenant_id
                            and kept.month = pending.month
                            and kept.currency_code = pending.currency_code
                            and kept.channel_code = pending.channel_code
                            and kept.customer_id = pending.customer_id
                    ), 0) as folded_n,
                    (
                        select kept.month
                        from groundplan.sales_monthly_customers as kept
                        where kept.tenant_id = pending.tenant_id
                            and kept.customer_id = pending.customer_id
                            and kept.n > 0
                        order by kept.month
                        limit 1
                    ) as folded_first
                from pending
            ),
            -- Whoever comes again, after the first time, moves no first period; only the others are
            -- looked at as a whole. (Without a join: nobody knows how many rows a delta has.)
            early as (
                select *
                from (
                    select
                        known.*,
                        min(month) over (partition by tenant_id, customer_id) as earliest
                    from known
                ) as known
                where coalesce(earliest <= folded_first, true)
            ),
            touched as (
                select
                    tenant_id, month, currency_code, channel_code, customer_id,
                    sum(folded_n) > 0 as counted, sum(n) > 0 as counts
                from (
                    select
                        kept.tenant_id, kept.month, kept.currency_code, kept.channel_code,
                        kept.customer_id, kept.n as folded_n, kept.n
                    from groundplan.sales_monthly_customers as kept
                    where (kept.tenant_id, kept.customer_id) in (
                        select tenant_id, customer_id from early)
                    union all
                    select
                        tenant_id, month, currency_code, channel_code, customer_id, 0, n
                    from early
                ) as either
                group by
                    tenant_id, month, currency_code, channel_code, customer_id
            ),
            judged as (
                select
                    tenant_id, month, currency_code, channel_code, counted, counts,
                    min(month) filter (where counted) over same as former_first,
                    min(month) filter (where counts) over same as first
                from touched
                window same as (partition by tenant_id, customer_id)
            )
            select
                tenant_id, month, currency_code, channel_code,
                sum(customers) as customers, sum(new_customers) as new_customers
            from (
                select
                    tenant_id, month, currency_code, channel_code,
                    (folded_n + n > 0)::integer - (folded_n > 0)::integer as customers,
                    0 as new_customers
                from known
                union all
                select
                    tenant_id, month, currency_code, channel_code,
                    0,
                    coalesce((counts and month = first)::integer, 0)
                        - coalesce((counted and month = former_first)::integer, 0)
                from judged
            ) as changed
            group by
                tenant_id, month, currency_code, channel_code
            having sum(customers) <> 0 or sum(new_customers) <> 0
        ) as changed_customers
    ) as pending (
        tenant_id, month, currency_code, channel_code, row_count, orders,
        lines, units, gross_sales, discounts, returned_units, returns, tax,
        shipping, surcharges, costed_sales, cogs, payment_costs,
        shipping_costs, customers, new_customers)
    group by
        tenant_id, month, currency_code, channel_code
    having sum(row_count) <> 0
        or sum(orders) <> 0
        or sum(lines) <> 0
        or sum(units) <> 0
        or sum(gross_sales) <> 0
        or sum(discounts) <> 0
        or sum(returned_units) <> 0
        or sum(returns) <> 0
        or sum(tax) <> 0
        or sum(shipping) <> 0
        or sum(surcharges) <> 0
        or sum(costed_sales) <> 0
        or sum(cogs) <> 0
        or sum(payment_costs) <> 0
        or sum(shipping_costs) <> 0
        or sum(customers) <> 0
        or sum(new_customers) <> 0
    order by
        tenant_id, month, currency_code, channel_code
    on conflict (tenant_id, month, currency_code, channel_code) do update set
        row_count = base.row_count + excluded.row_count,
        orders = base.orders + excluded.orders,
        lines = base.lines + excluded.lines,
        units = base.units + excluded.units,
        gross_sales = base.gross_sales + excluded.gross_sales,
        discounts = base.discounts + excluded.discounts,
        returned_units = base.returned_units + excluded.returned_units,
        returns = base.returns + excluded.returns,
        tax = base.tax + excluded.tax,
        shipping = base.shipping + excluded.shipping,
        surcharges = base.surcharges + excluded.surcharges,
        costed_sales = base.costed_sales + excluded.costed_sales,
        cogs = base.cogs + excluded.cogs,
        payment_costs = base.payment_costs + excluded.payment_costs,
        shipping_costs = base.shipping_costs + excluded.shipping_costs,
        customers = base.customers + excluded.customers,
        new_customers = base.new_customers + excluded.new_customers;

    insert into groundplan.sales_by_order_date_base as base (
        tenant_id, order_date, currency_code, channel_code, row_count,
        returns_by_order_date)
    select
        tenant_id, order_date, currency_code, channel_code, sum(row_count),
        sum(returns_by_order_date)
    from (
        select
            tenant_id, order_date, currency_code, channel_code, row_count,
            returns_by_order_date
        from unnest(picked)
        where (tenant_id, order_date, currency_code, channel_code) is not null
    ) as pending (
        tenant_id, order_date, currency_code, channel_code, row_count,
        returns_by_order_date)
    group by
        tenant_id, order_date, currency_code, channel_code
    having sum(row_count) <> 0
        or sum(returns_by_order_date) <> 0
    order by
        tenant_id, order_date, currency_code, channel_code
    on conflict (tenant_id, order_date, currency_code, channel_code) do update set
        row_count = base.row_count + excluded.row_count,
        returns_by_order_date = base.returns_by_order_date + excluded.returns_by_order_date;

    insert into groundplan.sales_by_order_month_base as base (
        tenant_id, month, currency_code, channel_code, row_count,
        returns_by_order_date)
    select
        tenant_id, month, currency_code, channel_code, sum(row_count),
        sum(returns_by_order_date)
    from (
        select
            tenant_id, date_trunc('month', order_date::timestamp)::date as month,
            currency_code, channel_code, row_count, returns_by_order_date
        from unnest(picked)
        where (tenant_id, order_date, currency_code, channel_code) is not null
    ) as pending (
        tenant_id, month, currency_code, channel_code, row_count,
        returns_by_order_date)
    group by
        tenant_id, month, currency_code, channel_code
    having sum(row_count) <> 0
        or sum(returns_by_order_date) <> 0
    order by
        tenant_id, month, currency_code, channel_code
    on conflict (tenant_id, month, currency_code, channel_code) do update set
        row_count = base.row_count + excluded.row_count,
        returns_by_order_date = base.returns_by_order_date + excluded.returns_by_order_date;

    insert into groundplan.sku_sales_daily_base as base (
        tenant_id, business_date, currency_code, sku_id, row_count, units,
        returned_units, gross_sales, discounts, returns, costed_sales, cogs)
    select
        tenant_id, business_date, currency_code, sku_id, sum(row_count),
        sum(units), sum(returned_units), sum(gross_sales), sum(discounts),
        sum(returns), sum(costed_sales), sum(cogs)
    from (
        select
            tenant_id, business_date, currency_code, sku_id, row_count, units,
            returned_units, gross_sales, discounts, returns, costed_sales, cogs
        from unnest(picked)
        where (tenant_id, business_date, currency_code, sku_id) is not null
    ) as pending (
        tenant_id, business_date, currency_code, sku_id, row_count, units,
        returned_units, gross_sales, discounts, returns, costed_sales, cogs)
    group by
        tenant_id, business_date, currency_code, sku_id
    having sum(row_count) <> 0
        or sum(units) <> 0
        or sum(returned_units) <> 0
        or sum(gross_sales) <> 0
        or sum(discounts) <> 0
        or sum(returns) <> 0
        or sum(costed_sales) <> 0
        or sum(cogs) <> 0
    order by
        tenant_id, business_date, currency_code, sku_id
    on conflict (tenant_id, business_date, currency_code, sku_id) do update set
        row_count = base.row_count + excluded.row_count,
        units = base.units + excluded.units,
        returned_units = base.returned_units + excluded.returned_units,
        gross_sales = base.gross_sales + excluded.gross_sales,
        discounts = base.discounts + excluded.discounts,
        returns = base.returns + excluded.returns,
        costed_sales = base.costed_sales + excluded.costed_sales,
        cogs = base.cogs + excluded.cogs;

    insert into groundplan.sku_sales_monthly_base as base (
        tenant_id, month, currency_code, sku_id, row_count, units,
        returned_units, gross_sales, discounts, returns, costed_sales, cogs)
    select
        tenant_id, month, currency_code, sku_id, sum(row_count), sum(units),
        sum(returned_units), sum(gross_sales), sum(discounts), sum(returns),
        sum(costed_sales), sum(cogs)
    from (
        select
            tenant_id,
            date_trunc('month', business_date::timestamp)::date as month,
            currency_code, sku_id, row_count, units, returned_units, gross_sales,
            discounts, returns, costed_sales, cogs
        from unnest(picked)
        where (tenant_id, business_date, currency_code, sku_id) is not null
    ) as pending (
        tenant_id, month, currency_code, sku_id, row_count, units,
        returned_units, gross_sales, discounts, returns, costed_sales, cogs)
    group by
        tenant_id, month, currency_code, sku_id
    having sum(row_count) <> 0
        or sum(units) <> 0
        or sum(returned_units) <> 0
        or sum(gross_sales) <> 0
        or sum(discounts) <> 0
        or sum(returns) <> 0
        or sum(costed_sales) <> 0
        or sum(cogs) <> 0
    order by
        tenant_id, month, currency_code, sku_id
    on conflict (tenant_id, month, currency_code, sku_id) do update set
        row_count = base.row_count + excluded.row_count,
        units = base.units + excluded.units,
        returned_units = base.returned_units + excluded.returned_units,
        gross_sales = base.gross_sales + excluded.gross_sales,
        discounts = base.discounts + excluded.discounts,
        returns = base.returns + excluded.returns,
        costed_sales = base.costed_sales + excluded.costed_sales,
        cogs = base.cogs + excluded.cogs;

    insert into groundplan.sku_sales_yearly_base as base (
        tenant_id, year, currency_code, sku_id, row_count, units,
        returned_units, gross_sales, discounts, returns, costed_sales, cogs)
    select
        tenant_id, year, currency_code, sku_id, sum(row_count), sum(units),
        sum(returned_units), sum(gross_sales), sum(discounts), sum(returns),
        sum(costed_sales), sum(cogs)
    from (
        select
            tenant_id, date_trunc('year', business_date::timestamp)::date as year,
            currency_code, sku_id, row_count, units, returned_units, gross_sales,
            discounts, returns, costed_sales, cogs
        from unnest(picked)
        where (tenant_id, business_date, currency_code, sku_id) is not null
    ) as pending (
        tenant_id, year, currency_code, sku_id, row_count, units,
        returned_units, gross_sales, discounts, returns, costed_sales, cogs)
    group by
        tenant_id, year, currency_code, sku_id
    having sum(row_count) <> 0
        or sum(units) <> 0
        or sum(returned_units) <> 0
        or sum(gross_sales) <> 0
        or sum(discounts) <> 0
        or sum(returns) <> 0
        or sum(costed_sales) <> 0
        or sum(cogs) <> 0
    order by
        tenant_id, year, currency_code, sku_id
    on conflict (tenant_id, year, currency_code, sku_id) do update set
        row_count = base.row_count + excluded.row_count,
        units = base.units + excluded.units,
        returned_units = base.returned_units + excluded.returned_units,
        gross_sales = base.gross_sales + excluded.gross_sales,
        discounts = base.discounts + excluded.discounts,
        returns = base.returns + excluded.returns,
        costed_sales = base.costed_sales + excluded.costed_sales,
        cogs = base.cogs + excluded.cogs;

    insert into groundplan.all_sku_sales_daily_base as base (
        tenant_id, business_date, currency_code, row_count, units, gross_sales,
        discounts, returns, cogs)
    select
        tenant_id, business_date, currency_code, sum(row_count), sum(units),
        sum(gross_sales), sum(discounts), sum(returns), sum(cogs)
    from (
        select
            tenant_id, business_date, currency_code, row_count, units, gross_sales,
            discounts, returns, cogs
        from unnest(picked)
        where in_all_sku_sales_daily and (tenant_id, business_date, currency_code) is not null
    ) as pending (
        tenant_id, business_date, currency_code, row_count, units, gross_sales,
        discounts, returns, cogs)
    group by
        tenant_id, business_date, currency_code
    having sum(row_count) <> 0
        or sum(units) <> 0
        or sum(gross_sales) <> 0
        or sum(discounts) <> 0
        or sum(returns) <> 0
        or sum(cogs) <> 0
    order by
        tenant_id, business_date, currency_code
    on conflict (tenant_id, business_date, currency_code) do update set
        row_count = base.row_count + excluded.row_count,
        units = base.units + excluded.units,
        gross_sales = base.gross_sales + excluded.gross_sales,
        discounts = base.discounts + excluded.discounts,
        returns = base.returns + excluded.returns,
        cogs = base.cogs + excluded.cogs;

    insert into groundplan.all_sku_sales_monthly_base as base (
        tenant_id, month, currency_code, row_count, units, gross_sales,
        discounts, returns, cogs)
    select
        tenant_id, month, currency_code, sum(row_count), sum(units),
        sum(gross_sales), sum(discounts), sum(returns), sum(cogs)
    from (
        select
            tenant_id,
            date_trunc('month', business_date::timestamp)::date as month,
            currency_code, row_count, units, gross_sales, discounts, returns, cogs
        from unnest(picked)
        where in_all_sku_sales_daily and (tenant_id, business_date, currency_code) is not null
    ) as pending (
        tenant_id, month, currency_code, row_count, units, gross_sales,
        discounts, returns, cogs)
    group by
        tenant_id, month, currency_code
    having sum(row_count) <> 0
        or sum(units) <> 0
        or sum(gross_sales) <> 0
        or sum(discounts) <> 0
        or sum(returns) <> 0
        or sum(cogs) <> 0
    order by
        tenant_id, month, currency_code
    on conflict (tenant_id, month, currency_code) do update set
        row_count = base.row_count + excluded.row_count,
        units = base.units + excluded.units,
        gross_sales = base.gross_sales + excluded.gross_sales,
        discounts = base.discounts + excluded.discounts,
        returns = base.returns + excluded.returns,
        cogs = base.cogs + excluded.cogs;

    insert into groundplan.sales_daily_customers as kept (
        tenant_id, business_date, currency_code, channel_code, customer_id, n)
    select
        tenant_id, business_date, currency_code, channel_code, customer_id, sum(orders)
    from unnest(picked)
    where orders <> 0 and customer_id is not null
        and (tenant_id, business_date, currency_code, channel_code) is not null
    group by 1, 2, 3, 4, 5
    having sum(orders) <> 0
    order by
        tenant_id, customer_id, business_date, currency_code, channel_code
    on conflict (tenant_id, customer_id, business_date, currency_code, channel_code) do update set
        n = kept.n + excluded.n;

    insert into groundplan.sales_monthly_customers as kept (
        tenant_id, month, currency_code, channel_code, customer_id, n)
    select
        tenant_id,
        date_trunc('month', business_date::timestamp)::date as month,
        currency_code, channel_code, customer_id, sum(orders)
    from unnest(picked)
    where orders <> 0 and customer_id is not null
        and (tenant_id, business_date, currency_code, channel_code) is not null
    group by 1, 2, 3, 4, 5
    having sum(orders) <> 0
    order by
        tenant_id, customer_id, month, currency_code, channel_code
    on conflict (tenant_id, customer_id, month, currency_code, channel_code) do update set
        n = kept.n + excluded.n;

    -- Groups disappear only when rows do: reversals are rows too.
    if exists (select from unnest(picked) where row_count < 0) then
        delete from groundplan.sales_daily_base as base
        where (
                base.tenant_id, base.business_date, base.currency_code,
                base.channel_code
            ) in (
                select
                    tenant_id, business_date, currency_code, channel_code
                from unnest(picked)
                where (tenant_id, business_date, currency_code, channel_code) is not null)
            and base.row_count = 0
            and base.orders = 0
            and base.lines = 0
            and base.units = 0
            and base.gross_sales = 0
            and base.discounts = 0
            and base.returned_units = 0
            and base.returns = 0
            and base.tax = 0
            and base.shipping = 0
            and base.surcharges = 0
            and base.costed_sales = 0
            and base.cogs = 0
            and base.payment_costs = 0
            and base.shipping_costs = 0
            and base.customers = 0
            and base.new_customers = 0;
        delete from groundplan.sales_daily_customers as kept
        where (
                kept.tenant_id, kept.business_date, kept.currency_code,
                kept.channel_code, kept.customer_id
            ) in (
                select
                    tenant_id, business_date, currency_code, channel_code, customer_id
                from unnest(picked) where orders < 0)
            and kept.n = 0;
        delete from groundplan.sales_monthly_base as base
        where (
                base.tenant_id, base.month, base.currency_code, base.channel_code
            ) in (
                select
                    tenant_id, date_trunc('month', business_date::timestamp)::date,
                    currency_code, channel_code
                from unnest(picked)
                where (tenant_id, business_date, currency_code, channel_code) is not null)
            and base.row_count = 0
            and base.orders = 0
            and base.lines = 0
            and base.units = 0
            and base.gross_sales = 0
            and base.discounts = 0
            and base.returned_units = 0
            and base.returns = 0
            and base.tax = 0
            and base.shipping = 0
            and base.surcharges = 0
            and base.costed_sales = 0
            and base.cogs = 0
            and base.payment_costs = 0
            and base.shipping_costs = 0
            and base.customers = 0
            and base.new_customers = 0;
        delete from groundplan.sales_monthly_customers as kept
        where (
                kept.tenant_id, kept.month, kept.currency_code, kept.channel_code,
                kept.customer_id
            ) in (
                select
                    tenant_id, date_trunc('month', business_date::timestamp)::date,
                    currency_code, channel_code, customer_id
                from unnest(picked) where orders < 0)
            and kept.n = 0;
        delete from groundplan.sales_by_order_date_base as base
        where (
                base.tenant_id, base.order_date, base.currency_code, base.channel_code
            ) in (
                select
                    tenant_id, order_date, currency_code, channel_code
                from unnest(picked)
                where (tenant_id, order_date, currency_code, channel_code) is not null)
            and base.row_count = 0
            and base.returns_by_order_date = 0;
        delete from groundplan.sales_by_order_month_base as base
        where (
                base.tenant_id, base.month, base.currency_code, base.channel_code
            ) in (
                select
                    tenant_id, date_trunc('month', order_date::timestamp)::date,
                    currency_code, channel_code
                from unnest(picked)
                where (tenant_id, order_date, currency_code, channel_code) is not null)
            and base.row_count = 0
            and base.returns_by_order_date = 0;
        delete from groundplan.sku_sales_daily_base as base
        where (
                base.tenant_id, base.business_date, base.currency_code, base.sku_id
            ) in (
                select
                    tenant_id, business_date, currency_code, sku_id
                from unnest(picked)
                where (tenant_id, business_date, currency_code, sku_id) is not null)
            and base.row_count = 0
            and base.units = 0
            and base.returned_units = 0
            and base.gross_sales = 0
            and base.discounts = 0
            and base.returns = 0
            and base.costed_sales = 0
            and base.cogs = 0;
        delete from groundplan.sku_sales_monthly_base as base
        where (
                base.tenant_id, base.month, base.currency_code, base.sku_id
            ) in (
                select
                    tenant_id, date_trunc('month', business_date::timestamp)::date,
                    currency_code, sku_id
                from unnest(picked)
                where (tenant_id, business_date, currency_code, sku_id) is not null)
            and base.row_count = 0
            and base.units = 0
            and base.returned_units = 0
            and base.gross_sales = 0
            and base.discounts = 0
            and base.returns = 0
            and base.costed_sales = 0
            and base.cogs = 0;
        delete from groundplan.sku_sales_yearly_base as base
        where (
                base.tenant_id, base.year, base.currency_code, base.sku_id
            ) in (
                select
                    tenant_id, date_trunc('year', business_date::timestamp)::date,
                    currency_code, sku_id
                from unnest(picked)
                where (tenant_id, business_date, currency_code, sku_id) is not null)
            and base.row_count = 0
            and base.units = 0
            and base.returned_units = 0
            and base.gross_sales = 0
            and base.discounts = 0
            and base.returns = 0
            and base.costed_sales = 0
            and base.cogs = 0;
        delete from groundplan.all_sku_sales_daily_base as base
        where (
                base.tenant_id, base.business_date, base.currency_code
            ) in (
                select
                    tenant_id, business_date, currency_code
                from unnest(picked)
                where in_all_sku_sales_daily and (tenant_id, business_date, currency_code) is not null)
            and base.row_count = 0
            and base.units = 0
            and base.gross_sales = 0
            and base.discounts = 0
            and base.returns = 0
            and base.cogs = 0;
        delete from groundplan.all_sku_sales_monthly_base as base
        where (
                base.tenant_id, base.month, base.currency_code
            ) in (
                select
                    tenant_id, date_trunc('month', business_date::timestamp)::date,
                    currency_code
                from unnest(picked)
                where in_all_sku_sales_daily and (tenant_id, business_date, currency_code) is not null)
            and base.row_count = 0
            and base.units = 0
            and base.gross_sales = 0
            and base.discounts = 0
            and base.returns = 0
            and base.cogs = 0;
    end if;
    return cardinality(picked);
end
$$;
comment on function groundplan.fold_ledger_entries(integer) is
    'Folds at most so many rows of the delta into the bases of its reports; returns how many. 0 too
if somebody else is folding.';

-- One appended row in 250 makes its transaction fold a little, at commit, if nobody else
-- is folding: the reports need no worker. (OR REPLACE does not exist for constraint triggers.)
drop trigger if exists t60_fold_at_commit on groundplan.ledger_entries_delta;
create constraint trigger t60_fold_at_commit
    after insert on groundplan.ledger_entries_delta
    deferrable initially deferred
    for each row when (random() < 0.004)
    execute function groundplan.fold_at_commit('ledger_entries');

-- Counts everything again from the source. Exact because one snapshot holds for all of it: either
-- the transaction's own, or everybody's, because nobody can write meanwhile. A pending row is
-- visible exactly if the change is that it belongs to.
create or replace function groundplan.rebuild_ledger_entries() returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_advisory_xact_lock(
        'groundplan.ledger_entries_delta'::regclass::oid::integer, 1735418000);
    if current_setting('transaction_isolation') in ('read committed', 'read uncommitted') then
        lock table sales.ledger_entries in share row exclusive mode;
    end if;
    delete from groundplan.ledger_entries_delta;

    delete from groundplan.sales_daily_base;
    insert into groundplan.sales_daily_base (
        tenant_id, business_date, currency_code, channel_code, row_count,
        orders, lines, units, gross_sales, discounts, returned_units, returns,
        tax, shipping, surcharges, costed_sales, cogs, payment_costs,
        shipping_costs, customers, new_customers)
    select
        tenant_id, business_date, currency_code, channel_code, row_count,
        orders, lines, units, gross_sales, discounts, returned_units, returns,
        tax, shipping, surcharges, costed_sales, cogs, payment_costs,
        shipping_costs, coalesce(customers, 0)::bigint as customers,
        coalesce(new_customers, 0)::bigint as new_customers
    from (
        select
            tenant_id, business_date, currency_code, channel_code,
            count(*) as row_count, sum(orders)::bigint as orders,
            sum(lines)::bigint as lines, sum(units)::numeric as units,
            sum(gross_sales)::numeric as gross_sales,
            sum(discounts)::numeric as discounts,
            sum(returned_units)::numeric as returned_units,
            sum(returns)::numeric as returns, sum(tax)::numeric as tax,
            sum(shipping)::numeric as shipping,
            sum(surcharges)::numeric as surcharges,
            sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs,
            sum(payment_costs)::numeric as payment_costs,
            sum(shipping_costs)::numeric as shipping_costs
        from (
            select
                r.tenant_id as tenant_id, r.business_date as business_date,
                r.currency_code as currency_code, r.channel_code as channel_code,
                r.customer_id, coalesce(r.order_count, 0) as orders,
                coalesce(r.line_count, 0) as lines, coalesce(r.quantity, 0) as units,
                coalesce(r.gross_sales, 0) as gross_sales,
                coalesce(r.discounts, 0) as discounts,
                coalesce(r.returned_quantity, 0) as returned_units,
                coalesce(r.returns, 0) as returns, coalesce(r.tax, 0) as tax,
                coalesce(r.shipping, 0) as shipping,
                coalesce(r.surcharges, 0) as surcharges,
                coalesce(r.costed_sales, 0) as costed_sales,
                coalesce(r.cogs, 0) as cogs,
                coalesce(r.payment_costs, 0) as payment_costs,
                coalesce(r.shipping_costs, 0) as shipping_costs
            from sales.ledger_entries as r
            where (r.tenant_id) is not null and (r.business_date) is not null and
                (r.currency_code) is not null and (r.channel_code) is not null
        ) as counted
        group by
            tenant_id, business_date, currency_code, channel_code
    ) as sums
    left join (
        select
            tenant_id, business_date, currency_code, channel_code,
            count(*) as customers,
            count(*) filter (where business_date = first_period) as new_customers
        from (
            select *, min(business_date) over (
                partition by tenant_id, customer_id) as first_period
            from (
                select
                    tenant_id, business_date, currency_code, channel_code, customer_id,
                    sum(orders) as n
                from (
                    select
                        r.tenant_id as tenant_id, r.business_date as business_date,
                        r.currency_code as currency_code, r.channel_code as channel_code,
                        r.customer_id, coalesce(r.order_count, 0) as orders,
                        coalesce(r.line_count, 0) as lines, coalesce(r.quantity, 0) as units,
                        coalesce(r.gross_sales, 0) as gross_sales,
                        coalesce(r.discounts, 0) as discounts,
                        coalesce(r.returned_quantity, 0) as returned_units,
                        coalesce(r.returns, 0) as returns, coalesce(r.tax, 0) as tax,
                        coalesce(r.shipping, 0) as shipping,
                        coalesce(r.surcharges, 0) as surcharges,
                        coalesce(r.costed_sales, 0) as costed_sales,
                        coalesce(r.cogs, 0) as cogs,
                        coalesce(r.payment_costs, 0) as payment_costs,
                        coalesce(r.shipping_costs, 0) as shipping_costs
                    from sales.ledger_entries as r
                    where (r.tenant_id) is not null and (r.business_date) is not null and
                        (r.currency_code) is not null and (r.channel_code) is not null
                ) as counted
                where customer_id is not null
                group by
                    tenant_id, business_date, currency_code, channel_code, customer_id
                having sum(orders) > 0
            ) as counting
        ) as judged
        group by
            tenant_id, business_date, currency_code, channel_code
    ) as customers_counted using (tenant_id, business_date, currency_code, channel_code);

    delete from groundplan.sales_daily_customers;
    insert into groundplan.sales_daily_customers (
        tenant_id, business_date, currency_code, channel_code, customer_id, n)
    select
        tenant_id, business_date, currency_code, channel_code, customer_id,
        sum(orders) as n
    from (
        select
            r.tenant_id as tenant_id, r.business_date as business_date,
            r.currency_code as currency_code, r.channel_code as channel_code,
            r.customer_id, coalesce(r.order_count, 0) as orders,
            coalesce(r.line_count, 0) as lines, coalesce(r.quantity, 0) as units,
            coalesce(r.gross_sales, 0) as gross_sales,
            coalesce(r.discounts, 0) as discounts,
            coalesce(r.returned_quantity, 0) as returned_units,
            coalesce(r.returns, 0) as returns, coalesce(r.tax, 0) as tax,
            coalesce(r.shipping, 0) as shipping,
            coalesce(r.surcharges, 0) as surcharges,
            coalesce(r.costed_sales, 0) as costed_sales,
            coalesce(r.cogs, 0) as cogs,
            coalesce(r.payment_costs, 0) as payment_costs,
            coalesce(r.shipping_costs, 0) as shipping_costs
        from sales.ledger_entries as r
        where (r.tenant_id) is not null and (r.business_date) is not null and
            (r.currency_code) is not null and (r.channel_code) is not null
    ) as counted
    where customer_id is not null
    group by
        tenant_id, business_date, currency_code, channel_code, customer_id
    having sum(orders) <> 0;

    delete from groundplan.sales_monthly_base;
    insert into groundplan.sales_monthly_base (
        tenant_id, month, currency_code, channel_code, row_count, orders,
        lines, units, gross_sales, discounts, returned_units, returns, tax,
        shipping, surcharges, costed_sales, cogs, payment_costs,
        shipping_costs, customers, new_customers)
    select
        tenant_id, month, currency_code, channel_code, row_count, orders,
        lines, units, gross_sales, discounts, returned_units, returns, tax,
        shipping, surcharges, costed_sales, cogs, payment_costs,
        shipping_costs, coalesce(customers, 0)::bigint as customers,
        coalesce(new_customers, 0)::bigint as new_customers
    from (
        select
            tenant_id, month, currency_code, channel_code, count(*) as row_count,
            sum(orders)::bigint as orders, sum(lines)::bigint as lines,
            sum(units)::numeric as units, sum(gross_sales)::numeric as gross_sales,
            sum(discounts)::numeric as discounts,
            sum(returned_units)::numeric as returned_units,
            sum(returns)::numeric as returns, sum(tax)::numeric as tax,
            sum(shipping)::numeric as shipping,
            sum(surcharges)::numeric as surcharges,
            sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs,
            sum(payment_costs)::numeric as payment_costs,
            sum(shipping_costs)::numeric as shipping_costs
        from (
            select
                r.tenant_id as tenant_id,
                coalesce(
                    r.business_date - (extract(day from r.business_date)::integer - 1),
                    r.business_date) as month,
                r.currency_code as currency_code, r.channel_code as channel_code,
                r.customer_id, coalesce(r.order_count, 0) as orders,
                coalesce(r.line_count, 0) as lines, coalesce(r.quantity, 0) as units,
                coalesce(r.gross_sales, 0) as gross_sales,
                coalesce(r.discounts, 0) as discounts,
                coalesce(r.returned_quantity, 0) as returned_units,
                coalesce(r.returns, 0) as returns, coalesce(r.tax, 0) as tax,
                coalesce(r.shipping, 0) as shipping,
                coalesce(r.surcharges, 0) as surcharges,
                coalesce(r.costed_sales, 0) as costed_sales,
                coalesce(r.cogs, 0) as cogs,
                coalesce(r.payment_costs, 0) as payment_costs,
                coalesce(r.shipping_costs, 0) as shipping_costs
            from sales.ledger_entries as r
            where (r.tenant_id) is not null and (r.business_date) is not null and
                (r.currency_code) is not null and (r.channel_code) is not null
        ) as counted
        group by
            tenant_id, month, currency_code, channel_code
    ) as sums
    left join (
        select
            tenant_id, month, currency_code, channel_code,
            count(*) as customers,
            count(*) filter (where month = first_period) as new_customers
        from (
            select *, min(month) over (
                partition by tenant_id, customer_id) as first_period
            from (
                select
                    tenant_id, month, currency_code, channel_code, customer_id,
                    sum(orders) as n
                from (
                    select
                        r.tenant_id as tenant_id,
                        coalesce(
                            r.business_date - (extract(day from r.business_date)::integer - 1),
                            r.business_date) as month,
                        r.currency_code as currency_code, r.channel_code as channel_code,
                        r.customer_id, coalesce(r.order_count, 0) as orders,
                        coalesce(r.line_count, 0) as lines, coalesce(r.quantity, 0) as units,
                        coalesce(r.gross_sales, 0) as gross_sales,
                        coalesce(r.discounts, 0) as discounts,
                        coalesce(r.returned_quantity, 0) as returned_units,
                        coalesce(r.returns, 0) as returns, coalesce(r.tax, 0) as tax,
                        coalesce(r.shipping, 0) as shipping,
                        coalesce(r.surcharges, 0) as surcharges,
                        coalesce(r.costed_sales, 0) as costed_sales,
                        coalesce(r.cogs, 0) as cogs,
                        coalesce(r.payment_costs, 0) as payment_costs,
                        coalesce(r.shipping_costs, 0) as shipping_costs
                    from sales.ledger_entries as r
                    where (r.tenant_id) is not null and (r.business_date) is not null and
                        (r.currency_code) is not null and (r.channel_code) is not null
                ) as counted
                where customer_id is not null
                group by
                    tenant_id, month, currency_code, channel_code, customer_id
                having sum(orders) > 0
            ) as counting
        ) as judged
        group by
            tenant_id, month, currency_code, channel_code
    ) as customers_counted using (tenant_id, month, currency_code, channel_code);

    delete from groundplan.sales_monthly_customers;
    insert into groundplan.sales_monthly_customers (
        tenant_id, month, currency_code, channel_code, customer_id, n)
    select
        tenant_id, month, currency_code, channel_code, customer_id,
        sum(orders) as n
    from (
        select
            r.tenant_id as tenant_id,
            coalesce(
                r.business_date - (extract(day from r.business_date)::integer - 1),
                r.business_date) as month,
            r.currency_code as currency_code, r.channel_code as channel_code,
            r.customer_id, coalesce(r.order_count, 0) as orders,
            coalesce(r.line_count, 0) as lines, coalesce(r.quantity, 0) as units,
            coalesce(r.gross_sales, 0) as gross_sales,
            coalesce(r.discounts, 0) as discounts,
            coalesce(r.returned_quantity, 0) as returned_units,
            coalesce(r.returns, 0) as returns, coalesce(r.tax, 0) as tax,
            coalesce(r.shipping, 0) as shipping,
            coalesce(r.surcharges, 0) as surcharges,
            coalesce(r.costed_sales, 0) as costed_sales,
            coalesce(r.cogs, 0) as cogs,
            coalesce(r.payment_costs, 0) as payment_costs,
            coalesce(r.shipping_costs, 0) as shipping_costs
        from sales.ledger_entries as r
        where (r.tenant_id) is not null and (r.business_date) is not null and
            (r.currency_code) is not null and (r.channel_code) is not null
    ) as counted
    where customer_id is not null
    group by
        tenant_id, month, currency_code, channel_code, customer_id
    having sum(orders) <> 0;

    delete from groundplan.sales_by_order_date_base;
    insert into groundplan.sales_by_order_date_base (
        tenant_id, order_date, currency_code, channel_code, row_count,
        returns_by_order_date)
    select
        tenant_id, order_date, currency_code, channel_code,
        count(*) as row_count,
        sum(returns_by_order_date)::numeric as returns_by_order_date
    from (
        select
            r.tenant_id as tenant_id, r.order_date as order_date,
            r.currency_code as currency_code, r.channel_code as channel_code,
            coalesce(r.returns, 0) as returns_by_order_date
        from sales.ledger_entries as r
        where (r.tenant_id) is not null and (r.order_date) is not null and
            (r.currency_code) is not null and (r.channel_code) is not null
    ) as counted
    group by
        tenant_id, order_date, currency_code, channel_code;

    delete from groundplan.sales_by_order_month_base;
    insert into groundplan.sales_by_order_month_base (
        tenant_id, month, currency_code, channel_code, row_count,
        returns_by_order_date)
    select
        tenant_id, month, currency_code, channel_code, count(*) as row_count,
        sum(returns_by_order_date)::numeric as returns_by_order_date
    from (
        select
            r.tenant_id as tenant_id,
            coalesce(
                r.order_date - (extract(day from r.order_date)::integer - 1),
                r.order_date) as month,
            r.currency_code as currency_code, r.channel_code as channel_code,
            coalesce(r.returns, 0) as returns_by_order_date
        from sales.ledger_entries as r
        where (r.tenant_id) is not null and (r.order_date) is not null and
            (r.currency_code) is not null and (r.channel_code) is not null
    ) as counted
    group by
        tenant_id, month, currency_code, channel_code;

    delete from groundplan.sku_sales_daily_base;
    insert into groundplan.sku_sales_daily_base (
        tenant_id, business_date, currency_code, sku_id, row_count, units,
        returned_units, gross_sales, discounts, returns, costed_sales, cogs)
    select
        tenant_id, business_date, currency_code, sku_id, count(*) as row_count,
        sum(units)::numeric as units,
        sum(returned_units)::numeric as returned_units,
        sum(gross_sales)::numeric as gross_sales,
        sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
        sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs
    from (
        select
            r.tenant_id as tenant_id, r.business_date as business_date,
            r.currency_code as currency_code, r.sku_id as sku_id,
            coalesce(r.quantity, 0) as units,
            coalesce(r.returned_quantity, 0) as returned_units,
            coalesce(r.gross_sales, 0) as gross_sales,
            coalesce(r.discounts, 0) as discounts,
            coalesce(r.returns, 0) as returns,
            coalesce(r.costed_sales, 0) as costed_sales, coalesce(r.cogs, 0) as cogs
        from sales.ledger_entries as r
        where (r.tenant_id) is not null and (r.business_date) is not null and
            (r.currency_code) is not null and (r.sku_id) is not null
    ) as counted
    group by
        tenant_id, business_date, currency_code, sku_id;

    delete from groundplan.sku_sales_monthly_base;
    insert into groundplan.sku_sales_monthly_base (
        tenant_id, month, currency_code, sku_id, row_count, units,
        returned_units, gross_sales, discounts, returns, costed_sales, cogs)
    select
        tenant_id, month, currency_code, sku_id, count(*) as row_count,
        sum(units)::numeric as units,
        sum(returned_units)::numeric as returned_units,
        sum(gross_sales)::numeric as gross_sales,
        sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
        sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs
    from (
        select
            r.tenant_id as tenant_id,
            coalesce(
                r.business_date - (extract(day from r.business_date)::integer - 1),
                r.business_date) as month,
            r.currency_code as currency_code, r.sku_id as sku_id,
            coalesce(r.quantity, 0) as units,
            coalesce(r.returned_quantity, 0) as returned_units,
            coalesce(r.gross_sales, 0) as gross_sales,
            coalesce(r.discounts, 0) as discounts,
            coalesce(r.returns, 0) as returns,
            coalesce(r.costed_sales, 0) as costed_sales, coalesce(r.cogs, 0) as cogs
        from sales.ledger_entries as r
        where (r.tenant_id) is not null and (r.business_date) is not null and
            (r.currency_code) is not null and (r.sku_id) is not null
    ) as counted
    group by
        tenant_id, month, currency_code, sku_id;

    delete from groundplan.sku_sales_yearly_base;
    insert into groundplan.sku_sales_yearly_base (
        tenant_id, year, currency_code, sku_id, row_count, units,
        returned_units, gross_sales, discounts, returns, costed_sales, cogs)
    select
        tenant_id, year, currency_code, sku_id, count(*) as row_count,
        sum(units)::numeric as units,
        sum(returned_units)::numeric as returned_units,
        sum(gross_sales)::numeric as gross_sales,
        sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
        sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs
    from (
        select
            r.tenant_id as tenant_id,
            coalesce(
                r.business_date - (extract(doy from r.business_date)::integer - 1),
                r.business_date) as year,
            r.currency_code as currency_code, r.sku_id as sku_id,
            coalesce(r.quantity, 0) as units,
            coalesce(r.returned_quantity, 0) as returned_units,
            coalesce(r.gross_sales, 0) as gross_sales,
            coalesce(r.discounts, 0) as discounts,
            coalesce(r.returns, 0) as returns,
            coalesce(r.costed_sales, 0) as costed_sales, coalesce(r.cogs, 0) as cogs
        from sales.ledger_entries as r
        where (r.tenant_id) is not null and (r.business_date) is not null and
            (r.currency_code) is not null and (r.sku_id) is not null
    ) as counted
    group by
        tenant_id, year, currency_code, sku_id;

    delete from groundplan.all_sku_sales_daily_base;
    insert into groundplan.all_sku_sales_daily_base (
        tenant_id, business_date, currency_code, row_count, units, gross_sales,
        discounts, returns, cogs)
    select
        tenant_id, business_date, currency_code, count(*) as row_count,
        sum(units)::numeric as units, sum(gross_sales)::numeric as gross_sales,
        sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
        sum(cogs)::numeric as cogs
    from (
        select
            r.tenant_id as tenant_id, r.business_date as business_date,
            r.currency_code as currency_code, coalesce(r.quantity, 0) as units,
            coalesce(r.gross_sales, 0) as gross_sales,
            coalesce(r.discounts, 0) as discounts,
            coalesce(r.returns, 0) as returns, coalesce(r.cogs, 0) as cogs
        from sales.ledger_entries as r
        where (r.sku_id is not null) and (r.tenant_id) is not null and
            (r.business_date) is not null and (r.currency_code) is not null
    ) as counted
    group by
        tenant_id, business_date, currency_code;

    delete from groundplan.all_sku_sales_monthly_base;
    insert into groundplan.all_sku_sales_monthly_base (
        tenant_id, month, currency_code, row_count, units, gross_sales,
        discounts, returns, cogs)
    select
        tenant_id, month, currency_code, count(*) as row_count,
        sum(units)::numeric as units, sum(gross_sales)::numeric as gross_sales,
        sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
        sum(cogs)::numeric as cogs
    from (
        select
            r.tenant_id as tenant_id,
            coalesce(
                r.business_date - (extract(day from r.business_date)::integer - 1),
                r.business_date) as month,
            r.currency_code as currency_code, coalesce(r.quantity, 0) as units,
            coalesce(r.gross_sales, 0) as gross_sales,
            coalesce(r.discounts, 0) as discounts,
            coalesce(r.returns, 0) as returns, coalesce(r.cogs, 0) as cogs
        from sales.ledger_entries as r
        where (r.sku_id is not null) and (r.tenant_id) is not null and
            (r.business_date) is not null and (r.currency_code) is not null
    ) as counted
    group by
        tenant_id, month, currency_code;
end
$$;
comment on function groundplan.rebuild_ledger_entries() is
    'Counts all reports of its source again. Writers wait, except under REPEATABLE READ.';

-- Each report is asked twice: for its tenant, with the owner's rights, and for all tenants, with
-- the reader's, so that it answers the owner alone. (One cannot be read through the other.)

create or replace view groundplan.sales_daily_all_tenants with (security_invoker = true) as
select
    tenant_id, business_date, currency_code, channel_code,
    sum(row_count)::bigint as row_count, sum(orders)::bigint as orders,
    sum(lines)::bigint as lines, sum(units)::numeric as units,
    sum(gross_sales)::numeric as gross_sales,
    sum(discounts)::numeric as discounts,
    sum(returned_units)::numeric as returned_units,
    sum(returns)::numeric as returns, sum(tax)::numeric as tax,
    sum(shipping)::numeric as shipping,
    sum(surcharges)::numeric as surcharges,
    sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs,
    sum(payment_costs)::numeric as payment_costs,
    sum(shipping_costs)::numeric as shipping_costs,
    sum(customers)::bigint as customers,
    sum(new_customers)::bigint as new_customers
from (
    select
        tenant_id, business_date, currency_code, channel_code, row_count,
        orders, lines, units, gross_sales, discounts, returned_units, returns,
        tax, shipping, surcharges, costed_sales, cogs, payment_costs,
        shipping_costs, customers, new_customers
    from groundplan.sales_daily_base
    union all
    select
        tenant_id, business_date, currency_code, channel_code, row_count,
        orders, lines, units, gross_sales, discounts, returned_units, returns,
        tax, shipping, surcharges, costed_sales, cogs, payment_costs,
        shipping_costs, 0, 0
    from groundplan.ledger_entries_delta
    where (tenant_id, business_date, currency_code, channel_code) is not null
    union all
    select
        tenant_id, business_date, currency_code, channel_code, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, customers, new_customers
    from (
        with pending as (
            select
                tenant_id, business_date, currency_code, channel_code,
                customer_id, sum(orders) as n
            from groundplan.ledger_entries_delta
            where orders <> 0 and customer_id is not null
                and (tenant_id, business_date, currency_code, channel_code) is not null
            group by 1, 2, 3, 4, 5
            having sum(orders) <> 0
        ),
        known as (
            select
                tenant_id, business_date, currency_code, channel_code, customer_id, n,
                coalesce((
                    select kept.n
                    from groundplan.sales_daily_customers as kept
                    where kept.tenant_id = pending.tenant_id
                        and kept.business_date = pending.business_date
                        and kept.currency_code = pending.currency_code
                        and kept.channel_code = pending.channel_code
                        and kept.customer_id = pending.customer_id
                ), 0) as folded_n,
                (
                    select kept.business_date
                    from groundplan.sales_daily_customers as kept
                    where kept.tenant_id = pending.tenant_id
                        and kept.customer_id = pending.customer_id
                        and kept.n > 0
                    order by kept.business_date
                    limit 1
                ) as folded_first
            from pending
        ),
        -- Whoever comes again, after the first time, moves no first period; only the others are
        -- looked at as a whole. (Without a join: nobody knows how many rows a delta has.)
        early as (
            select *
            from (
                select
                    known.*,
                    min(business_date) over (partition by tenant_id, customer_id) as earliest
                from known
            ) as known
            where coalesce(earliest <= folded_first, true)
        ),
        touched as (
            select
                tenant_id, business_date, currency_code, channel_code, customer_id,
                sum(folded_n) > 0 as counted, sum(n) > 0 as counts
            from (
                select
                    kept.tenant_id, kept.business_date, kept.currency_code,
                    kept.channel_code,
                    kept.customer_id, kept.n as folded_n, kept.n
                from groundplan.sales_daily_customers as kept
                where (kept.tenant_id, kept.customer_id) in (
                    select tenant_id, customer_id from early)
                union all
                select
                    tenant_id, business_date, currency_code, channel_code, customer_id, 0, n
                from early
            ) as either
            group by
                tenant_id, business_date, currency_code, channel_code, customer_id
        ),
        judged as (
            select
                tenant_id, business_date, currency_code, channel_code, counted, counts,
                min(business_date) filter (where counted) over same as former_first,
                min(business_date) filter (where counts) over same as first
            from touched
            window same as (partition by tenant_id, customer_id)
        )
        select
            tenant_id, business_date, currency_code, channel_code,
            sum(customers) as customers, sum(new_customers) as new_customers
        from (
            select
                tenant_id, business_date, currency_code, channel_code,
                (folded_n + n > 0)::integer - (folded_n > 0)::integer as customers,
                0 as new_customers
            from known
            union all
            select
                tenant_id, business_date, currency_code, channel_code,
                0,
                coalesce((counts and business_date = first)::integer, 0)
                    - coalesce((counted and business_date = former_first)::integer, 0)
            from judged
        ) as changed
        group by
            tenant_id, business_date, currency_code, channel_code
        having sum(customers) <> 0 or sum(new_customers) <> 0
    ) as changed_customers
) as counted (
    tenant_id, business_date, currency_code, channel_code, row_count,
    orders, lines, units, gross_sales, discounts, returned_units, returns,
    tax, shipping, surcharges, costed_sales, cogs, payment_costs,
    shipping_costs, customers, new_customers)
group by
    tenant_id, business_date, currency_code, channel_code
having sum(row_count) <> 0;
create or replace view reporting.sales_daily with (security_barrier) as
select
    tenant_id, business_date, currency_code, channel_code,
    sum(row_count)::bigint as row_count, sum(orders)::bigint as orders,
    sum(lines)::bigint as lines, sum(units)::numeric as units,
    sum(gross_sales)::numeric as gross_sales,
    sum(discounts)::numeric as discounts,
    sum(returned_units)::numeric as returned_units,
    sum(returns)::numeric as returns, sum(tax)::numeric as tax,
    sum(shipping)::numeric as shipping,
    sum(surcharges)::numeric as surcharges,
    sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs,
    sum(payment_costs)::numeric as payment_costs,
    sum(shipping_costs)::numeric as shipping_costs,
    sum(customers)::bigint as customers,
    sum(new_customers)::bigint as new_customers
from (
    select
        tenant_id, business_date, currency_code, channel_code, row_count,
        orders, lines, units, gross_sales, discounts, returned_units, returns,
        tax, shipping, surcharges, costed_sales, cogs, payment_costs,
        shipping_costs, customers, new_customers
    from groundplan.sales_daily_base
    union all
    select
        tenant_id, business_date, currency_code, channel_code, row_count,
        orders, lines, units, gross_sales, discounts, returned_units, returns,
        tax, shipping, surcharges, costed_sales, cogs, payment_costs,
        shipping_costs, 0, 0
    from groundplan.ledger_entries_delta
    where (tenant_id, business_date, currency_code, channel_code) is not null
    union all
    select
        tenant_id, business_date, currency_code, channel_code, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, customers, new_customers
    from (
        with pending as (
            select
                tenant_id, business_date, currency_code, channel_code,
                customer_id, sum(orders) as n
            from groundplan.ledger_entries_delta
            where orders <> 0 and customer_id is not null
                and (tenant_id, business_date, currency_code, channel_code) is not null
            group by 1, 2, 3, 4, 5
            having sum(orders) <> 0
        ),
        known as (
            select
                tenant_id, business_date, currency_code, channel_code, customer_id, n,
                coalesce((
                    select kept.n
                    from groundplan.sales_daily_customers as kept
                    where kept.tenant_id = pending.tenant_id
                        and kept.business_date = pending.business_date
                        and kept.currency_code = pending.currency_code
                        and kept.channel_code = pending.channel_code
                        and kept.customer_id = pending.customer_id
                ), 0) as folded_n,
                (
                    select kept.business_date
                    from groundplan.sales_daily_customers as kept
                    where kept.tenant_id = pending.tenant_id
                        and kept.customer_id = pending.customer_id
                        and kept.n > 0
                    order by kept.business_date
                    limit 1
                ) as folded_first
            from pending
        ),
        -- Whoever comes again, after the first time, moves no first period; only the others are
        -- looked at as a whole. (Without a join: nobody knows how many rows a delta has.)
        early as (
            select *
            from (
                select
                    known.*,
                    min(business_date) over (partition by tenant_id, customer_id) as earliest
                from known
            ) as known
            where coalesce(earliest <= folded_first, true)
        ),
        touched as (
            select
                tenant_id, business_date, currency_code, channel_code, customer_id,
                sum(folded_n) > 0 as counted, sum(n) > 0 as counts
            from (
                select
                    kept.tenant_id, kept.business_date, kept.currency_code,
                    kept.channel_code,
                    kept.customer_id, kept.n as folded_n, kept.n
                from groundplan.sales_daily_customers as kept
                where (kept.tenant_id, kept.customer_id) in (
                    select tenant_id, customer_id from early)
                union all
                select
                    tenant_id, business_date, currency_code, channel_code, customer_id, 0, n
                from early
            ) as either
            group by
                tenant_id, business_date, currency_code, channel_code, customer_id
        ),
        judged as (
            select
                tenant_id, business_date, currency_code, channel_code, counted, counts,
                min(business_date) filter (where counted) over same as former_first,
                min(business_date) filter (where counts) over same as first
            from touched
            window same as (partition by tenant_id, customer_id)
        )
        select
            tenant_id, business_date, currency_code, channel_code,
            sum(customers) as customers, sum(new_customers) as new_customers
        from (
            select
                tenant_id, business_date, currency_code, channel_code,
                (folded_n + n > 0)::integer - (folded_n > 0)::integer as customers,
                0 as new_customers
            from known
            union all
            select
                tenant_id, business_date, currency_code, channel_code,
                0,
                coalesce((counts and business_date = first)::integer, 0)
                    - coalesce((counted and business_date = former_first)::integer, 0)
            from judged
        ) as changed
        group by
            tenant_id, business_date, currency_code, channel_code
        having sum(customers) <> 0 or sum(new_customers) <> 0
    ) as changed_customers
) as counted (
    tenant_id, business_date, currency_code, channel_code, row_count,
    orders, lines, units, gross_sales, discounts, returned_units, returns,
    tax, shipping, surcharges, costed_sales, cogs, payment_costs,
    shipping_costs, customers, new_customers)
where tenant_id = (select core.reporting_tenant_id())
group by
    tenant_id, business_date, currency_code, channel_code
having sum(row_count) <> 0;
comment on view groundplan.sales_daily_all_tenants is
    'Sales by business day, currency and channel. Of all tenants, for the owner.';
comment on column groundplan.sales_daily_all_tenants.tenant_id is 'The tenant.';
comment on column groundplan.sales_daily_all_tenants.business_date is 'The business day.';
comment on column groundplan.sales_daily_all_tenants.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.sales_daily_all_tenants.channel_code is 'Sales channel of the order.';
comment on column groundplan.sales_daily_all_tenants.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column groundplan.sales_daily_all_tenants.orders is
    'Orders placed, less orders taken back.';
comment on column groundplan.sales_daily_all_tenants.lines is 'Order lines sold.';
comment on column groundplan.sales_daily_all_tenants.units is 'Units sold.';
comment on column groundplan.sales_daily_all_tenants.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column groundplan.sales_daily_all_tenants.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column groundplan.sales_daily_all_tenants.returned_units is 'Units given back.';
comment on column groundplan.sales_daily_all_tenants.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column groundplan.sales_daily_all_tenants.tax is 'Tax charged, less tax given back.';
comment on column groundplan.sales_daily_all_tenants.shipping is
    'Shipping charged, without tax, less shipping given back.';
comment on column groundplan.sales_daily_all_tenants.surcharges is
    'Fees charged to the customer: gift wrap, payment surcharge.';
comment on column groundplan.sales_daily_all_tenants.costed_sales is
    'The part of gross sales less discounts whose cost of goods is known.';
comment on column groundplan.sales_daily_all_tenants.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';
comment on column groundplan.sales_daily_all_tenants.payment_costs is
    'What payment providers charge us.';
comment on column groundplan.sales_daily_all_tenants.shipping_costs is 'What carriers charge us.';
comment on column groundplan.sales_daily_all_tenants.customers is
    'Different known customers with more orders placed than taken back; guests are not counted.';
comment on column groundplan.sales_daily_all_tenants.new_customers is
    'Customers who had never ordered before this period, through any channel, in any currency.';
comment on view reporting.sales_daily is 'Sales by business day, currency and channel.';
comment on column reporting.sales_daily.tenant_id is 'The tenant.';
comment on column reporting.sales_daily.business_date is 'The business day.';
comment on column reporting.sales_daily.currency_code is 'Currency of the amounts, ISO 4217.';
comment on column reporting.sales_daily.channel_code is 'Sales channel of the order.';
comment on column reporting.sales_daily.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column reporting.sales_daily.orders is 'Orders placed, less orders taken back.';
comment on column reporting.sales_daily.lines is 'Order lines sold.';
comment on column reporting.sales_daily.units is 'Units sold.';
comment on column reporting.sales_daily.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column reporting.sales_daily.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column reporting.sales_daily.returned_units is 'Units given back.';
comment on column reporting.sales_daily.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column reporting.sales_daily.tax is 'Tax charged, less tax given back.';
comment on column reporting.sales_daily.shipping is
    'Shipping charged, without tax, less shipping given back.';
comment on column reporting.sales_daily.surcharges is
    'Fees charged to the customer: gift wrap, payment surcharge.';
comment on column reporting.sales_daily.costed_sales is
    'The part of gross sales less discounts whose cost of goods is known.';
comment on column reporting.sales_daily.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';
comment on column reporting.sales_daily.payment_costs is 'What payment providers charge us.';
comment on column reporting.sales_daily.shipping_costs is 'What carriers charge us.';
comment on column reporting.sales_daily.customers is
    'Different known customers with more orders placed than taken back; guests are not counted.';
comment on column reporting.sales_daily.new_customers is
    'Customers who had never ordered before this period, through any channel, in any currency.';

create or replace view groundplan.sales_monthly_all_tenants with (security_invoker = true) as
select
    tenant_id, month, currency_code, channel_code,
    sum(row_count)::bigint as row_count, sum(orders)::bigint as orders,
    sum(lines)::bigint as lines, sum(units)::numeric as units,
    sum(gross_sales)::numeric as gross_sales,
    sum(discounts)::numeric as discounts,
    sum(returned_units)::numeric as returned_units,
    sum(returns)::numeric as returns, sum(tax)::numeric as tax,
    sum(shipping)::numeric as shipping,
    sum(surcharges)::numeric as surcharges,
    sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs,
    sum(payment_costs)::numeric as payment_costs,
    sum(shipping_costs)::numeric as shipping_costs,
    sum(customers)::bigint as customers,
    sum(new_customers)::bigint as new_customers
from (
    select
        tenant_id, month, currency_code, channel_code, row_count, orders,
        lines, units, gross_sales, discounts, returned_units, returns, tax,
        shipping, surcharges, costed_sales, cogs, payment_costs,
        shipping_costs, customers, new_customers
    from groundplan.sales_monthly_base
    union all
    select
        tenant_id,
        date_trunc('month', business_date::timestamp)::date as month,
        currency_code, channel_code, row_count, orders, lines, units,
        gross_sales, discounts, returned_units, returns, tax, shipping,
        surcharges, costed_sales, cogs, payment_costs, shipping_costs, 0, 0
    from groundplan.ledger_entries_delta
    where (tenant_id, business_date, currency_code, channel_code) is not null
    union all
    select
        tenant_id, month, currency_code, channel_code, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, customers, new_customers
    from (
        with pending as (
            select
                tenant_id,
                date_trunc('month', business_date::timestamp)::date as month,
                currency_code, channel_code,
                customer_id, sum(orders) as n
            from groundplan.ledger_entries_delta
            where orders <> 0 and customer_id is not null
                and (tenant_id, business_date, currency_code, channel_code) is not null
            group by 1, 2, 3, 4, 5
            having sum(orders) <> 0
        ),
        known as (
            select
                tenant_id, month, currency_code, channel_code, customer_id, n,
                coalesce((
                    select kept.n
                    from groundplan.sales_monthly_customers as kept
                    where kept.tenant_id = pending.tenant_id
                        and kept.month = pending.month
                        and kept.currency_code = pending.currency_code
                        and kept.channel_code = pending.channel_code
                        and kept.customer_id = pending.customer_id
                ), 0) as folded_n,
                (
                    select kept.month
                    from groundplan.sales_monthly_customers as kept
                    where kept.tenant_id = pending.tenant_id
                        and kept.customer_id = pending.customer_id
                        and kept.n > 0
                    order by kept.month
                    limit 1
                ) as folded_first
            from pending
        ),
        -- Whoever comes again, after the first time, moves no first period; only the others are
        -- looked at as a whole. (Without a join: nobody knows how many rows a delta has.)
        early as (
            select *
            from (
                select
                    known.*,
                    min(month) over (partition by tenant_id, customer_id) as earliest
                from known
            ) as known
            where coalesce(earliest <= folded_first, true)
        ),
        touched as (
            select
                tenant_id, month, currency_code, channel_code, customer_id,
                sum(folded_n) > 0 as counted, sum(n) > 0 as counts
            from (
                select
                    kept.tenant_id, kept.month, kept.currency_code, kept.channel_code,
                    kept.customer_id, kept.n as folded_n, kept.n
                from groundplan.sales_monthly_customers as kept
                where (kept.tenant_id, kept.customer_id) in (
                    select tenant_id, customer_id from early)
                union all
                select
                    tenant_id, month, currency_code, channel_code, customer_id, 0, n
                from early
            ) as either
            group by
                tenant_id, month, currency_code, channel_code, customer_id
        ),
        judged as (
            select
                tenant_id, month, currency_code, channel_code, counted, counts,
                min(month) filter (where counted) over same as former_first,
                min(month) filter (where counts) over same as first
            from touched
            window same as (partition by tenant_id, customer_id)
        )
        select
            tenant_id, month, currency_code, channel_code,
            sum(customers) as customers, sum(new_customers) as new_customers
        from (
            select
                tenant_id, month, currency_code, channel_code,
                (folded_n + n > 0)::integer - (folded_n > 0)::integer as customers,
                0 as new_customers
            from known
            union all
            select
                tenant_id, month, currency_code, channel_code,
                0,
                coalesce((counts and month = first)::integer, 0)
                    - coalesce((counted and month = former_first)::integer, 0)
            from judged
        ) as changed
        group by
            tenant_id, month, currency_code, channel_code
        having sum(customers) <> 0 or sum(new_customers) <> 0
    ) as changed_customers
) as counted (
    tenant_id, month, currency_code, channel_code, row_count, orders,
    lines, units, gross_sales, discounts, returned_units, returns, tax,
    shipping, surcharges, costed_sales, cogs, payment_costs,
    shipping_costs, customers, new_customers)
group by
    tenant_id, month, currency_code, channel_code
having sum(row_count) <> 0;
create or replace view reporting.sales_monthly with (security_barrier) as
select
    tenant_id, month, currency_code, channel_code,
    sum(row_count)::bigint as row_count, sum(orders)::bigint as orders,
    sum(lines)::bigint as lines, sum(units)::numeric as units,
    sum(gross_sales)::numeric as gross_sales,
    sum(discounts)::numeric as discounts,
    sum(returned_units)::numeric as returned_units,
    sum(returns)::numeric as returns, sum(tax)::numeric as tax,
    sum(shipping)::numeric as shipping,
    sum(surcharges)::numeric as surcharges,
    sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs,
    sum(payment_costs)::numeric as payment_costs,
    sum(shipping_costs)::numeric as shipping_costs,
    sum(customers)::bigint as customers,
    sum(new_customers)::bigint as new_customers
from (
    select
        tenant_id, month, currency_code, channel_code, row_count, orders,
        lines, units, gross_sales, discounts, returned_units, returns, tax,
        shipping, surcharges, costed_sales, cogs, payment_costs,
        shipping_costs, customers, new_customers
    from groundplan.sales_monthly_base
    union all
    select
        tenant_id,
        date_trunc('month', business_date::timestamp)::date as month,
        currency_code, channel_code, row_count, orders, lines, units,
        gross_sales, discounts, returned_units, returns, tax, shipping,
        surcharges, costed_sales, cogs, payment_costs, shipping_costs, 0, 0
    from groundplan.ledger_entries_delta
    where (tenant_id, business_date, currency_code, channel_code) is not null
    union all
    select
        tenant_id, month, currency_code, channel_code, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, customers, new_customers
    from (
        with pending as (
            select
                tenant_id,
                date_trunc('month', business_date::timestamp)::date as month,
                currency_code, channel_code,
                customer_id, sum(orders) as n
            from groundplan.ledger_entries_delta
            where orders <> 0 and customer_id is not null
                and (tenant_id, business_date, currency_code, channel_code) is not null
            group by 1, 2, 3, 4, 5
            having sum(orders) <> 0
        ),
        known as (
            select
                tenant_id, month, currency_code, channel_code, customer_id, n,
                coalesce((
                    select kept.n
                    from groundplan.sales_monthly_customers as kept
                    where kept.tenant_id = pending.tenant_id
                        and kept.month = pending.month
                        and kept.currency_code = pending.currency_code
                        and kept.channel_code = pending.channel_code
                        and kept.customer_id = pending.customer_id
                ), 0) as folded_n,
                (
                    select kept.month
                    from groundplan.sales_monthly_customers as kept
                    where kept.tenant_id = pending.tenant_id
                        and kept.customer_id = pending.customer_id
                        and kept.n > 0
                    order by kept.month
                    limit 1
                ) as folded_first
            from pending
        ),
        -- Whoever comes again, after the first time, moves no first period; only the others are
        -- looked at as a whole. (Without a join: nobody knows how many rows a delta has.)
        early as (
            select *
            from (
                select
                    known.*,
                    min(month) over (partition by tenant_id, customer_id) as earliest
                from known
            ) as known
            where coalesce(earliest <= folded_first, true)
        ),
        touched as (
            select
                tenant_id, month, currency_code, channel_code, customer_id,
                sum(folded_n) > 0 as counted, sum(n) > 0 as counts
            from (
                select
                    kept.tenant_id, kept.month, kept.currency_code, kept.channel_code,
                    kept.customer_id, kept.n as folded_n, kept.n
                from groundplan.sales_monthly_customers as kept
                where (kept.tenant_id, kept.customer_id) in (
                    select tenant_id, customer_id from early)
                union all
                select
                    tenant_id, month, currency_code, channel_code, customer_id, 0, n
                from early
            ) as either
            group by
                tenant_id, month, currency_code, channel_code, customer_id
        ),
        judged as (
            select
                tenant_id, month, currency_code, channel_code, counted, counts,
                min(month) filter (where counted) over same as former_first,
                min(month) filter (where counts) over same as first
            from touched
            window same as (partition by tenant_id, customer_id)
        )
        select
            tenant_id, month, currency_code, channel_code,
            sum(customers) as customers, sum(new_customers) as new_customers
        from (
            select
                tenant_id, month, currency_code, channel_code,
                (folded_n + n > 0)::integer - (folded_n > 0)::integer as customers,
                0 as new_customers
            from known
            union all
            select
                tenant_id, month, currency_code, channel_code,
                0,
                coalesce((counts and month = first)::integer, 0)
                    - coalesce((counted and month = former_first)::integer, 0)
            from judged
        ) as changed
        group by
            tenant_id, month, currency_code, channel_code
        having sum(customers) <> 0 or sum(new_customers) <> 0
    ) as changed_customers
) as counted (
    tenant_id, month, currency_code, channel_code, row_count, orders,
    lines, units, gross_sales, discounts, returned_units, returns, tax,
    shipping, surcharges, costed_sales, cogs, payment_costs,
    shipping_costs, customers, new_customers)
where tenant_id = (select core.reporting_tenant_id())
group by
    tenant_id, month, currency_code, channel_code
having sum(row_count) <> 0;
comment on view groundplan.sales_monthly_all_tenants is
    'Sales by business day, currency and channel, by month. Of all tenants, for the owner.';
comment on column groundplan.sales_monthly_all_tenants.tenant_id is 'The tenant.';
comment on column groundplan.sales_monthly_all_tenants.month is
    'First day of the month of the business date.';
comment on column groundplan.sales_monthly_all_tenants.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.sales_monthly_all_tenants.channel_code is
    'Sales channel of the order.';
comment on column groundplan.sales_monthly_all_tenants.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column groundplan.sales_monthly_all_tenants.orders is
    'Orders placed, less orders taken back.';
comment on column groundplan.sales_monthly_all_tenants.lines is 'Order lines sold.';
comment on column groundplan.sales_monthly_all_tenants.units is 'Units sold.';
comment on column groundplan.sales_monthly_all_tenants.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column groundplan.sales_monthly_all_tenants.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column groundplan.sales_monthly_all_tenants.returned_units is 'Units given back.';
comment on column groundplan.sales_monthly_all_tenants.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column groundplan.sales_monthly_all_tenants.tax is 'Tax charged, less tax given back.';
comment on column groundplan.sales_monthly_all_tenants.shipping is
    'Shipping charged, without tax, less shipping given back.';
comment on column groundplan.sales_monthly_all_tenants.surcharges is
    'Fees charged to the customer: gift wrap, payment surcharge.';
comment on column groundplan.sales_monthly_all_tenants.costed_sales is
    'The part of gross sales less discounts whose cost of goods is known.';
comment on column groundplan.sales_monthly_all_tenants.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';
comment on column groundplan.sales_monthly_all_tenants.payment_costs is
    'What payment providers charge us.';
comment on column groundplan.sales_monthly_all_tenants.shipping_costs is 'What carriers charge us.';
comment on column groundplan.sales_monthly_all_tenants.customers is
    'Different known customers with more orders placed than taken back; guests are not counted.';
comment on column groundplan.sales_monthly_all_tenants.new_customers is
    'Customers who had never ordered before this period, through any channel, in any currency.';
comment on view reporting.sales_monthly is 'Sales by business day, currency and channel, by month.';
comment on column reporting.sales_monthly.tenant_id is 'The tenant.';
comment on column reporting.sales_monthly.month is 'First day of the month of the business date.';
comment on column reporting.sales_monthly.currency_code is 'Currency of the amounts, ISO 4217.';
comment on column reporting.sales_monthly.channel_code is 'Sales channel of the order.';
comment on column reporting.sales_monthly.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column reporting.sales_monthly.orders is 'Orders placed, less orders taken back.';
comment on column reporting.sales_monthly.lines is 'Order lines sold.';
comment on column reporting.sales_monthly.units is 'Units sold.';
comment on column reporting.sales_monthly.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column reporting.sales_monthly.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column reporting.sales_monthly.returned_units is 'Units given back.';
comment on column reporting.sales_monthly.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column reporting.sales_monthly.tax is 'Tax charged, less tax given back.';
comment on column reporting.sales_monthly.shipping is
    'Shipping charged, without tax, less shipping given back.';
comment on column reporting.sales_monthly.surcharges is
    'Fees charged to the customer: gift wrap, payment surcharge.';
comment on column reporting.sales_monthly.costed_sales is
    'The part of gross sales less discounts whose cost of goods is known.';
comment on column reporting.sales_monthly.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';
comment on column reporting.sales_monthly.payment_costs is 'What payment providers charge us.';
comment on column reporting.sales_monthly.shipping_costs is 'What carriers charge us.';
comment on column reporting.sales_monthly.customers is
    'Different known customers with more orders placed than taken back; guests are not counted.';
comment on column reporting.sales_monthly.new_customers is
    'Customers who had never ordered before this period, through any channel, in any currency.';

create or replace view groundplan.sales_by_order_date_all_tenants with (security_invoker = true) as
select
    tenant_id, order_date, currency_code, channel_code,
    sum(row_count)::bigint as row_count,
    sum(returns_by_order_date)::numeric as returns_by_order_date
from (
    select
        tenant_id, order_date, currency_code, channel_code, row_count,
        returns_by_order_date
    from groundplan.sales_by_order_date_base
    union all
    select
        tenant_id, order_date, currency_code, channel_code, row_count,
        returns_by_order_date
    from groundplan.ledger_entries_delta
    where (tenant_id, order_date, currency_code, channel_code) is not null
) as counted (
    tenant_id, order_date, currency_code, channel_code, row_count,
    returns_by_order_date)
group by
    tenant_id, order_date, currency_code, channel_code
having sum(row_count) <> 0;
create or replace view reporting.sales_by_order_date with (security_barrier) as
select
    tenant_id, order_date, currency_code, channel_code,
    sum(row_count)::bigint as row_count,
    sum(returns_by_order_date)::numeric as returns_by_order_date
from (
    select
        tenant_id, order_date, currency_code, channel_code, row_count,
        returns_by_order_date
    from groundplan.sales_by_order_date_base
    union all
    select
        tenant_id, order_date, currency_code, channel_code, row_count,
        returns_by_order_date
    from groundplan.ledger_entries_delta
    where (tenant_id, order_date, currency_code, channel_code) is not null
) as counted (
    tenant_id, order_date, currency_code, channel_code, row_count,
    returns_by_order_date)
where tenant_id = (select core.reporting_tenant_id())
group by
    tenant_id, order_date, currency_code, channel_code
having sum(row_count) <> 0;
comment on view groundplan.sales_by_order_date_all_tenants is
    'Returns by the day of the order they belong to, by currency and channel. Of all tenants, for
the owner.';
comment on column groundplan.sales_by_order_date_all_tenants.tenant_id is 'The tenant.';
comment on column groundplan.sales_by_order_date_all_tenants.order_date is
    'The business day of the order.';
comment on column groundplan.sales_by_order_date_all_tenants.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.sales_by_order_date_all_tenants.channel_code is
    'Sales channel of the order.';
comment on column groundplan.sales_by_order_date_all_tenants.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column groundplan.sales_by_order_date_all_tenants.returns_by_order_date is
    'Value of merchandise refunded, without tax, counted on the day of the order.';
comment on view reporting.sales_by_order_date is
    'Returns by the day of the order they belong to, by currency and channel.';
comment on column reporting.sales_by_order_date.tenant_id is 'The tenant.';
comment on column reporting.sales_by_order_date.order_date is 'The business day of the order.';
comment on column reporting.sales_by_order_date.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column reporting.sales_by_order_date.channel_code is 'Sales channel of the order.';
comment on column reporting.sales_by_order_date.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column reporting.sales_by_order_date.returns_by_order_date is
    'Value of merchandise refunded, without tax, counted on the day of the order.';

create or replace view groundplan.sales_by_order_month_all_tenants with (security_invoker = true) as
select
    tenant_id, month, currency_code, channel_code,
    sum(row_count)::bigint as row_count,
    sum(returns_by_order_date)::numeric as returns_by_order_date
from (
    select
        tenant_id, month, currency_code, channel_code, row_count,
        returns_by_order_date
    from groundplan.sales_by_order_month_base
    union all
    select
        tenant_id, date_trunc('month', order_date::timestamp)::date as month,
        currency_code, channel_code, row_count, returns_by_order_date
    from groundplan.ledger_entries_delta
    where (tenant_id, order_date, currency_code, channel_code) is not null
) as counted (
    tenant_id, month, currency_code, channel_code, row_count,
    returns_by_order_date)
group by
    tenant_id, month, currency_code, channel_code
having sum(row_count) <> 0;
create or replace view reporting.sales_by_order_month with (security_barrier) as
select
    tenant_id, month, currency_code, channel_code,
    sum(row_count)::bigint as row_count,
    sum(returns_by_order_date)::numeric as returns_by_order_date
from (
    select
        tenant_id, month, currency_code, channel_code, row_count,
        returns_by_order_date
    from groundplan.sales_by_order_month_base
    union all
    select
        tenant_id, date_trunc('month', order_date::timestamp)::date as month,
        currency_code, channel_code, row_count, returns_by_order_date
    from groundplan.ledger_entries_delta
    where (tenant_id, order_date, currency_code, channel_code) is not null
) as counted (
    tenant_id, month, currency_code, channel_code, row_count,
    returns_by_order_date)
where tenant_id = (select core.reporting_tenant_id())
group by
    tenant_id, month, currency_code, channel_code
having sum(row_count) <> 0;
comment on view groundplan.sales_by_order_month_all_tenants is
    'Returns by the day of the order they belong to, by currency and channel, by month. Of all
tenants, for the owner.';
comment on column groundplan.sales_by_order_month_all_tenants.tenant_id is 'The tenant.';
comment on column groundplan.sales_by_order_month_all_tenants.month is
    'First day of the month of the order date.';
comment on column groundplan.sales_by_order_month_all_tenants.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.sales_by_order_month_all_tenants.channel_code is
    'Sales channel of the order.';
comment on column groundplan.sales_by_order_month_all_tenants.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column groundplan.sales_by_order_month_all_tenants.returns_by_order_date is
    'Value of merchandise refunded, without tax, counted on the day of the order.';
comment on view reporting.sales_by_order_month is
    'Returns by the day of the order they belong to, by currency and channel, by month.';
comment on column reporting.sales_by_order_month.tenant_id is 'The tenant.';
comment on column reporting.sales_by_order_month.month is
    'First day of the month of the order date.';
comment on column reporting.sales_by_order_month.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column reporting.sales_by_order_month.channel_code is 'Sales channel of the order.';
comment on column reporting.sales_by_order_month.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column reporting.sales_by_order_month.returns_by_order_date is
    'Value of merchandise refunded, without tax, counted on the day of the order.';

create or replace view groundplan.sku_sales_daily_all_tenants with (security_invoker = true) as
select
    tenant_id, business_date, currency_code, sku_id,
    sum(row_count)::bigint as row_count, sum(units)::numeric as units,
    sum(returned_units)::numeric as returned_units,
    sum(gross_sales)::numeric as gross_sales,
    sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
    sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs
from (
    select
        tenant_id, business_date, currency_code, sku_id, row_count, units,
        returned_units, gross_sales, discounts, returns, costed_sales, cogs
    from groundplan.sku_sales_daily_base
    union all
    select
        tenant_id, business_date, currency_code, sku_id, row_count, units,
        returned_units, gross_sales, discounts, returns, costed_sales, cogs
    from groundplan.ledger_entries_delta
    where (tenant_id, business_date, currency_code, sku_id) is not null
) as counted (
    tenant_id, business_date, currency_code, sku_id, row_count, units,
    returned_units, gross_sales, discounts, returns, costed_sales, cogs)
group by
    tenant_id, business_date, currency_code, sku_id
having sum(row_count) <> 0;
create or replace view reporting.sku_sales_daily with (security_barrier) as
select
    tenant_id, business_date, currency_code, sku_id,
    sum(row_count)::bigint as row_count, sum(units)::numeric as units,
    sum(returned_units)::numeric as returned_units,
    sum(gross_sales)::numeric as gross_sales,
    sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
    sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs
from (
    select
        tenant_id, business_date, currency_code, sku_id, row_count, units,
        returned_units, gross_sales, discounts, returns, costed_sales, cogs
    from groundplan.sku_sales_daily_base
    union all
    select
        tenant_id, business_date, currency_code, sku_id, row_count, units,
        returned_units, gross_sales, discounts, returns, costed_sales, cogs
    from groundplan.ledger_entries_delta
    where (tenant_id, business_date, currency_code, sku_id) is not null
) as counted (
    tenant_id, business_date, currency_code, sku_id, row_count, units,
    returned_units, gross_sales, discounts, returns, costed_sales, cogs)
where tenant_id = (select core.reporting_tenant_id())
group by
    tenant_id, business_date, currency_code, sku_id
having sum(row_count) <> 0;
comment on view groundplan.sku_sales_daily_all_tenants is
    'Sales by business day, currency and SKU. Of all tenants, for the owner.';
comment on column groundplan.sku_sales_daily_all_tenants.tenant_id is 'The tenant.';
comment on column groundplan.sku_sales_daily_all_tenants.business_date is 'The business day.';
comment on column groundplan.sku_sales_daily_all_tenants.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.sku_sales_daily_all_tenants.sku_id is 'The SKU.';
comment on column groundplan.sku_sales_daily_all_tenants.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column groundplan.sku_sales_daily_all_tenants.units is 'Units sold.';
comment on column groundplan.sku_sales_daily_all_tenants.returned_units is 'Units given back.';
comment on column groundplan.sku_sales_daily_all_tenants.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column groundplan.sku_sales_daily_all_tenants.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column groundplan.sku_sales_daily_all_tenants.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column groundplan.sku_sales_daily_all_tenants.costed_sales is
    'The part of gross sales less discounts whose cost of goods is known.';
comment on column groundplan.sku_sales_daily_all_tenants.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';
comment on view reporting.sku_sales_daily is 'Sales by business day, currency and SKU.';
comment on column reporting.sku_sales_daily.tenant_id is 'The tenant.';
comment on column reporting.sku_sales_daily.business_date is 'The business day.';
comment on column reporting.sku_sales_daily.currency_code is 'Currency of the amounts, ISO 4217.';
comment on column reporting.sku_sales_daily.sku_id is 'The SKU.';
comment on column reporting.sku_sales_daily.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column reporting.sku_sales_daily.units is 'Units sold.';
comment on column reporting.sku_sales_daily.returned_units is 'Units given back.';
comment on column reporting.sku_sales_daily.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column reporting.sku_sales_daily.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column reporting.sku_sales_daily.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column reporting.sku_sales_daily.costed_sales is
    'The part of gross sales less discounts whose cost of goods is known.';
comment on column reporting.sku_sales_daily.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';

-- The best of one group without reading it all: the folded ones from the index, without those that
-- have pending deltas; these are few and are merged in. Ties at the end all come along.
create or replace function groundplan.sku_sales_daily_top(
    of_tenant_id integer,
    of_business_date date,
    of_currency_code text,
    ranked_by text, n integer
)
    returns setof groundplan.sku_sales_daily_all_tenants
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
    if ranked_by = 'net_sales' then
        return query
        with pending as materialized (
            select
                tenant_id, business_date, currency_code, sku_id,
                sum(row_count)::bigint as row_count, sum(units)::numeric as units,
                sum(returned_units)::numeric as returned_units,
                sum(gross_sales)::numeric as gross_sales,
                sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
                sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs
            from (
                select
                    tenant_id, business_date, currency_code, sku_id, row_count, units,
                    returned_units, gross_sales, discounts, returns, costed_sales, cogs
                from groundplan.ledger_entries_delta
                where (tenant_id, business_date, currency_code, sku_id) is not null
            ) as pending (
                tenant_id, business_date, currency_code, sku_id, row_count, units,
                returned_units, gross_sales, discounts, returns, costed_sales, cogs)
            where tenant_id = of_tenant_id
            and business_date = of_business_date
            and currency_code = of_currency_code
            group by
                tenant_id, business_date, currency_code, sku_id
        ),
        best as (
            select
                tenant_id, business_date, currency_code, sku_id, row_count, units,
                returned_units, gross_sales, discounts, returns, costed_sales, cogs
            from groundplan.sku_sales_daily_base
            where tenant_id = of_tenant_id
            and business_date = of_business_date
            and currency_code = of_currency_code
                and sku_id <> all (array(select sku_id from pending))
            order by (gross_sales - discounts - returns) desc
            fetch first n rows with ties
        ),
        candidates as (
            select * from best
            union all
            select
                pending.tenant_id, pending.business_date, pending.currency_code,
                pending.sku_id, pending.row_count + coalesce(base.row_count, 0),
                pending.units + coalesce(base.units, 0),
                pending.returned_units + coalesce(base.returned_units, 0),
                pending.gross_sales + coalesce(base.gross_sales, 0),
                pending.discounts + coalesce(base.discounts, 0),
                pending.returns + coalesce(base.returns, 0),
                pending.costed_sales + coalesce(base.costed_sales, 0),
                pending.cogs + coalesce(base.cogs, 0)
            from pending
            left join groundplan.sku_sales_daily_base as base
                on base.tenant_id = pending.tenant_id
                and base.business_date = pending.business_date
                and base.currency_code = pending.currency_code
                and base.sku_id = pending.sku_id
        )
        select *
        from candidates
        where row_count <> 0
        order by (gross_sales - discounts - returns) desc
        fetch first n rows with ties;
    elsif ranked_by = 'units' then
        return query
        with pending as materialized (
            select
                tenant_id, business_date, currency_code, sku_id,
                sum(row_count)::bigint as row_count, sum(units)::numeric as units,
                sum(returned_units)::numeric as returned_units,
                sum(gross_sales)::numeric as gross_sales,
                sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
                sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs
            from (
                select
                    tenant_id, business_date, currency_code, sku_id, row_count, units,
                    returned_units, gross_sales, discounts, returns, costed_sales, cogs
                from groundplan.ledger_entries_delta
                where (tenant_id, business_date, currency_code, sku_id) is not null
            ) as pending (
                tenant_id, business_date, currency_code, sku_id, row_count, units,
                returned_units, gross_sales, discounts, returns, costed_sales, cogs)
            where tenant_id = of_tenant_id
            and business_date = of_business_date
            and currency_code = of_currency_code
            group by
                tenant_id, business_date, currency_code, sku_id
        ),
        best as (
            select
                tenant_id, business_date, currency_code, sku_id, row_count, units,
                returned_units, gross_sales, discounts, returns, costed_sales, cogs
            from groundplan.sku_sales_daily_base
            where tenant_id = of_tenant_id
            and business_date = of_business_date
            and currency_code = of_currency_code
                and sku_id <> all (array(select sku_id from pending))
            order by (units) desc
            fetch first n rows with ties
        ),
        candidates as (
            select * from best
            union all
            select
                pending.tenant_id, pending.business_date, pending.currency_code,
                pending.sku_id, pending.row_count + coalesce(base.row_count, 0),
                pending.units + coalesce(base.units, 0),
                pending.returned_units + coalesce(base.returned_units, 0),
                pending.gross_sales + coalesce(base.gross_sales, 0),
                pending.discounts + coalesce(base.discounts, 0),
                pending.returns + coalesce(base.returns, 0),
                pending.costed_sales + coalesce(base.costed_sales, 0),
                pending.cogs + coalesce(base.cogs, 0)
            from pending
            left join groundplan.sku_sales_daily_base as base
                on base.tenant_id = pending.tenant_id
                and base.business_date = pending.business_date
                and base.currency_code = pending.currency_code
                and base.sku_id = pending.sku_id
        )
        select *
        from candidates
        where row_count <> 0
        order by (units) desc
        fetch first n rows with ties;
    elsif ranked_by = 'profit' then
        return query
        with pending as materialized (
            select
                tenant_id, business_date, currency_code, sku_id,
                sum(row_count)::bigint as row_count, sum(units)::numeric as units,
                sum(returned_units)::numeric as returned_units,
                sum(gross_sales)::numeric as gross_sales,
                sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
                sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs
            from (
                select
                    tenant_id, business_date, currency_code, sku_id, row_count, units,
                    returned_units, gross_sales, discounts, returns, costed_sales, cogs
                from groundplan.ledger_entries_delta
                where (tenant_id, business_date, currency_code, sku_id) is not null
            ) as pending (
                tenant_id, business_date, currency_code, sku_id, row_count, units,
                returned_units, gross_sales, discounts, returns, costed_sales, cogs)
            where tenant_id = of_tenant_id
            and business_date = of_business_date
            and currency_code = of_currency_code
            group by
                tenant_id, business_date, currency_code, sku_id
        ),
        best as (
            select
                tenant_id, business_date, currency_code, sku_id, row_count, units,
                returned_units, gross_sales, discounts, returns, costed_sales, cogs
            from groundplan.sku_sales_daily_base
            where tenant_id = of_tenant_id
            and business_date = of_business_date
            and currency_code = of_currency_code
                and sku_id <> all (array(select sku_id from pending))
            order by (gross_sales - discounts - returns - cogs) desc
            fetch first n rows with ties
        ),
        candidates as (
            select * from best
            union all
            select
                pending.tenant_id, pending.business_date, pending.currency_code,
                pending.sku_id, pending.row_count + coalesce(base.row_count, 0),
                pending.units + coalesce(base.units, 0),
                pending.returned_units + coalesce(base.returned_units, 0),
                pending.gross_sales + coalesce(base.gross_sales, 0),
                pending.discounts + coalesce(base.discounts, 0),
                pending.returns + coalesce(base.returns, 0),
                pending.costed_sales + coalesce(base.costed_sales, 0),
                pending.cogs + coalesce(base.cogs, 0)
            from pending
            left join groundplan.sku_sales_daily_base as base
                on base.tenant_id = pending.tenant_id
                and base.business_date = pending.business_date
                and base.currency_code = pending.currency_code
                and base.sku_id = pending.sku_id
        )
        select *
        from candidates
        where row_count <> 0
        order by (gross_sales - discounts - returns - cogs) desc
        fetch first n rows with ties;
    else
        perform core.refuse(
            '23R14', 'ranking_is_known', 'reporting.sku_sales_daily',
            'A report is ranked by one of its measures.',
            format('ranked_by = %s was given; allowed: net_sales, units, profit.',
                core.value_shown(to_jsonb(ranked_by))),
            'Choose one of the allowed measures.');
    end if;
end
$$;
comment on function groundplan.sku_sales_daily_top(integer, date, text, text, integer) is
    'The first n of one group, and all that tie with the last, ranked by net_sales, units, profit.';

create or replace view groundplan.sku_sales_monthly_all_tenants with (security_invoker = true) as
select
    tenant_id, month, currency_code, sku_id,
    sum(row_count)::bigint as row_count, sum(units)::numeric as units,
    sum(returned_units)::numeric as returned_units,
    sum(gross_sales)::numeric as gross_sales,
    sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
    sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs
from (
    select
        tenant_id, month, currency_code, sku_id, row_count, units,
        returned_units, gross_sales, discounts, returns, costed_sales, cogs
    from groundplan.sku_sales_monthly_base
    union all
    select
        tenant_id,
        date_trunc('month', business_date::timestamp)::date as month,
        currency_code, sku_id, row_count, units, returned_units, gross_sales,
        discounts, returns, costed_sales, cogs
    from groundplan.ledger_entries_delta
    where (tenant_id, business_date, currency_code, sku_id) is not null
) as counted (
    tenant_id, month, currency_code, sku_id, row_count, units,
    returned_units, gross_sales, discounts, returns, costed_sales, cogs)
group by
    tenant_id, month, currency_code, sku_id
having sum(row_count) <> 0;
create or replace view reporting.sku_sales_monthly with (security_barrier) as
select
    tenant_id, month, currency_code, sku_id,
    sum(row_count)::bigint as row_count, sum(units)::numeric as units,
    sum(returned_units)::numeric as returned_units,
    sum(gross_sales)::numeric as gross_sales,
    sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
    sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs
from (
    select
        tenant_id, month, currency_code, sku_id, row_count, units,
        returned_units, gross_sales, discounts, returns, costed_sales, cogs
    from groundplan.sku_sales_monthly_base
    union all
    select
        tenant_id,
        date_trunc('month', business_date::timestamp)::date as month,
        currency_code, sku_id, row_count, units, returned_units, gross_sales,
        discounts, returns, costed_sales, cogs
    from groundplan.ledger_entries_delta
    where (tenant_id, business_date, currency_code, sku_id) is not null
) as counted (
    tenant_id, month, currency_code, sku_id, row_count, units,
    returned_units, gross_sales, discounts, returns, costed_sales, cogs)
where tenant_id = (select core.reporting_tenant_id())
group by
    tenant_id, month, currency_code, sku_id
having sum(row_count) <> 0;
comment on view groundplan.sku_sales_monthly_all_tenants is
    'Sales by business day, currency and SKU, by month. Of all tenants, for the owner.';
comment on column groundplan.sku_sales_monthly_all_tenants.tenant_id is 'The tenant.';
comment on column groundplan.sku_sales_monthly_all_tenants.month is
    'First day of the month of the business date.';
comment on column groundplan.sku_sales_monthly_all_tenants.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.sku_sales_monthly_all_tenants.sku_id is 'The SKU.';
comment on column groundplan.sku_sales_monthly_all_tenants.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column groundplan.sku_sales_monthly_all_tenants.units is 'Units sold.';
comment on column groundplan.sku_sales_monthly_all_tenants.returned_units is 'Units given back.';
comment on column groundplan.sku_sales_monthly_all_tenants.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column groundplan.sku_sales_monthly_all_tenants.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column groundplan.sku_sales_monthly_all_tenants.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column groundplan.sku_sales_monthly_all_tenants.costed_sales is
    'The part of gross sales less discounts whose cost of goods is known.';
comment on column groundplan.sku_sales_monthly_all_tenants.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';
comment on view reporting.sku_sales_monthly is 'Sales by business day, currency and SKU, by month.';
comment on column reporting.sku_sales_monthly.tenant_id is 'The tenant.';
comment on column reporting.sku_sales_monthly.month is
    'First day of the month of the business date.';
comment on column reporting.sku_sales_monthly.currency_code is 'Currency of the amounts, ISO 4217.';
comment on column reporting.sku_sales_monthly.sku_id is 'The SKU.';
comment on column reporting.sku_sales_monthly.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column reporting.sku_sales_monthly.units is 'Units sold.';
comment on column reporting.sku_sales_monthly.returned_units is 'Units given back.';
comment on column reporting.sku_sales_monthly.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column reporting.sku_sales_monthly.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column reporting.sku_sales_monthly.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column reporting.sku_sales_monthly.costed_sales is
    'The part of gross sales less discounts whose cost of goods is known.';
comment on column reporting.sku_sales_monthly.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';

-- The best of one group without reading it all: the folded ones from the index, without those that
-- have pending deltas; these are few and are merged in. Ties at the end all come along.
create or replace function groundplan.sku_sales_monthly_top(
    of_tenant_id integer,
    of_month date,
    of_currency_code text,
    ranked_by text, n integer
)
    returns setof groundplan.sku_sales_monthly_all_tenants
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
    if ranked_by = 'net_sales' then
        return query
        with pending as materialized (
            select
                tenant_id, month, currency_code, sku_id,
                sum(row_count)::bigint as row_count, sum(units)::numeric as units,
                sum(returned_units)::numeric as returned_units,
                sum(gross_sales)::numeric as gross_sales,
                sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
                sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs
            from (
                select
                    tenant_id,
                    date_trunc('month', business_date::timestamp)::date as month,
                    currency_code, sku_id, row_count, units, returned_units, gross_sales,
                    discounts, returns, costed_sales, cogs
                from groundplan.ledger_entries_delta
                where (tenant_id, business_date, currency_code, sku_id) is not null
            ) as pending (
                tenant_id, month, currency_code, sku_id, row_count, units,
                returned_units, gross_sales, discounts, returns, costed_sales, cogs)
            where tenant_id = of_tenant_id
            and month = of_month
            and currency_code = of_currency_code
            group by
                tenant_id, month, currency_code, sku_id
        ),
        best as (
            select
                tenant_id, month, currency_code, sku_id, row_count, units,
                returned_units, gross_sales, discounts, returns, costed_sales, cogs
            from groundplan.sku_sales_monthly_base
            where tenant_id = of_tenant_id
            and month = of_month
            and currency_code = of_currency_code
                and sku_id <> all (array(select sku_id from pending))
            order by (gross_sales - discounts - returns) desc
            fetch first n rows with ties
        ),
        candidates as (
            select * from best
            union all
            select
                pending.tenant_id, pending.month, pending.currency_code,
                pending.sku_id, pending.row_count + coalesce(base.row_count, 0),
                pending.units + coalesce(base.units, 0),
                pending.returned_units + coalesce(base.returned_units, 0),
                pending.gross_sales + coalesce(base.gross_sales, 0),
                pending.discounts + coalesce(base.discounts, 0),
                pending.returns + coalesce(base.returns, 0),
                pending.costed_sales + coalesce(base.costed_sales, 0),
                pending.cogs + coalesce(base.cogs, 0)
            from pending
            left join groundplan.sku_sales_monthly_base as base
                on base.tenant_id = pending.tenant_id
                and base.month = pending.month
                and base.currency_code = pending.currency_code
                and base.sku_id = pending.sku_id
        )
        select *
        from candidates
        where row_count <> 0
        order by (gross_sales - discounts - returns) desc
        fetch first n rows with ties;
    elsif ranked_by = 'units' then
        return query
        with pending as materialized (
            select
                tenant_id, month, currency_code, sku_id,
                sum(row_count)::bigint as row_count, sum(units)::numeric as units,
                sum(returned_units)::numeric as returned_units,
                sum(gross_sales)::numeric as gross_sales,
                sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
                sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs
            from (
                select
                    tenant_id,
                    date_trunc('month', business_date::timestamp)::date as month,
                    currency_code, sku_id, row_count, units, returned_units, gross_sales,
                    discounts, returns, costed_sales, cogs
                from groundplan.ledger_entries_delta
                where (tenant_id, business_date, currency_code, sku_id) is not null
            ) as pending (
                tenant_id, month, currency_code, sku_id, row_count, units,
                returned_units, gross_sales, discounts, returns, costed_sales, cogs)
            where tenant_id = of_tenant_id
            and month = of_month
            and currency_code = of_currency_code
            group by
                tenant_id, month, currency_code, sku_id
        ),
        best as (
            select
                tenant_id, month, currency_code, sku_id, row_count, units,
                returned_units, gross_sales, discounts, returns, costed_sales, cogs
            from groundplan.sku_sales_monthly_base
            where tenant_id = of_tenant_id
            and month = of_month
            and currency_code = of_currency_code
                and sku_id <> all (array(select sku_id from pending))
            order by (units) desc
            fetch first n rows with ties
        ),
        candidates as (
            select * from best
            union all
            select
                pending.tenant_id, pending.month, pending.currency_code,
                pending.sku_id, pending.row_count + coalesce(base.row_count, 0),
                pending.units + coalesce(base.units, 0),
                pending.returned_units + coalesce(base.returned_units, 0),
                pending.gross_sales + coalesce(base.gross_sales, 0),
                pending.discounts + coalesce(base.discounts, 0),
                pending.returns + coalesce(base.returns, 0),
                pending.costed_sales + coalesce(base.costed_sales, 0),
                pending.cogs + coalesce(base.cogs, 0)
            from pending
            left join groundplan.sku_sales_monthly_base as base
                on base.tenant_id = pending.tenant_id
                and base.month = pending.month
                and base.currency_code = pending.currency_code
                and base.sku_id = pending.sku_id
        )
        select *
        from candidates
        where row_count <> 0
        order by (units) desc
        fetch first n rows with ties;
    elsif ranked_by = 'profit' then
        return query
        with pending as materialized (
            select
                tenant_id, month, currency_code, sku_id,
                sum(row_count)::bigint as row_count, sum(units)::numeric as units,
                sum(returned_units)::numeric as returned_units,
                sum(gross_sales)::numeric as gross_sales,
                sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
                sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs
            from (
                select
                    tenant_id,
                    date_trunc('month', business_date::timestamp)::date as month,
                    currency_code, sku_id, row_count, units, returned_units, gross_sales,
                    discounts, returns, costed_sales, cogs
                from groundplan.ledger_entries_delta
                where (tenant_id, business_date, currency_code, sku_id) is not null
            ) as pending (
                tenant_id, month, currency_code, sku_id, row_count, units,
                returned_units, gross_sales, discounts, returns, costed_sales, cogs)
            where tenant_id = of_tenant_id
            and month = of_month
            and currency_code = of_currency_code
            group by
                tenant_id, month, currency_code, sku_id
        ),
        best as (
            select
                tenant_id, month, currency_code, sku_id, row_count, units,
                returned_units, gross_sales, discounts, returns, costed_sales, cogs
            from groundplan.sku_sales_monthly_base
            where tenant_id = of_tenant_id
            and month = of_month
            and currency_code = of_currency_code
                and sku_id <> all (array(select sku_id from pending))
            order by (gross_sales - discounts - returns - cogs) desc
            fetch first n rows with ties
        ),
        candidates as (
            select * from best
            union all
            select
                pending.tenant_id, pending.month, pending.currency_code,
                pending.sku_id, pending.row_count + coalesce(base.row_count, 0),
                pending.units + coalesce(base.units, 0),
                pending.returned_units + coalesce(base.returned_units, 0),
                pending.gross_sales + coalesce(base.gross_sales, 0),
                pending.discounts + coalesce(base.discounts, 0),
                pending.returns + coalesce(base.returns, 0),
                pending.costed_sales + coalesce(base.costed_sales, 0),
                pending.cogs + coalesce(base.cogs, 0)
            from pending
            left join groundplan.sku_sales_monthly_base as base
                on base.tenant_id = pending.tenant_id
                and base.month = pending.month
                and base.currency_code = pending.currency_code
                and base.sku_id = pending.sku_id
        )
        select *
        from candidates
        where row_count <> 0
        order by (gross_sales - discounts - returns - cogs) desc
        fetch first n rows with ties;
    else
        perform core.refuse(
            '23R14', 'ranking_is_known', 'reporting.sku_sales_monthly',
            'A report is ranked by one of its measures.',
            format('ranked_by = %s was given; allowed: net_sales, units, profit.',
                core.value_shown(to_jsonb(ranked_by))),
            'Choose one of the allowed measures.');
    end if;
end
$$;
comment on function groundplan.sku_sales_monthly_top(integer, date, text, text, integer) is
    'The first n of one group, and all that tie with the last, ranked by net_sales, units, profit.';

create or replace view groundplan.sku_sales_yearly_all_tenants with (security_invoker = true) as
select
    tenant_id, year, currency_code, sku_id,
    sum(row_count)::bigint as row_count, sum(units)::numeric as units,
    sum(returned_units)::numeric as returned_units,
    sum(gross_sales)::numeric as gross_sales,
    sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
    sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs
from (
    select
        tenant_id, year, currency_code, sku_id, row_count, units,
        returned_units, gross_sales, discounts, returns, costed_sales, cogs
    from groundplan.sku_sales_yearly_base
    union all
    select
        tenant_id, date_trunc('year', business_date::timestamp)::date as year,
        currency_code, sku_id, row_count, units, returned_units, gross_sales,
        discounts, returns, costed_sales, cogs
    from groundplan.ledger_entries_delta
    where (tenant_id, business_date, currency_code, sku_id) is not null
) as counted (
    tenant_id, year, currency_code, sku_id, row_count, units,
    returned_units, gross_sales, discounts, returns, costed_sales, cogs)
group by
    tenant_id, year, currency_code, sku_id
having sum(row_count) <> 0;
create or replace view reporting.sku_sales_yearly with (security_barrier) as
select
    tenant_id, year, currency_code, sku_id,
    sum(row_count)::bigint as row_count, sum(units)::numeric as units,
    sum(returned_units)::numeric as returned_units,
    sum(gross_sales)::numeric as gross_sales,
    sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
    sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs
from (
    select
        tenant_id, year, currency_code, sku_id, row_count, units,
        returned_units, gross_sales, discounts, returns, costed_sales, cogs
    from groundplan.sku_sales_yearly_base
    union all
    select
        tenant_id, date_trunc('year', business_date::timestamp)::date as year,
        currency_code, sku_id, row_count, units, returned_units, gross_sales,
        discounts, returns, costed_sales, cogs
    from groundplan.ledger_entries_delta
    where (tenant_id, business_date, currency_code, sku_id) is not null
) as counted (
    tenant_id, year, currency_code, sku_id, row_count, units,
    returned_units, gross_sales, discounts, returns, costed_sales, cogs)
where tenant_id = (select core.reporting_tenant_id())
group by
    tenant_id, year, currency_code, sku_id
having sum(row_count) <> 0;
comment on view groundplan.sku_sales_yearly_all_tenants is
    'Sales by business day, currency and SKU, by year. Of all tenants, for the owner.';
comment on column groundplan.sku_sales_yearly_all_tenants.tenant_id is 'The tenant.';
comment on column groundplan.sku_sales_yearly_all_tenants.year is
    'First day of the year of the business date.';
comment on column groundplan.sku_sales_yearly_all_tenants.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.sku_sales_yearly_all_tenants.sku_id is 'The SKU.';
comment on column groundplan.sku_sales_yearly_all_tenants.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column groundplan.sku_sales_yearly_all_tenants.units is 'Units sold.';
comment on column groundplan.sku_sales_yearly_all_tenants.returned_units is 'Units given back.';
comment on column groundplan.sku_sales_yearly_all_tenants.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column groundplan.sku_sales_yearly_all_tenants.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column groundplan.sku_sales_yearly_all_tenants.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column groundplan.sku_sales_yearly_all_tenants.costed_sales is
    'The part of gross sales less discounts whose cost of goods is known.';
comment on column groundplan.sku_sales_yearly_all_tenants.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';
comment on view reporting.sku_sales_yearly is 'Sales by business day, currency and SKU, by year.';
comment on column reporting.sku_sales_yearly.tenant_id is 'The tenant.';
comment on column reporting.sku_sales_yearly.year is 'First day of the year of the business date.';
comment on column reporting.sku_sales_yearly.currency_code is 'Currency of the amounts, ISO 4217.';
comment on column reporting.sku_sales_yearly.sku_id is 'The SKU.';
comment on column reporting.sku_sales_yearly.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column reporting.sku_sales_yearly.units is 'Units sold.';
comment on column reporting.sku_sales_yearly.returned_units is 'Units given back.';
comment on column reporting.sku_sales_yearly.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column reporting.sku_sales_yearly.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column reporting.sku_sales_yearly.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column reporting.sku_sales_yearly.costed_sales is
    'The part of gross sales less discounts whose cost of goods is known.';
comment on column reporting.sku_sales_yearly.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';

-- The best of one group without reading it all: the folded ones from the index, without those that
-- have pending deltas; these are few and are merged in. Ties at the end all come along.
create or replace function groundplan.sku_sales_yearly_top(
    of_tenant_id integer,
    of_year date,
    of_currency_code text,
    ranked_by text, n integer
)
    returns setof groundplan.sku_sales_yearly_all_tenants
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
    if ranked_by = 'net_sales' then
        return query
        with pending as materialized (
            select
                tenant_id, year, currency_code, sku_id,
                sum(row_count)::bigint as row_count, sum(units)::numeric as units,
                sum(returned_units)::numeric as returned_units,
                sum(gross_sales)::numeric as gross_sales,
                sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
                sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs
            from (
                select
                    tenant_id, date_trunc('year', business_date::timestamp)::date as year,
                    currency_code, sku_id, row_count, units, returned_units, gross_sales,
                    discounts, returns, costed_sales, cogs
                from groundplan.ledger_entries_delta
                where (tenant_id, business_date, currency_code, sku_id) is not null
            ) as pending (
                tenant_id, year, currency_code, sku_id, row_count, units,
                returned_units, gross_sales, discounts, returns, costed_sales, cogs)
            where tenant_id = of_tenant_id
            and year = of_year
            and currency_code = of_currency_code
            group by
                tenant_id, year, currency_code, sku_id
        ),
        best as (
            select
                tenant_id, year, currency_code, sku_id, row_count, units,
                returned_units, gross_sales, discounts, returns, costed_sales, cogs
            from groundplan.sku_sales_yearly_base
            where tenant_id = of_tenant_id
            and year = of_year
            and currency_code = of_currency_code
                and sku_id <> all (array(select sku_id from pending))
            order by (gross_sales - discounts - returns) desc
            fetch first n rows with ties
        ),
        candidates as (
            select * from best
            union all
            select
                pending.tenant_id, pending.year, pending.currency_code, pending.sku_id,
                pending.row_count + coalesce(base.row_count, 0),
                pending.units + coalesce(base.units, 0),
                pending.returned_units + coalesce(base.returned_units, 0),
                pending.gross_sales + coalesce(base.gross_sales, 0),
                pending.discounts + coalesce(base.discounts, 0),
                pending.returns + coalesce(base.returns, 0),
                pending.costed_sales + coalesce(base.costed_sales, 0),
                pending.cogs + coalesce(base.cogs, 0)
            from pending
            left join groundplan.sku_sales_yearly_base as base
                on base.tenant_id = pending.tenant_id
                and base.year = pending.year
                and base.currency_code = pending.currency_code
                and base.sku_id = pending.sku_id
        )
        select *
        from candidates
        where row_count <> 0
        order by (gross_sales - discounts - returns) desc
        fetch first n rows with ties;
    elsif ranked_by = 'units' then
        return query
        with pending as materialized (
            select
                tenant_id, year, currency_code, sku_id,
                sum(row_count)::bigint as row_count, sum(units)::numeric as units,
                sum(returned_units)::numeric as returned_units,
                sum(gross_sales)::numeric as gross_sales,
                sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
                sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs
            from (
                select
                    tenant_id, date_trunc('year', business_date::timestamp)::date as year,
                    currency_code, sku_id, row_count, units, returned_units, gross_sales,
                    discounts, returns, costed_sales, cogs
                from groundplan.ledger_entries_delta
                where (tenant_id, business_date, currency_code, sku_id) is not null
            ) as pending (
                tenant_id, year, currency_code, sku_id, row_count, units,
                returned_units, gross_sales, discounts, returns, costed_sales, cogs)
            where tenant_id = of_tenant_id
            and year = of_year
            and currency_code = of_currency_code
            group by
                tenant_id, year, currency_code, sku_id
        ),
        best as (
            select
                tenant_id, year, currency_code, sku_id, row_count, units,
                returned_units, gross_sales, discounts, returns, costed_sales, cogs
            from groundplan.sku_sales_yearly_base
            where tenant_id = of_tenant_id
            and year = of_year
            and currency_code = of_currency_code
                and sku_id <> all (array(select sku_id from pending))
            order by (units) desc
            fetch first n rows with ties
        ),
        candidates as (
            select * from best
            union all
            select
                pending.tenant_id, pending.year, pending.currency_code, pending.sku_id,
                pending.row_count + coalesce(base.row_count, 0),
                pending.units + coalesce(base.units, 0),
                pending.returned_units + coalesce(base.returned_units, 0),
                pending.gross_sales + coalesce(base.gross_sales, 0),
                pending.discounts + coalesce(base.discounts, 0),
                pending.returns + coalesce(base.returns, 0),
                pending.costed_sales + coalesce(base.costed_sales, 0),
                pending.cogs + coalesce(base.cogs, 0)
            from pending
            left join groundplan.sku_sales_yearly_base as base
                on base.tenant_id = pending.tenant_id
                and base.year = pending.year
                and base.currency_code = pending.currency_code
                and base.sku_id = pending.sku_id
        )
        select *
        from candidates
        where row_count <> 0
        order by (units) desc
        fetch first n rows with ties;
    elsif ranked_by = 'profit' then
        return query
        with pending as materialized (
            select
                tenant_id, year, currency_code, sku_id,
                sum(row_count)::bigint as row_count, sum(units)::numeric as units,
                sum(returned_units)::numeric as returned_units,
                sum(gross_sales)::numeric as gross_sales,
                sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
                sum(costed_sales)::numeric as costed_sales, sum(cogs)::numeric as cogs
            from (
                select
                    tenant_id, date_trunc('year', business_date::timestamp)::date as year,
                    currency_code, sku_id, row_count, units, returned_units, gross_sales,
                    discounts, returns, costed_sales, cogs
                from groundplan.ledger_entries_delta
                where (tenant_id, business_date, currency_code, sku_id) is not null
            ) as pending (
                tenant_id, year, currency_code, sku_id, row_count, units,
                returned_units, gross_sales, discounts, returns, costed_sales, cogs)
            where tenant_id = of_tenant_id
            and year = of_year
            and currency_code = of_currency_code
            group by
                tenant_id, year, currency_code, sku_id
        ),
        best as (
            select
                tenant_id, year, currency_code, sku_id, row_count, units,
                returned_units, gross_sales, discounts, returns, costed_sales, cogs
            from groundplan.sku_sales_yearly_base
            where tenant_id = of_tenant_id
            and year = of_year
            and currency_code = of_currency_code
                and sku_id <> all (array(select sku_id from pending))
            order by (gross_sales - discounts - returns - cogs) desc
            fetch first n rows with ties
        ),
        candidates as (
            select * from best
            union all
            select
                pending.tenant_id, pending.year, pending.currency_code, pending.sku_id,
                pending.row_count + coalesce(base.row_count, 0),
                pending.units + coalesce(base.units, 0),
                pending.returned_units + coalesce(base.returned_units, 0),
                pending.gross_sales + coalesce(base.gross_sales, 0),
                pending.discounts + coalesce(base.discounts, 0),
                pending.returns + coalesce(base.returns, 0),
                pending.costed_sales + coalesce(base.costed_sales, 0),
                pending.cogs + coalesce(base.cogs, 0)
            from pending
            left join groundplan.sku_sales_yearly_base as base
                on base.tenant_id = pending.tenant_id
                and base.year = pending.year
                and base.currency_code = pending.currency_code
                and base.sku_id = pending.sku_id
        )
        select *
        from candidates
        where row_count <> 0
        order by (gross_sales - discounts - returns - cogs) desc
        fetch first n rows with ties;
    else
        perform core.refuse(
            '23R14', 'ranking_is_known', 'reporting.sku_sales_yearly',
            'A report is ranked by one of its measures.',
            format('ranked_by = %s was given; allowed: net_sales, units, profit.',
                core.value_shown(to_jsonb(ranked_by))),
            'Choose one of the allowed measures.');
    end if;
end
$$;
comment on function groundplan.sku_sales_yearly_top(integer, date, text, text, integer) is
    'The first n of one group, and all that tie with the last, ranked by net_sales, units, profit.';

create or replace view groundplan.all_sku_sales_daily_all_tenants with (security_invoker = true) as
select
    tenant_id, business_date, currency_code,
    sum(row_count)::bigint as row_count, sum(units)::numeric as units,
    sum(gross_sales)::numeric as gross_sales,
    sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
    sum(cogs)::numeric as cogs
from (
    select
        tenant_id, business_date, currency_code, row_count, units, gross_sales,
        discounts, returns, cogs
    from groundplan.all_sku_sales_daily_base
    union all
    select
        tenant_id, business_date, currency_code, row_count, units, gross_sales,
        discounts, returns, cogs
    from groundplan.ledger_entries_delta
    where in_all_sku_sales_daily and (tenant_id, business_date, currency_code) is not null
) as counted (
    tenant_id, business_date, currency_code, row_count, units, gross_sales,
    discounts, returns, cogs)
group by
    tenant_id, business_date, currency_code
having sum(row_count) <> 0;
create or replace view reporting.all_sku_sales_daily with (security_barrier) as
select
    tenant_id, business_date, currency_code,
    sum(row_count)::bigint as row_count, sum(units)::numeric as units,
    sum(gross_sales)::numeric as gross_sales,
    sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
    sum(cogs)::numeric as cogs
from (
    select
        tenant_id, business_date, currency_code, row_count, units, gross_sales,
        discounts, returns, cogs
    from groundplan.all_sku_sales_daily_base
    union all
    select
        tenant_id, business_date, currency_code, row_count, units, gross_sales,
        discounts, returns, cogs
    from groundplan.ledger_entries_delta
    where in_all_sku_sales_daily and (tenant_id, business_date, currency_code) is not null
) as counted (
    tenant_id, business_date, currency_code, row_count, units, gross_sales,
    discounts, returns, cogs)
where tenant_id = (select core.reporting_tenant_id())
group by
    tenant_id, business_date, currency_code
having sum(row_count) <> 0;
comment on view groundplan.all_sku_sales_daily_all_tenants is
    'Sales of all SKUs together, by business day and currency. Of all tenants, for the owner.';
comment on column groundplan.all_sku_sales_daily_all_tenants.tenant_id is 'The tenant.';
comment on column groundplan.all_sku_sales_daily_all_tenants.business_date is 'The business day.';
comment on column groundplan.all_sku_sales_daily_all_tenants.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.all_sku_sales_daily_all_tenants.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column groundplan.all_sku_sales_daily_all_tenants.units is 'Units sold.';
comment on column groundplan.all_sku_sales_daily_all_tenants.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column groundplan.all_sku_sales_daily_all_tenants.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column groundplan.all_sku_sales_daily_all_tenants.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column groundplan.all_sku_sales_daily_all_tenants.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';
comment on view reporting.all_sku_sales_daily is
    'Sales of all SKUs together, by business day and currency.';
comment on column reporting.all_sku_sales_daily.tenant_id is 'The tenant.';
comment on column reporting.all_sku_sales_daily.business_date is 'The business day.';
comment on column reporting.all_sku_sales_daily.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column reporting.all_sku_sales_daily.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column reporting.all_sku_sales_daily.units is 'Units sold.';
comment on column reporting.all_sku_sales_daily.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column reporting.all_sku_sales_daily.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column reporting.all_sku_sales_daily.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column reporting.all_sku_sales_daily.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';

create or replace view groundplan.all_sku_sales_monthly_all_tenants with (security_invoker = true) as
select
    tenant_id, month, currency_code, sum(row_count)::bigint as row_count,
    sum(units)::numeric as units, sum(gross_sales)::numeric as gross_sales,
    sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
    sum(cogs)::numeric as cogs
from (
    select
        tenant_id, month, currency_code, row_count, units, gross_sales,
        discounts, returns, cogs
    from groundplan.all_sku_sales_monthly_base
    union all
    select
        tenant_id,
        date_trunc('month', business_date::timestamp)::date as month,
        currency_code, row_count, units, gross_sales, discounts, returns, cogs
    from groundplan.ledger_entries_delta
    where in_all_sku_sales_daily and (tenant_id, business_date, currency_code) is not null
) as counted (
    tenant_id, month, currency_code, row_count, units, gross_sales,
    discounts, returns, cogs)
group by
    tenant_id, month, currency_code
having sum(row_count) <> 0;
create or replace view reporting.all_sku_sales_monthly with (security_barrier) as
select
    tenant_id, month, currency_code, sum(row_count)::bigint as row_count,
    sum(units)::numeric as units, sum(gross_sales)::numeric as gross_sales,
    sum(discounts)::numeric as discounts, sum(returns)::numeric as returns,
    sum(cogs)::numeric as cogs
from (
    select
        tenant_id, month, currency_code, row_count, units, gross_sales,
        discounts, returns, cogs
    from groundplan.all_sku_sales_monthly_base
    union all
    select
        tenant_id,
        date_trunc('month', business_date::timestamp)::date as month,
        currency_code, row_count, units, gross_sales, discounts, returns, cogs
    from groundplan.ledger_entries_delta
    where in_all_sku_sales_daily and (tenant_id, business_date, currency_code) is not null
) as counted (
    tenant_id, month, currency_code, row_count, units, gross_sales,
    discounts, returns, cogs)
where tenant_id = (select core.reporting_tenant_id())
group by
    tenant_id, month, currency_code
having sum(row_count) <> 0;
comment on view groundplan.all_sku_sales_monthly_all_tenants is
    'Sales of all SKUs together, by business day and currency, by month. Of all tenants, for the
owner.';
comment on column groundplan.all_sku_sales_monthly_all_tenants.tenant_id is 'The tenant.';
comment on column groundplan.all_sku_sales_monthly_all_tenants.month is
    'First day of the month of the business date.';
comment on column groundplan.all_sku_sales_monthly_all_tenants.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column groundplan.all_sku_sales_monthly_all_tenants.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column groundplan.all_sku_sales_monthly_all_tenants.units is 'Units sold.';
comment on column groundplan.all_sku_sales_monthly_all_tenants.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column groundplan.all_sku_sales_monthly_all_tenants.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column groundplan.all_sku_sales_monthly_all_tenants.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column groundplan.all_sku_sales_monthly_all_tenants.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';
comment on view reporting.all_sku_sales_monthly is
    'Sales of all SKUs together, by business day and currency, by month.';
comment on column reporting.all_sku_sales_monthly.tenant_id is 'The tenant.';
comment on column reporting.all_sku_sales_monthly.month is
    'First day of the month of the business date.';
comment on column reporting.all_sku_sales_monthly.currency_code is
    'Currency of the amounts, ISO 4217.';
comment on column reporting.all_sku_sales_monthly.row_count is
    'How many rows of sales.ledger_entries are counted in it.';
comment on column reporting.all_sku_sales_monthly.units is 'Units sold.';
comment on column reporting.all_sku_sales_monthly.gross_sales is
    'Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.';
comment on column reporting.all_sku_sales_monthly.discounts is
    'Discounts on lines and on whole orders, without tax.';
comment on column reporting.all_sku_sales_monthly.returns is
    'Value of merchandise refunded, without tax, counted on the day of the refund.';
comment on column reporting.all_sku_sales_monthly.cogs is
    'Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came
back to stock.';

-- The same rows, written into bare tables: what the rules and reports are measured against. The
-- tables have the columns and lookup indexes of the kit's and a primary key; no constraint, no
-- trigger. One good plpgsql function writes every row the kit writes for an order.
create schema bare;

create table bare.orders (like sales.orders including defaults including generated);
create table bare.order_items (like sales.order_items including defaults);
create table bare.order_status_history (like sales.order_status_history including defaults);
create table bare.ledger_entries (like sales.ledger_entries including defaults);
create table bare.reservations (like inventory.reservations including defaults);
create table bare.stock_levels (like inventory.stock_levels including defaults);
create table bare.order_item_fulfillments (like fulfillment.order_item_fulfillments including defaults);
create table bare.delta (like groundplan.ledger_entries_delta including defaults);

alter table bare.orders add primary key (id);
alter table bare.order_items add primary key (id);
alter table bare.order_status_history add primary key (id);
alter table bare.ledger_entries add primary key (id);
alter table bare.reservations add primary key (id);
alter table bare.stock_levels add primary key (id);
alter table bare.order_item_fulfillments add primary key (id);

create index on bare.orders (customer_id);
create unique index on bare.orders (tenant_id, number);
create index on bare.order_items (order_id);
create index on bare.order_items (sku_id);
create index on bare.order_status_history (order_id);
create index on bare.ledger_entries (order_id);
create index on bare.ledger_entries using brin (business_date);
create unique index on bare.stock_levels (location_id, sku_id);
alter table bare.stock_levels set (fillfactor = 70);

insert into bare.stock_levels select * from inventory.stock_levels;

create function bare.place_order(lines jsonb, customer_id uuid) returns uuid
    language plpgsql
    set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    placed_id uuid := core.new_id();
    main      uuid;
    net       numeric;
    tax       numeric;
    item_count integer;
    line      record;
begin
    select id into main from inventory.locations
    where tenant_id = 1 and usage = 'internal' and is_default;
    insert into bare.order_items (
        tenant_id, id, order_id, sku_id, position, currency_code, sku_code, sku_kind, name,
        quantity, unit_price, price_includes_tax, discount_amount, tax_rate, subtotal_amount,
        net_amount, tax_amount, gross_amount, expected_unit_cost)
    select 1, core.new_id(), placed_id, sku.id, sku.position, 'EUR', sku.code, sku.kind, sku.name,
        sku.quantity, sku.unit_price, false, 0, sku.tax_rate, sku.net, sku.net,
        round(sku.net * sku.tax_rate, 2), sku.net + round(sku.net * sku.tax_rate, 2),
        cost.unit_cost
    from (
        select wanted.position, (wanted.value ->> 'quantity')::numeric as quantity, found.*,
            round((wanted.value ->> 'quantity')::numeric * found.unit_price, 2) as net
        from jsonb_array_elements(lines) with ordinality as wanted (value, position)
        cross join lateral (
            select * from catalog.skus
            where tenant_id = 1 and code_key = lower(wanted.value ->> 'sku')
            offset 0
        ) as found
    ) as sku
    left join lateral (
        select unit_cost from catalog.sku_costs
        where sku_id = sku.id and valid_from <= now()
        order by valid_from desc
        limit 1
    ) as cost on true;
    select count(*), sum(item.net_amount), sum(item.tax_amount) into item_count, net, tax
    from bare.order_items as item where item.order_id = placed_id;
    insert into bare.orders (
        tenant_id, id, customer_id, currency_code, status, placed_at, business_date, item_count,
        items_net_amount, items_tax_amount, total_amount, exchange_rate, version)
    values (1, placed_id, place_order.customer_id, 'EUR', 'placed', now(), now()::date, item_count,
        net, tax, net + tax, 1, 2);
    insert into bare.order_status_history (
        tenant_id, order_id, from_status, to_status, entity_version)
    values (1, placed_id, 'draft', 'placed', 2);
    insert into bare.ledger_entries (
        tenant_id, customer_id, order_id, order_item_id, sku_id, kind, channel_code,
        currency_code, business_date, order_date, posted_at, order_count, line_count, quantity,
        gross_sales, tax, costed_sales, charged, exchange_rate, base_amount)
    select 1, place_order.customer_id, placed_id, item.id, item.sku_id, 'sale', 'web', 'EUR',
        now()::date, now()::date, now(), case item.position when 1 then 1 else 0 end, 1,
        item.quantity, item.subtotal_amount, item.tax_amount, item.net_amount, item.gross_amount,
        1, item.gross_amount
    from bare.order_items as item where item.order_id = placed_id;
    insert into bare.delta ({{ columns }})
    select {{ counted }}
    from bare.ledger_entries as entry
    -- Inlined: it costs what a hand-written list of columns costs.
    cross join lateral groundplan.map_ledger_entries(row(entry.*)::sales.ledger_entries) as counted
    where entry.order_id = placed_id;
    with line as materialized (
        select item.id, item.sku_id, item.quantity, core.new_id() as reservation_id
        from bare.order_items as item where item.order_id = placed_id
    ), held as (
        insert into bare.reservations (tenant_id, id, location_id, sku_id, quantity)
        select 1, line.reservation_id, main, line.sku_id, line.quantity from line
    )
    insert into bare.order_item_fulfillments (tenant_id, id, reservation_id, sku_id, quantity)
    select 1, line.id, line.reservation_id, line.sku_id, line.quantity from line;
    for line in
        select item.sku_id, item.quantity from bare.order_items as item
        where item.order_id = placed_id order by item.sku_id
    loop
        update bare.stock_levels as level set allocated = allocated + line.quantity
        where level.location_id = main and level.sku_id = line.sku_id;
    end loop;
    return placed_id;
end
$$;

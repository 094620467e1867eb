-- fulfillment: what follows when an order is placed, sent, or comes back; and the verbs.

create or replace function groundplan.prepare_fulfillment(tenant integer) returns void
    language sql
    set search_path = pg_catalog, pg_temp
as $$
    insert into fulfillment.return_reasons (tenant_id, code, name)
    values (tenant, 'unspecified', 'No reason given'),
        (tenant, 'damaged', 'Arrived damaged'),
        (tenant, 'wrong_item', 'Wrong item'),
        (tenant, 'changed_mind', 'Changed mind')
    on conflict (tenant_id, code) do nothing;
$$;
comment on function groundplan.prepare_fulfillment(integer) is 'The return reasons a new tenant begins with.';

-- Placing holds stock, cancelling and completing let go of it -------------------------------------

-- Once per statement, for all orders that it moves: their stock is taken and given back in one order.
create or replace function fulfillment.follow_order() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
as $$
declare
    placed     uuid[];
    ended      uuid[];
    outer_mark text;
    mark       text;
begin
    select array_agg(after.id) filter (where before.status = 'draft' and after.status = 'placed'),
        array_agg(after.id) filter (
            where before.status <> 'draft' and after.status in ('cancelled', 'completed'))
    into placed, ended
    from new_rows as after
    join old_rows as before on before.id = after.id
    where after.status <> before.status;
    if placed is null and ended is null
       or coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring() then
        return null;
    end if;
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    if placed is not null then
        with line as materialized (
            select item.tenant_id, item.id, item.sku_id, item.quantity, place.id as location_id,
                case when place.id is not null and sku.is_stocked then core.new_id() end
                    as reservation_id
            from sales.orders as o
            cross join lateral (
                select * from sales.order_items where order_id = o.id offset 0
            ) as item
            cross join lateral (
                select is_stocked from catalog.skus where id = item.sku_id offset 0
            ) as sku
            left join lateral (
                select id from inventory.locations
                where tenant_id = o.tenant_id and usage = 'internal' and is_default
                  and o.reserves_stock and not o.is_test
                offset 0
            ) as place on true
            where o.id = any (placed)
        ), held as (
            insert into inventory.reservations (
                tenant_id, id, location_id, sku_id, quantity, is_promised)
            select line.tenant_id, line.reservation_id, line.location_id, line.sku_id,
                line.quantity, true
            from line
            where line.reservation_id is not null
        )
        insert into fulfillment.order_item_fulfillments (
            tenant_id, id, reservation_id, sku_id, quantity)
        select line.tenant_id, line.id, line.reservation_id, line.sku_id, line.quantity
        from line;
    end if;
    if ended is not null then
        -- In the order in which shipments lock them.
        perform from inventory.reservations as held
        where held.id in (
            select progress.reservation_id
            from sales.order_items as item
            join fulfillment.order_item_fulfillments as progress on progress.id = item.id
            where item.order_id = any (ended))
        order by held.id
        for no key update;
        update inventory.reservations as held
        set status = 'released'
        from sales.order_items as item
        join fulfillment.order_item_fulfillments as progress on progress.id = item.id
        where item.order_id = any (ended) and held.id = progress.reservation_id
          and held.status = 'active';
    end if;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function fulfillment.follow_order() is
    'Holds stock for every line of orders that are placed, and lets go of what was not sent when they
are cancelled or completed.';

create or replace trigger t90_follow_order
    after update on sales.orders
    referencing old table as old_rows new table as new_rows
    for each statement execute function fulfillment.follow_order();

-- Shipping ---------------------------------------------------------------------------------------

create or replace function fulfillment.complete_shipment() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        if new.currency_code is null then
            select o.currency_code into new.currency_code
            from sales.orders as o where o.id = new.order_id;
        end if;
    elsif new.status = 'shipped' and old.status = 'draft' and not core.is_restoring() then
        -- This transaction may be older than the one that has placed the order.
        new.shipped_at := coalesce(new.shipped_at, greatest(now(), (
            select o.placed_at from sales.orders as o where o.id = new.order_id)));
        select core.business_date(new.shipped_at, coalesce(place.time_zone, tenant.time_zone),
            tenant.day_starts_at)
        into new.business_date
        from core.tenants as tenant
        left join inventory.locations as place on place.id = new.source_location_id
        where tenant.id = new.tenant_id;
    end if;
    return new;
end
$$;
comment on function fulfillment.complete_shipment() is
    'A shipment takes the currency of its order, and its day when it leaves.';

create or replace trigger t25_complete_shipment
    before insert or update of status on fulfillment.shipments
    for each row execute function fulfillment.complete_shipment();

create or replace function fulfillment.complete_item() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if new.sku_id is null then
        select progress.sku_id into new.sku_id
        from fulfillment.order_item_fulfillments as progress
        where progress.id = new.order_item_id;
    end if;
    return new;
end
$$;
comment on function fulfillment.complete_item() is
    'An item of a shipment or return takes the SKU of its order item.';

create or replace trigger t15_complete_item
    before insert on fulfillment.shipment_items
    for each row when (new.sku_id is null) execute function fulfillment.complete_item();

create or replace trigger t15_complete_item
    before insert on fulfillment.return_items
    for each row when (new.sku_id is null) execute function fulfillment.complete_item();

-- Once per statement, for all shipments that it sends: the stock of a SKU in many of them is taken
-- once, and one parcel costs no more than it would alone.
create or replace function fulfillment.follow_shipments() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
as $$
declare
    outer_mark text;
    mark       text;
    sent       uuid[];
begin
    select array_agg(after.id) into sent
    from new_rows as after
    join old_rows as before on before.id = after.id
    where after.status = 'shipped' and before.status = 'draft';
    if sent is null
       or coalesce(current_setting('groundplan.maintenance', true), '') <> ''
          and core.is_restoring()
    then
        return null;
    end if;
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    -- The orders first and what is held for them, as cancelling does: neither can pass the other,
    -- and two shipments of one order see each other's lines.
    perform from sales.orders as o
    where o.id in (
        select shipment.order_id from fulfillment.shipments as shipment
        where shipment.id = any (sent))
    order by o.id
    for no key update;
    perform from inventory.reservations as held
    where held.id in (
        select progress.reservation_id
        from fulfillment.shipment_items as item
        join fulfillment.order_item_fulfillments as progress on progress.id = item.order_item_id
        where item.shipment_id = any (sent))
    order by held.id
    for no key update;
    -- Then all stock rows, in key order: the steps below take them again in the same order.
    perform from inventory.stock_levels as level
    where (level.location_id, level.sku_id) in (
        select shipment.source_location_id, item.sku_id
        from fulfillment.shipments as shipment
        join fulfillment.shipment_items as item on item.shipment_id = shipment.id
        where shipment.id = any (sent))
    order by level.location_id, level.sku_id
    for no key update;
    -- What was held for these lines is used up first, so that the shelf may become empty.
    update inventory.reservations as held
    set consumed_quantity = held.consumed_quantity + used.quantity,
        status = case when held.consumed_quantity + used.quantity = held.quantity
                      then 'consumed' else held.status end
    from (
        select progress.reservation_id, sum(item.quantity) as quantity
        from fulfillment.shipment_items as item
        join fulfillment.order_item_fulfillments as progress on progress.id = item.order_item_id
        where item.shipment_id = any (sent) and progress.reservation_id is not null
        group by progress.reservation_id
    ) as used
    where held.id = used.reservation_id and held.status = 'active'
      and held.consumed_quantity + used.quantity <= held.quantity;
    perform groundplan.post_issues(sent);
    perform groundplan.advance_orders(sent);
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function fulfillment.follow_shipments() is
    'When shipments leave: uses up what was held, takes the goods out of stock, posts their cost.';

create or replace trigger t50_follow_shipments
    after update on fulfillment.shipments
    referencing old table as old_rows new table as new_rows
    for each statement execute function fulfillment.follow_shipments();

create or replace function groundplan.post_issues(shipment_ids uuid[]) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
as $$
begin
    with line as materialized (
        select item.id, item.sku_id, item.quantity, core.new_id() as movement_id,
            sku.is_stocked and not o.is_test as is_moved,
            ordered.id as order_item_id, o.customer_id, o.id as order_id, o.channel_code,
            o.currency_code, o.business_date as order_date, o.exchange_rate, o.is_test,
            shipment.tenant_id, shipment.source_location_id, shipment.shipped_at,
            shipment.business_date,
            coalesce(catalog.unit_cost(item.sku_id, shipment.shipped_at),
                ordered.expected_unit_cost) as unit_cost
        from fulfillment.shipments as shipment
        join fulfillment.shipment_items as item on item.shipment_id = shipment.id
        join sales.order_items as ordered on ordered.id = item.order_item_id
        join sales.orders as o on o.id = ordered.order_id
        join catalog.skus as sku on sku.id = item.sku_id
        where shipment.id = any (shipment_ids)
    ), moved as (
        insert into inventory.inventory_movements (
            tenant_id, id, destination_location_id, sku_id, source_location_id, kind, quantity,
            unit_cost, moved_at, business_date)
        select line.tenant_id, line.movement_id, customer.id, line.sku_id,
            line.source_location_id, 'issue', line.quantity, line.unit_cost, line.shipped_at,
            line.business_date
        from line
        join inventory.locations as customer
            on customer.tenant_id = line.tenant_id and customer.code = 'CUSTOMER'
        where line.is_moved
    ), marked as (
        update fulfillment.shipment_items as item
        set is_shipped = true, movement_id = case when line.is_moved then line.movement_id end
        from line
        where item.id = line.id
    )
    insert into sales.ledger_entries (
        tenant_id, customer_id, order_id, order_item_id, sku_id, kind, channel_code,
        currency_code, business_date, order_date, posted_at, cogs, exchange_rate)
    select line.tenant_id, line.customer_id, line.order_id, line.order_item_id, line.sku_id,
        'cogs', line.channel_code, line.currency_code, line.business_date, line.order_date,
        line.shipped_at,
        round(line.quantity * line.unit_cost / line.exchange_rate,
            core.minor_units(line.currency_code)),
        line.exchange_rate
    from line
    where line.unit_cost is not null and not line.is_test;
end
$$;
comment on function groundplan.post_issues(uuid[]) is
    'Takes the goods of shipments out of stock and posts their cost to the sales ledger.';

create or replace function groundplan.advance_orders(shipment_ids uuid[]) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
as $$
begin
    -- Written even where the status stays: a shipment at the same time that looked at these lines
    -- before must not count them as open (under REPEATABLE READ a lock would not tell it).
    update sales.orders as o
    set status = case o.status when 'completed' then o.status else reached.status end
    from (
        select item.order_id,
            case when bool_and(progress.shipped_quantity = progress.quantity) then 'fulfilled'
                 when bool_or(progress.shipped_quantity > 0) then 'partially_fulfilled' end as status
        from sales.order_items as item
        join fulfillment.order_item_fulfillments as progress on progress.id = item.id
        where item.order_id in (
            select shipment.order_id from fulfillment.shipments as shipment
            where shipment.id = any (shipment_ids))
        group by item.order_id
    ) as reached
    where o.id = reached.order_id and reached.status is not null;
end
$$;
comment on function groundplan.advance_orders(uuid[]) is
    'Moves orders to partially_fulfilled or fulfilled, as their shipments say.';

-- Returns ----------------------------------------------------------------------------------------

create or replace function fulfillment.complete_return() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        if new.currency_code is null then
            select o.currency_code into new.currency_code
            from sales.orders as o where o.id = new.order_id;
        end if;
    elsif new.status = 'received' and old.status = 'draft' and not core.is_restoring() then
        -- This transaction may be older than the one that has sent the goods.
        new.received_at := coalesce(new.received_at, greatest(now(), (
            select max(shipment.shipped_at)
            from fulfillment.return_items as item
            join fulfillment.shipment_items as sent on sent.order_item_id = item.order_item_id
            join fulfillment.shipments as shipment on shipment.id = sent.shipment_id
            where item.return_id = new.id)));
        select core.business_date(new.received_at, coalesce(place.time_zone, tenant.time_zone),
            tenant.day_starts_at)
        into new.business_date
        from core.tenants as tenant
        left join inventory.locations as place on place.id = new.destination_location_id
        where tenant.id = new.tenant_id;
    end if;
    return new;
end
$$;
comment on function fulfillment.complete_return() is
    'A return takes the currency of its order, and its day when the goods arrive.';

create or replace trigger t25_complete_return
    before insert or update of status on fulfillment.returns
    for each row execute function fulfillment.complete_return();

-- Once per statement, for all returns that arrive.
create or replace function fulfillment.follow_return() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
as $$
declare
    arrived    uuid[];
    outer_mark text;
    mark       text;
begin
    select array_agg(after.id) into arrived
    from new_rows as after
    join old_rows as before on before.id = after.id
    where after.status = 'received' and before.status = 'draft';
    if arrived is null
       or coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring() then
        return null;
    end if;
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    -- The orders first, as shipping, cancelling and refunding do; then stock, in key order.
    perform from sales.orders as o
    where o.id in (select back.order_id from new_rows as back where back.id = any (arrived))
    order by o.id
    for no key update;
    with line as materialized (
        select item.id, item.sku_id, item.quantity, item.disposition, sku.is_stocked,
            core.new_id() as movement_id, ordered.id as order_item_id, o.customer_id,
            o.id as order_id, o.channel_code, o.currency_code, o.business_date as order_date,
            o.exchange_rate, o.is_test, back.tenant_id, back.destination_location_id,
            back.received_at, back.business_date,
            coalesce(sent.unit_cost, ordered.expected_unit_cost) as unit_cost
        from fulfillment.returns as back
        join fulfillment.return_items as item on item.return_id = back.id
        join sales.order_items as ordered on ordered.id = item.order_item_id
        join sales.orders as o on o.id = ordered.order_id
        join catalog.skus as sku on sku.id = item.sku_id
        left join lateral (
            select movement.unit_cost
            from fulfillment.shipment_items as shipped
            join inventory.inventory_movements as movement on movement.id = shipped.movement_id
            where shipped.order_item_id = item.order_item_id
            order by movement.moved_at desc
            limit 1
        ) as sent on true
        where back.id = any (arrived)
    ), moved as (
        insert into inventory.inventory_movements (
            tenant_id, id, destination_location_id, sku_id, source_location_id, kind, quantity,
            unit_cost, moved_at, business_date)
        select line.tenant_id, line.movement_id,
            case line.disposition when 'restock' then line.destination_location_id
                 else lost.id end,
            line.sku_id, customer.id, 'return', line.quantity, line.unit_cost, line.received_at,
            line.business_date
        from line
        join inventory.locations as customer
            on customer.tenant_id = line.tenant_id and customer.code = 'CUSTOMER'
        join inventory.locations as lost
            on lost.tenant_id = line.tenant_id and lost.code = 'ADJUSTMENT'
        where line.is_stocked and not line.is_test
    ), marked as (
        update fulfillment.return_items as item
        set is_received = true,
            movement_id = case when line.is_stocked and not line.is_test then line.movement_id end
        from line
        where item.id = line.id
    )
    insert into sales.ledger_entries (
        tenant_id, customer_id, order_id, order_item_id, sku_id, kind, channel_code,
        currency_code, business_date, order_date, posted_at, cogs, exchange_rate)
    select line.tenant_id, line.customer_id, line.order_id, line.order_item_id, line.sku_id,
        'cogs', line.channel_code, line.currency_code, line.business_date, line.order_date,
        line.received_at,
        -round(line.quantity * line.unit_cost / line.exchange_rate,
            core.minor_units(line.currency_code)),
        line.exchange_rate
    from line
    where line.unit_cost is not null and line.disposition = 'restock' and not line.is_test;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function fulfillment.follow_return() is
    'When returns arrive: puts the goods back into stock, or writes them off, and takes back the cost
of what was restocked.';

create or replace trigger t50_follow_return
    after update on fulfillment.returns
    referencing old table as old_rows new table as new_rows
    for each statement execute function fulfillment.follow_return();

-- Verbs ------------------------------------------------------------------------------------------

create or replace function fulfillment.ship_order(
    order_id        uuid,
    lines           jsonb       default null,
    location        text        default null,
    carrier         text        default null,
    tracking_number text        default null,
    shipped_at      timestamptz default null
) returns fulfillment.shipments
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
as $$
declare
    sent fulfillment.shipments;
begin
    perform sales.require_order(ship_order.order_id);
    perform fulfillment.require_lines(ship_order.order_id, ship_order.lines, false);
    insert into fulfillment.shipments (order_id, source_location_id, carrier, tracking_number)
    values (ship_order.order_id, inventory.location_id_of(location, 'internal'),
        ship_order.carrier, ship_order.tracking_number)
    returning * into sent;
    insert into fulfillment.shipment_items (shipment_id, order_item_id, sku_id, quantity)
    select sent.id, item.id, item.sku_id,
        coalesce(line.quantity, item.quantity - progress.shipped_quantity)
    from sales.order_items as item
    join fulfillment.order_item_fulfillments as progress on progress.id = item.id
    left join lateral (
        select true as is_named, core.number_of(wanted.value -> 'quantity') as quantity
        from jsonb_array_elements(lines) as wanted (value)
        where core.number_of(wanted.value -> 'position') = item.position
    ) as line on true
    where item.order_id = ship_order.order_id
      and (line.is_named or lines is null)
      and coalesce(line.quantity, item.quantity - progress.shipped_quantity) > 0
      and exists (
        select from sales.orders as o
        where o.id = ship_order.order_id and o.status not in ('draft', 'cancelled'));
    if not found then
        perform fulfillment.refuse_nothing(o.number, o.status, false)
        from sales.orders as o where o.id = ship_order.order_id;
    end if;
    update fulfillment.shipments as shipment
    set status = 'shipped', shipped_at = ship_order.shipped_at
    where shipment.id = sent.id
    returning * into sent;
    return sent;
end
$$;
comment on function fulfillment.ship_order(uuid, jsonb, text, text, text, timestamptz) is
    'Sends what is open of an order, or the given lines: [{"position": 1, "quantity": 2}, ...].';

create or replace function fulfillment.return_items(
    order_id    uuid,
    lines       jsonb       default null,
    reason_code text        default 'unspecified',
    refund      boolean     default true,
    location    text        default null,
    received_at timestamptz default null
) returns fulfillment.returns
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    back fulfillment.returns;
begin
    perform sales.require_order(return_items.order_id);
    perform fulfillment.require_lines(return_items.order_id, return_items.lines, true);
    perform fulfillment.require_reason(return_items.reason_code);
    perform core.require_flag('fulfillment.returns', 'refund', return_items.refund);
    insert into fulfillment.returns (order_id, destination_location_id, reason_code)
    values (return_items.order_id, inventory.location_id_of(location, 'internal'),
        return_items.reason_code)
    returning * into back;
    insert into fulfillment.return_items (return_id, order_item_id, sku_id, quantity, disposition)
    select back.id, item.id, item.sku_id,
        coalesce(line.quantity, progress.shipped_quantity - progress.returned_quantity),
        coalesce(line.disposition, 'restock')
    from sales.order_items as item
    join fulfillment.order_item_fulfillments as progress on progress.id = item.id
    left join lateral (
        select true as is_named, core.number_of(wanted.value -> 'quantity') as quantity,
            wanted.value ->> 'disposition' as disposition
        from jsonb_array_elements(lines) as wanted (value)
        where core.number_of(wanted.value -> 'position') = item.position
    ) as line on true
    where item.order_id = return_items.order_id
      and (line.is_named or lines is null)
      and coalesce(line.quantity, progress.shipped_quantity - progress.returned_quantity) > 0
      and exists (
        select from sales.orders as o
        where o.id = return_items.order_id and o.status not in ('draft', 'cancelled'));
    if not found then
        perform fulfillment.refuse_nothing(o.number, o.status, true)
        from sales.orders as o where o.id = return_items.order_id;
    end if;
    update fulfillment.returns as arrived
    set status = 'received', received_at = return_items.received_at
    where arrived.id = back.id
    returning * into back;
    if refund then
        -- Each line gives back its share of what was paid for it, less its share of the discount on
        -- the order; the last part gives the rest, so that no cent is lost or given twice.
        perform sales.refund_order(
            order_id => return_items.order_id,
            amount => share.amount,
            reason => 'returned: ' || return_items.reason_code,
            order_item_id => share.order_item_id,
            quantity => share.quantity,
            refunded_at => back.received_at)
        from (
            select came.order_item_id, came.quantity,
                round(paid.amount * progress.returned_quantity / progress.quantity, paid.decimals)
                - round(paid.amount * (progress.returned_quantity - came.quantity)
                    / progress.quantity, paid.decimals) as amount
            from fulfillment.return_items as came
            join fulfillment.order_item_fulfillments as progress
                on progress.id = came.order_item_id
            join (
                select line.id, line.decimals, line.gross_amount
                    - round(line.discount * line.up_to / nullif(line.total, 0), line.decimals)
                    + round(line.discount * (line.up_to - line.gross_amount)
                        / nullif(line.total, 0), line.decimals) as amount
                from (
                    select item.id, item.gross_amount,
                        core.minor_units(item.currency_code) as decimals,
                        sum(item.gross_amount) over (order by item.position) as up_to,
                        sum(item.gross_amount) over () as total,
                        least(o.discount_amount, sum(item.gross_amount) over ()) as discount
                    from sales.order_items as item
                    join sales.orders as o on o.id = item.order_id
                    where item.order_id = return_items.order_id
                ) as line
            ) as paid on paid.id = came.order_item_id
            where came.return_id = back.id
        ) as share
        where share.amount > 0;
    end if;
    return back;
end
$$;
comment on function fulfillment.return_items(uuid, jsonb, text, boolean, text, timestamptz) is
    'Takes back what was sent of an order, or the given lines: [{"position": 1, "quantity": 1,
"disposition": "discard"}], and refunds it unless told otherwise.';

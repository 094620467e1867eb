-- inventory: places every tenant needs, what is filled in, and the verbs.

create or replace function groundplan.prepare_inventory(tenant integer) returns void
    language sql
    set search_path = pg_catalog, pg_temp
as $$
    insert into inventory.locations (tenant_id, code, name, usage, is_default)
    values (tenant, 'MAIN', 'Main warehouse', 'internal', true),
        (tenant, 'SUPPLIER', 'Suppliers', 'supplier', false),
        (tenant, 'CUSTOMER', 'Customers', 'customer', false),
        (tenant, 'ADJUSTMENT', 'Found and lost', 'adjustment', false),
        (tenant, 'TRANSIT', 'On the way', 'transit', false)
    on conflict (tenant_id, core.key_of(code)) do nothing;
    insert into inventory.movement_reasons (tenant_id, code, name)
    values (tenant, 'opening', 'Opening stock'),
        (tenant, 'counted', 'Counted'),
        (tenant, 'damaged', 'Damaged'),
        (tenant, 'lost', 'Lost'),
        (tenant, 'found', 'Found')
    on conflict (tenant_id, code) do nothing;
$$;
comment on function groundplan.prepare_inventory(integer) is
    'The places and reasons a new tenant begins with.';

create or replace function inventory.complete_movement() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if new.business_date is not null and core.is_restoring() then
        return new;
    end if;
    -- The zone is that of our place; suppliers and customers have no day of ours.
    select core.business_date(new.moved_at, coalesce(place.time_zone, tenant.time_zone),
        tenant.day_starts_at)
    into new.business_date
    from core.tenants as tenant
    left join lateral (
        select ours.time_zone
        from inventory.locations as ours
        where ours.id in (new.source_location_id, new.destination_location_id)
          and ours.usage in ('internal', 'transit')
        order by ours.id = new.source_location_id desc
        limit 1
    ) as place on true
    where tenant.id = new.tenant_id;
    return new;
end
$$;
comment on function inventory.complete_movement() is
    'A movement counts on the business day it happens, whatever day a client sends.';

-- What was sent and came back counts on the day of its parcel.
create or replace trigger t15_complete_movement
    before insert on inventory.inventory_movements
    for each row when (new.business_date is null or new.kind not in ('issue', 'return'))
    execute function inventory.complete_movement();

-- The level has a copy of the SKU's word, so that a claim need not read the catalog. Whoever makes a
-- level holds the key of the SKU meanwhile, and the word is a part of a key (terms_key): one of the
-- two waits for the other. A snapshot from before does not see a level that was made since; an insert
-- of the same one does, and fails (40001).
create or replace function inventory.follow_sku() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    outer_mark text;
    mark       text;
    changed    uuid[];
    probed     uuid[];
    patience   text        := current_setting('lock_timeout');
    began      timestamptz := clock_timestamp();
begin
    select array_agg(after.id) into changed
    from new_rows as after
    join old_rows as before on before.id = after.id
    where after.allows_backorder <> before.allows_backorder;
    if changed is null then
        return null;
    end if;
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    -- All levels in key order, as everybody takes them, and never in the way of an order.
    loop
        begin
            perform set_config('lock_timeout', '100ms', true);
            perform from inventory.stock_levels as level
            where level.sku_id = any (changed)
            order by level.location_id, level.sku_id
            for no key update;
            if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted')
            then
                with made as (
                    insert into inventory.stock_levels (
                        tenant_id, location_id, sku_id, allows_backorder)
                    select sku.tenant_id, place.id, sku.id, sku.allows_backorder
                    from catalog.skus as sku
                    join inventory.locations as place
                        on place.tenant_id = sku.tenant_id and place.usage in ('internal', 'transit')
                    where sku.id = any (changed)
                    order by place.id, sku.id
                    on conflict (location_id, sku_id) do nothing
                    returning id
                )
                select array_agg(made.id) into probed from made;
                delete from inventory.stock_levels as level where level.id = any (probed);
            end if;
            perform set_config('lock_timeout', patience, true);
            exit;
        exception when lock_not_available then
            if patience <> '0' and clock_timestamp() - began >= patience::interval then
                raise;
            end if;
        end;
        perform groundplan.give_way_to_orders();
    end loop;
    update inventory.stock_levels as level
    set allows_backorder = sku.allows_backorder
    from catalog.skus as sku
    where level.sku_id = any (changed) and sku.id = level.sku_id
      and level.allows_backorder <> sku.allows_backorder;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function inventory.follow_sku() is
    'Whether a SKU may be promised beyond its stock holds for all its levels at once.';

create or replace trigger t90_follow_sku
    after update on catalog.skus
    referencing old table as old_rows new table as new_rows
    for each statement execute function inventory.follow_sku();

-- Which kind of movement goes between which kinds of places.
create or replace function inventory.movement_fits(kind text, source_usage text, destination_usage text)
    returns boolean
    language sql immutable parallel safe
    return case kind
        when 'receipt' then source_usage = 'supplier' and destination_usage in ('internal', 'transit')
        when 'issue' then source_usage = 'internal' and destination_usage = 'customer'
        when 'return' then source_usage = 'customer'
            and destination_usage in ('internal', 'adjustment')
        when 'transfer' then source_usage in ('internal', 'transit')
            and destination_usage in ('internal', 'transit')
        when 'adjustment' then (source_usage = 'internal' and destination_usage = 'adjustment')
            or (source_usage = 'adjustment' and destination_usage = 'internal')
        else false
    end;
comment on function inventory.movement_fits(text, text, text) is
    'Whether a movement of this kind may go from a place of one usage to a place of another.';

-- Finding things by the codes people use ---------------------------------------------------------

create or replace function inventory.sku_id_of(code text) returns uuid
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    sku_id uuid;
begin
    select sku.id into sku_id
    from catalog.skus as sku
    where sku.tenant_id = core.current_tenant_id() and sku.code_key = core.key_of(sku_id_of.code);
    if sku_id is null then
        perform core.require_tenant(core.current_tenant_id());
        perform core.refuse(
            '23R09', 'sku_is_known', 'catalog.skus.code',
            'Only a SKU of the catalog can be moved or reserved.',
            format('sku = %s was given.', core.value_shown(to_jsonb(sku_id_of.code))),
            'Pass the code of a SKU of the tenant: see catalog.skus.code.');
    end if;
    return sku_id;
end
$$;
comment on function inventory.sku_id_of(text) is 'The SKU with this code; refuses an unknown one.';

create or replace function inventory.location_id_of(code text, usage text default null) returns uuid
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    location_id uuid;
begin
    select place.id into location_id
    from inventory.locations as place
    where place.tenant_id = core.current_tenant_id()
      and case when location_id_of.code is not null
               then core.key_of(place.code) = core.key_of(location_id_of.code)
               when location_id_of.usage = 'internal' then place.is_default
               else place.usage = location_id_of.usage end
    order by place.code
    limit 1;
    if location_id is null then
        perform core.require_tenant(core.current_tenant_id());
        perform core.refuse(
            '23R09', 'location_is_known', 'inventory.locations.code',
            'Goods lie at, come from and go to known locations only.',
            case when location_id_of.code is not null
                 then core.value_shown(to_jsonb(location_id_of.code)) || ' was given.'
                 when location_id_of.usage is not null
                 then format('None was named, and there is no default location of usage %L.',
                     location_id_of.usage)
                 else 'null was given.' end,
            'Pass the code of a location of the tenant: see inventory.locations.code.');
    end if;
    return location_id;
end
$$;
comment on function inventory.location_id_of(text, text) is
    'The location with this code, or the usual one of a usage; refuses an unknown one.';

-- Verbs ------------------------------------------------------------------------------------------

-- Posts one movement; with an idempotency key that was used before, gives the one it made then.
create or replace function inventory.post_movement(movement inventory.inventory_movements)
    returns inventory.inventory_movements
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    outer_mark text;
    mark       text;
    posted     inventory.inventory_movements;
    request    text := encode(sha256(convert_to(jsonb_build_array(movement.kind,
        movement.sku_id, movement.source_location_id, movement.destination_location_id,
        movement.quantity, movement.unit_cost, movement.reason_code,
        extract(epoch from movement.moved_at), movement.note)::text, 'UTF8')), 'hex');
begin
    -- Everybody who may call the verbs may call this, and it runs with the rights of the owner.
    if movement.kind in ('receipt', 'transfer', 'adjustment') is not true then
        perform core.refuse(
            '23R10', 'movement_of_this_kind_comes_from_its_verb',
            'inventory.inventory_movements.kind',
            'Applications post adjustments and transfers; receipts, issues and returns come from the'
                ' verbs and facts that cause them.',
            format('kind = %L was given.', movement.kind),
            'Call inventory.receive_stock, fulfillment.ship_order or fulfillment.return_items.');
    end if;
    perform inventory.require_movement(movement);
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    insert into inventory.inventory_movements (
        tenant_id, destination_location_id, sku_id, source_location_id, kind, quantity, unit_cost,
        reason_code, note, moved_at, idempotency_key, request_hash)
    values (core.current_tenant_id(), movement.destination_location_id, movement.sku_id,
        movement.source_location_id, movement.kind, movement.quantity, movement.unit_cost,
        movement.reason_code, movement.note, coalesce(movement.moved_at, now()),
        movement.idempotency_key, request)
    on conflict (tenant_id, idempotency_key) where idempotency_key is not null do nothing
    returning * into posted;
    mark := set_config('groundplan.writer', outer_mark, true);
    if posted.id is not null then
        return posted;
    end if;
    select * into posted
    from inventory.inventory_movements as earlier
    where earlier.tenant_id = core.current_tenant_id()
      and earlier.idempotency_key = movement.idempotency_key;
    if posted.id is null then
        perform core.refuse(
            '40001', 'movement_idempotency_key_is_unique',
            'inventory.inventory_movements.idempotency_key',
            'An idempotency key stands for one movement.',
            format('idempotency_key = %L was given; another transaction is posting its movement.',
                movement.idempotency_key),
            'Do the whole transaction again: the movement will be there.');
    elsif posted.request_hash is distinct from request then
        perform core.refuse(
            '23505', 'movement_idempotency_key_is_unique',
            'inventory.inventory_movements.idempotency_key',
            'An idempotency key stands for one movement.',
            format('idempotency_key = %L was given; it belongs to a movement whose request was'
                ' different.', movement.idempotency_key),
            'Use a new key for a new movement.');
    end if;
    return posted;
end
$$;
comment on function inventory.post_movement(inventory.inventory_movements) is
    'Posts a movement once per idempotency key. The verbs below are what applications call.';

create or replace function inventory.receive_stock(
    sku             text,
    quantity        numeric,
    unit_cost       numeric     default null,
    location        text        default null,
    received_at     timestamptz default null,
    note            text        default null,
    idempotency_key text        default null
) returns inventory.inventory_movements
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    movement inventory.inventory_movements;
begin
    -- What no column could hold; the rest is looked at when the movement is posted.
    perform inventory.require_quantity('movement', receive_stock.quantity);
    perform inventory.require_cost(receive_stock.unit_cost);
    movement.kind := 'receipt';
    movement.sku_id := inventory.sku_id_of(sku);
    movement.source_location_id := inventory.location_id_of(null, 'supplier');
    movement.destination_location_id := inventory.location_id_of(location, 'internal');
    movement.quantity := receive_stock.quantity;
    movement.unit_cost := receive_stock.unit_cost;
    movement.moved_at := received_at;
    movement.note := receive_stock.note;
    movement.idempotency_key := receive_stock.idempotency_key;
    return inventory.post_movement(movement);
end
$$;
comment on function inventory.receive_stock(text, numeric, numeric, text, timestamptz, text, text) is
    'Takes goods from a supplier into stock, at the default location unless told otherwise.';

create or replace function inventory.adjust_stock(
    sku             text,
    quantity        numeric,
    reason          text,
    location        text        default null,
    adjusted_at     timestamptz default null,
    note            text        default null,
    idempotency_key text        default null
) returns inventory.inventory_movements
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    movement inventory.inventory_movements;
begin
    -- What no column could hold; the rest is looked at when the movement is posted.
    perform inventory.require_quantity('movement', abs(adjust_stock.quantity));
    movement.kind := 'adjustment';
    movement.sku_id := inventory.sku_id_of(sku);
    movement.quantity := abs(adjust_stock.quantity);
    if adjust_stock.quantity > 0 then
        movement.source_location_id := inventory.location_id_of(null, 'adjustment');
        movement.destination_location_id := inventory.location_id_of(location, 'internal');
    else
        movement.source_location_id := inventory.location_id_of(location, 'internal');
        movement.destination_location_id := inventory.location_id_of(null, 'adjustment');
    end if;
    movement.reason_code := reason;
    movement.moved_at := adjusted_at;
    movement.note := adjust_stock.note;
    movement.idempotency_key := adjust_stock.idempotency_key;
    return inventory.post_movement(movement);
end
$$;
comment on function inventory.adjust_stock(text, numeric, text, text, timestamptz, text, text) is
    'Adds what was found (quantity above zero) or takes off what was lost (below), for a reason.';

create or replace function inventory.transfer_stock(
    sku             text,
    quantity        numeric,
    source          text,
    destination     text,
    moved_at        timestamptz default null,
    note            text        default null,
    idempotency_key text        default null
) returns inventory.inventory_movements
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    movement inventory.inventory_movements;
begin
    -- What no column could hold; the rest is looked at when the movement is posted.
    perform inventory.require_quantity('movement', transfer_stock.quantity);
    movement.kind := 'transfer';
    movement.sku_id := inventory.sku_id_of(sku);
    movement.source_location_id := inventory.location_id_of(source);
    movement.destination_location_id := inventory.location_id_of(destination);
    movement.quantity := transfer_stock.quantity;
    movement.moved_at := transfer_stock.moved_at;
    movement.note := transfer_stock.note;
    movement.idempotency_key := transfer_stock.idempotency_key;
    return inventory.post_movement(movement);
end
$$;
comment on function inventory.transfer_stock(text, numeric, text, text, timestamptz, text, text) is
    'Moves goods from one of our locations to another.';

create or replace function inventory.reserve(
    sku        text,
    quantity   numeric,
    expires_at timestamptz default null,
    location   text        default null
) returns inventory.reservations
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    held inventory.reservations;
begin
    perform inventory.require_quantity('reservation', reserve.quantity);
    perform inventory.require_future(reserve.expires_at);
    insert into inventory.reservations (location_id, sku_id, quantity, expires_at)
    values (inventory.location_id_of(location, 'internal'), inventory.sku_id_of(sku),
        reserve.quantity, reserve.expires_at)
    returning * into held;
    return held;
end
$$;
comment on function inventory.reserve(text, numeric, timestamptz, text) is
    'Holds stock, until a time if one is given. Refused where not enough is available.';

create or replace function inventory.release(reservation_id uuid) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    update inventory.reservations as held set status = 'released'
    where held.id = release.reservation_id and held.status = 'active';
    if not found and not exists (
        select from inventory.reservations as held where held.id = release.reservation_id)
    then
        perform core.refuse(
            '23R09', 'reservation_is_known', 'inventory.reservations.id',
            'Only a reservation that exists can be released.',
            format('reservation_id = %s was given.',
                core.value_shown(to_jsonb(release.reservation_id))),
            'Pass the id that inventory.reserve returned.');
    end if;
end
$$;
comment on function inventory.release(uuid) is 'Lets go of what a reservation still holds.';

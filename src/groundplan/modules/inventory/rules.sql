-- Generated from rules.py. Do not edit: change the declarations and generate again.

-- Row rules of inventory.stock_levels

create or replace function inventory.guard_stock_levels() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- stock_on_hand_is_the_sum_of_its_movements
    if tg_op = 'INSERT' then
        if new.on_hand <> 0
           and not (coalesce(current_setting('groundplan.writer', true), '')
               = (pg_trigger_depth() - 1)::text
               and has_schema_privilege('groundplan', 'usage'))
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R04', 'stock_on_hand_is_the_sum_of_its_movements', 'inventory.stock_levels.on_hand',
                'What lies at a location is the sum of what was moved there less what was taken.',
                core.differences('{"on_hand": 0}', to_jsonb(new), '{on_hand}'),
                'Receive, adjust or transfer stock; the level follows.');
        end if;
    end if;

    -- stock_on_hand_is_the_sum_of_its_movements
    if tg_op = 'UPDATE' then
        if new.on_hand <> old.on_hand
           and not (coalesce(current_setting('groundplan.writer', true), '')
               = (pg_trigger_depth() - 1)::text
               and has_schema_privilege('groundplan', 'usage'))
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R04', 'stock_on_hand_is_the_sum_of_its_movements', 'inventory.stock_levels.on_hand',
                'What lies at a location is the sum of what was moved there less what was taken.',
                format('inventory.stock_levels %s: ', new.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{on_hand}'),
                'Receive, adjust or transfer stock; the level follows.');
        end if;
    end if;

    -- stock_allocated_is_the_sum_of_reservations
    if tg_op = 'INSERT' then
        if new.allocated <> 0
           and not (coalesce(current_setting('groundplan.writer', true), '')
               = (pg_trigger_depth() - 1)::text
               and has_schema_privilege('groundplan', 'usage'))
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R04', 'stock_allocated_is_the_sum_of_reservations', 'inventory.stock_levels.allocated',
                'What is promised at a location is the sum of its open reservations.',
                core.differences('{"allocated": 0}', to_jsonb(new), '{allocated}'),
                'Reserve or release stock; the level follows.');
        end if;
    end if;

    -- stock_allocated_is_the_sum_of_reservations
    if tg_op = 'UPDATE' then
        if new.allocated <> old.allocated
           and not (coalesce(current_setting('groundplan.writer', true), '')
               = (pg_trigger_depth() - 1)::text
               and has_schema_privilege('groundplan', 'usage'))
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R04', 'stock_allocated_is_the_sum_of_reservations', 'inventory.stock_levels.allocated',
                'What is promised at a location is the sum of its open reservations.',
                format('inventory.stock_levels %s: ', new.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{allocated}'),
                'Reserve or release stock; the level follows.');
        end if;
    end if;

    -- stock_levels_are_made_by_the_database
    if tg_op = 'INSERT' then
        if (new.tenant_id, new.location_id, new.sku_id, new.allows_backorder) is distinct from (null::integer, null::uuid, null::uuid, null::boolean)
           and not (coalesce(current_setting('groundplan.writer', true), '')
               = (pg_trigger_depth() - 1)::text
               and has_schema_privilege('groundplan', 'usage'))
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R12', 'stock_levels_are_made_by_the_database', 'inventory.stock_levels',
                'A stock level, its place, its SKU and whether it may be promised beyond what is there follow from movements, reservations and the SKU.',
                core.differences(jsonb_build_object('tenant_id', null::integer, 'location_id', null::uuid, 'sku_id', null::uuid, 'allows_backorder', null::boolean), to_jsonb(new),
                    '{tenant_id, location_id, sku_id, allows_backorder}'),
                'Change catalog.skus.allows_backorder, or move stock; the level follows.');
        end if;
    end if;

    -- stock_levels_are_made_by_the_database
    if tg_op = 'UPDATE' then
        if (new.tenant_id, new.location_id, new.sku_id, new.allows_backorder) is distinct from (old.tenant_id, old.location_id, old.sku_id, old.allows_backorder)
           and not (coalesce(current_setting('groundplan.writer', true), '')
               = (pg_trigger_depth() - 1)::text
               and has_schema_privilege('groundplan', 'usage'))
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R12', 'stock_levels_are_made_by_the_database', 'inventory.stock_levels',
                'A stock level, its place, its SKU and whether it may be promised beyond what is there follow from movements, reservations and the SKU.',
                format('inventory.stock_levels %s: ', new.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{tenant_id, location_id, sku_id, allows_backorder}'),
                'Change catalog.skus.allows_backorder, or move stock; the level follows.');
        end if;
    end if;

    -- stock_on_hand_is_never_negative
    if (
        new.on_hand >= 0 and new.on_hand < 'NaN'
    ) is false then
        perform core.refuse(
            '23514', 'stock_on_hand_is_never_negative', 'inventory.stock_levels',
            'Nothing is taken from a shelf that is not there.',
            format('SKU %s at %s. On hand: %s; taken: %s.',
                (select code from catalog.skus where id = new.sku_id),
                (select code from inventory.locations where id = new.location_id),
                trim_scale(coalesce(old.on_hand, 0)),
                trim_scale(coalesce(old.on_hand, 0) - new.on_hand)),
            'Receive the goods or correct the stock first, or take less.');
    end if;

    -- stock_is_never_promised_twice
    if (
        new.allocated >= 0 and new.allocated < 'NaN'
        and (new.allocated <= new.on_hand or new.allows_backorder)
    ) is false then
        perform core.refuse(
            '23514', 'stock_is_never_promised_twice', 'inventory.stock_levels',
            'No more of a SKU is promised than is there, unless it allows backorders.',
            format('SKU %s at %s. Available: %s; wanted: %s.',
                (select code from catalog.skus where id = new.sku_id),
                (select code from inventory.locations where id = new.location_id),
                trim_scale(new.on_hand - coalesce(old.allocated, 0)),
                trim_scale(new.allocated - coalesce(old.allocated, 0))),
            'Order less, wait for a receipt, or allow backorders for the SKU.');
    end if;

    -- stock_level_is_below_the_limit
    if (
        greatest(new.on_hand, new.allocated) < 1e12
    ) is false then
        perform core.refuse(
            '23514', 'stock_level_is_below_the_limit', 'inventory.stock_levels',
            'Less than 10^12 units of a SKU lie at a place, and less are promised from it.',
            format('SKU %s at %s. On hand: %s; promised: %s.',
                (select code from catalog.skus where id = new.sku_id),
                (select code from inventory.locations where id = new.location_id),
                trim_scale(new.on_hand),
                trim_scale(new.allocated)),
            'Check the quantity, or count the SKU in a larger unit.');
    end if;

    return new;
end
$$;
comment on function inventory.guard_stock_levels() is 'stock_on_hand_is_never_negative: Nothing is taken from a shelf that is not there.
stock_is_never_promised_twice: No more of a SKU is promised than is there, unless it allows backorders.
stock_level_is_below_the_limit: Less than 10^12 units of a SKU lie at a place, and less are promised from it.
stock_on_hand_is_the_sum_of_its_movements: What lies at a location is the sum of what was moved there less what was taken.
stock_allocated_is_the_sum_of_reservations: What is promised at a location is the sum of its open reservations.
stock_levels_are_made_by_the_database: A stock level, its place, its SKU and whether it may be promised beyond what is there follow from movements, reservations and the SKU.';

create or replace trigger t30_guard_stock_levels
    before insert or update on inventory.stock_levels
    for each row execute function inventory.guard_stock_levels();

-- Row rules of inventory.reservations

create or replace function inventory.guard_reservations() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- reservation_status_follows_its_path
    if tg_op = 'INSERT' then
        if new.status in ('active') is not true and core.maintenance_reason() is null then
            perform core.refuse(
                '23R01', 'reservation_status_follows_its_path', 'inventory.reservations.status',
                'A reservation is active until it is consumed, released or expired, and never becomes active again.',
                core.shown(to_jsonb(new), '{status}') || '; allowed at the beginning: active.',
                'Make a new reservation with inventory.reserve.');
        end if;
    end if;

    -- reservation_status_follows_its_path
    if tg_op = 'UPDATE' then
        if new.status is distinct from old.status
           and (old.status, new.status) in (
                ('active', 'consumed'),
                ('active', 'released'),
                ('active', 'expired')
           ) is not true
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R01', 'reservation_status_follows_its_path', 'inventory.reservations.status',
                'A reservation is active until it is consumed, released or expired, and never becomes active again.',
                format('inventory.reservations %s: %s %s', new.id,
                    core.differences(to_jsonb(old), to_jsonb(new), '{status}'),
                    case old.status
                        when 'active' then 'Allowed from active: consumed, released, expired.'
                        when 'consumed' then 'consumed is final.'
                        when 'released' then 'released is final.'
                        when 'expired' then 'expired is final.'
                    end),
                'Make a new reservation with inventory.reserve.');
        end if;
    end if;

    -- reservations_are_used_by_shipments_alone
    if tg_op = 'INSERT' then
        if (new.consumed_quantity, new.is_promised) is distinct from (0, false)
           and not (coalesce(current_setting('groundplan.writer', true), '')
               = (pg_trigger_depth() - 1)::text
               and has_schema_privilege('groundplan', 'usage'))
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R12', 'reservations_are_used_by_shipments_alone', 'inventory.reservations',
                'What is held is used by the shipments it was promised for, and by nothing else.',
                core.differences(jsonb_build_object('consumed_quantity', 0, 'is_promised', false), to_jsonb(new),
                    '{consumed_quantity, is_promised}'),
                'Ship the order; or release the reservation and post the movement.');
        end if;
    end if;

    -- reservations_are_used_by_shipments_alone
    if tg_op = 'UPDATE' then
        if (new.consumed_quantity, new.is_promised) is distinct from (old.consumed_quantity, old.is_promised)
           and not (coalesce(current_setting('groundplan.writer', true), '')
               = (pg_trigger_depth() - 1)::text
               and has_schema_privilege('groundplan', 'usage'))
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R12', 'reservations_are_used_by_shipments_alone', 'inventory.reservations',
                'What is held is used by the shipments it was promised for, and by nothing else.',
                format('inventory.reservations %s: ', new.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{consumed_quantity, is_promised}'),
                'Ship the order; or release the reservation and post the movement.');
        end if;
    end if;

    -- promised_stock_waits_for_its_order
    if tg_op = 'UPDATE' then
        if (new.status, new.expires_at) is distinct from (old.status, old.expires_at)
           and (old.is_promised)
           and not (coalesce(current_setting('groundplan.writer', true), '')
               = (pg_trigger_depth() - 1)::text
               and has_schema_privilege('groundplan', 'usage'))
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R12', 'promised_stock_waits_for_its_order', 'inventory.reservations',
                'What is held for a placed order stays held until the order is sent, cancelled or completed.',
                format('inventory.reservations %s: ', new.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{status, expires_at}'),
                'Cancel the order, or complete it without what was not sent.');
        end if;
    end if;

    -- reservations_keep_what_they_hold
    if tg_op = 'UPDATE' then
        if (new.tenant_id, new.location_id, new.sku_id, new.quantity)
           is distinct from
           (old.tenant_id, old.location_id, old.sku_id, old.quantity)
           and (true)
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R03', 'reservations_keep_what_they_hold', 'inventory.reservations',
                'A reservation keeps place, SKU and quantity, and is never deleted.',
                format('inventory.reservations %s: ', old.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{tenant_id, location_id, sku_id, quantity}'),
                'Release it, then make a new reservation.');
        end if;
    end if;

    -- reservation_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- reservation_changes_leave_a_trace
    if tg_op = 'UPDATE' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := old.version + 1;
            if (new.status, new.consumed_quantity, new.expires_at, new.quantity, new.created_by) is distinct from (old.status, old.consumed_quantity, old.expires_at, old.quantity, old.created_by) then
                new.updated_at := now();
            end if;
        end if;
    end if;

    -- reservation_quantity_is_positive
    if (
        new.quantity > 0 and new.quantity < 'NaN'
    ) is false then
        perform core.refuse(
            '23514', 'reservation_quantity_is_positive', 'inventory.reservations',
            'The quantity of a reservation is above zero.',
            format('inventory.reservations %s: %s.', new.id,
                core.shown(to_jsonb(new), '{quantity}')),
            'Reserve a quantity above zero.');
    end if;

    -- reservation_is_consumed_when_used_up
    if (
        new.consumed_quantity between 0 and new.quantity
        and (new.status = 'consumed') = (new.consumed_quantity = new.quantity)
    ) is false then
        perform core.refuse(
            '23514', 'reservation_is_consumed_when_used_up', 'inventory.reservations',
            'A reservation is consumed exactly when nothing of it is left.',
            format('inventory.reservations %s: %s.', new.id,
                core.shown(to_jsonb(new), '{consumed_quantity, quantity, status}')),
            'Ship the goods; the reservation follows.');
    end if;

    -- reservation_expires_on_the_calendar
    if (
        (core.is_calendar_time(new.expires_at)) is not false or core.is_restoring()
    ) is false then
        perform core.refuse(
            '23514', 'reservation_expires_on_the_calendar', 'inventory.reservations',
            'A reservation expires from 1970 on and before the year 9999, or never.',
            format('inventory.reservations %s: %s.', new.id,
                core.shown(to_jsonb(new), '{expires_at}')),
            'Leave expires_at out for a reservation without an end.');
    end if;

    return new;
end
$$;
comment on function inventory.guard_reservations() is 'reservation_quantity_is_positive: The quantity of a reservation is above zero.
reservation_is_consumed_when_used_up: A reservation is consumed exactly when nothing of it is left.
reservation_expires_on_the_calendar: A reservation expires from 1970 on and before the year 9999, or never.
reservation_status_follows_its_path: A reservation is active until it is consumed, released or expired, and never becomes active again.
reservations_are_used_by_shipments_alone: What is held is used by the shipments it was promised for, and by nothing else.
promised_stock_waits_for_its_order: What is held for a placed order stays held until the order is sent, cancelled or completed.
reservations_keep_what_they_hold: A reservation keeps place, SKU and quantity, and is never deleted.
reservation_changes_leave_a_trace: Every change of a reservation leaves the old one in the audit log.';

create or replace trigger t30_guard_reservations
    before insert or update on inventory.reservations
    for each row execute function inventory.guard_reservations();

-- Row rules of inventory.locations

create or replace function inventory.guard_locations() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- locations_keep_their_code_and_usage
    if tg_op = 'UPDATE' then
        if (new.tenant_id, new.code, new.usage)
           is distinct from
           (old.tenant_id, old.code, old.usage)
           and (true)
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R03', 'locations_keep_their_code_and_usage', 'inventory.locations',
                'A location keeps its code and usage and is never deleted: movements refer to it.',
                format('inventory.locations %s: ', old.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{tenant_id, code, usage}'),
                'Set its status to closed and make another one.');
        end if;
    end if;

    -- closing_of_a_location_is_dated
    if tg_op = 'INSERT' then
        if new.closed_at is null then
            if new.status = 'closed' and not core.is_restoring() then
                new.closed_at := clock_timestamp();
            end if;
        elsif core.maintenance_reason() is null then
            perform core.refuse('23R11', 'closing_of_a_location_is_dated', 'inventory.locations.closed_at',
                'The database writes down since when a location is closed.',
                format('closed_at is %s in what was sent.', new.closed_at),
                'Set status; closed_at follows.');
        end if;
    end if;

    -- closing_of_a_location_is_dated
    if tg_op = 'UPDATE' then
        if new.closed_at is not distinct from old.closed_at then
            if not core.is_restoring() then
                new.closed_at := case when new.status = 'closed' then coalesce(old.closed_at, clock_timestamp()) end;
            end if;
        elsif core.maintenance_reason() is null then
            perform core.refuse('23R11', 'closing_of_a_location_is_dated', 'inventory.locations.closed_at',
                'The database writes down since when a location is closed.',
                format('closed_at was %s, and is %s in what was sent.',
                    coalesce(old.closed_at::text, 'empty'), coalesce(new.closed_at::text, 'empty')),
                'Set status; closed_at follows.');
        end if;
    end if;

    -- location_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- location_changes_leave_a_trace
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
comment on function inventory.guard_locations() is 'closing_of_a_location_is_dated: The database writes down since when a location is closed.
locations_keep_their_code_and_usage: A location keeps its code and usage and is never deleted: movements refer to it.
location_changes_leave_a_trace: Every change of a location leaves the old one in the audit log.';

create or replace trigger t30_guard_locations
    before insert or update on inventory.locations
    for each row execute function inventory.guard_locations();

-- Row rules of inventory.movement_reasons

create or replace function inventory.guard_movement_reasons() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- movement_reasons_are_never_deleted
    if (new.tenant_id, new.code)
       is distinct from
       (old.tenant_id, old.code)
       and (true)
       and core.maintenance_reason() is null
    then
        perform core.refuse(
            '23R03', 'movement_reasons_are_never_deleted', 'inventory.movement_reasons',
            'A reason keeps its code and is never deleted: movements refer to it.',
            format('inventory.movement_reasons %s: ', old.id)
                || core.differences(to_jsonb(old), to_jsonb(new), '{tenant_id, code}'),
            'Make a new row instead.');
    end if;

    return new;
end
$$;
comment on function inventory.guard_movement_reasons() is 'movement_reasons_are_never_deleted: A reason keeps its code and is never deleted: movements refer to it.';

create or replace trigger t30_guard_movement_reasons
    before update on inventory.movement_reasons
    for each row execute function inventory.guard_movement_reasons();

-- Row rules of inventory.reorder_rules

create or replace function inventory.guard_reorder_rules() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- reorder_rule_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- reorder_rule_changes_leave_a_trace
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
comment on function inventory.guard_reorder_rules() is 'reorder_rule_changes_leave_a_trace: Every change of a reorder rule leaves the old one in the audit log.';

create or replace trigger t30_guard_reorder_rules
    before insert or update on inventory.reorder_rules
    for each row execute function inventory.guard_reorder_rules();

-- LookCheck: reservation_is_of_a_stocked_sku

create or replace function inventory.look_at_reservations() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
as $$
declare
    given text;
begin
    perform
    from new_rows as r
    left join lateral (
        select code, is_stocked from catalog.skus where id = r.sku_id offset 0
    ) as sku on true
    left join lateral (
        select code, usage, status, closed_at from inventory.locations where id = r.location_id offset 0
    ) as place on true
    where (
        (sku.is_stocked)
        and (place.usage in ('internal', 'transit') and place.status = 'active')
        and (r.quantity = trunc(r.quantity)
        or scale(trim_scale(r.quantity)) <= catalog.unit_decimals(r.sku_id))
    ) is not true
    limit 1;
    if not found or core.maintenance_reason() is not null then
        return null;
    end if;
    -- reservation_is_of_a_stocked_sku
    select format('SKU %s is not stocked.', sku.code) into given
    from new_rows as r
    left join lateral (
        select code, is_stocked from catalog.skus where id = r.sku_id offset 0
    ) as sku on true
    left join lateral (
        select code, usage, status, closed_at from inventory.locations where id = r.location_id offset 0
    ) as place on true
    where (
        sku.is_stocked
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'reservation_is_of_a_stocked_sku', 'inventory.reservations.sku_id',
            'Only SKUs that are stocked are reserved.',
            given,
            'See catalog.skus.is_stocked: nothing needs to be held of a service.');
    end if;

    -- reservation_is_at_an_open_place_of_ours
    select format('%s is %s, %s.', place.code, place.usage, place.status) into given
    from new_rows as r
    left join lateral (
        select code, is_stocked from catalog.skus where id = r.sku_id offset 0
    ) as sku on true
    left join lateral (
        select code, usage, status, closed_at from inventory.locations where id = r.location_id offset 0
    ) as place on true
    where (
        place.usage in ('internal', 'transit') and place.status = 'active'
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'reservation_is_at_an_open_place_of_ours', 'inventory.reservations.location_id',
            'Stock is reserved at an open location of ours.',
            given,
            'See inventory.locations.usage and status.');
    end if;

    -- reservation_fits_the_unit_of_its_sku
    select format('The quantity is %s, the unit of the SKU has %s decimals.', trim_scale(r.quantity), catalog.unit_decimals(r.sku_id)) into given
    from new_rows as r
    left join lateral (
        select code, is_stocked from catalog.skus where id = r.sku_id offset 0
    ) as sku on true
    left join lateral (
        select code, usage, status, closed_at from inventory.locations where id = r.location_id offset 0
    ) as place on true
    where (
        r.quantity = trunc(r.quantity)
        or scale(trim_scale(r.quantity)) <= catalog.unit_decimals(r.sku_id)
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'reservation_fits_the_unit_of_its_sku', 'inventory.reservations.quantity',
            'A reserved quantity has no more decimals than the unit of its SKU.',
            given,
            'See core.units_of_measure.decimals, and catalog.skus.unit_code.');
    end if;
    return null;
end
$$;
comment on function inventory.look_at_reservations() is 'reservation_is_of_a_stocked_sku: Only SKUs that are stocked are reserved.
reservation_is_at_an_open_place_of_ours: Stock is reserved at an open location of ours.
reservation_fits_the_unit_of_its_sku: A reserved quantity has no more decimals than the unit of its SKU.';

create or replace trigger t10_look_at_reservations_insert
    after insert on inventory.reservations
    referencing new table as new_rows
    for each statement execute function inventory.look_at_reservations();

-- LookCheck: movement_is_of_a_stocked_sku

create or replace function inventory.look_at_movements() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
as $$
declare
    given text;
begin
    perform
    from new_rows as r
    left join lateral (
        select code, is_stocked from catalog.skus where id = r.sku_id offset 0
    ) as sku on true
    left join lateral (
        select code, usage, status, closed_at from inventory.locations where id = r.destination_location_id offset 0
    ) as place on true
    where (
        (sku.is_stocked)
        and (place.status = 'active')
        and (r.quantity = trunc(r.quantity)
        or scale(trim_scale(r.quantity)) <= catalog.unit_decimals(r.sku_id))
        and (r.reverses_id is null or exists (
            select from inventory.inventory_movements as taken_back
            where taken_back.id = r.reverses_id
              and taken_back.tenant_id = r.tenant_id
              and taken_back.sku_id = r.sku_id
              and taken_back.quantity = r.quantity
              and taken_back.source_location_id = r.destination_location_id
              and taken_back.destination_location_id = r.source_location_id))
    ) is not true
    limit 1;
    if not found or core.maintenance_reason() is not null then
        return null;
    end if;
    -- movement_is_of_a_stocked_sku
    select format('SKU %s is not stocked.', sku.code) into given
    from new_rows as r
    left join lateral (
        select code, is_stocked from catalog.skus where id = r.sku_id offset 0
    ) as sku on true
    left join lateral (
        select code, usage, status, closed_at from inventory.locations where id = r.destination_location_id offset 0
    ) as place on true
    where (
        sku.is_stocked
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'movement_is_of_a_stocked_sku', 'inventory.inventory_movements.sku_id',
            'Only SKUs that are stocked are moved.',
            given,
            'See catalog.skus.is_stocked: a service lies on no shelf.');
    end if;

    -- closed_location_takes_nothing_in
    select format('%s is %s, %s.', place.code, place.usage, place.status) into given
    from new_rows as r
    left join lateral (
        select code, is_stocked from catalog.skus where id = r.sku_id offset 0
    ) as sku on true
    left join lateral (
        select code, usage, status, closed_at from inventory.locations where id = r.destination_location_id offset 0
    ) as place on true
    where (
        place.status = 'active'
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'closed_location_takes_nothing_in', 'inventory.inventory_movements.destination_location_id',
            'Nothing is moved to a location that is closed; what lies there may leave.',
            given,
            'Use another location, or set inventory.locations.status to active.');
    end if;

    -- movement_fits_the_unit_of_its_sku
    select format('The quantity is %s, the unit of the SKU has %s decimals.', trim_scale(r.quantity), catalog.unit_decimals(r.sku_id)) into given
    from new_rows as r
    left join lateral (
        select code, is_stocked from catalog.skus where id = r.sku_id offset 0
    ) as sku on true
    left join lateral (
        select code, usage, status, closed_at from inventory.locations where id = r.destination_location_id offset 0
    ) as place on true
    where (
        r.quantity = trunc(r.quantity)
        or scale(trim_scale(r.quantity)) <= catalog.unit_decimals(r.sku_id)
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'movement_fits_the_unit_of_its_sku', 'inventory.inventory_movements.quantity',
            'A moved quantity has no more decimals than the unit of its SKU.',
            given,
            'See core.units_of_measure.decimals, and catalog.skus.unit_code.');
    end if;

    -- reversal_takes_back_the_movement_it_names
    select coalesce((
        select format('%s of SKU %s went from %s to %s.', trim_scale(named.quantity), goods.code,
            origin.code, target.code)
        from inventory.inventory_movements as named
        join catalog.skus as goods on goods.id = named.sku_id
        join inventory.locations as origin on origin.id = named.source_location_id
        join inventory.locations as target on target.id = named.destination_location_id
        where named.id = r.reverses_id and named.tenant_id = r.tenant_id),
        'There is no movement ' || r.reverses_id || '.') into given
    from new_rows as r
    left join lateral (
        select code, is_stocked from catalog.skus where id = r.sku_id offset 0
    ) as sku on true
    left join lateral (
        select code, usage, status, closed_at from inventory.locations where id = r.destination_location_id offset 0
    ) as place on true
    where (
        r.reverses_id is null or exists (
            select from inventory.inventory_movements as taken_back
            where taken_back.id = r.reverses_id
              and taken_back.tenant_id = r.tenant_id
              and taken_back.sku_id = r.sku_id
              and taken_back.quantity = r.quantity
              and taken_back.source_location_id = r.destination_location_id
              and taken_back.destination_location_id = r.source_location_id)
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'reversal_takes_back_the_movement_it_names', 'inventory.inventory_movements.reverses_id',
            'A reversal moves the same units of the same SKU back to where they came from.',
            given,
            'Swap source and destination of the movement, or leave reverses_id out.');
    end if;
    return null;
end
$$;
comment on function inventory.look_at_movements() is 'movement_is_of_a_stocked_sku: Only SKUs that are stocked are moved.
closed_location_takes_nothing_in: Nothing is moved to a location that is closed; what lies there may leave.
movement_fits_the_unit_of_its_sku: A moved quantity has no more decimals than the unit of its SKU.
reversal_takes_back_the_movement_it_names: A reversal moves the same units of the same SKU back to where they came from.';

create or replace trigger t10_look_at_movements_insert
    after insert on inventory.inventory_movements
    referencing new table as new_rows
    for each statement execute function inventory.look_at_movements();

-- LookCheck: reorder_rule_is_of_a_stocked_sku

create or replace function inventory.look_at_reorder_rules() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
as $$
declare
    given text;
begin
    perform
    from new_rows as r
    left join lateral (
        select code, is_stocked from catalog.skus where id = r.sku_id offset 0
    ) as sku on true
    left join lateral (
        select code, usage, status, closed_at from inventory.locations where id = r.location_id offset 0
    ) as place on true
    where (
        (sku.is_stocked)
        and (place.usage = 'internal')
        and ((r.min_quantity = trunc(r.min_quantity)
        or scale(trim_scale(r.min_quantity)) <= catalog.unit_decimals(r.sku_id))
        and (r.max_quantity = trunc(r.max_quantity)
        or scale(trim_scale(r.max_quantity)) <= catalog.unit_decimals(r.sku_id)))
    ) is not true
    limit 1;
    if not found or core.maintenance_reason() is not null then
        return null;
    end if;
    -- reorder_rule_is_of_a_stocked_sku
    select format('SKU %s is not stocked.', sku.code) into given
    from new_rows as r
    left join lateral (
        select code, is_stocked from catalog.skus where id = r.sku_id offset 0
    ) as sku on true
    left join lateral (
        select code, usage, status, closed_at from inventory.locations where id = r.location_id offset 0
    ) as place on true
    where (
        sku.is_stocked
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'reorder_rule_is_of_a_stocked_sku', 'inventory.reorder_rules.sku_id',
            'Only SKUs that are stocked are reordered.',
            given,
            'See catalog.skus.is_stocked.');
    end if;

    -- reorder_rule_is_for_a_location_of_ours
    select format('%s is %s, %s.', place.code, place.usage, place.status) into given
    from new_rows as r
    left join lateral (
        select code, is_stocked from catalog.skus where id = r.sku_id offset 0
    ) as sku on true
    left join lateral (
        select code, usage, status, closed_at from inventory.locations where id = r.location_id offset 0
    ) as place on true
    where (
        place.usage = 'internal'
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'reorder_rule_is_for_a_location_of_ours', 'inventory.reorder_rules.location_id',
            'A reorder rule is for an internal location: nobody refills the world outside.',
            given,
            'See inventory.locations.usage.');
    end if;

    -- reorder_rule_fits_the_unit_of_its_sku
    select format('From %s up to %s; the unit of the SKU has %s decimals.', trim_scale(r.min_quantity), trim_scale(r.max_quantity), catalog.unit_decimals(r.sku_id)) into given
    from new_rows as r
    left join lateral (
        select code, is_stocked from catalog.skus where id = r.sku_id offset 0
    ) as sku on true
    left join lateral (
        select code, usage, status, closed_at from inventory.locations where id = r.location_id offset 0
    ) as place on true
    where (
        (r.min_quantity = trunc(r.min_quantity)
        or scale(trim_scale(r.min_quantity)) <= catalog.unit_decimals(r.sku_id))
        and (r.max_quantity = trunc(r.max_quantity)
        or scale(trim_scale(r.max_quantity)) <= catalog.unit_decimals(r.sku_id))
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'reorder_rule_fits_the_unit_of_its_sku', 'inventory.reorder_rules.min_quantity',
            'The quantities of a reorder rule have no more decimals than the unit of its SKU.',
            given,
            'See core.units_of_measure.decimals, and catalog.skus.unit_code.');
    end if;
    return null;
end
$$;
comment on function inventory.look_at_reorder_rules() is 'reorder_rule_is_of_a_stocked_sku: Only SKUs that are stocked are reordered.
reorder_rule_is_for_a_location_of_ours: A reorder rule is for an internal location: nobody refills the world outside.
reorder_rule_fits_the_unit_of_its_sku: The quantities of a reorder rule have no more decimals than the unit of its SKU.';

create or replace trigger t10_look_at_reorder_rules_insert
    after insert on inventory.reorder_rules
    referencing new table as new_rows
    for each statement execute function inventory.look_at_reorder_rules();

create or replace trigger t10_look_at_reorder_rules_update
    after update on inventory.reorder_rules
    referencing new table as new_rows
    for each statement execute function inventory.look_at_reorder_rules();

-- FixedByUse: skus_keep_their_unit_while_there_is_stock

create or replace function catalog.skus_keep_their_unit_while_there_is_stock() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return new;
    end if;
    if not exists (
        select from inventory.stock_levels as level
        where level.sku_id = old.id and (level.on_hand <> 0 or level.allocated <> 0)
    ) then
        -- Whoever is making the first fact right now is waited for.
        lock table inventory.stock_levels in share mode;
        if not exists (
            select from inventory.stock_levels as level
            where level.sku_id = old.id and (level.on_hand <> 0 or level.allocated <> 0)
        ) then
            return new;
        end if;
    end if;
    perform core.refuse('23R03', 'skus_keep_their_unit_while_there_is_stock', 'catalog.skus', 'A SKU keeps its unit, and whether it is stocked, while there is stock of it or some of it is promised.',
        format('unit_code, is_stocked of skus %s would change.', old.id), 'Empty its shelves and release what is held, or make a new SKU.');
    return new;
end
$$;
comment on function catalog.skus_keep_their_unit_while_there_is_stock() is 'A SKU keeps its unit, and whether it is stocked, while there is stock of it or some of it is promised.';

create or replace trigger t10_skus_keep_their_unit_while_there_is_stock
    before update of unit_code, is_stocked on catalog.skus
    for each row
    when ((new.unit_code, new.is_stocked) is distinct from (old.unit_code, old.is_stocked))
    execute function catalog.skus_keep_their_unit_while_there_is_stock();

-- Acyclic: locations_are_a_tree

create or replace function inventory.locations_are_a_tree() returns trigger
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
    values (new.tenant_id, 'inventory.locations')
    on conflict (tenant_id, tree) do update set version = tree.version + 1;
    while ancestor is not null and ancestor <> new.id and steps < 10000 loop
        select entity.parent_id into ancestor
        from inventory.locations as entity
        where entity.id = ancestor;
        steps := steps + 1;
    end loop;
    if ancestor is not null then
        perform core.refuse(
            '23R08', 'locations_are_a_tree', 'inventory.locations.parent_id',
            'No location lies within itself.',
            format('inventory.locations %s: %s was given as parent_id, and lies below it.', new.id,
                new.parent_id),
            'Move it below something that does not lie below it.');
    end if;
    return new;
end
$$;
comment on function inventory.locations_are_a_tree() is 'No location lies within itself.';

create or replace trigger t10_locations_are_a_tree
    before insert or update of parent_id on inventory.locations
    for each row execute function inventory.locations_are_a_tree();

-- Frozen: locations_keep_their_code_and_usage

create or replace function inventory.locations_keep_their_code_and_usage() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not (true) or core.maintenance_reason() is not null then
        return old;
    end if;
    perform core.refuse(
        '23R03', 'locations_keep_their_code_and_usage', 'inventory.locations',
        'A location keeps its code and usage and is never deleted: movements refer to it.',
        format('DELETE of inventory.locations %s was refused.', old.id),
        'Set its status to closed and make another one.');
end
$$;
comment on function inventory.locations_keep_their_code_and_usage() is 'A location keeps its code and usage and is never deleted: movements refer to it.';

create or replace trigger t10_locations_keep_their_code_and_usage
    before delete on inventory.locations
    for each row execute function inventory.locations_keep_their_code_and_usage();

create or replace function inventory.locations_keep_their_code_and_usage_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'locations_keep_their_code_and_usage', 'inventory.locations',
        'A location keeps its code and usage and is never deleted: movements refer to it.',
        'TRUNCATE of inventory.locations was refused.',
        'Set its status to closed and make another one.');
end
$$;
comment on function inventory.locations_keep_their_code_and_usage_truncate() is 'A location keeps its code and usage and is never deleted: movements refer to it.';

create or replace trigger t10_locations_keep_their_code_and_usage_truncate
    before truncate on inventory.locations
    for each statement execute function inventory.locations_keep_their_code_and_usage_truncate();

-- Frozen: movement_reasons_are_never_deleted

create or replace function inventory.movement_reasons_are_never_deleted() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not (true) or core.maintenance_reason() is not null then
        return old;
    end if;
    perform core.refuse(
        '23R03', 'movement_reasons_are_never_deleted', 'inventory.movement_reasons',
        'A reason keeps its code and is never deleted: movements refer to it.',
        format('DELETE of inventory.movement_reasons %s was refused.', old.id),
        'Make a new row instead.');
end
$$;
comment on function inventory.movement_reasons_are_never_deleted() is 'A reason keeps its code and is never deleted: movements refer to it.';

create or replace trigger t10_movement_reasons_are_never_deleted
    before delete on inventory.movement_reasons
    for each row execute function inventory.movement_reasons_are_never_deleted();

create or replace function inventory.movement_reasons_are_never_deleted_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'movement_reasons_are_never_deleted', 'inventory.movement_reasons',
        'A reason keeps its code and is never deleted: movements refer to it.',
        'TRUNCATE of inventory.movement_reasons was refused.',
        'Make a new row instead.');
end
$$;
comment on function inventory.movement_reasons_are_never_deleted_truncate() is 'A reason keeps its code and is never deleted: movements refer to it.';

create or replace trigger t10_movement_reasons_are_never_deleted_truncate
    before truncate on inventory.movement_reasons
    for each statement execute function inventory.movement_reasons_are_never_deleted_truncate();

create or replace trigger t70_keep_old_row
    after delete or update of tenant_id, code on inventory.movement_reasons
    for each row execute function core.keep_old_row('id');

-- Balance: stock_on_hand_is_the_sum_of_its_movements

create or replace function inventory.stock_on_hand_is_the_sum_of_its_movements() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if old.on_hand = 0 or (coalesce(current_setting('groundplan.writer', true), '')
        = (pg_trigger_depth() - 1)::text
        and has_schema_privilege('groundplan', 'usage'))
       or core.maintenance_reason() is not null
    then
        return old;
    end if;
    perform core.refuse(
        '23R04', 'stock_on_hand_is_the_sum_of_its_movements', 'inventory.stock_levels.on_hand',
        'What lies at a location is the sum of what was moved there less what was taken.',
        format('inventory.stock_levels %s: on_hand is %s; a row can be deleted when it is 0.',
            old.id, trim_scale(old.on_hand)),
        'Receive, adjust or transfer stock; the level follows.');
end
$$;
comment on function inventory.stock_on_hand_is_the_sum_of_its_movements() is 'What lies at a location is the sum of what was moved there less what was taken.';

create or replace trigger t10_stock_on_hand_is_the_sum_of_its_movements
    before delete on inventory.stock_levels
    for each row execute function inventory.stock_on_hand_is_the_sum_of_its_movements();

create or replace function inventory.stock_on_hand_is_the_sum_of_its_movements_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R04', 'stock_on_hand_is_the_sum_of_its_movements', 'inventory.stock_levels',
        'What lies at a location is the sum of what was moved there less what was taken.',
        'TRUNCATE of inventory.stock_levels was refused.',
        'Receive, adjust or transfer stock; the level follows.');
end
$$;
comment on function inventory.stock_on_hand_is_the_sum_of_its_movements_truncate() is 'What lies at a location is the sum of what was moved there less what was taken.';

create or replace trigger t10_stock_on_hand_is_the_sum_of_its_movements_truncate
    before truncate on inventory.stock_levels
    for each statement execute function inventory.stock_on_hand_is_the_sum_of_its_movements_truncate();

create or replace function inventory.stock_on_hand_is_the_sum_of_its_movements_insert() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    outer_mark text;
    mark       text;
    effect     record;
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring() then
        return null;
    end if;
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    for effect in
        select entry.tenant_id, entry.location_id, entry.sku_id, sum(entry.delta) as delta
        from (
            select movement.tenant_id, place.location_id, movement.sku_id,
                case when place.location_id = movement.destination_location_id then movement.quantity
                     else -movement.quantity end as delta
            from new_rows as movement
            cross join lateral (
                values (movement.destination_location_id), (movement.source_location_id)
            ) as place (location_id)
            join inventory.locations as location
                on location.id = place.location_id and location.usage in ('internal', 'transit')
        ) as entry (tenant_id, location_id, sku_id, delta)
        group by entry.tenant_id, entry.location_id, entry.sku_id
        having sum(entry.delta) <> 0
        order by entry.location_id, entry.sku_id
    loop
        update inventory.stock_levels as balance
        set on_hand = balance.on_hand + effect.delta
        where balance.location_id = effect.location_id and balance.sku_id = effect.sku_id and balance.tenant_id = effect.tenant_id;
        if not found then
            -- Zero first, then the update: a check must never see the difference as a balance.
            insert into inventory.stock_levels (tenant_id, location_id, sku_id, allows_backorder)
            values (effect.tenant_id, effect.location_id, effect.sku_id, coalesce((
                select sku.allows_backorder from catalog.skus as sku
                where sku.id = effect.sku_id
                for key share
            ), false))
            on conflict do nothing;
            update inventory.stock_levels as balance
            set on_hand = balance.on_hand + effect.delta
            where balance.location_id = effect.location_id and balance.sku_id = effect.sku_id and balance.tenant_id = effect.tenant_id;
            if not found then
                perform core.refuse(
                    '23R04', 'stock_on_hand_is_the_sum_of_its_movements', 'inventory.stock_levels',
                    'What lies at a location is the sum of what was moved there less what was taken.',
                    format('No row of inventory.stock_levels can be kept for tenant %s, location_id, sku_id = %s.',
                        effect.tenant_id, concat_ws(', ', effect.location_id, effect.sku_id)),
                    'Name location_id, sku_id that belong to one tenant.');
            end if;
        end if;
    end loop;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function inventory.stock_on_hand_is_the_sum_of_its_movements_insert() is 'What lies at a location is the sum of what was moved there less what was taken.';

create or replace trigger t90_stock_on_hand_is_the_sum_of_its_movements_insert
    after insert on inventory.inventory_movements
    referencing new table as new_rows
    for each statement execute function inventory.stock_on_hand_is_the_sum_of_its_movements_insert();

create or replace function inventory.stock_on_hand_is_the_sum_of_its_movements_update() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    outer_mark text;
    mark       text;
    effect     record;
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring() then
        return null;
    end if;
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    for effect in
        select entry.tenant_id, entry.location_id, entry.sku_id, sum(entry.delta) as delta
        from (
            select movement.tenant_id, place.location_id, movement.sku_id,
                case when place.location_id = movement.destination_location_id then movement.quantity
                     else -movement.quantity end as delta
            from new_rows as movement
            cross join lateral (
                values (movement.destination_location_id), (movement.source_location_id)
            ) as place (location_id)
            join inventory.locations as location
                on location.id = place.location_id and location.usage in ('internal', 'transit')
            union all
            select tenant_id, location_id, sku_id, -delta
            from (
                select movement.tenant_id, place.location_id, movement.sku_id,
                    case when place.location_id = movement.destination_location_id then movement.quantity
                         else -movement.quantity end as delta
                from old_rows as movement
                cross join lateral (
                    values (movement.destination_location_id), (movement.source_location_id)
                ) as place (location_id)
                join inventory.locations as location
                    on location.id = place.location_id and location.usage in ('internal', 'transit')
            ) as before
        ) as entry (tenant_id, location_id, sku_id, delta)
        group by entry.tenant_id, entry.location_id, entry.sku_id
        having sum(entry.delta) <> 0
        order by entry.location_id, entry.sku_id
    loop
        update inventory.stock_levels as balance
        set on_hand = balance.on_hand + effect.delta
        where balance.location_id = effect.location_id and balance.sku_id = effect.sku_id and balance.tenant_id = effect.tenant_id;
        if not found then
            -- Zero first, then the update: a check must never see the difference as a balance.
            insert into inventory.stock_levels (tenant_id, location_id, sku_id, allows_backorder)
            values (effect.tenant_id, effect.location_id, effect.sku_id, coalesce((
                select sku.allows_backorder from catalog.skus as sku
                where sku.id = effect.sku_id
                for key share
            ), false))
            on conflict do nothing;
            update inventory.stock_levels as balance
            set on_hand = balance.on_hand + effect.delta
            where balance.location_id = effect.location_id and balance.sku_id = effect.sku_id and balance.tenant_id = effect.tenant_id;
            if not found then
                perform core.refuse(
                    '23R04', 'stock_on_hand_is_the_sum_of_its_movements', 'inventory.stock_levels',
                    'What lies at a location is the sum of what was moved there less what was taken.',
                    format('No row of inventory.stock_levels can be kept for tenant %s, location_id, sku_id = %s.',
                        effect.tenant_id, concat_ws(', ', effect.location_id, effect.sku_id)),
                    'Name location_id, sku_id that belong to one tenant.');
            end if;
        end if;
    end loop;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function inventory.stock_on_hand_is_the_sum_of_its_movements_update() is 'What lies at a location is the sum of what was moved there less what was taken.';

create or replace trigger t90_stock_on_hand_is_the_sum_of_its_movements_update
    after update on inventory.inventory_movements
    referencing old table as old_rows new table as new_rows
    for each statement execute function inventory.stock_on_hand_is_the_sum_of_its_movements_update();

create or replace function inventory.stock_on_hand_is_the_sum_of_its_movements_delete() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    outer_mark text;
    mark       text;
    effect     record;
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring() then
        return null;
    end if;
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    for effect in
        select entry.tenant_id, entry.location_id, entry.sku_id, sum(entry.delta) as delta
        from (
            select tenant_id, location_id, sku_id, -delta
            from (
                select movement.tenant_id, place.location_id, movement.sku_id,
                    case when place.location_id = movement.destination_location_id then movement.quantity
                         else -movement.quantity end as delta
                from old_rows as movement
                cross join lateral (
                    values (movement.destination_location_id), (movement.source_location_id)
                ) as place (location_id)
                join inventory.locations as location
                    on location.id = place.location_id and location.usage in ('internal', 'transit')
            ) as before
        ) as entry (tenant_id, location_id, sku_id, delta)
        group by entry.tenant_id, entry.location_id, entry.sku_id
        having sum(entry.delta) <> 0
        order by entry.location_id, entry.sku_id
    loop
        update inventory.stock_levels as balance
        set on_hand = balance.on_hand + effect.delta
        where balance.location_id = effect.location_id and balance.sku_id = effect.sku_id and balance.tenant_id = effect.tenant_id;
        if not found then
            -- Zero first, then the update: a check must never see the difference as a balance.
            insert into inventory.stock_levels (tenant_id, location_id, sku_id, allows_backorder)
            values (effect.tenant_id, effect.location_id, effect.sku_id, coalesce((
                select sku.allows_backorder from catalog.skus as sku
                where sku.id = effect.sku_id
                for key share
            ), false))
            on conflict do nothing;
            update inventory.stock_levels as balance
            set on_hand = balance.on_hand + effect.delta
            where balance.location_id = effect.location_id and balance.sku_id = effect.sku_id and balance.tenant_id = effect.tenant_id;
            if not found then
                perform core.refuse(
                    '23R04', 'stock_on_hand_is_the_sum_of_its_movements', 'inventory.stock_levels',
                    'What lies at a location is the sum of what was moved there less what was taken.',
                    format('No row of inventory.stock_levels can be kept for tenant %s, location_id, sku_id = %s.',
                        effect.tenant_id, concat_ws(', ', effect.location_id, effect.sku_id)),
                    'Name location_id, sku_id that belong to one tenant.');
            end if;
        end if;
    end loop;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function inventory.stock_on_hand_is_the_sum_of_its_movements_delete() is 'What lies at a location is the sum of what was moved there less what was taken.';

create or replace trigger t90_stock_on_hand_is_the_sum_of_its_movements_delete
    after delete on inventory.inventory_movements
    referencing old table as old_rows
    for each statement execute function inventory.stock_on_hand_is_the_sum_of_its_movements_delete();

-- Balance: stock_allocated_is_the_sum_of_reservations

create or replace function inventory.stock_allocated_is_the_sum_of_reservations() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if old.allocated = 0 or (coalesce(current_setting('groundplan.writer', true), '')
        = (pg_trigger_depth() - 1)::text
        and has_schema_privilege('groundplan', 'usage'))
       or core.maintenance_reason() is not null
    then
        return old;
    end if;
    perform core.refuse(
        '23R04', 'stock_allocated_is_the_sum_of_reservations', 'inventory.stock_levels.allocated',
        'What is promised at a location is the sum of its open reservations.',
        format('inventory.stock_levels %s: allocated is %s; a row can be deleted when it is 0.',
            old.id, trim_scale(old.allocated)),
        'Reserve or release stock; the level follows.');
end
$$;
comment on function inventory.stock_allocated_is_the_sum_of_reservations() is 'What is promised at a location is the sum of its open reservations.';

create or replace trigger t10_stock_allocated_is_the_sum_of_reservations
    before delete on inventory.stock_levels
    for each row execute function inventory.stock_allocated_is_the_sum_of_reservations();

create or replace function inventory.stock_allocated_is_the_sum_of_reservations_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R04', 'stock_allocated_is_the_sum_of_reservations', 'inventory.stock_levels',
        'What is promised at a location is the sum of its open reservations.',
        'TRUNCATE of inventory.stock_levels was refused.',
        'Reserve or release stock; the level follows.');
end
$$;
comment on function inventory.stock_allocated_is_the_sum_of_reservations_truncate() is 'What is promised at a location is the sum of its open reservations.';

create or replace trigger t10_stock_allocated_is_the_sum_of_reservations_truncate
    before truncate on inventory.stock_levels
    for each statement execute function inventory.stock_allocated_is_the_sum_of_reservations_truncate();

create or replace function inventory.stock_allocated_is_the_sum_of_reservations_insert() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    outer_mark text;
    mark       text;
    effect     record;
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring() then
        return null;
    end if;
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    for effect in
        select entry.tenant_id, entry.location_id, entry.sku_id, sum(entry.delta) as delta,
            exists (
            select from inventory.reservations as expired
            where expired.location_id = entry.location_id and expired.sku_id = entry.sku_id
              and expired.status = 'active' and expired.expires_at <= now()
              and not expired.is_promised) as is_due
        from (
            select reservation.tenant_id, reservation.location_id, reservation.sku_id,
            case when reservation.status = 'active'
                 then reservation.quantity - reservation.consumed_quantity else 0 end as delta
            from new_rows as reservation
        ) as entry (tenant_id, location_id, sku_id, delta)
        group by entry.tenant_id, entry.location_id, entry.sku_id
        having sum(entry.delta) <> 0
        order by entry.location_id, entry.sku_id
    loop
        if effect.delta > 0 and effect.is_due then
            update inventory.reservations as expired
        set status = 'expired'
        where expired.id in (
            select due.id from inventory.reservations as due
            where due.location_id = effect.location_id and due.sku_id = effect.sku_id
              and due.status = 'active' and due.expires_at <= now()
              and not due.is_promised
            order by due.id
            for no key update skip locked);
        end if;
        update inventory.stock_levels as balance
        set allocated = balance.allocated + effect.delta
        where balance.location_id = effect.location_id and balance.sku_id = effect.sku_id and balance.tenant_id = effect.tenant_id;
        if not found then
            -- Zero first, then the update: a check must never see the difference as a balance.
            insert into inventory.stock_levels (tenant_id, location_id, sku_id, allows_backorder)
            values (effect.tenant_id, effect.location_id, effect.sku_id, coalesce((
                select sku.allows_backorder from catalog.skus as sku
                where sku.id = effect.sku_id
                for key share
            ), false))
            on conflict do nothing;
            update inventory.stock_levels as balance
            set allocated = balance.allocated + effect.delta
            where balance.location_id = effect.location_id and balance.sku_id = effect.sku_id and balance.tenant_id = effect.tenant_id;
            if not found then
                perform core.refuse(
                    '23R04', 'stock_allocated_is_the_sum_of_reservations', 'inventory.stock_levels',
                    'What is promised at a location is the sum of its open reservations.',
                    format('No row of inventory.stock_levels can be kept for tenant %s, location_id, sku_id = %s.',
                        effect.tenant_id, concat_ws(', ', effect.location_id, effect.sku_id)),
                    'Name location_id, sku_id that belong to one tenant.');
            end if;
        end if;
    end loop;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function inventory.stock_allocated_is_the_sum_of_reservations_insert() is 'What is promised at a location is the sum of its open reservations.';

create or replace trigger t90_stock_allocated_is_the_sum_of_reservations_insert
    after insert on inventory.reservations
    referencing new table as new_rows
    for each statement execute function inventory.stock_allocated_is_the_sum_of_reservations_insert();

create or replace function inventory.stock_allocated_is_the_sum_of_reservations_update() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    outer_mark text;
    mark       text;
    effect     record;
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring() then
        return null;
    end if;
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    for effect in
        select entry.tenant_id, entry.location_id, entry.sku_id, sum(entry.delta) as delta,
            exists (
            select from inventory.reservations as expired
            where expired.location_id = entry.location_id and expired.sku_id = entry.sku_id
              and expired.status = 'active' and expired.expires_at <= now()
              and not expired.is_promised) as is_due
        from (
            select reservation.tenant_id, reservation.location_id, reservation.sku_id,
            case when reservation.status = 'active'
                 then reservation.quantity - reservation.consumed_quantity else 0 end as delta
            from new_rows as reservation
            union all
            select tenant_id, location_id, sku_id, -delta
            from (
                select reservation.tenant_id, reservation.location_id, reservation.sku_id,
                case when reservation.status = 'active'
                     then reservation.quantity - reservation.consumed_quantity else 0 end as delta
                from old_rows as reservation
            ) as before
        ) as entry (tenant_id, location_id, sku_id, delta)
        group by entry.tenant_id, entry.location_id, entry.sku_id
        having sum(entry.delta) <> 0
        order by entry.location_id, entry.sku_id
    loop
        if effect.delta > 0 and effect.is_due then
            update inventory.reservations as expired
        set status = 'expired'
        where expired.id in (
            select due.id from inventory.reservations as due
            where due.location_id = effect.location_id and due.sku_id = effect.sku_id
              and due.status = 'active' and due.expires_at <= now()
              and not due.is_promised
            order by due.id
            for no key update skip locked);
        end if;
        update inventory.stock_levels as balance
        set allocated = balance.allocated + effect.delta
        where balance.location_id = effect.location_id and balance.sku_id = effect.sku_id and balance.tenant_id = effect.tenant_id;
        if not found then
            -- Zero first, then the update: a check must never see the difference as a balance.
            insert into inventory.stock_levels (tenant_id, location_id, sku_id, allows_backorder)
            values (effect.tenant_id, effect.location_id, effect.sku_id, coalesce((
                select sku.allows_backorder from catalog.skus as sku
                where sku.id = effect.sku_id
                for key share
            ), false))
            on conflict do nothing;
            update inventory.stock_levels as balance
            set allocated = balance.allocated + effect.delta
            where balance.location_id = effect.location_id and balance.sku_id = effect.sku_id and balance.tenant_id = effect.tenant_id;
            if not found then
                perform core.refuse(
                    '23R04', 'stock_allocated_is_the_sum_of_reservations', 'inventory.stock_levels',
                    'What is promised at a location is the sum of its open reservations.',
                    format('No row of inventory.stock_levels can be kept for tenant %s, location_id, sku_id = %s.',
                        effect.tenant_id, concat_ws(', ', effect.location_id, effect.sku_id)),
                    'Name location_id, sku_id that belong to one tenant.');
            end if;
        end if;
    end loop;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function inventory.stock_allocated_is_the_sum_of_reservations_update() is 'What is promised at a location is the sum of its open reservations.';

create or replace trigger t90_stock_allocated_is_the_sum_of_reservations_update
    after update on inventory.reservations
    referencing old table as old_rows new table as new_rows
    for each statement execute function inventory.stock_allocated_is_the_sum_of_reservations_update();

create or replace function inventory.stock_allocated_is_the_sum_of_reservations_delete() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    outer_mark text;
    mark       text;
    effect     record;
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring() then
        return null;
    end if;
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    for effect in
        select entry.tenant_id, entry.location_id, entry.sku_id, sum(entry.delta) as delta,
            exists (
            select from inventory.reservations as expired
            where expired.location_id = entry.location_id and expired.sku_id = entry.sku_id
              and expired.status = 'active' and expired.expires_at <= now()
              and not expired.is_promised) as is_due
        from (
            select tenant_id, location_id, sku_id, -delta
            from (
                select reservation.tenant_id, reservation.location_id, reservation.sku_id,
                case when reservation.status = 'active'
                     then reservation.quantity - reservation.consumed_quantity else 0 end as delta
                from old_rows as reservation
            ) as before
        ) as entry (tenant_id, location_id, sku_id, delta)
        group by entry.tenant_id, entry.location_id, entry.sku_id
        having sum(entry.delta) <> 0
        order by entry.location_id, entry.sku_id
    loop
        if effect.delta > 0 and effect.is_due then
            update inventory.reservations as expired
        set status = 'expired'
        where expired.id in (
            select due.id from inventory.reservations as due
            where due.location_id = effect.location_id and due.sku_id = effect.sku_id
              and due.status = 'active' and due.expires_at <= now()
              and not due.is_promised
            order by due.id
            for no key update skip locked);
        end if;
        update inventory.stock_levels as balance
        set allocated = balance.allocated + effect.delta
        where balance.location_id = effect.location_id and balance.sku_id = effect.sku_id and balance.tenant_id = effect.tenant_id;
        if not found then
            -- Zero first, then the update: a check must never see the difference as a balance.
            insert into inventory.stock_levels (tenant_id, location_id, sku_id, allows_backorder)
            values (effect.tenant_id, effect.location_id, effect.sku_id, coalesce((
                select sku.allows_backorder from catalog.skus as sku
                where sku.id = effect.sku_id
                for key share
            ), false))
            on conflict do nothing;
            update inventory.stock_levels as balance
            set allocated = balance.allocated + effect.delta
            where balance.location_id = effect.location_id and balance.sku_id = effect.sku_id and balance.tenant_id = effect.tenant_id;
            if not found then
                perform core.refuse(
                    '23R04', 'stock_allocated_is_the_sum_of_reservations', 'inventory.stock_levels',
                    'What is promised at a location is the sum of its open reservations.',
                    format('No row of inventory.stock_levels can be kept for tenant %s, location_id, sku_id = %s.',
                        effect.tenant_id, concat_ws(', ', effect.location_id, effect.sku_id)),
                    'Name location_id, sku_id that belong to one tenant.');
            end if;
        end if;
    end loop;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function inventory.stock_allocated_is_the_sum_of_reservations_delete() is 'What is promised at a location is the sum of its open reservations.';

create or replace trigger t90_stock_allocated_is_the_sum_of_reservations_delete
    after delete on inventory.reservations
    referencing old table as old_rows
    for each statement execute function inventory.stock_allocated_is_the_sum_of_reservations_delete();

-- AppendOnly: movements_are_append_only

create or replace function inventory.movements_are_append_only() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R02', 'movements_are_append_only', 'inventory.inventory_movements',
        'A movement that happened is never changed or deleted.',
        tg_op || ' of inventory.inventory_movements was refused; only INSERT is allowed.',
        'Post a movement back.');
end
$$;
comment on function inventory.movements_are_append_only() is 'A movement that happened is never changed or deleted.';

create or replace trigger t10_movements_are_append_only
    before update or delete or truncate on inventory.inventory_movements
    for each statement execute function inventory.movements_are_append_only();

create or replace trigger t70_keep_old_update
    after update on inventory.inventory_movements
    referencing old table as old_rows
    for each statement execute function core.keep_old_rows();

create or replace trigger t70_keep_old_delete
    after delete on inventory.inventory_movements
    referencing old table as old_rows
    for each statement execute function core.keep_old_rows();

create or replace trigger t70_keep_old_truncate
    before truncate on inventory.inventory_movements
    for each statement execute function core.keep_truncate();

-- Condition: movement_fits_its_locations

-- No lock is needed: locations keep their usage and are never deleted.
create or replace function inventory.movement_fits_its_locations() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    broken jsonb;
begin
    select to_jsonb(r) into broken
    from new_rows as r
    where (exists (
        select from inventory.locations as source
        join inventory.locations as destination on destination.id = r.destination_location_id
        where source.id = r.source_location_id
          and source.tenant_id = r.tenant_id and destination.tenant_id = r.tenant_id
          and inventory.movement_fits(r.kind, source.usage, destination.usage))) is not true
    limit 1;
    if broken is null or core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R10', 'movement_fits_its_locations', 'inventory.inventory_movements',
        'Receipts come from suppliers, issues go to customers, transfers stay with us, adjustments are found or lost.',
        format('inventory.inventory_movements %s: %s.', broken ->> 'id', core.shown(broken, '{destination_location_id, source_location_id, kind}')),
        'Choose locations whose usage fits the kind: see inventory.locations.usage.');
end
$$;
comment on function inventory.movement_fits_its_locations() is 'Receipts come from suppliers, issues go to customers, transfers stay with us, adjustments are found or lost.';

create or replace trigger t10_movement_fits_its_locations_insert
    after insert on inventory.inventory_movements
    referencing new table as new_rows
    for each statement execute function inventory.movement_fits_its_locations();

-- Known: movement_reason_is_known

-- No lock is needed: the parents are never deleted and keep their keys.
create or replace function inventory.movement_reason_is_known() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    broken jsonb;
begin
    select to_jsonb(r) into broken
    from new_rows as r
    where (r.reason_code is null or exists (
        select from inventory.movement_reasons as parent
        where parent.tenant_id = r.tenant_id and parent.code = r.reason_code)) is not true
    limit 1;
    if broken is null or core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R09', 'movement_reason_is_known', 'inventory.inventory_movements.reason_code',
        'A movement that names a reason names one of its tenant.',
        format('inventory.inventory_movements %s: %s.', broken ->> 'id', core.shown(broken, '{reason_code}')),
        'See inventory.movement_reasons.code.');
end
$$;
comment on function inventory.movement_reason_is_known() is 'A movement that names a reason names one of its tenant.';

create or replace trigger t10_movement_reason_is_known_insert
    after insert on inventory.inventory_movements
    referencing new table as new_rows
    for each statement execute function inventory.movement_reason_is_known();

-- Condition: movement_of_this_kind_comes_from_its_verb

-- No lock is needed: it looks at who writes, not at other rows.
create or replace function inventory.movement_of_this_kind_comes_from_its_verb() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    broken jsonb;
begin
    select to_jsonb(r) into broken
    from new_rows as r
    where (r.kind in ('adjustment', 'transfer') or (coalesce(current_setting('groundplan.writer', true), '')
        = (pg_trigger_depth() - 1)::text
        and has_schema_privilege('groundplan', 'usage'))) is not true
    limit 1;
    if broken is null or core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R10', 'movement_of_this_kind_comes_from_its_verb', 'inventory.inventory_movements.kind',
        'Applications post adjustments and transfers; receipts, issues and returns come from the verbs and facts that cause them.',
        format('inventory.inventory_movements %s: %s.', broken ->> 'id', core.shown(broken, '{kind}')),
        'Call inventory.receive_stock, fulfillment.ship_order or fulfillment.return_items.');
end
$$;
comment on function inventory.movement_of_this_kind_comes_from_its_verb() is 'Applications post adjustments and transfers; receipts, issues and returns come from the verbs and facts that cause them.';

create or replace trigger t10_movement_of_this_kind_comes_from_its_verb_insert
    after insert on inventory.inventory_movements
    referencing new table as new_rows
    for each statement execute function inventory.movement_of_this_kind_comes_from_its_verb();

-- FixedByUse: books_keep_currency_and_zone_once_stocked

create or replace function core.books_keep_currency_and_zone_once_stocked() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return new;
    end if;
    if not exists (
        select from inventory.inventory_movements as movement
        where movement.tenant_id = old.id
    ) then
        -- Whoever is making the first fact right now is waited for.
        lock table inventory.inventory_movements in share mode;
        if not exists (
            select from inventory.inventory_movements as movement
            where movement.tenant_id = old.id
        ) then
            return new;
        end if;
    end if;
    perform core.refuse('23R03', 'books_keep_currency_and_zone_once_stocked', 'core.tenants', 'A tenant keeps the currency and the business day of its books once stock was moved.',
        format('currency_code, time_zone, day_starts_at of tenants %s would change.', old.id), 'Make a new tenant with the right settings: core.create_tenant.');
    return new;
end
$$;
comment on function core.books_keep_currency_and_zone_once_stocked() is 'A tenant keeps the currency and the business day of its books once stock was moved.';

create or replace trigger t10_books_keep_currency_and_zone_once_stocked
    before update of currency_code, time_zone, day_starts_at on core.tenants
    for each row
    when ((new.currency_code, new.time_zone, new.day_starts_at) is distinct from (old.currency_code, old.time_zone, old.day_starts_at))
    execute function core.books_keep_currency_and_zone_once_stocked();

-- FixedByUse: locations_keep_their_zone_once_used

create or replace function inventory.locations_keep_their_zone_once_used() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return new;
    end if;
    if not exists (
        select from inventory.inventory_movements as movement
        where old.id in (movement.source_location_id, movement.destination_location_id)
    ) then
        -- Whoever is making the first fact right now is waited for.
        lock table inventory.inventory_movements in share mode;
        if not exists (
            select from inventory.inventory_movements as movement
            where old.id in (movement.source_location_id, movement.destination_location_id)
        ) then
            return new;
        end if;
    end if;
    perform core.refuse('23R03', 'locations_keep_their_zone_once_used', 'inventory.locations', 'A location keeps its time zone once something was moved from or to it.',
        format('time_zone of locations %s would change.', old.id), 'Make a new location in the right zone.');
    return new;
end
$$;
comment on function inventory.locations_keep_their_zone_once_used() is 'A location keeps its time zone once something was moved from or to it.';

create or replace trigger t10_locations_keep_their_zone_once_used
    before update of time_zone on inventory.locations
    for each row
    when ((new.time_zone) is distinct from (old.time_zone))
    execute function inventory.locations_keep_their_zone_once_used();

-- Frozen: reservations_keep_what_they_hold

create or replace function inventory.reservations_keep_what_they_hold() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not (true) or core.maintenance_reason() is not null then
        return old;
    end if;
    perform core.refuse(
        '23R03', 'reservations_keep_what_they_hold', 'inventory.reservations',
        'A reservation keeps place, SKU and quantity, and is never deleted.',
        format('DELETE of inventory.reservations %s was refused.', old.id),
        'Release it, then make a new reservation.');
end
$$;
comment on function inventory.reservations_keep_what_they_hold() is 'A reservation keeps place, SKU and quantity, and is never deleted.';

create or replace trigger t10_reservations_keep_what_they_hold
    before delete on inventory.reservations
    for each row execute function inventory.reservations_keep_what_they_hold();

create or replace function inventory.reservations_keep_what_they_hold_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'reservations_keep_what_they_hold', 'inventory.reservations',
        'A reservation keeps place, SKU and quantity, and is never deleted.',
        'TRUNCATE of inventory.reservations was refused.',
        'Release it, then make a new reservation.');
end
$$;
comment on function inventory.reservations_keep_what_they_hold_truncate() is 'A reservation keeps place, SKU and quantity, and is never deleted.';

create or replace trigger t10_reservations_keep_what_they_hold_truncate
    before truncate on inventory.reservations
    for each statement execute function inventory.reservations_keep_what_they_hold_truncate();

-- Audited: reservation_changes_leave_a_trace

create or replace function inventory.keep_updated_reservations() returns trigger
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
    select image.tenant_id, 'inventory', 'reservations', image.row_id, 'update',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
        left join new_rows as after on after.id = before.id
        where (after.id is null or (after.status, after.consumed_quantity, after.expires_at, after.quantity, after.created_by) is distinct from (before.status, before.consumed_quantity, before.expires_at, before.quantity, before.created_by))
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function inventory.keep_updated_reservations() is
    'Writes the superseded image of every updated row of inventory.reservations to the audit log.';

create or replace trigger t70_audit_update
    after update on inventory.reservations
    referencing old table as old_rows new table as new_rows
    for each statement execute function inventory.keep_updated_reservations();

create or replace function inventory.keep_deleted_reservations() returns trigger
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
    select image.tenant_id, 'inventory', 'reservations', image.row_id, 'delete',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function inventory.keep_deleted_reservations() is
    'Writes the superseded image of every deleted row of inventory.reservations to the audit log.';

create or replace trigger t70_audit_delete
    after delete on inventory.reservations
    referencing old table as old_rows
    for each statement execute function inventory.keep_deleted_reservations();

create or replace trigger t70_audit_truncate
    before truncate on inventory.reservations
    for each statement execute function core.keep_truncate();

-- Audited: location_changes_leave_a_trace

create or replace function inventory.keep_updated_locations() returns trigger
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
    select image.tenant_id, 'inventory', 'locations', image.row_id, 'update',
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
comment on function inventory.keep_updated_locations() is
    'Writes the superseded image of every updated row of inventory.locations to the audit log.';

create or replace trigger t70_audit_update
    after update on inventory.locations
    referencing old table as old_rows new table as new_rows
    for each statement execute function inventory.keep_updated_locations();

create or replace function inventory.keep_deleted_locations() returns trigger
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
    select image.tenant_id, 'inventory', 'locations', image.row_id, 'delete',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function inventory.keep_deleted_locations() is
    'Writes the superseded image of every deleted row of inventory.locations to the audit log.';

create or replace trigger t70_audit_delete
    after delete on inventory.locations
    referencing old table as old_rows
    for each statement execute function inventory.keep_deleted_locations();

create or replace trigger t70_audit_truncate
    before truncate on inventory.locations
    for each statement execute function core.keep_truncate();

-- Audited: reorder_rule_changes_leave_a_trace

create or replace function inventory.keep_updated_reorder_rules() returns trigger
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
    select image.tenant_id, 'inventory', 'reorder_rules', image.row_id, 'update',
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
comment on function inventory.keep_updated_reorder_rules() is
    'Writes the superseded image of every updated row of inventory.reorder_rules to the audit log.';

create or replace trigger t70_audit_update
    after update on inventory.reorder_rules
    referencing old table as old_rows new table as new_rows
    for each statement execute function inventory.keep_updated_reorder_rules();

create or replace function inventory.keep_deleted_reorder_rules() returns trigger
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
    select image.tenant_id, 'inventory', 'reorder_rules', image.row_id, 'delete',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function inventory.keep_deleted_reorder_rules() is
    'Writes the superseded image of every deleted row of inventory.reorder_rules to the audit log.';

create or replace trigger t70_audit_delete
    after delete on inventory.reorder_rules
    referencing old table as old_rows
    for each statement execute function inventory.keep_deleted_reorder_rules();

create or replace trigger t70_audit_truncate
    before truncate on inventory.reorder_rules
    for each statement execute function core.keep_truncate();

-- TenantScoped: locations_of_one_tenant

drop policy if exists locations_of_one_tenant on inventory.locations;
create policy locations_of_one_tenant on inventory.locations
    using (tenant_id = core.current_tenant_id());
comment on policy locations_of_one_tenant on inventory.locations is 'A tenant sees and writes its own rows of inventory.locations only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_locations_of_one_tenant_for_good
    before update of tenant_id on inventory.locations
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('locations_of_one_tenant');

-- TenantScoped: movement_reasons_of_one_tenant

drop policy if exists movement_reasons_of_one_tenant on inventory.movement_reasons;
create policy movement_reasons_of_one_tenant on inventory.movement_reasons
    using (tenant_id = core.current_tenant_id());
comment on policy movement_reasons_of_one_tenant on inventory.movement_reasons is 'A tenant sees and writes its own rows of inventory.movement_reasons only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_movement_reasons_of_one_tenant_for_good
    before update of tenant_id on inventory.movement_reasons
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('movement_reasons_of_one_tenant');

-- TenantScoped: stock_levels_of_one_tenant

drop policy if exists stock_levels_of_one_tenant on inventory.stock_levels;
create policy stock_levels_of_one_tenant on inventory.stock_levels
    using (tenant_id = core.current_tenant_id());
comment on policy stock_levels_of_one_tenant on inventory.stock_levels is 'A tenant sees and writes its own rows of inventory.stock_levels only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_stock_levels_of_one_tenant_for_good
    before update of tenant_id on inventory.stock_levels
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('stock_levels_of_one_tenant');

-- TenantScoped: inventory_movements_of_one_tenant

drop policy if exists inventory_movements_of_one_tenant on inventory.inventory_movements;
create policy inventory_movements_of_one_tenant on inventory.inventory_movements
    using (tenant_id = core.current_tenant_id());
comment on policy inventory_movements_of_one_tenant on inventory.inventory_movements is 'A tenant sees and writes its own rows of inventory.inventory_movements only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_inventory_movements_of_one_tenant_for_good
    before update of tenant_id on inventory.inventory_movements
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('inventory_movements_of_one_tenant');

-- TenantScoped: reservations_of_one_tenant

drop policy if exists reservations_of_one_tenant on inventory.reservations;
create policy reservations_of_one_tenant on inventory.reservations
    using (tenant_id = core.current_tenant_id());
comment on policy reservations_of_one_tenant on inventory.reservations is 'A tenant sees and writes its own rows of inventory.reservations only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_reservations_of_one_tenant_for_good
    before update of tenant_id on inventory.reservations
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('reservations_of_one_tenant');

-- TenantScoped: reorder_rules_of_one_tenant

drop policy if exists reorder_rules_of_one_tenant on inventory.reorder_rules;
create policy reorder_rules_of_one_tenant on inventory.reorder_rules
    using (tenant_id = core.current_tenant_id());
comment on policy reorder_rules_of_one_tenant on inventory.reorder_rules is 'A tenant sees and writes its own rows of inventory.reorder_rules only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_reorder_rules_of_one_tenant_for_good
    before update of tenant_id on inventory.reorder_rules
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('reorder_rules_of_one_tenant');

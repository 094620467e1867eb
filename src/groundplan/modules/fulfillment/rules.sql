-- Generated from rules.py. Do not edit: change the declarations and generate again.

-- Row rules of fulfillment.shipments

create or replace function fulfillment.guard_shipments() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- sent_shipments_keep_their_date
    if tg_op = 'UPDATE' then
        if (new.shipped_at, new.business_date)
           is distinct from
           (old.shipped_at, old.business_date)
           and (old.status in ('shipped', 'delivered'))
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R03', 'sent_shipments_keep_their_date', 'fulfillment.shipments',
                'A shipment that has left keeps its time and its day.',
                format('fulfillment.shipments %s: ', old.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{shipped_at, business_date}'),
                'Make a new row instead.');
        end if;
    end if;

    -- shipment_status_follows_its_path
    if tg_op = 'INSERT' then
        if new.status in ('draft') is not true and core.maintenance_reason() is null then
            perform core.refuse(
                '23R01', 'shipment_status_follows_its_path', 'fulfillment.shipments.status',
                'A shipment goes from draft to shipped to delivered, or is cancelled before it is shipped.',
                core.shown(to_jsonb(new), '{status}') || '; allowed at the beginning: draft.',
                'Take an allowed step; a final status stays as it is.');
        end if;
    end if;

    -- shipment_status_follows_its_path
    if tg_op = 'UPDATE' then
        if new.status is distinct from old.status
           and (old.status, new.status) in (
                ('draft', 'shipped'),
                ('draft', 'cancelled'),
                ('shipped', 'delivered')
           ) is not true
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R01', 'shipment_status_follows_its_path', 'fulfillment.shipments.status',
                'A shipment goes from draft to shipped to delivered, or is cancelled before it is shipped.',
                format('fulfillment.shipments %s: %s %s', new.id,
                    core.differences(to_jsonb(old), to_jsonb(new), '{status}'),
                    case old.status
                        when 'draft' then 'Allowed from draft: shipped, cancelled.'
                        when 'shipped' then 'Allowed from shipped: delivered.'
                        when 'delivered' then 'delivered is final.'
                        when 'cancelled' then 'cancelled is final.'
                    end),
                'Take an allowed step; a final status stays as it is.');
        end if;
    end if;

    -- shipments_keep_their_order
    if tg_op = 'UPDATE' then
        if (new.tenant_id, new.order_id, new.source_location_id, new.currency_code)
           is distinct from
           (old.tenant_id, old.order_id, old.source_location_id, old.currency_code)
           and (true)
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R03', 'shipments_keep_their_order', 'fulfillment.shipments',
                'A shipment keeps its order and its place, and is never deleted.',
                format('fulfillment.shipments %s: ', old.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{tenant_id, order_id, source_location_id, currency_code}'),
                'Cancel it and make another one.');
        end if;
    end if;

    -- shipment_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- shipment_changes_leave_a_trace
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

    -- shipped_at_is_a_business_time
    if (
        (core.is_business_time(new.shipped_at)) is not false or core.is_restoring()
    ) is false then
        perform core.refuse(
            '23514', 'shipped_at_is_a_business_time', 'fulfillment.shipments',
            'A shipment leaves from 1970 on, and at most a day ahead of the clock.',
            format('fulfillment.shipments %s: %s.', new.id,
                core.shown(to_jsonb(new), '{shipped_at}')),
            'Leave shipped_at out for a shipment of now.');
    end if;

    return new;
end
$$;
comment on function fulfillment.guard_shipments() is 'shipped_at_is_a_business_time: A shipment leaves from 1970 on, and at most a day ahead of the clock.
sent_shipments_keep_their_date: A shipment that has left keeps its time and its day.
shipment_status_follows_its_path: A shipment goes from draft to shipped to delivered, or is cancelled before it is shipped.
shipments_keep_their_order: A shipment keeps its order and its place, and is never deleted.
shipment_changes_leave_a_trace: Every change of a shipment leaves the old one in the audit log.';

create or replace trigger t30_guard_shipments
    before insert or update on fulfillment.shipments
    for each row execute function fulfillment.guard_shipments();

-- Row rules of fulfillment.returns

create or replace function fulfillment.guard_returns() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- received_returns_keep_their_date
    if tg_op = 'UPDATE' then
        if (new.received_at, new.business_date)
           is distinct from
           (old.received_at, old.business_date)
           and (old.status = 'received')
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R03', 'received_returns_keep_their_date', 'fulfillment.returns',
                'A return that has arrived keeps its time and its day.',
                format('fulfillment.returns %s: ', old.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{received_at, business_date}'),
                'Make a new row instead.');
        end if;
    end if;

    -- return_reason_is_known
    if tg_op = 'INSERT' then
        -- No lock is needed: the parents are never deleted and keep their keys.
        if not (
            new.reason_code is null or exists (
                select from fulfillment.return_reasons as parent
                where parent.tenant_id = new.tenant_id and parent.code = new.reason_code)
        ) and core.maintenance_reason() is null then
            perform core.refuse(
                '23R09', 'return_reason_is_known', 'fulfillment.returns.reason_code',
                'A return names a reason of its tenant.',
                format('fulfillment.returns %s: %s.', new.id, core.shown(to_jsonb(new), '{reason_code}')),
                'See fulfillment.return_reasons.code.');
        end if;
    end if;

    -- return_reason_is_known
    if tg_op = 'UPDATE' then
        if new.reason_code is distinct from old.reason_code then
            -- No lock is needed: the parents are never deleted and keep their keys.
            if not (
                new.reason_code is null or exists (
                    select from fulfillment.return_reasons as parent
                    where parent.tenant_id = new.tenant_id and parent.code = new.reason_code)
            ) and core.maintenance_reason() is null then
                perform core.refuse(
                    '23R09', 'return_reason_is_known', 'fulfillment.returns.reason_code',
                    'A return names a reason of its tenant.',
                    format('fulfillment.returns %s: %s.', new.id, core.shown(to_jsonb(new), '{reason_code}')),
                    'See fulfillment.return_reasons.code.');
            end if;
        end if;
    end if;

    -- return_status_follows_its_path
    if tg_op = 'INSERT' then
        if new.status in ('draft') is not true and core.maintenance_reason() is null then
            perform core.refuse(
                '23R01', 'return_status_follows_its_path', 'fulfillment.returns.status',
                'A return is a draft until it is received or cancelled, and then stays so.',
                core.shown(to_jsonb(new), '{status}') || '; allowed at the beginning: draft.',
                'Take an allowed step; a final status stays as it is.');
        end if;
    end if;

    -- return_status_follows_its_path
    if tg_op = 'UPDATE' then
        if new.status is distinct from old.status
           and (old.status, new.status) in (
                ('draft', 'received'),
                ('draft', 'cancelled')
           ) is not true
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R01', 'return_status_follows_its_path', 'fulfillment.returns.status',
                'A return is a draft until it is received or cancelled, and then stays so.',
                format('fulfillment.returns %s: %s %s', new.id,
                    core.differences(to_jsonb(old), to_jsonb(new), '{status}'),
                    case old.status
                        when 'draft' then 'Allowed from draft: received, cancelled.'
                        when 'received' then 'received is final.'
                        when 'cancelled' then 'cancelled is final.'
                    end),
                'Take an allowed step; a final status stays as it is.');
        end if;
    end if;

    -- returns_keep_their_order
    if tg_op = 'UPDATE' then
        if (new.tenant_id, new.order_id, new.destination_location_id, new.currency_code)
           is distinct from
           (old.tenant_id, old.order_id, old.destination_location_id, old.currency_code)
           and (true)
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R03', 'returns_keep_their_order', 'fulfillment.returns',
                'A return keeps its order and its place, and is never deleted.',
                format('fulfillment.returns %s: ', old.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{tenant_id, order_id, destination_location_id, currency_code}'),
                'Cancel it and make another one.');
        end if;
    end if;

    -- return_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- return_changes_leave_a_trace
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

    -- received_at_is_a_business_time
    if (
        (core.is_business_time(new.received_at)) is not false or core.is_restoring()
    ) is false then
        perform core.refuse(
            '23514', 'received_at_is_a_business_time', 'fulfillment.returns',
            'A return arrives from 1970 on, and at most a day ahead of the clock.',
            format('fulfillment.returns %s: %s.', new.id,
                core.shown(to_jsonb(new), '{received_at}')),
            'Leave received_at out for a return of now.');
    end if;

    return new;
end
$$;
comment on function fulfillment.guard_returns() is 'received_at_is_a_business_time: A return arrives from 1970 on, and at most a day ahead of the clock.
received_returns_keep_their_date: A return that has arrived keeps its time and its day.
return_reason_is_known: A return names a reason of its tenant.
return_status_follows_its_path: A return is a draft until it is received or cancelled, and then stays so.
returns_keep_their_order: A return keeps its order and its place, and is never deleted.
return_changes_leave_a_trace: Every change of a return leaves the old one in the audit log.';

create or replace trigger t30_guard_returns
    before insert or update on fulfillment.returns
    for each row execute function fulfillment.guard_returns();

-- Row rules of fulfillment.order_item_fulfillments

create or replace function fulfillment.guard_order_item_fulfillments() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- followed_lines_keep_what_they_follow
    if tg_op = 'UPDATE' then
        if (new.tenant_id, new.id, new.reservation_id, new.sku_id, new.quantity)
           is distinct from
           (old.tenant_id, old.id, old.reservation_id, old.sku_id, old.quantity)
           and (true)
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R03', 'followed_lines_keep_what_they_follow', 'fulfillment.order_item_fulfillments',
                'What is promised for an order line stays promised until it is sent or cancelled.',
                format('fulfillment.order_item_fulfillments %s: ', old.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{tenant_id, id, reservation_id, sku_id, quantity}'),
                'Make a new row instead.');
        end if;
    end if;

    -- shipped_is_never_above_ordered
    if tg_op = 'INSERT' then
        if new.shipped_quantity <> 0
           and not (coalesce(current_setting('groundplan.writer', true), '')
               = (pg_trigger_depth() - 1)::text
               and has_schema_privilege('groundplan', 'usage'))
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R06', 'shipped_is_never_above_ordered', 'fulfillment.order_item_fulfillments.shipped_quantity',
                'All shipments of an order line together never send more than was ordered.',
                format('fulfillment.order_item_fulfillments %s: shipped_quantity would begin as %s, not as 0.', new.id,
                    trim_scale(new.shipped_quantity)),
                'See order_item_fulfillments.quantity - shipped_quantity for what is open.');
        end if;
    end if;

    -- returned_is_never_above_shipped
    if tg_op = 'INSERT' then
        if new.returned_quantity <> 0
           and not (coalesce(current_setting('groundplan.writer', true), '')
               = (pg_trigger_depth() - 1)::text
               and has_schema_privilege('groundplan', 'usage'))
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R06', 'returned_is_never_above_shipped', 'fulfillment.order_item_fulfillments.returned_quantity',
                'All returns of an order line together never bring back more than was sent.',
                format('fulfillment.order_item_fulfillments %s: returned_quantity would begin as %s, not as 0.', new.id,
                    trim_scale(new.returned_quantity)),
                'See order_item_fulfillments.shipped_quantity - returned_quantity for what is out.');
        end if;
    end if;

    -- shipped_is_never_above_ordered
    if tg_op = 'UPDATE' then
        if new.shipped_quantity is distinct from old.shipped_quantity then
            if not (coalesce(current_setting('groundplan.writer', true), '')
                = (pg_trigger_depth() - 1)::text
                and has_schema_privilege('groundplan', 'usage'))
               and core.maintenance_reason() is null
            then
                perform core.refuse(
                    '23R06', 'shipped_is_never_above_ordered', 'fulfillment.order_item_fulfillments.shipped_quantity',
                    'All shipments of an order line together never send more than was ordered.',
                    format('fulfillment.order_item_fulfillments %s: ', new.id)
                        || core.differences(to_jsonb(old), to_jsonb(new), '{shipped_quantity}'),
                    'See order_item_fulfillments.quantity - shipped_quantity for what is open.');
            elsif (new.shipped_quantity between 0 and new.quantity) is not true then
                perform core.refuse(
                    '23R06', 'shipped_is_never_above_ordered', 'fulfillment.order_item_fulfillments.shipped_quantity',
                    'All shipments of an order line together never send more than was ordered.',
                    format('fulfillment.order_item_fulfillments %s: %s cannot be added to shipped_quantity = %s where %s.', new.id,
                        trim_scale(new.shipped_quantity - old.shipped_quantity), trim_scale(old.shipped_quantity),
                        core.shown(to_jsonb(new), '{quantity}')),
                    'See order_item_fulfillments.quantity - shipped_quantity for what is open.');
            end if;
        end if;
    end if;

    -- returned_is_never_above_shipped
    if tg_op = 'UPDATE' then
        if new.returned_quantity is distinct from old.returned_quantity then
            if not (coalesce(current_setting('groundplan.writer', true), '')
                = (pg_trigger_depth() - 1)::text
                and has_schema_privilege('groundplan', 'usage'))
               and core.maintenance_reason() is null
            then
                perform core.refuse(
                    '23R06', 'returned_is_never_above_shipped', 'fulfillment.order_item_fulfillments.returned_quantity',
                    'All returns of an order line together never bring back more than was sent.',
                    format('fulfillment.order_item_fulfillments %s: ', new.id)
                        || core.differences(to_jsonb(old), to_jsonb(new), '{returned_quantity}'),
                    'See order_item_fulfillments.shipped_quantity - returned_quantity for what is out.');
            elsif (new.returned_quantity between 0 and new.shipped_quantity) is not true then
                perform core.refuse(
                    '23R06', 'returned_is_never_above_shipped', 'fulfillment.order_item_fulfillments.returned_quantity',
                    'All returns of an order line together never bring back more than was sent.',
                    format('fulfillment.order_item_fulfillments %s: %s cannot be added to returned_quantity = %s where %s.', new.id,
                        trim_scale(new.returned_quantity - old.returned_quantity), trim_scale(old.returned_quantity),
                        core.shown(to_jsonb(new), '{shipped_quantity}')),
                    'See order_item_fulfillments.shipped_quantity - returned_quantity for what is out.');
            end if;
        end if;
    end if;

    return new;
end
$$;
comment on function fulfillment.guard_order_item_fulfillments() is 'followed_lines_keep_what_they_follow: What is promised for an order line stays promised until it is sent or cancelled.
shipped_is_never_above_ordered: All shipments of an order line together never send more than was ordered.
returned_is_never_above_shipped: All returns of an order line together never bring back more than was sent.';

create or replace trigger t30_guard_order_item_fulfillments
    before insert or update on fulfillment.order_item_fulfillments
    for each row execute function fulfillment.guard_order_item_fulfillments();

-- Row rules of fulfillment.shipment_items

create or replace function fulfillment.guard_shipment_items() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- sent_items_are_marked_by_the_database
    if tg_op = 'INSERT' then
        if (new.is_shipped, new.movement_id) is distinct from (false, null::uuid)
           and not (coalesce(current_setting('groundplan.writer', true), '')
               = (pg_trigger_depth() - 1)::text
               and has_schema_privilege('groundplan', 'usage'))
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R12', 'sent_items_are_marked_by_the_database', 'fulfillment.shipment_items',
                'An item counts as sent exactly when its shipment has left.',
                core.differences(jsonb_build_object('is_shipped', false, 'movement_id', null::uuid), to_jsonb(new),
                    '{is_shipped, movement_id}'),
                'Set the shipment''s status to shipped.');
        end if;
    end if;

    -- sent_items_are_marked_by_the_database
    if tg_op = 'UPDATE' then
        if (new.is_shipped, new.movement_id) is distinct from (old.is_shipped, old.movement_id)
           and not (coalesce(current_setting('groundplan.writer', true), '')
               = (pg_trigger_depth() - 1)::text
               and has_schema_privilege('groundplan', 'usage'))
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R12', 'sent_items_are_marked_by_the_database', 'fulfillment.shipment_items',
                'An item counts as sent exactly when its shipment has left.',
                format('fulfillment.shipment_items %s: ', new.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{is_shipped, movement_id}'),
                'Set the shipment''s status to shipped.');
        end if;
    end if;

    return new;
end
$$;
comment on function fulfillment.guard_shipment_items() is 'sent_items_are_marked_by_the_database: An item counts as sent exactly when its shipment has left.';

create or replace trigger t30_guard_shipment_items
    before insert or update on fulfillment.shipment_items
    for each row execute function fulfillment.guard_shipment_items();

-- Row rules of fulfillment.return_reasons

create or replace function fulfillment.guard_return_reasons() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- return_reasons_are_never_deleted
    if (new.tenant_id, new.code)
       is distinct from
       (old.tenant_id, old.code)
       and (true)
       and core.maintenance_reason() is null
    then
        perform core.refuse(
            '23R03', 'return_reasons_are_never_deleted', 'fulfillment.return_reasons',
            'A return reason keeps its code and is never deleted: returns refer to it.',
            format('fulfillment.return_reasons %s: ', old.id)
                || core.differences(to_jsonb(old), to_jsonb(new), '{tenant_id, code}'),
            'Make a new row instead.');
    end if;

    return new;
end
$$;
comment on function fulfillment.guard_return_reasons() is 'return_reasons_are_never_deleted: A return reason keeps its code and is never deleted: returns refer to it.';

create or replace trigger t30_guard_return_reasons
    before update on fulfillment.return_reasons
    for each row execute function fulfillment.guard_return_reasons();

-- Row rules of fulfillment.return_items

create or replace function fulfillment.guard_return_items() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- returned_items_are_marked_by_the_database
    if tg_op = 'INSERT' then
        if (new.is_received, new.movement_id) is distinct from (false, null::uuid)
           and not (coalesce(current_setting('groundplan.writer', true), '')
               = (pg_trigger_depth() - 1)::text
               and has_schema_privilege('groundplan', 'usage'))
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R12', 'returned_items_are_marked_by_the_database', 'fulfillment.return_items',
                'An item counts as come back exactly when its return was received.',
                core.differences(jsonb_build_object('is_received', false, 'movement_id', null::uuid), to_jsonb(new),
                    '{is_received, movement_id}'),
                'Set the return''s status to received.');
        end if;
    end if;

    -- returned_items_are_marked_by_the_database
    if tg_op = 'UPDATE' then
        if (new.is_received, new.movement_id) is distinct from (old.is_received, old.movement_id)
           and not (coalesce(current_setting('groundplan.writer', true), '')
               = (pg_trigger_depth() - 1)::text
               and has_schema_privilege('groundplan', 'usage'))
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R12', 'returned_items_are_marked_by_the_database', 'fulfillment.return_items',
                'An item counts as come back exactly when its return was received.',
                format('fulfillment.return_items %s: ', new.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{is_received, movement_id}'),
                'Set the return''s status to received.');
        end if;
    end if;

    return new;
end
$$;
comment on function fulfillment.guard_return_items() is 'returned_items_are_marked_by_the_database: An item counts as come back exactly when its return was received.';

create or replace trigger t30_guard_return_items
    before insert or update on fulfillment.return_items
    for each row execute function fulfillment.guard_return_items();

-- Gate: nothing_is_sent_before_it_is_ordered

create or replace function fulfillment.nothing_is_sent_before_it_is_ordered() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if new.status is not distinct from old.status
       or new.status in ('shipped', 'delivered') is not true
       or core.maintenance_reason() is not null then
        return new;
    end if;
    if (not exists (
        select from sales.orders as o where o.id = new.order_id and new.shipped_at < o.placed_at)) is not true then
        perform core.refuse(
            '23R10', 'nothing_is_sent_before_it_is_ordered', 'fulfillment.shipments.status',
            'No shipment leaves before its order was placed.',
            format('fulfillment.shipments %s: ', new.id)
                || core.differences(to_jsonb(old), to_jsonb(new), '{status}'),
            'Leave shipped_at out for a shipment of now; see orders.placed_at.');
    end if;
    return new;
end
$$;
comment on function fulfillment.nothing_is_sent_before_it_is_ordered() is 'No shipment leaves before its order was placed.';

create or replace trigger t10_nothing_is_sent_before_it_is_ordered
    before update of status on fulfillment.shipments
    for each row execute function fulfillment.nothing_is_sent_before_it_is_ordered();

-- Frozen: sent_shipments_keep_their_date

create or replace function fulfillment.sent_shipments_keep_their_date() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not (old.status in ('shipped', 'delivered')) or core.maintenance_reason() is not null then
        return old;
    end if;
    perform core.refuse(
        '23R03', 'sent_shipments_keep_their_date', 'fulfillment.shipments',
        'A shipment that has left keeps its time and its day.',
        format('DELETE of fulfillment.shipments %s was refused.', old.id),
        'Make a new row instead.');
end
$$;
comment on function fulfillment.sent_shipments_keep_their_date() is 'A shipment that has left keeps its time and its day.';

create or replace trigger t10_sent_shipments_keep_their_date
    before delete on fulfillment.shipments
    for each row execute function fulfillment.sent_shipments_keep_their_date();

create or replace function fulfillment.sent_shipments_keep_their_date_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'sent_shipments_keep_their_date', 'fulfillment.shipments',
        'A shipment that has left keeps its time and its day.',
        'TRUNCATE of fulfillment.shipments was refused.',
        'Make a new row instead.');
end
$$;
comment on function fulfillment.sent_shipments_keep_their_date_truncate() is 'A shipment that has left keeps its time and its day.';

create or replace trigger t10_sent_shipments_keep_their_date_truncate
    before truncate on fulfillment.shipments
    for each statement execute function fulfillment.sent_shipments_keep_their_date_truncate();

-- Gate: nothing_comes_back_before_it_was_sent

create or replace function fulfillment.nothing_comes_back_before_it_was_sent() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if new.status is not distinct from old.status
       or new.status in ('received') is not true
       or core.maintenance_reason() is not null then
        return new;
    end if;
    if (new.received_at is null or not exists (
        select from fulfillment.return_items as item
        cross join lateral (
            select new.received_at as moment
            union all
            select later.received_at
            from fulfillment.return_items as came
            join fulfillment.returns as later on later.id = came.return_id
            where came.order_item_id = item.order_item_id and later.received_at > new.received_at
        ) as at
        cross join lateral (
            select coalesce(sum(sent.quantity), 0) as ever,
                coalesce(sum(sent.quantity) filter (where shipment.shipped_at <= at.moment), 0) as then
            from fulfillment.shipment_items as sent
            join fulfillment.shipments as shipment on shipment.id = sent.shipment_id
            where sent.order_item_id = item.order_item_id and shipment.shipped_at is not null
        ) as sent
        cross join lateral (
            select coalesce(sum(came.quantity), 0) as ever,
                coalesce(sum(came.quantity) filter (where other.received_at <= at.moment), 0) as then
            from fulfillment.return_items as came
            join fulfillment.returns as other on other.id = came.return_id
            where came.order_item_id = item.order_item_id and other.received_at is not null
        ) as back
        where item.return_id = new.id
          and back.then + item.quantity > sent.then and back.ever + item.quantity <= sent.ever)) is not true then
        perform core.refuse(
            '23R10', 'nothing_comes_back_before_it_was_sent', 'fulfillment.returns.status',
            'What comes back was sent before.',
            format('fulfillment.returns %s: ', new.id)
                || core.differences(to_jsonb(old), to_jsonb(new), '{status}'),
            'Leave received_at out for a return of now; see shipments.shipped_at.');
    end if;
    return new;
end
$$;
comment on function fulfillment.nothing_comes_back_before_it_was_sent() is 'What comes back was sent before.';

create or replace trigger t10_nothing_comes_back_before_it_was_sent
    before update of status on fulfillment.returns
    for each row execute function fulfillment.nothing_comes_back_before_it_was_sent();

-- Frozen: received_returns_keep_their_date

create or replace function fulfillment.received_returns_keep_their_date() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not (old.status = 'received') or core.maintenance_reason() is not null then
        return old;
    end if;
    perform core.refuse(
        '23R03', 'received_returns_keep_their_date', 'fulfillment.returns',
        'A return that has arrived keeps its time and its day.',
        format('DELETE of fulfillment.returns %s was refused.', old.id),
        'Make a new row instead.');
end
$$;
comment on function fulfillment.received_returns_keep_their_date() is 'A return that has arrived keeps its time and its day.';

create or replace trigger t10_received_returns_keep_their_date
    before delete on fulfillment.returns
    for each row execute function fulfillment.received_returns_keep_their_date();

create or replace function fulfillment.received_returns_keep_their_date_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'received_returns_keep_their_date', 'fulfillment.returns',
        'A return that has arrived keeps its time and its day.',
        'TRUNCATE of fulfillment.returns was refused.',
        'Make a new row instead.');
end
$$;
comment on function fulfillment.received_returns_keep_their_date_truncate() is 'A return that has arrived keeps its time and its day.';

create or replace trigger t10_received_returns_keep_their_date_truncate
    before truncate on fulfillment.returns
    for each statement execute function fulfillment.received_returns_keep_their_date_truncate();

-- LookCheck: shipment_leaves_from_a_location_of_ours

create or replace function fulfillment.look_at_shipments() returns trigger
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
        select code, usage, status, closed_at from inventory.locations where id = r.source_location_id offset 0
    ) as place on true
    where (
        (place.usage = 'internal')
    ) is not true
    limit 1;
    if not found or core.maintenance_reason() is not null then
        return null;
    end if;
    -- shipment_leaves_from_a_location_of_ours
    select format('%s is %s, %s.', place.code, place.usage, place.status) into given
    from new_rows as r
    left join lateral (
        select code, usage, status, closed_at from inventory.locations where id = r.source_location_id offset 0
    ) as place on true
    where (
        place.usage = 'internal'
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'shipment_leaves_from_a_location_of_ours', 'fulfillment.shipments.source_location_id',
            'A shipment leaves from an internal location.',
            given,
            'See inventory.locations.usage.');
    end if;
    return null;
end
$$;
comment on function fulfillment.look_at_shipments() is 'shipment_leaves_from_a_location_of_ours: A shipment leaves from an internal location.';

create or replace trigger t10_look_at_shipments_insert
    after insert on fulfillment.shipments
    referencing new table as new_rows
    for each statement execute function fulfillment.look_at_shipments();

-- LookCheck: return_arrives_at_an_open_location_of_ours

create or replace function fulfillment.look_at_returns() returns trigger
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
        select code, usage, status, closed_at from inventory.locations where id = r.destination_location_id offset 0
    ) as place on true
    where (
        (place.usage = 'internal' and place.status = 'active')
    ) is not true
    limit 1;
    if not found or core.maintenance_reason() is not null then
        return null;
    end if;
    -- return_arrives_at_an_open_location_of_ours
    select format('%s is %s, %s.', place.code, place.usage, place.status) into given
    from new_rows as r
    left join lateral (
        select code, usage, status, closed_at from inventory.locations where id = r.destination_location_id offset 0
    ) as place on true
    where (
        place.usage = 'internal' and place.status = 'active'
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'return_arrives_at_an_open_location_of_ours', 'fulfillment.returns.destination_location_id',
            'A return arrives at an internal location that is open.',
            given,
            'See inventory.locations.usage and status.');
    end if;
    return null;
end
$$;
comment on function fulfillment.look_at_returns() is 'return_arrives_at_an_open_location_of_ours: A return arrives at an internal location that is open.';

create or replace trigger t10_look_at_returns_insert
    after insert on fulfillment.returns
    referencing new table as new_rows
    for each statement execute function fulfillment.look_at_returns();

-- LookCheck: shipment_item_fits_the_unit_of_its_sku

create or replace function fulfillment.look_at_shipment_items() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
as $$
declare
    given text;
begin
    perform
    from new_rows as r
    where (
        (r.quantity = trunc(r.quantity)
        or scale(trim_scale(r.quantity)) <= catalog.unit_decimals(r.sku_id))
    ) is not true
    limit 1;
    if not found or core.maintenance_reason() is not null then
        return null;
    end if;
    -- shipment_item_fits_the_unit_of_its_sku
    select format('The quantity is %s, the unit of the SKU has %s decimals.', trim_scale(r.quantity), catalog.unit_decimals(r.sku_id)) into given
    from new_rows as r
    where (
        r.quantity = trunc(r.quantity)
        or scale(trim_scale(r.quantity)) <= catalog.unit_decimals(r.sku_id)
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'shipment_item_fits_the_unit_of_its_sku', 'fulfillment.shipment_items.quantity',
            'A sent quantity has no more decimals than the unit of its SKU.',
            given,
            'See core.units_of_measure.decimals, and catalog.skus.unit_code.');
    end if;
    return null;
end
$$;
comment on function fulfillment.look_at_shipment_items() is 'shipment_item_fits_the_unit_of_its_sku: A sent quantity has no more decimals than the unit of its SKU.';

create or replace trigger t10_look_at_shipment_items_insert
    after insert on fulfillment.shipment_items
    referencing new table as new_rows
    for each statement execute function fulfillment.look_at_shipment_items();

create or replace trigger t10_look_at_shipment_items_update
    after update on fulfillment.shipment_items
    referencing new table as new_rows
    for each statement execute function fulfillment.look_at_shipment_items();

-- LookCheck: return_item_fits_the_unit_of_its_sku

create or replace function fulfillment.look_at_return_items() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
as $$
declare
    given text;
begin
    perform
    from new_rows as r
    where (
        (r.quantity = trunc(r.quantity)
        or scale(trim_scale(r.quantity)) <= catalog.unit_decimals(r.sku_id))
    ) is not true
    limit 1;
    if not found or core.maintenance_reason() is not null then
        return null;
    end if;
    -- return_item_fits_the_unit_of_its_sku
    select format('The quantity is %s, the unit of the SKU has %s decimals.', trim_scale(r.quantity), catalog.unit_decimals(r.sku_id)) into given
    from new_rows as r
    where (
        r.quantity = trunc(r.quantity)
        or scale(trim_scale(r.quantity)) <= catalog.unit_decimals(r.sku_id)
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'return_item_fits_the_unit_of_its_sku', 'fulfillment.return_items.quantity',
            'A quantity that comes back has no more decimals than the unit of its SKU.',
            given,
            'See core.units_of_measure.decimals, and catalog.skus.unit_code.');
    end if;
    return null;
end
$$;
comment on function fulfillment.look_at_return_items() is 'return_item_fits_the_unit_of_its_sku: A quantity that comes back has no more decimals than the unit of its SKU.';

create or replace trigger t10_look_at_return_items_insert
    after insert on fulfillment.return_items
    referencing new table as new_rows
    for each statement execute function fulfillment.look_at_return_items();

create or replace trigger t10_look_at_return_items_update
    after update on fulfillment.return_items
    referencing new table as new_rows
    for each statement execute function fulfillment.look_at_return_items();

-- WrittenByRules: order_lines_are_followed_by_the_database

create or replace function fulfillment.order_lines_are_followed_by_the_database() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if (coalesce(current_setting('groundplan.writer', true), '')
        = (pg_trigger_depth() - 1)::text
        and has_schema_privilege('groundplan', 'usage'))
       or core.maintenance_reason() is not null
    then
        return null;
    end if;
    perform core.refuse(
        '23R12', 'order_lines_are_followed_by_the_database', 'fulfillment.order_item_fulfillments',
        'Every line of a placed order is followed, with what is held for it, and no other.',
        tg_op || ' of fulfillment.order_item_fulfillments was refused; only the database writes there.',
        'Write the fact it follows from.');
end
$$;
comment on function fulfillment.order_lines_are_followed_by_the_database() is 'Every line of a placed order is followed, with what is held for it, and no other.';

create or replace trigger t10_order_lines_are_followed_by_the_database
    before insert on fulfillment.order_item_fulfillments
    for each statement execute function fulfillment.order_lines_are_followed_by_the_database();

-- Frozen: followed_lines_keep_what_they_follow

create or replace function fulfillment.followed_lines_keep_what_they_follow() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not (true) or core.maintenance_reason() is not null then
        return old;
    end if;
    perform core.refuse(
        '23R03', 'followed_lines_keep_what_they_follow', 'fulfillment.order_item_fulfillments',
        'What is promised for an order line stays promised until it is sent or cancelled.',
        format('DELETE of fulfillment.order_item_fulfillments %s was refused.', old.id),
        'Make a new row instead.');
end
$$;
comment on function fulfillment.followed_lines_keep_what_they_follow() is 'What is promised for an order line stays promised until it is sent or cancelled.';

create or replace trigger t10_followed_lines_keep_what_they_follow
    before delete on fulfillment.order_item_fulfillments
    for each row execute function fulfillment.followed_lines_keep_what_they_follow();

create or replace function fulfillment.followed_lines_keep_what_they_follow_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'followed_lines_keep_what_they_follow', 'fulfillment.order_item_fulfillments',
        'What is promised for an order line stays promised until it is sent or cancelled.',
        'TRUNCATE of fulfillment.order_item_fulfillments was refused.',
        'Make a new row instead.');
end
$$;
comment on function fulfillment.followed_lines_keep_what_they_follow_truncate() is 'What is promised for an order line stays promised until it is sent or cancelled.';

create or replace trigger t10_followed_lines_keep_what_they_follow_truncate
    before truncate on fulfillment.order_item_fulfillments
    for each statement execute function fulfillment.followed_lines_keep_what_they_follow_truncate();

create or replace trigger t70_keep_old_row
    after delete or update of tenant_id, id, reservation_id, sku_id, quantity on fulfillment.order_item_fulfillments
    for each row execute function core.keep_old_row('id');

-- Cap: shipped_is_never_above_ordered

create or replace function fulfillment.shipped_is_never_above_ordered_insert() returns trigger
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
        select entry.parent_id, sum(entry.amount) as amount
        from (
            select r.order_item_id, case when r.is_shipped then r.quantity else 0 end from new_rows as r
        ) as entry (parent_id, amount)
        group by entry.parent_id
        having sum(entry.amount) <> 0
        order by entry.parent_id
    loop
        update fulfillment.order_item_fulfillments as parent
        set shipped_quantity = parent.shipped_quantity + effect.amount
        where parent.id = effect.parent_id;
    end loop;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function fulfillment.shipped_is_never_above_ordered_insert() is 'All shipments of an order line together never send more than was ordered.';

create or replace trigger t50_shipped_is_never_above_ordered_insert
    after insert on fulfillment.shipment_items
    referencing new table as new_rows
    for each statement execute function fulfillment.shipped_is_never_above_ordered_insert();

create or replace function fulfillment.shipped_is_never_above_ordered_update() returns trigger
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
        select entry.parent_id, sum(entry.amount) as amount
        from (
            select r.order_item_id, case when r.is_shipped then r.quantity else 0 end from new_rows as r
            union all
            select r.order_item_id, -(case when r.is_shipped then r.quantity else 0 end) from old_rows as r
        ) as entry (parent_id, amount)
        group by entry.parent_id
        having sum(entry.amount) <> 0
        order by entry.parent_id
    loop
        update fulfillment.order_item_fulfillments as parent
        set shipped_quantity = parent.shipped_quantity + effect.amount
        where parent.id = effect.parent_id;
    end loop;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function fulfillment.shipped_is_never_above_ordered_update() is 'All shipments of an order line together never send more than was ordered.';

create or replace trigger t50_shipped_is_never_above_ordered_update
    after update on fulfillment.shipment_items
    referencing old table as old_rows new table as new_rows
    for each statement execute function fulfillment.shipped_is_never_above_ordered_update();

create or replace function fulfillment.shipped_is_never_above_ordered_delete() returns trigger
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
        select entry.parent_id, sum(entry.amount) as amount
        from (
            select r.order_item_id, -(case when r.is_shipped then r.quantity else 0 end) from old_rows as r
        ) as entry (parent_id, amount)
        group by entry.parent_id
        having sum(entry.amount) <> 0
        order by entry.parent_id
    loop
        update fulfillment.order_item_fulfillments as parent
        set shipped_quantity = parent.shipped_quantity + effect.amount
        where parent.id = effect.parent_id;
    end loop;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function fulfillment.shipped_is_never_above_ordered_delete() is 'All shipments of an order line together never send more than was ordered.';

create or replace trigger t50_shipped_is_never_above_ordered_delete
    after delete on fulfillment.shipment_items
    referencing old table as old_rows
    for each statement execute function fulfillment.shipped_is_never_above_ordered_delete();

-- Cap: returned_is_never_above_shipped

create or replace function fulfillment.returned_is_never_above_shipped_insert() returns trigger
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
        select entry.parent_id, sum(entry.amount) as amount
        from (
            select r.order_item_id, case when r.is_received then r.quantity else 0 end from new_rows as r
        ) as entry (parent_id, amount)
        group by entry.parent_id
        having sum(entry.amount) <> 0
        order by entry.parent_id
    loop
        update fulfillment.order_item_fulfillments as parent
        set returned_quantity = parent.returned_quantity + effect.amount
        where parent.id = effect.parent_id;
    end loop;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function fulfillment.returned_is_never_above_shipped_insert() is 'All returns of an order line together never bring back more than was sent.';

create or replace trigger t50_returned_is_never_above_shipped_insert
    after insert on fulfillment.return_items
    referencing new table as new_rows
    for each statement execute function fulfillment.returned_is_never_above_shipped_insert();

create or replace function fulfillment.returned_is_never_above_shipped_update() returns trigger
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
        select entry.parent_id, sum(entry.amount) as amount
        from (
            select r.order_item_id, case when r.is_received then r.quantity else 0 end from new_rows as r
            union all
            select r.order_item_id, -(case when r.is_received then r.quantity else 0 end) from old_rows as r
        ) as entry (parent_id, amount)
        group by entry.parent_id
        having sum(entry.amount) <> 0
        order by entry.parent_id
    loop
        update fulfillment.order_item_fulfillments as parent
        set returned_quantity = parent.returned_quantity + effect.amount
        where parent.id = effect.parent_id;
    end loop;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function fulfillment.returned_is_never_above_shipped_update() is 'All returns of an order line together never bring back more than was sent.';

create or replace trigger t50_returned_is_never_above_shipped_update
    after update on fulfillment.return_items
    referencing old table as old_rows new table as new_rows
    for each statement execute function fulfillment.returned_is_never_above_shipped_update();

create or replace function fulfillment.returned_is_never_above_shipped_delete() returns trigger
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
        select entry.parent_id, sum(entry.amount) as amount
        from (
            select r.order_item_id, -(case when r.is_received then r.quantity else 0 end) from old_rows as r
        ) as entry (parent_id, amount)
        group by entry.parent_id
        having sum(entry.amount) <> 0
        order by entry.parent_id
    loop
        update fulfillment.order_item_fulfillments as parent
        set returned_quantity = parent.returned_quantity + effect.amount
        where parent.id = effect.parent_id;
    end loop;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function fulfillment.returned_is_never_above_shipped_delete() is 'All returns of an order line together never bring back more than was sent.';

create or replace trigger t50_returned_is_never_above_shipped_delete
    after delete on fulfillment.return_items
    referencing old table as old_rows
    for each statement execute function fulfillment.returned_is_never_above_shipped_delete();

-- StateMachine: shipment_status_follows_its_path

create or replace function fulfillment.shipments_status_class(status text) returns text
    language sql immutable strict parallel safe
    return case
        when status in ('draft') then 'open'
        when status in ('shipped', 'delivered') then 'sent'
        when status in ('cancelled') then 'final'
    end;
comment on function fulfillment.shipments_status_class(text) is
    'The class of a status of fulfillment.shipments: code asks for the class, so that projects can add statuses.';

-- Frozen: shipments_keep_their_order

create or replace function fulfillment.shipments_keep_their_order() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not (true) or core.maintenance_reason() is not null then
        return old;
    end if;
    perform core.refuse(
        '23R03', 'shipments_keep_their_order', 'fulfillment.shipments',
        'A shipment keeps its order and its place, and is never deleted.',
        format('DELETE of fulfillment.shipments %s was refused.', old.id),
        'Cancel it and make another one.');
end
$$;
comment on function fulfillment.shipments_keep_their_order() is 'A shipment keeps its order and its place, and is never deleted.';

create or replace trigger t10_shipments_keep_their_order
    before delete on fulfillment.shipments
    for each row execute function fulfillment.shipments_keep_their_order();

create or replace function fulfillment.shipments_keep_their_order_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'shipments_keep_their_order', 'fulfillment.shipments',
        'A shipment keeps its order and its place, and is never deleted.',
        'TRUNCATE of fulfillment.shipments was refused.',
        'Cancel it and make another one.');
end
$$;
comment on function fulfillment.shipments_keep_their_order_truncate() is 'A shipment keeps its order and its place, and is never deleted.';

create or replace trigger t10_shipments_keep_their_order_truncate
    before truncate on fulfillment.shipments
    for each statement execute function fulfillment.shipments_keep_their_order_truncate();

-- Audited: shipment_changes_leave_a_trace

create or replace function fulfillment.keep_updated_shipments() returns trigger
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
    select image.tenant_id, 'fulfillment', 'shipments', image.row_id, 'update',
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
comment on function fulfillment.keep_updated_shipments() is
    'Writes the superseded image of every updated row of fulfillment.shipments to the audit log.';

create or replace trigger t70_audit_update
    after update on fulfillment.shipments
    referencing old table as old_rows new table as new_rows
    for each statement execute function fulfillment.keep_updated_shipments();

create or replace function fulfillment.keep_deleted_shipments() returns trigger
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
    select image.tenant_id, 'fulfillment', 'shipments', image.row_id, 'delete',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function fulfillment.keep_deleted_shipments() is
    'Writes the superseded image of every deleted row of fulfillment.shipments to the audit log.';

create or replace trigger t70_audit_delete
    after delete on fulfillment.shipments
    referencing old table as old_rows
    for each statement execute function fulfillment.keep_deleted_shipments();

create or replace trigger t70_audit_truncate
    before truncate on fulfillment.shipments
    for each statement execute function core.keep_truncate();

-- FrozenChildren: items_of_sent_shipments_are_frozen

-- With the rights of the owner: a session that names another tenant within its statement would
-- otherwise not see the parent, and change what is closed.
create or replace function fulfillment.items_of_sent_shipments_are_frozen_insert() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    closed    uuid;
    untouched boolean;
begin
    select max(parent.id::text) filter (where not (parent.status = 'draft')),
        bool_or(parent.xmin <> pg_current_xact_id()::xid)
    into closed, untouched
    from fulfillment.shipments as parent
    where parent.id = any (array(select shipment_id from new_rows));
    -- Touch the parent, so that whoever closes it at this moment waits for us, or we for them;
    -- then look again. A parent that this transaction has written is ours already.
    if untouched and closed is null then
        update fulfillment.shipments as parent
        set version = parent.version + 1
        where parent.id = any (array(select shipment_id from new_rows)) and parent.xmin <> pg_current_xact_id()::xid;
        select parent.id into closed
        from fulfillment.shipments as parent
        where parent.id = any (array(select shipment_id from new_rows)) and not (parent.status = 'draft')
        limit 1;
    end if;
    if closed is null or core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'items_of_sent_shipments_are_frozen', 'fulfillment.shipment_items',
        'What is in a shipment changes only while it is being packed.',
        format('%s of fulfillment.shipment_items was refused; it is allowed while fulfillment.shipments %s has status = ''draft''.', tg_op, closed),
        'Send the rest in another shipment, or return what was sent wrongly.');
end
$$;
comment on function fulfillment.items_of_sent_shipments_are_frozen_insert() is 'What is in a shipment changes only while it is being packed.';

create or replace trigger t10_items_of_sent_shipments_are_frozen_insert
    after insert on fulfillment.shipment_items
    referencing new table as new_rows
    for each statement execute function fulfillment.items_of_sent_shipments_are_frozen_insert();

-- With the rights of the owner: a session that names another tenant within its statement would
-- otherwise not see the parent, and change what is closed.
create or replace function fulfillment.items_of_sent_shipments_are_frozen_update() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    closed    uuid;
    untouched boolean;
begin
    -- What the database itself keeps in these rows may change; nothing else may.
    perform from old_rows as o
    left join new_rows as n on n.id = o.id
    where (n.tenant_id, n.movement_kind, n.order_item_id, n.shipment_id, n.sku_id, n.quantity, n.created_at, n.created_by)
        is distinct from (o.tenant_id, o.movement_kind, o.order_item_id, o.shipment_id, o.sku_id, o.quantity, o.created_at, o.created_by);
    if not found then
        return null;
    end if;
    select max(parent.id::text) filter (where not (parent.status = 'draft')),
        bool_or(parent.xmin <> pg_current_xact_id()::xid)
    into closed, untouched
    from fulfillment.shipments as parent
    where parent.id = any (array(select shipment_id from old_rows union select shipment_id from new_rows));
    -- Touch the parent, so that whoever closes it at this moment waits for us, or we for them;
    -- then look again. A parent that this transaction has written is ours already.
    if untouched and closed is null then
        update fulfillment.shipments as parent
        set version = parent.version + 1
        where parent.id = any (array(select shipment_id from old_rows union select shipment_id from new_rows)) and parent.xmin <> pg_current_xact_id()::xid;
        select parent.id into closed
        from fulfillment.shipments as parent
        where parent.id = any (array(select shipment_id from old_rows union select shipment_id from new_rows)) and not (parent.status = 'draft')
        limit 1;
    end if;
    if closed is null or core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'items_of_sent_shipments_are_frozen', 'fulfillment.shipment_items',
        'What is in a shipment changes only while it is being packed.',
        format('%s of fulfillment.shipment_items was refused; it is allowed while fulfillment.shipments %s has status = ''draft''.', tg_op, closed),
        'Send the rest in another shipment, or return what was sent wrongly.');
end
$$;
comment on function fulfillment.items_of_sent_shipments_are_frozen_update() is 'What is in a shipment changes only while it is being packed.';

create or replace trigger t10_items_of_sent_shipments_are_frozen_update
    after update on fulfillment.shipment_items
    referencing old table as old_rows new table as new_rows
    for each statement execute function fulfillment.items_of_sent_shipments_are_frozen_update();

-- With the rights of the owner: a session that names another tenant within its statement would
-- otherwise not see the parent, and change what is closed.
create or replace function fulfillment.items_of_sent_shipments_are_frozen_delete() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    closed    uuid;
    untouched boolean;
begin
    select max(parent.id::text) filter (where not (parent.status = 'draft')),
        bool_or(parent.xmin <> pg_current_xact_id()::xid)
    into closed, untouched
    from fulfillment.shipments as parent
    where parent.id = any (array(select shipment_id from old_rows));
    -- Touch the parent, so that whoever closes it at this moment waits for us, or we for them;
    -- then look again. A parent that this transaction has written is ours already.
    if untouched and closed is null then
        update fulfillment.shipments as parent
        set version = parent.version + 1
        where parent.id = any (array(select shipment_id from old_rows)) and parent.xmin <> pg_current_xact_id()::xid;
        select parent.id into closed
        from fulfillment.shipments as parent
        where parent.id = any (array(select shipment_id from old_rows)) and not (parent.status = 'draft')
        limit 1;
    end if;
    if closed is null or core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'items_of_sent_shipments_are_frozen', 'fulfillment.shipment_items',
        'What is in a shipment changes only while it is being packed.',
        format('%s of fulfillment.shipment_items was refused; it is allowed while fulfillment.shipments %s has status = ''draft''.', tg_op, closed),
        'Send the rest in another shipment, or return what was sent wrongly.');
end
$$;
comment on function fulfillment.items_of_sent_shipments_are_frozen_delete() is 'What is in a shipment changes only while it is being packed.';

create or replace trigger t10_items_of_sent_shipments_are_frozen_delete
    after delete on fulfillment.shipment_items
    referencing old table as old_rows
    for each statement execute function fulfillment.items_of_sent_shipments_are_frozen_delete();

-- PostgreSQL looks at references row by row, before the trigger above sees the statement. Without a
-- word at the row, whoever changes a closed row would be told about a key and not about this rule.
-- Whoever closes the parent has the parent first, then its rows; who is here has the row first. So this
-- one waits for the parent as long as nobody waits for it, and asks to be tried again otherwise.
create or replace function fulfillment.items_of_sent_shipments_are_frozen_keys() returns trigger
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
            perform from fulfillment.shipments as parent
            where parent.id = old.shipment_id and parent.xmin <> pg_current_xact_id()::xid
            for no key update;
            perform set_config('lock_timeout', patience, true);
            exit;
        exception when lock_not_available then
            if patience <> '0' and clock_timestamp() - began >= patience::interval then
                raise;
            end if;
        end;
        if core.is_waited_for() then
            perform core.refuse(
                '40001', 'items_of_sent_shipments_are_frozen', 'fulfillment.shipment_items',
                'What is in a shipment changes only while it is being packed.',
                'Another transaction is at work on it, and waits for this one.',
                'Try the transaction again.');
        end if;
    end loop;
    perform from fulfillment.shipments as parent
    where parent.id = old.shipment_id and not (parent.status = 'draft');
    if found and core.maintenance_reason() is null then
        perform core.refuse(
            '23R03', 'items_of_sent_shipments_are_frozen', 'fulfillment.shipment_items',
            'What is in a shipment changes only while it is being packed.',
            format('%s of fulfillment.shipment_items was refused; it is allowed while fulfillment.shipments %s has status = ''draft''.', tg_op, old.shipment_id),
            'Send the rest in another shipment, or return what was sent wrongly.');
    end if;
    return case tg_op when 'DELETE' then old else new end;
end
$$;
comment on function fulfillment.items_of_sent_shipments_are_frozen_keys() is 'What is in a shipment changes only while it is being packed.';

create or replace trigger t10_items_of_sent_shipments_are_frozen_keys_update
    before update of tenant_id, order_item_id, shipment_id, sku_id, quantity on fulfillment.shipment_items
    for each row
    when ((old.tenant_id, old.order_item_id, old.shipment_id, old.sku_id, old.quantity) is distinct from (new.tenant_id, new.order_item_id, new.shipment_id, new.sku_id, new.quantity))
    execute function fulfillment.items_of_sent_shipments_are_frozen_keys();

create or replace trigger t10_items_of_sent_shipments_are_frozen_keys_delete
    before delete on fulfillment.shipment_items
    for each row execute function fulfillment.items_of_sent_shipments_are_frozen_keys();

create or replace function fulfillment.items_of_sent_shipments_are_frozen_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'items_of_sent_shipments_are_frozen', 'fulfillment.shipment_items',
        'What is in a shipment changes only while it is being packed.',
        'TRUNCATE of fulfillment.shipment_items was refused.',
        'Send the rest in another shipment, or return what was sent wrongly.');
end
$$;
comment on function fulfillment.items_of_sent_shipments_are_frozen_truncate() is 'What is in a shipment changes only while it is being packed.';

create or replace trigger t10_items_of_sent_shipments_are_frozen_truncate
    before truncate on fulfillment.shipment_items
    for each statement execute function fulfillment.items_of_sent_shipments_are_frozen_truncate();

-- Behind the refusal: what changes all the same leaves its old image in the audit log.
create or replace function fulfillment.keep_old_shipment_items() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    outer_mark text;
    mark       text;
begin
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    if tg_op = 'UPDATE' then
        insert into core.audit_log (
            tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
        select o.tenant_id, 'fulfillment', 'shipment_items', o.id, 'update', to_jsonb(o),
            core.maintenance_reason()
        from old_rows as o
        join new_rows as n on n.id = o.id
        join fulfillment.shipments as parent on parent.id = o.shipment_id
        where not (parent.status = 'draft')
          and (n.tenant_id, n.movement_kind, n.order_item_id, n.shipment_id, n.sku_id, n.quantity, n.created_at, n.created_by)
              is distinct from (o.tenant_id, o.movement_kind, o.order_item_id, o.shipment_id, o.sku_id, o.quantity, o.created_at, o.created_by);
    else
        insert into core.audit_log (
            tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
        select o.tenant_id, 'fulfillment', 'shipment_items', o.id, 'delete', to_jsonb(o),
            core.maintenance_reason()
        from old_rows as o
        join fulfillment.shipments as parent on parent.id = o.shipment_id
        where not (parent.status = 'draft');
    end if;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function fulfillment.keep_old_shipment_items() is
    'Keeps the old image of every row of fulfillment.shipment_items that changes after it was frozen.';

create or replace trigger t70_keep_old_update
    after update on fulfillment.shipment_items
    referencing old table as old_rows new table as new_rows
    for each statement execute function fulfillment.keep_old_shipment_items();

create or replace trigger t70_keep_old_delete
    after delete on fulfillment.shipment_items
    referencing old table as old_rows
    for each statement execute function fulfillment.keep_old_shipment_items();

-- Condition: shipment_item_is_of_the_shipments_order

-- No lock is needed: shipments keep their order, and lines of placed orders are frozen.
create or replace function fulfillment.shipment_item_is_of_the_shipments_order() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    broken jsonb;
begin
    select to_jsonb(r) into broken
    from new_rows as r
    where (exists (
        select from fulfillment.shipments as shipment
        join sales.order_items as item on item.order_id = shipment.order_id
        where shipment.id = r.shipment_id and item.id = r.order_item_id)) is not true
    limit 1;
    if broken is null or core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R10', 'shipment_item_is_of_the_shipments_order', 'fulfillment.shipment_items.order_item_id',
        'A shipment carries lines of its own order only.',
        format('fulfillment.shipment_items %s: %s.', broken ->> 'id', core.shown(broken, '{shipment_id, order_item_id}')),
        'Send the line in a shipment of its own order.');
end
$$;
comment on function fulfillment.shipment_item_is_of_the_shipments_order() is 'A shipment carries lines of its own order only.';

create or replace trigger t10_shipment_item_is_of_the_shipments_order_insert
    after insert on fulfillment.shipment_items
    referencing new table as new_rows
    for each statement execute function fulfillment.shipment_item_is_of_the_shipments_order();

-- Gate: shipment_that_leaves_has_an_item

create or replace function fulfillment.shipment_that_leaves_has_an_item() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if new.status is not distinct from old.status
       or new.status in ('shipped') is not true
       or core.maintenance_reason() is not null then
        return new;
    end if;
    if (exists (
        select from fulfillment.shipment_items as item where item.shipment_id = new.id)) is not true then
        perform core.refuse(
            '23R10', 'shipment_that_leaves_has_an_item', 'fulfillment.shipments.status',
            'A shipment that is sent has at least one item.',
            format('fulfillment.shipments %s: ', new.id)
                || core.differences(to_jsonb(old), to_jsonb(new), '{status}'),
            'Add a row to fulfillment.shipment_items first.');
    end if;
    return new;
end
$$;
comment on function fulfillment.shipment_that_leaves_has_an_item() is 'A shipment that is sent has at least one item.';

create or replace trigger t10_shipment_that_leaves_has_an_item
    before update of status on fulfillment.shipments
    for each row execute function fulfillment.shipment_that_leaves_has_an_item();

-- Gate: fulfilled_order_has_been_sent

create or replace function sales.fulfilled_order_has_been_sent() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if new.status is not distinct from old.status
       or new.status in ('partially_fulfilled', 'fulfilled') is not true
       or core.maintenance_reason() is not null then
        return new;
    end if;
    if ((
        select case new.status
            when 'fulfilled' then bool_and(progress.shipped_quantity = progress.quantity)
            else bool_or(progress.shipped_quantity > 0) end
        from sales.order_items as item
        join fulfillment.order_item_fulfillments as progress on progress.id = item.id
        where item.order_id = new.id)) is not true then
        perform core.refuse(
            '23R10', 'fulfilled_order_has_been_sent', 'sales.orders.status',
            'An order is fulfilled when every line of it was sent, partially fulfilled when something of it was.',
            format('sales.orders %s: ', new.id)
                || core.differences(to_jsonb(old), to_jsonb(new), '{status}'),
            'Ship what is open; the order follows.');
    end if;
    return new;
end
$$;
comment on function sales.fulfilled_order_has_been_sent() is 'An order is fulfilled when every line of it was sent, partially fulfilled when something of it was.';

create or replace trigger t10_fulfilled_order_has_been_sent
    before update of status on sales.orders
    for each row execute function sales.fulfilled_order_has_been_sent();

-- Gate: order_of_stocked_goods_has_a_place_for_them

create or replace function sales.order_of_stocked_goods_has_a_place_for_them() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if new.status is not distinct from old.status
       or new.status in ('placed') is not true
       or core.maintenance_reason() is not null then
        return new;
    end if;
    if (not new.reserves_stock or new.is_test
    or exists (
        select from inventory.locations as place
        where place.tenant_id = new.tenant_id and place.usage = 'internal' and place.is_default)
    or not exists (
        select from sales.order_items as item
        join catalog.skus as sku on sku.id = item.sku_id and sku.is_stocked
        where item.order_id = new.id)) is not true then
        perform core.refuse(
            '23R10', 'order_of_stocked_goods_has_a_place_for_them', 'sales.orders.status',
            'An order of stocked goods is placed where a default location can hold them.',
            format('sales.orders %s: ', new.id)
                || core.differences(to_jsonb(old), to_jsonb(new), '{status}'),
            'Set is_default of an internal location, or reserves_stock of the order to false.');
    end if;
    return new;
end
$$;
comment on function sales.order_of_stocked_goods_has_a_place_for_them() is 'An order of stocked goods is placed where a default location can hold them.';

create or replace trigger t10_order_of_stocked_goods_has_a_place_for_them
    before update of status on sales.orders
    for each row execute function sales.order_of_stocked_goods_has_a_place_for_them();

-- Gate: received_return_has_an_item

create or replace function fulfillment.received_return_has_an_item() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if new.status is not distinct from old.status
       or new.status in ('received') is not true
       or core.maintenance_reason() is not null then
        return new;
    end if;
    if (exists (
        select from fulfillment.return_items as item where item.return_id = new.id)) is not true then
        perform core.refuse(
            '23R10', 'received_return_has_an_item', 'fulfillment.returns.status',
            'A return that is received has at least one item.',
            format('fulfillment.returns %s: ', new.id)
                || core.differences(to_jsonb(old), to_jsonb(new), '{status}'),
            'Add a row to fulfillment.return_items first.');
    end if;
    return new;
end
$$;
comment on function fulfillment.received_return_has_an_item() is 'A return that is received has at least one item.';

create or replace trigger t10_received_return_has_an_item
    before update of status on fulfillment.returns
    for each row execute function fulfillment.received_return_has_an_item();

-- Frozen: return_reasons_are_never_deleted

create or replace function fulfillment.return_reasons_are_never_deleted() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not (true) or core.maintenance_reason() is not null then
        return old;
    end if;
    perform core.refuse(
        '23R03', 'return_reasons_are_never_deleted', 'fulfillment.return_reasons',
        'A return reason keeps its code and is never deleted: returns refer to it.',
        format('DELETE of fulfillment.return_reasons %s was refused.', old.id),
        'Make a new row instead.');
end
$$;
comment on function fulfillment.return_reasons_are_never_deleted() is 'A return reason keeps its code and is never deleted: returns refer to it.';

create or replace trigger t10_return_reasons_are_never_deleted
    before delete on fulfillment.return_reasons
    for each row execute function fulfillment.return_reasons_are_never_deleted();

create or replace function fulfillment.return_reasons_are_never_deleted_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'return_reasons_are_never_deleted', 'fulfillment.return_reasons',
        'A return reason keeps its code and is never deleted: returns refer to it.',
        'TRUNCATE of fulfillment.return_reasons was refused.',
        'Make a new row instead.');
end
$$;
comment on function fulfillment.return_reasons_are_never_deleted_truncate() is 'A return reason keeps its code and is never deleted: returns refer to it.';

create or replace trigger t10_return_reasons_are_never_deleted_truncate
    before truncate on fulfillment.return_reasons
    for each statement execute function fulfillment.return_reasons_are_never_deleted_truncate();

create or replace trigger t70_keep_old_row
    after delete or update of tenant_id, code on fulfillment.return_reasons
    for each row execute function core.keep_old_row('id');

-- Frozen: returns_keep_their_order

create or replace function fulfillment.returns_keep_their_order() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not (true) or core.maintenance_reason() is not null then
        return old;
    end if;
    perform core.refuse(
        '23R03', 'returns_keep_their_order', 'fulfillment.returns',
        'A return keeps its order and its place, and is never deleted.',
        format('DELETE of fulfillment.returns %s was refused.', old.id),
        'Cancel it and make another one.');
end
$$;
comment on function fulfillment.returns_keep_their_order() is 'A return keeps its order and its place, and is never deleted.';

create or replace trigger t10_returns_keep_their_order
    before delete on fulfillment.returns
    for each row execute function fulfillment.returns_keep_their_order();

create or replace function fulfillment.returns_keep_their_order_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'returns_keep_their_order', 'fulfillment.returns',
        'A return keeps its order and its place, and is never deleted.',
        'TRUNCATE of fulfillment.returns was refused.',
        'Cancel it and make another one.');
end
$$;
comment on function fulfillment.returns_keep_their_order_truncate() is 'A return keeps its order and its place, and is never deleted.';

create or replace trigger t10_returns_keep_their_order_truncate
    before truncate on fulfillment.returns
    for each statement execute function fulfillment.returns_keep_their_order_truncate();

-- Audited: return_changes_leave_a_trace

create or replace function fulfillment.keep_updated_returns() returns trigger
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
    select image.tenant_id, 'fulfillment', 'returns', image.row_id, 'update',
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
comment on function fulfillment.keep_updated_returns() is
    'Writes the superseded image of every updated row of fulfillment.returns to the audit log.';

create or replace trigger t70_audit_update
    after update on fulfillment.returns
    referencing old table as old_rows new table as new_rows
    for each statement execute function fulfillment.keep_updated_returns();

create or replace function fulfillment.keep_deleted_returns() returns trigger
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
    select image.tenant_id, 'fulfillment', 'returns', image.row_id, 'delete',
        image.old_row, core.maintenance_reason()
    from (
        select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
        from old_rows as before
    ) as image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function fulfillment.keep_deleted_returns() is
    'Writes the superseded image of every deleted row of fulfillment.returns to the audit log.';

create or replace trigger t70_audit_delete
    after delete on fulfillment.returns
    referencing old table as old_rows
    for each statement execute function fulfillment.keep_deleted_returns();

create or replace trigger t70_audit_truncate
    before truncate on fulfillment.returns
    for each statement execute function core.keep_truncate();

-- FrozenChildren: items_of_received_returns_are_frozen

-- With the rights of the owner: a session that names another tenant within its statement would
-- otherwise not see the parent, and change what is closed.
create or replace function fulfillment.items_of_received_returns_are_frozen_insert() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    closed    uuid;
    untouched boolean;
begin
    select max(parent.id::text) filter (where not (parent.status = 'draft')),
        bool_or(parent.xmin <> pg_current_xact_id()::xid)
    into closed, untouched
    from fulfillment.returns as parent
    where parent.id = any (array(select return_id from new_rows));
    -- Touch the parent, so that whoever closes it at this moment waits for us, or we for them;
    -- then look again. A parent that this transaction has written is ours already.
    if untouched and closed is null then
        update fulfillment.returns as parent
        set version = parent.version + 1
        where parent.id = any (array(select return_id from new_rows)) and parent.xmin <> pg_current_xact_id()::xid;
        select parent.id into closed
        from fulfillment.returns as parent
        where parent.id = any (array(select return_id from new_rows)) and not (parent.status = 'draft')
        limit 1;
    end if;
    if closed is null or core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'items_of_received_returns_are_frozen', 'fulfillment.return_items',
        'What came back changes only until it is received.',
        format('%s of fulfillment.return_items was refused; it is allowed while fulfillment.returns %s has status = ''draft''.', tg_op, closed),
        'Adjust the stock, or make another return.');
end
$$;
comment on function fulfillment.items_of_received_returns_are_frozen_insert() is 'What came back changes only until it is received.';

create or replace trigger t10_items_of_received_returns_are_frozen_insert
    after insert on fulfillment.return_items
    referencing new table as new_rows
    for each statement execute function fulfillment.items_of_received_returns_are_frozen_insert();

-- With the rights of the owner: a session that names another tenant within its statement would
-- otherwise not see the parent, and change what is closed.
create or replace function fulfillment.items_of_received_returns_are_frozen_update() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    closed    uuid;
    untouched boolean;
begin
    -- What the database itself keeps in these rows may change; nothing else may.
    perform from old_rows as o
    left join new_rows as n on n.id = o.id
    where (n.tenant_id, n.movement_kind, n.order_item_id, n.return_id, n.sku_id, n.quantity, n.created_at, n.created_by, n.disposition)
        is distinct from (o.tenant_id, o.movement_kind, o.order_item_id, o.return_id, o.sku_id, o.quantity, o.created_at, o.created_by, o.disposition);
    if not found then
        return null;
    end if;
    select max(parent.id::text) filter (where not (parent.status = 'draft')),
        bool_or(parent.xmin <> pg_current_xact_id()::xid)
    into closed, untouched
    from fulfillment.returns as parent
    where parent.id = any (array(select return_id from old_rows union select return_id from new_rows));
    -- Touch the parent, so that whoever closes it at this moment waits for us, or we for them;
    -- then look again. A parent that this transaction has written is ours already.
    if untouched and closed is null then
        update fulfillment.returns as parent
        set version = parent.version + 1
        where parent.id = any (array(select return_id from old_rows union select return_id from new_rows)) and parent.xmin <> pg_current_xact_id()::xid;
        select parent.id into closed
        from fulfillment.returns as parent
        where parent.id = any (array(select return_id from old_rows union select return_id from new_rows)) and not (parent.status = 'draft')
        limit 1;
    end if;
    if closed is null or core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'items_of_received_returns_are_frozen', 'fulfillment.return_items',
        'What came back changes only until it is received.',
        format('%s of fulfillment.return_items was refused; it is allowed while fulfillment.returns %s has status = ''draft''.', tg_op, closed),
        'Adjust the stock, or make another return.');
end
$$;
comment on function fulfillment.items_of_received_returns_are_frozen_update() is 'What came back changes only until it is received.';

create or replace trigger t10_items_of_received_returns_are_frozen_update
    after update on fulfillment.return_items
    referencing old table as old_rows new table as new_rows
    for each statement execute function fulfillment.items_of_received_returns_are_frozen_update();

-- With the rights of the owner: a session that names another tenant within its statement would
-- otherwise not see the parent, and change what is closed.
create or replace function fulfillment.items_of_received_returns_are_frozen_delete() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    closed    uuid;
    untouched boolean;
begin
    select max(parent.id::text) filter (where not (parent.status = 'draft')),
        bool_or(parent.xmin <> pg_current_xact_id()::xid)
    into closed, untouched
    from fulfillment.returns as parent
    where parent.id = any (array(select return_id from old_rows));
    -- Touch the parent, so that whoever closes it at this moment waits for us, or we for them;
    -- then look again. A parent that this transaction has written is ours already.
    if untouched and closed is null then
        update fulfillment.returns as parent
        set version = parent.version + 1
        where parent.id = any (array(select return_id from old_rows)) and parent.xmin <> pg_current_xact_id()::xid;
        select parent.id into closed
        from fulfillment.returns as parent
        where parent.id = any (array(select return_id from old_rows)) and not (parent.status = 'draft')
        limit 1;
    end if;
    if closed is null or core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'items_of_received_returns_are_frozen', 'fulfillment.return_items',
        'What came back changes only until it is received.',
        format('%s of fulfillment.return_items was refused; it is allowed while fulfillment.returns %s has status = ''draft''.', tg_op, closed),
        'Adjust the stock, or make another return.');
end
$$;
comment on function fulfillment.items_of_received_returns_are_frozen_delete() is 'What came back changes only until it is received.';

create or replace trigger t10_items_of_received_returns_are_frozen_delete
    after delete on fulfillment.return_items
    referencing old table as old_rows
    for each statement execute function fulfillment.items_of_received_returns_are_frozen_delete();

-- PostgreSQL looks at references row by row, before the trigger above sees the statement. Without a
-- word at the row, whoever changes a closed row would be told about a key and not about this rule.
-- Whoever closes the parent has the parent first, then its rows; who is here has the row first. So this
-- one waits for the parent as long as nobody waits for it, and asks to be tried again otherwise.
create or replace function fulfillment.items_of_received_returns_are_frozen_keys() returns trigger
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
            perform from fulfillment.returns as parent
            where parent.id = old.return_id and parent.xmin <> pg_current_xact_id()::xid
            for no key update;
            perform set_config('lock_timeout', patience, true);
            exit;
        exception when lock_not_available then
            if patience <> '0' and clock_timestamp() - began >= patience::interval then
                raise;
            end if;
        end;
        if core.is_waited_for() then
            perform core.refuse(
                '40001', 'items_of_received_returns_are_frozen', 'fulfillment.return_items',
                'What came back changes only until it is received.',
                'Another transaction is at work on it, and waits for this one.',
                'Try the transaction again.');
        end if;
    end loop;
    perform from fulfillment.returns as parent
    where parent.id = old.return_id and not (parent.status = 'draft');
    if found and core.maintenance_reason() is null then
        perform core.refuse(
            '23R03', 'items_of_received_returns_are_frozen', 'fulfillment.return_items',
            'What came back changes only until it is received.',
            format('%s of fulfillment.return_items was refused; it is allowed while fulfillment.returns %s has status = ''draft''.', tg_op, old.return_id),
            'Adjust the stock, or make another return.');
    end if;
    return case tg_op when 'DELETE' then old else new end;
end
$$;
comment on function fulfillment.items_of_received_returns_are_frozen_keys() is 'What came back changes only until it is received.';

create or replace trigger t10_items_of_received_returns_are_frozen_keys_update
    before update of tenant_id, order_item_id, return_id, sku_id, quantity on fulfillment.return_items
    for each row
    when ((old.tenant_id, old.order_item_id, old.return_id, old.sku_id, old.quantity) is distinct from (new.tenant_id, new.order_item_id, new.return_id, new.sku_id, new.quantity))
    execute function fulfillment.items_of_received_returns_are_frozen_keys();

create or replace trigger t10_items_of_received_returns_are_frozen_keys_delete
    before delete on fulfillment.return_items
    for each row execute function fulfillment.items_of_received_returns_are_frozen_keys();

create or replace function fulfillment.items_of_received_returns_are_frozen_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'items_of_received_returns_are_frozen', 'fulfillment.return_items',
        'What came back changes only until it is received.',
        'TRUNCATE of fulfillment.return_items was refused.',
        'Adjust the stock, or make another return.');
end
$$;
comment on function fulfillment.items_of_received_returns_are_frozen_truncate() is 'What came back changes only until it is received.';

create or replace trigger t10_items_of_received_returns_are_frozen_truncate
    before truncate on fulfillment.return_items
    for each statement execute function fulfillment.items_of_received_returns_are_frozen_truncate();

-- Behind the refusal: what changes all the same leaves its old image in the audit log.
create or replace function fulfillment.keep_old_return_items() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    outer_mark text;
    mark       text;
begin
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    if tg_op = 'UPDATE' then
        insert into core.audit_log (
            tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
        select o.tenant_id, 'fulfillment', 'return_items', o.id, 'update', to_jsonb(o),
            core.maintenance_reason()
        from old_rows as o
        join new_rows as n on n.id = o.id
        join fulfillment.returns as parent on parent.id = o.return_id
        where not (parent.status = 'draft')
          and (n.tenant_id, n.movement_kind, n.order_item_id, n.return_id, n.sku_id, n.quantity, n.created_at, n.created_by, n.disposition)
              is distinct from (o.tenant_id, o.movement_kind, o.order_item_id, o.return_id, o.sku_id, o.quantity, o.created_at, o.created_by, o.disposition);
    else
        insert into core.audit_log (
            tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
        select o.tenant_id, 'fulfillment', 'return_items', o.id, 'delete', to_jsonb(o),
            core.maintenance_reason()
        from old_rows as o
        join fulfillment.returns as parent on parent.id = o.return_id
        where not (parent.status = 'draft');
    end if;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function fulfillment.keep_old_return_items() is
    'Keeps the old image of every row of fulfillment.return_items that changes after it was frozen.';

create or replace trigger t70_keep_old_update
    after update on fulfillment.return_items
    referencing old table as old_rows new table as new_rows
    for each statement execute function fulfillment.keep_old_return_items();

create or replace trigger t70_keep_old_delete
    after delete on fulfillment.return_items
    referencing old table as old_rows
    for each statement execute function fulfillment.keep_old_return_items();

-- Condition: return_item_is_of_the_returns_order

-- No lock is needed: returns keep their order, and lines of placed orders are frozen.
create or replace function fulfillment.return_item_is_of_the_returns_order() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    broken jsonb;
begin
    select to_jsonb(r) into broken
    from new_rows as r
    where (exists (
        select from fulfillment.returns as back
        join sales.order_items as item on item.order_id = back.order_id
        where back.id = r.return_id and item.id = r.order_item_id)) is not true
    limit 1;
    if broken is null or core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R10', 'return_item_is_of_the_returns_order', 'fulfillment.return_items.order_item_id',
        'A return brings back lines of its own order only.',
        format('fulfillment.return_items %s: %s.', broken ->> 'id', core.shown(broken, '{return_id, order_item_id}')),
        'Take the line back in a return of its own order.');
end
$$;
comment on function fulfillment.return_item_is_of_the_returns_order() is 'A return brings back lines of its own order only.';

create or replace trigger t10_return_item_is_of_the_returns_order_insert
    after insert on fulfillment.return_items
    referencing new table as new_rows
    for each statement execute function fulfillment.return_item_is_of_the_returns_order();

-- FixedByUse: locations_keep_their_zone_once_sent_from

create or replace function inventory.locations_keep_their_zone_once_sent_from() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return new;
    end if;
    if not exists (
        select from fulfillment.shipments as shipment
        where shipment.source_location_id = old.id and shipment.shipped_at is not null
        union all
        select from fulfillment.returns as back
        where back.destination_location_id = old.id and back.received_at is not null
    ) then
        -- Whoever is making the first fact right now is waited for.
        lock table fulfillment.shipments, fulfillment.returns in share mode;
        if not exists (
            select from fulfillment.shipments as shipment
            where shipment.source_location_id = old.id and shipment.shipped_at is not null
            union all
            select from fulfillment.returns as back
            where back.destination_location_id = old.id and back.received_at is not null
        ) then
            return new;
        end if;
    end if;
    perform core.refuse('23R03', 'locations_keep_their_zone_once_sent_from', 'inventory.locations', 'A location keeps its time zone once something was sent from it or came back to it.',
        format('time_zone of locations %s would change.', old.id), 'Make a new location in the right zone.');
    return new;
end
$$;
comment on function inventory.locations_keep_their_zone_once_sent_from() is 'A location keeps its time zone once something was sent from it or came back to it.';

create or replace trigger t10_locations_keep_their_zone_once_sent_from
    before update of time_zone on inventory.locations
    for each row
    when ((new.time_zone) is distinct from (old.time_zone))
    execute function inventory.locations_keep_their_zone_once_sent_from();

-- TenantScoped: order_item_fulfillments_of_one_tenant

drop policy if exists order_item_fulfillments_of_one_tenant on fulfillment.order_item_fulfillments;
create policy order_item_fulfillments_of_one_tenant on fulfillment.order_item_fulfillments
    using (tenant_id = core.current_tenant_id());
comment on policy order_item_fulfillments_of_one_tenant on fulfillment.order_item_fulfillments is 'A tenant sees and writes its own rows of fulfillment.order_item_fulfillments only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_order_item_fulfillments_of_one_tenant_for_good
    before update of tenant_id on fulfillment.order_item_fulfillments
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('order_item_fulfillments_of_one_tenant');

-- TenantScoped: shipments_of_one_tenant

drop policy if exists shipments_of_one_tenant on fulfillment.shipments;
create policy shipments_of_one_tenant on fulfillment.shipments
    using (tenant_id = core.current_tenant_id());
comment on policy shipments_of_one_tenant on fulfillment.shipments is 'A tenant sees and writes its own rows of fulfillment.shipments only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_shipments_of_one_tenant_for_good
    before update of tenant_id on fulfillment.shipments
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('shipments_of_one_tenant');

-- TenantScoped: shipment_items_of_one_tenant

drop policy if exists shipment_items_of_one_tenant on fulfillment.shipment_items;
create policy shipment_items_of_one_tenant on fulfillment.shipment_items
    using (tenant_id = core.current_tenant_id());
comment on policy shipment_items_of_one_tenant on fulfillment.shipment_items is 'A tenant sees and writes its own rows of fulfillment.shipment_items only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_shipment_items_of_one_tenant_for_good
    before update of tenant_id on fulfillment.shipment_items
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('shipment_items_of_one_tenant');

-- TenantScoped: return_reasons_of_one_tenant

drop policy if exists return_reasons_of_one_tenant on fulfillment.return_reasons;
create policy return_reasons_of_one_tenant on fulfillment.return_reasons
    using (tenant_id = core.current_tenant_id());
comment on policy return_reasons_of_one_tenant on fulfillment.return_reasons is 'A tenant sees and writes its own rows of fulfillment.return_reasons only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_return_reasons_of_one_tenant_for_good
    before update of tenant_id on fulfillment.return_reasons
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('return_reasons_of_one_tenant');

-- TenantScoped: returns_of_one_tenant

drop policy if exists returns_of_one_tenant on fulfillment.returns;
create policy returns_of_one_tenant on fulfillment.returns
    using (tenant_id = core.current_tenant_id());
comment on policy returns_of_one_tenant on fulfillment.returns is 'A tenant sees and writes its own rows of fulfillment.returns only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_returns_of_one_tenant_for_good
    before update of tenant_id on fulfillment.returns
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('returns_of_one_tenant');

-- TenantScoped: return_items_of_one_tenant

drop policy if exists return_items_of_one_tenant on fulfillment.return_items;
create policy return_items_of_one_tenant on fulfillment.return_items
    using (tenant_id = core.current_tenant_id());
comment on policy return_items_of_one_tenant on fulfillment.return_items is 'A tenant sees and writes its own rows of fulfillment.return_items only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_return_items_of_one_tenant_for_good
    before update of tenant_id on fulfillment.return_items
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('return_items_of_one_tenant');

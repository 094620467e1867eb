-- What the verbs of fulfillment ask of their arguments.

create or replace function fulfillment.require_lines(order_id uuid, lines jsonb, is_return boolean)
    returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    line    record;
    unknown text;
    seen    numeric[] := '{}';
begin
    if lines is null then
        return;
    end if;
    if jsonb_typeof(lines) <> 'array' or lines = '[]' then
        perform fulfillment.refuse_line('lines', lines);
    end if;
    for line in
        select wanted.value, format('Line %s', wanted.number) as name,
            core.number_of(case when jsonb_typeof(wanted.value) = 'object'
                                then wanted.value -> 'position' end) as position
        from jsonb_array_elements(lines) with ordinality as wanted (value, number)
        order by wanted.number
    loop
        if jsonb_typeof(line.value) <> 'object' then
            perform fulfillment.refuse_line(line.name, line.value);
        end if;
        select key.name into unknown
        from jsonb_object_keys(line.value) as key (name)
        where key.name not in ('position', 'quantity')
          and not (is_return and key.name = 'disposition')
        order by key.name
        limit 1;
        if found then
            perform core.refuse(
                '23R14', 'keys_of_lines_to_send_are_known', 'fulfillment.shipment_items',
                'A line to send has the keys position and quantity, a line that comes back also'
                    ' disposition.',
                format('%s has the key %s.', line.name, core.value_shown(to_jsonb(unknown))),
                case when unknown ilike '%q%ty' or unknown ilike '%amount%' then 'Call it quantity.'
                     when unknown in ('line', 'no', 'number', 'sku', 'pos')
                     then 'Name the line by its position: sales.order_items.position.'
                     else 'Leave it out.' end);
        end if;
        if line.position = any (seen) or not exists (
            select from sales.order_items as item
            where item.order_id = require_lines.order_id and item.position = line.position)
        then
            perform core.refuse(
                '23R14', 'lines_to_send_are_positions_of_the_order', 'fulfillment.shipment_items',
                'Lines to send or to take back are positions of the order, each named once.',
                format('%s: position = %s was given%s.', line.name,
                    core.value_shown(line.value -> 'position'),
                    case when line.position = any (seen) then ' a second time' else '' end),
                'See sales.order_items.position.');
        end if;
        seen := seen || line.position;
        perform fulfillment.require_line_values(line.value, line.name, is_return);
    end loop;
end
$$;
comment on function fulfillment.require_lines(uuid, jsonb, boolean) is
    'Refuses lines to send or to take back that are no positions of the order.';

create or replace function fulfillment.refuse_line(name text, given jsonb) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform core.refuse(
        '23R14', 'lines_to_send_are_a_list', 'fulfillment.shipment_items',
        'Lines to send or to take back are a list of objects that is not empty.',
        format('%s is %s.', name, core.value_shown(given)),
        'Pass a list like [{"position": 1, "quantity": 2}], or leave it out for all that is open.');
end
$$;
comment on function fulfillment.refuse_line(text, jsonb) is 'Refuses lines that are no list of objects.';

create or replace function fulfillment.require_line_values(line jsonb, name text, is_return boolean)
    returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
declare
    quantity numeric := core.number_of(line -> 'quantity');
begin
    if round(quantity, 6) > 0 is false or round(quantity, 6) < 1e12 is false then
        perform core.refuse(
            '23514',
            case when is_return then 'return_item_quantity_is_positive'
                 else 'shipment_item_quantity_is_positive' end,
            case when is_return then 'fulfillment.return_items.quantity'
                 else 'fulfillment.shipment_items.quantity' end,
            'The quantity of a line to send or to take back is a number above zero.',
            format('%s: quantity = %s was given; allowed: above 0 and below 10^12.', name,
                core.value_shown(line -> 'quantity')),
            'Pass how many units of the line, or leave it out for all that are open.');
    end if;
    if coalesce(line ->> 'disposition', 'restock') not in ('restock', 'discard') then
        perform core.refuse(
            '23514', 'return_item_disposition_is_known', 'fulfillment.return_items.disposition',
            'What comes back is restocked or discarded.',
            format('%s: disposition = %s was given; allowed: restock, discard.', name,
                core.value_shown(line -> 'disposition')),
            'Choose one of the two, or leave it out to restock.');
    end if;
end
$$;
comment on function fulfillment.require_line_values(jsonb, text, boolean) is
    'Refuses a quantity that is not a number above zero, and an unknown disposition.';

create or replace function fulfillment.require_reason(given text) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (
        select from fulfillment.return_reasons as reason
        where reason.tenant_id = core.current_tenant_id() and reason.code = given)
    then
        perform core.require_tenant(core.current_tenant_id());
        perform core.refuse(
            '23R09', 'return_reason_is_known', 'fulfillment.returns.reason_code',
            'A return names a reason of its tenant.',
            format('reason_code = %s was given.', core.value_shown(to_jsonb(given))),
            'See fulfillment.return_reasons.code.');
    end if;
end
$$;
comment on function fulfillment.require_reason(text) is
    'Refuses a return without a reason that the tenant knows.';

create or replace function fulfillment.refuse_nothing(number text, status text, is_return boolean)
    returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if status in ('draft', 'cancelled') then
        perform core.refuse(
            '23R14', 'order_that_is_sent_is_placed', 'sales.orders.status',
            'Only an order that was placed and not cancelled is sent or taken back.',
            format('Order %s is %s.', number,
                case status when 'draft' then 'a draft' else status end),
            case status when 'draft' then 'Place it first: set its status to placed.'
                        else 'Place a new order.' end);
    elsif is_return then
        perform core.refuse(
            '23R14', 'lines_to_take_back_were_sent', 'fulfillment.return_items',
            'Only what was sent and has not come back yet can be taken back.',
            format('Nothing is left to take back of these lines of order %s, which is %s.', number,
                status),
            'See shipped_quantity and returned_quantity of fulfillment.order_item_fulfillments.');
    end if;
    perform core.refuse(
        '23R14', 'lines_to_send_are_open', 'fulfillment.shipment_items',
        'Only what was not sent yet can be sent.',
        format('Everything of these lines of order %s was sent already; the order is %s.', number,
            status),
        'See shipped_quantity of fulfillment.order_item_fulfillments.');
end
$$;
comment on function fulfillment.refuse_nothing(text, text, boolean) is
    'Says why nothing of an order can be sent, or can come back.';

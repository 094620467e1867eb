-- Generated from rules.py. Do not edit: change the declarations and generate again.

-- Row rules of sales.orders

create or replace function sales.guard_orders() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- order_status_follows_its_path
    if tg_op = 'INSERT' then
        if new.status in ('draft') is not true and core.maintenance_reason() is null then
            perform core.refuse(
                '23R01', 'order_status_follows_its_path', 'sales.orders.status',
                'An order goes from draft to placed to fulfilled to completed, or is cancelled before anything was sent.',
                core.shown(to_jsonb(new), '{status}') || '; allowed at the beginning: draft.',
                'Take one of the allowed steps; in place of a cancelled order, place a new one.');
        end if;
    end if;

    -- order_status_follows_its_path
    if tg_op = 'UPDATE' then
        if new.status is distinct from old.status
           and (old.status, new.status) in (
                ('draft', 'placed'),
                ('draft', 'cancelled'),
                ('placed', 'partially_fulfilled'),
                ('placed', 'fulfilled'),
                ('placed', 'completed'),
                ('placed', 'cancelled'),
                ('partially_fulfilled', 'fulfilled'),
                ('partially_fulfilled', 'completed'),
                ('fulfilled', 'completed')
           ) is not true
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R01', 'order_status_follows_its_path', 'sales.orders.status',
                'An order goes from draft to placed to fulfilled to completed, or is cancelled before anything was sent.',
                format('sales.orders %s: %s %s', new.id,
                    core.differences(to_jsonb(old), to_jsonb(new), '{status}'),
                    case old.status
                        when 'draft' then 'Allowed from draft: placed, cancelled.'
                        when 'placed' then 'Allowed from placed: partially_fulfilled, fulfilled, completed, cancelled.'
                        when 'partially_fulfilled' then 'Allowed from partially_fulfilled: fulfilled, completed.'
                        when 'fulfilled' then 'Allowed from fulfilled: completed.'
                        when 'completed' then 'completed is final.'
                        when 'cancelled' then 'cancelled is final.'
                    end),
                'Take one of the allowed steps; in place of a cancelled order, place a new one.');
        end if;
    end if;

    -- placed_orders_keep_their_terms
    if tg_op = 'UPDATE' then
        if (new.tenant_id, new.id, new.customer_id, new.number, new.channel_code, new.currency_code, new.prices_include_tax, new.placed_at, new.business_date, new.discount_amount, new.shipping_amount, new.shipping_tax_amount, new.surcharge_amount, new.expected_total, new.exchange_rate, new.is_test, new.reserves_stock, new.idempotency_key, new.request_hash, new.source, new.created_at)
           is distinct from
           (old.tenant_id, old.id, old.customer_id, old.number, old.channel_code, old.currency_code, old.prices_include_tax, old.placed_at, old.business_date, old.discount_amount, old.shipping_amount, old.shipping_tax_amount, old.surcharge_amount, old.expected_total, old.exchange_rate, old.is_test, old.reserves_stock, old.idempotency_key, old.request_hash, old.source, old.created_at)
           and (old.status <> 'draft')
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R03', 'placed_orders_keep_their_terms', 'sales.orders',
                'A placed order keeps its customer, date, currency, amounts, number and source.',
                format('sales.orders %s: ', old.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{tenant_id, id, customer_id, number, channel_code, currency_code,
                    prices_include_tax, placed_at, business_date, discount_amount,
                    shipping_amount, shipping_tax_amount, surcharge_amount, expected_total,
                    exchange_rate, is_test, reserves_stock, idempotency_key, request_hash,
                    source, created_at}'),
                'Cancel it and place a new one, or refund a part of it.');
        end if;
    end if;

    -- cancelled_orders_keep_their_date
    if tg_op = 'UPDATE' then
        if (new.cancelled_at)
           is distinct from
           (old.cancelled_at)
           and (old.status = 'cancelled')
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R03', 'cancelled_orders_keep_their_date', 'sales.orders',
                'A cancelled order keeps the date of its cancellation.',
                format('sales.orders %s: ', old.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{cancelled_at}'),
                'Leave it as it is; in place of a cancelled order, place a new one.');
        end if;
    end if;

    -- order_channel_is_known
    if tg_op = 'INSERT' then
        -- No lock is needed: the parents are never deleted and keep their keys.
        if not (
            new.channel_code is null or exists (
                select from catalog.sales_channels as parent
                where parent.tenant_id = new.tenant_id and parent.code = new.channel_code)
        ) and core.maintenance_reason() is null then
            perform core.refuse(
                '23R09', 'order_channel_is_known', 'sales.orders.channel_code',
                'An order comes through a sales channel of its tenant.',
                format('sales.orders %s: %s.', new.id, core.shown(to_jsonb(new), '{channel_code}')),
                'See catalog.sales_channels.code.');
        end if;
    end if;

    -- order_channel_is_known
    if tg_op = 'UPDATE' then
        if new.channel_code is distinct from old.channel_code then
            -- No lock is needed: the parents are never deleted and keep their keys.
            if not (
                new.channel_code is null or exists (
                    select from catalog.sales_channels as parent
                    where parent.tenant_id = new.tenant_id and parent.code = new.channel_code)
            ) and core.maintenance_reason() is null then
                perform core.refuse(
                    '23R09', 'order_channel_is_known', 'sales.orders.channel_code',
                    'An order comes through a sales channel of its tenant.',
                    format('sales.orders %s: %s.', new.id, core.shown(to_jsonb(new), '{channel_code}')),
                    'See catalog.sales_channels.code.');
            end if;
        end if;
    end if;

    -- refunded_is_never_above_the_order_total
    if tg_op = 'INSERT' then
        if new.refunded_amount <> 0
           and not (coalesce(current_setting('groundplan.writer', true), '')
               = (pg_trigger_depth() - 1)::text
               and has_schema_privilege('groundplan', 'usage'))
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R06', 'refunded_is_never_above_the_order_total', 'sales.orders.refunded_amount',
                'All refunds of an order together are never above its total.',
                format('sales.orders %s: refunded_amount would begin as %s, not as 0.', new.id,
                    trim_scale(new.refunded_amount)),
                'See orders.total_amount - orders.refunded_amount for what is left.');
        end if;
    end if;

    -- order_changes_leave_a_trace
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := 1;
        end if;
    end if;

    -- order_changes_leave_a_trace
    if tg_op = 'UPDATE' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            new.version := old.version + 1;
            if old.status not in ('draft') and to_jsonb(new) - array['version', 'updated_at', 'status', 'refunded_amount']
                is distinct from to_jsonb(old) - array['version', 'updated_at', 'status', 'refunded_amount'] then
                new.updated_at := now();
            end if;
        end if;
    end if;

    -- order_totals_are_the_sum_of_its_lines
    if tg_op = 'UPDATE' then
        if old.status = 'draft' and new.status = 'placed' then
            select count(*), coalesce(sum(child.net_amount), 0), coalesce(sum(child.tax_amount), 0)
            into new.item_count, new.items_net_amount, new.items_tax_amount
            from sales.order_items as child
            where child.order_id = new.id;
            new.total_amount := new.items_net_amount + new.items_tax_amount - new.discount_amount + new.shipping_amount
                + new.shipping_tax_amount + new.surcharge_amount;
        elsif (new.item_count, new.items_net_amount, new.items_tax_amount, new.total_amount)
              is distinct from
              (old.item_count, old.items_net_amount, old.items_tax_amount, old.total_amount)
              and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R05', 'order_totals_are_the_sum_of_its_lines', 'sales.orders',
                'What an order says about its lines is the sum of its lines.',
                format('sales.orders %s: ', new.id)
                    || core.differences(to_jsonb(old), to_jsonb(new), '{item_count, items_net_amount, items_tax_amount, total_amount}'),
                'Write sales.order_items; the total follows.');
        end if;
    end if;

    -- order_number_is_not_blank
    if (
        core.has_text(new.number)
    ) is false then
        perform core.refuse(
            '23514', 'order_number_is_not_blank', 'sales.orders',
            'The number of an order is something that people can see.',
            format('sales.orders %s: %s.', new.id,
                core.shown(to_jsonb(new), '{number}')),
            'Leave number out; the next free one is taken.');
    end if;

    -- order_is_settled_when_placed
    if (
        num_nulls(new.placed_at, new.business_date, new.item_count, new.items_net_amount,
            new.items_tax_amount, new.total_amount, new.exchange_rate)
        = case when new.status = 'draft' or new.status = 'cancelled' and new.placed_at is null
               then 7 else 0 end
    ) is false then
        perform core.refuse(
            '23514', 'order_is_settled_when_placed', 'sales.orders',
            'Placing an order settles its date, day, totals and exchange rate together; a draft has none of them.',
            format('sales.orders %s: %s.', new.id,
                core.shown(to_jsonb(new), '{placed_at, business_date, item_count, items_net_amount, items_tax_amount,
            total_amount, exchange_rate, status}')),
            'Set status to ''placed'' and leave these columns to the database; an order in a foreign currency also needs its exchange_rate.');
    end if;

    -- order_is_dated_when_cancelled
    if (
        (new.status = 'cancelled') = (new.cancelled_at is not null)
    ) is false then
        perform core.refuse(
            '23514', 'order_is_dated_when_cancelled', 'sales.orders',
            'An order has a date of cancellation exactly when it is cancelled.',
            format('sales.orders %s: %s.', new.id,
                core.shown(to_jsonb(new), '{status, cancelled_at}')),
            'Set status to ''cancelled''; the date follows.');
    end if;

    -- placed_order_has_a_line
    if (
        new.item_count > 0
    ) is false then
        perform core.refuse(
            '23514', 'placed_order_has_a_line', 'sales.orders',
            'An order that is placed has at least one line.',
            format('sales.orders %s: %s.', new.id,
                core.shown(to_jsonb(new), '{item_count}')),
            'Add a line to sales.order_items first.');
    end if;

    -- order_amounts_are_never_negative
    if (
        least(new.discount_amount, new.shipping_amount, new.shipping_tax_amount,
            new.surcharge_amount) >= 0
        and greatest(new.discount_amount, new.shipping_amount, new.shipping_tax_amount,
            new.surcharge_amount) < 'NaN'
    ) is false then
        perform core.refuse(
            '23514', 'order_amounts_are_never_negative', 'sales.orders',
            'Discount, shipping, its tax and surcharge of an order are numbers, zero or more.',
            format('sales.orders %s: %s.', new.id,
                core.shown(to_jsonb(new), '{discount_amount, shipping_amount, shipping_tax_amount, surcharge_amount}')),
            'Write 0 where there is none.');
    end if;

    -- order_amounts_fit_their_currency
    if (
        greatest(scale(trim_scale(new.discount_amount)),
            scale(trim_scale(new.shipping_amount)), scale(trim_scale(new.shipping_tax_amount)),
            scale(trim_scale(new.surcharge_amount)))
        <= case when new.currency_code is not null
                then coalesce(core.minor_units(new.currency_code), -1) end
    ) is false then
        perform core.refuse(
            '23514', 'order_amounts_fit_their_currency', 'sales.orders',
            'The currency of an order is known, and no amount has more decimals than it.',
            format('sales.orders %s: %s.', new.id,
                core.shown(to_jsonb(new), '{discount_amount, shipping_amount, shipping_tax_amount, surcharge_amount,
            currency_code}')),
            'Round to the decimals of the currency: see core.currencies.');
    end if;

    -- order_total_is_never_negative
    if (
        new.total_amount >= 0
    ) is false then
        perform core.refuse(
            '23514', 'order_total_is_never_negative', 'sales.orders',
            'The discount of an order is never above what it costs.',
            format('sales.orders %s: %s.', new.id,
                core.shown(to_jsonb(new), '{total_amount}')),
            'Give a smaller discount.');
    end if;

    -- order_amount_is_below_the_limit
    if (
        new.total_amount < 1e15 and new.total_amount * new.exchange_rate < 1e15
    ) is false then
        perform core.refuse(
            '23514', 'order_amount_is_below_the_limit', 'sales.orders',
            'An order comes to less than 10^15, in its currency and in the books.',
            format('sales.orders %s: %s.', new.id,
                core.shown(to_jsonb(new), '{total_amount, exchange_rate}')),
            'Check quantities, prices and the exchange rate, or split the order.');
    end if;

    -- order_sums_are_numbers
    if (
        greatest(new.items_net_amount, new.items_tax_amount, new.total_amount,
            new.refunded_amount) < 'NaN'
    ) is false then
        perform core.refuse(
            '23514', 'order_sums_are_numbers', 'sales.orders',
            'What the database adds up of an order is a number.',
            format('sales.orders %s: %s.', new.id,
                core.shown(to_jsonb(new), '{items_net_amount, items_tax_amount, total_amount, refunded_amount}')),
            'Leave these columns to the database.');
    end if;

    -- order_total_is_what_the_client_expected
    if (
        new.expected_total = new.total_amount
    ) is false then
        perform core.refuse(
            '23514', 'order_total_is_what_the_client_expected', 'sales.orders',
            'An order is placed with the total its client expects, if the client names one.',
            format('The order comes to %s; expected_total = %s was given.',
                trim_scale(new.total_amount), trim_scale(new.expected_total)),
            'Leave expected_total out, or show the customer the right total.');
    end if;

    -- order_expected_total_is_a_number
    if (
        new.expected_total >= 0 and new.expected_total < 'NaN'
    ) is false then
        perform core.refuse(
            '23514', 'order_expected_total_is_a_number', 'sales.orders',
            'The total that a client expects of an order is a number, zero or more.',
            format('sales.orders %s: %s.', new.id,
                core.shown(to_jsonb(new), '{expected_total}')),
            'Leave expected_total out, or show the customer the right total.');
    end if;

    -- placed_at_is_a_business_time
    if (
        (core.is_business_time(new.placed_at)) is not false or core.is_restoring()
    ) is false then
        perform core.refuse(
            '23514', 'placed_at_is_a_business_time', 'sales.orders',
            'An order is placed from 1970 on, and at most a day ahead of the clock.',
            format('sales.orders %s: %s.', new.id,
                core.shown(to_jsonb(new), '{placed_at}')),
            'Leave placed_at out for an order of now.');
    end if;

    -- cancelled_at_is_a_business_time
    if (
        (core.is_business_time(new.cancelled_at)) is not false or core.is_restoring()
    ) is false then
        perform core.refuse(
            '23514', 'cancelled_at_is_a_business_time', 'sales.orders',
            'An order is cancelled from 1970 on, and at most a day ahead of the clock.',
            format('sales.orders %s: %s.', new.id,
                core.shown(to_jsonb(new), '{cancelled_at}')),
            'Leave cancelled_at out for a cancellation of now.');
    end if;

    -- order_is_cancelled_after_it_was_placed
    if (
        (new.cancelled_at >= new.placed_at) is not false or core.is_restoring()
    ) is false then
        perform core.refuse(
            '23514', 'order_is_cancelled_after_it_was_placed', 'sales.orders',
            'No order is cancelled before it was placed.',
            format('sales.orders %s: %s.', new.id,
                core.shown(to_jsonb(new), '{cancelled_at, placed_at}')),
            'Leave cancelled_at out for a cancellation of now.');
    end if;

    -- cancelled_order_has_no_refund
    if (
        new.status <> 'cancelled' or new.refunded_amount = 0
    ) is false then
        perform core.refuse(
            '23514', 'cancelled_order_has_no_refund', 'sales.orders',
            'An order is cancelled or refunded, never both.',
            format('sales.orders %s: %s.', new.id,
                core.shown(to_jsonb(new), '{status, refunded_amount}')),
            'Refund what is left of it instead of cancelling it.');
    end if;

    -- order_exchange_rate_is_positive
    if (
        new.exchange_rate >= 1e-8 and new.exchange_rate < 'NaN'
    ) is false then
        perform core.refuse(
            '23514', 'order_exchange_rate_is_positive', 'sales.orders',
            'The exchange rate of an order is a number of at least 0.00000001.',
            format('sales.orders %s: %s.', new.id,
                core.shown(to_jsonb(new), '{exchange_rate}')),
            'Give the units of the tenant''s currency for one unit of the order''s.');
    end if;

    -- order_source_says_which_program
    if (
        new.source ~ '^[a-z0-9][a-z0-9._-]*(:[^[:space:]].*)?$'
    ) is false then
        perform core.refuse(
            '23514', 'order_source_says_which_program', 'sales.orders',
            'The source of an order is a program''s name in lower case, or import: and what it was imported from.',
            format('sales.orders %s: %s.', new.id,
                core.shown(to_jsonb(new), '{source}')),
            'For example application, pos-2, import:online-retail.');
    end if;

    -- order_request_hash_is_a_digest
    if (
        new.request_hash ~ '^[0-9a-f]{64}$'
    ) is false then
        perform core.refuse(
            '23514', 'order_request_hash_is_a_digest', 'sales.orders',
            'The request hash of an order is a SHA-256 in hexadecimal digits.',
            format('sales.orders %s: %s.', new.id,
                core.shown(to_jsonb(new), '{request_hash}')),
            'Leave it out; sales.place_order fills it.');
    end if;

    -- order_custom_fields_are_an_object
    if (
        jsonb_typeof(new.custom_fields) = 'object'
    ) is false then
        perform core.refuse(
            '23514', 'order_custom_fields_are_an_object', 'sales.orders',
            'Custom fields of an order are a JSON object.',
            format('sales.orders %s: %s.', new.id,
                core.shown(to_jsonb(new), '{custom_fields}')),
            'Write values for which this is true.');
    end if;

    -- refunded_is_never_above_the_order_total
    if tg_op = 'UPDATE' then
        if new.refunded_amount is distinct from old.refunded_amount then
            if not (coalesce(current_setting('groundplan.writer', true), '')
                = (pg_trigger_depth() - 1)::text
                and has_schema_privilege('groundplan', 'usage'))
               and core.maintenance_reason() is null
            then
                perform core.refuse(
                    '23R06', 'refunded_is_never_above_the_order_total', 'sales.orders.refunded_amount',
                    'All refunds of an order together are never above its total.',
                    format('sales.orders %s: ', new.id)
                        || core.differences(to_jsonb(old), to_jsonb(new), '{refunded_amount}'),
                    'See orders.total_amount - orders.refunded_amount for what is left.');
            elsif (new.refunded_amount between 0 and coalesce(new.total_amount, 0)) is not true then
                perform core.refuse(
                    '23R06', 'refunded_is_never_above_the_order_total', 'sales.orders.refunded_amount',
                    'All refunds of an order together are never above its total.',
                    format('sales.orders %s: %s cannot be added to refunded_amount = %s where %s.', new.id,
                        trim_scale(new.refunded_amount - old.refunded_amount), trim_scale(old.refunded_amount),
                        core.shown(to_jsonb(new), '{total_amount}')),
                    'See orders.total_amount - orders.refunded_amount for what is left.');
            end if;
        end if;
    end if;

    return new;
end
$$;
comment on function sales.guard_orders() is 'order_status_follows_its_path: An order goes from draft to placed to fulfilled to completed, or is cancelled before anything was sent.
order_number_is_not_blank: The number of an order is something that people can see.
order_is_settled_when_placed: Placing an order settles its date, day, totals and exchange rate together; a draft has none of them.
order_is_dated_when_cancelled: An order has a date of cancellation exactly when it is cancelled.
placed_order_has_a_line: An order that is placed has at least one line.
order_amounts_are_never_negative: Discount, shipping, its tax and surcharge of an order are numbers, zero or more.
order_amounts_fit_their_currency: The currency of an order is known, and no amount has more decimals than it.
order_total_is_never_negative: The discount of an order is never above what it costs.
order_amount_is_below_the_limit: An order comes to less than 10^15, in its currency and in the books.
order_sums_are_numbers: What the database adds up of an order is a number.
order_total_is_what_the_client_expected: An order is placed with the total its client expects, if the client names one.
order_expected_total_is_a_number: The total that a client expects of an order is a number, zero or more.
placed_at_is_a_business_time: An order is placed from 1970 on, and at most a day ahead of the clock.
cancelled_at_is_a_business_time: An order is cancelled from 1970 on, and at most a day ahead of the clock.
order_is_cancelled_after_it_was_placed: No order is cancelled before it was placed.
cancelled_order_has_no_refund: An order is cancelled or refunded, never both.
order_exchange_rate_is_positive: The exchange rate of an order is a number of at least 0.00000001.
order_source_says_which_program: The source of an order is a program''s name in lower case, or import: and what it was imported from.
order_request_hash_is_a_digest: The request hash of an order is a SHA-256 in hexadecimal digits.
order_custom_fields_are_an_object: Custom fields of an order are a JSON object.
placed_orders_keep_their_terms: A placed order keeps its customer, date, currency, amounts, number and source.
cancelled_orders_keep_their_date: A cancelled order keeps the date of its cancellation.
order_channel_is_known: An order comes through a sales channel of its tenant.
order_totals_are_the_sum_of_its_lines: What an order says about its lines is the sum of its lines.
refunded_is_never_above_the_order_total: All refunds of an order together are never above its total.
order_changes_leave_a_trace: Every change of a placed order leaves the old one in the audit log.';

create or replace trigger t30_guard_orders
    before insert or update on sales.orders
    for each row execute function sales.guard_orders();

-- Row rules of sales.order_items

create or replace function sales.guard_order_items() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    given sales.order_items;
    scale integer;
    price numeric;
begin
    -- refunded_units_are_never_above_the_line
    if tg_op = 'INSERT' then
        if new.refunded_quantity <> 0
           and not (coalesce(current_setting('groundplan.writer', true), '')
               = (pg_trigger_depth() - 1)::text
               and has_schema_privilege('groundplan', 'usage'))
           and core.maintenance_reason() is null
        then
            perform core.refuse(
                '23R06', 'refunded_units_are_never_above_the_line', 'sales.order_items.refunded_quantity',
                'All refunds of a line together never name more units than the line has.',
                format('sales.order_items %s: refunded_quantity would begin as %s, not as 0.', new.id,
                    trim_scale(new.refunded_quantity)),
                'See order_items.quantity - refunded_quantity for what is left; give 0 as the quantity if only money is given back.');
        end if;
    end if;

    -- line_amounts_are_computed
    if tg_op = 'INSERT' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            given := new;
            scale := core.minor_units(new.currency_code);
            price := round(new.quantity * new.unit_price, scale);
            new.subtotal_amount := case when new.price_includes_tax
                then round(price / (1 + new.tax_rate), scale) else price end;
            new.net_amount := case when new.price_includes_tax
                then round((price - new.discount_amount) / (1 + new.tax_rate), scale)
                else round(price - new.discount_amount, scale) end;
            new.tax_amount := case when new.price_includes_tax
                then round(price - new.discount_amount, scale) - new.net_amount
                else round(new.net_amount * new.tax_rate, scale) end;
            new.gross_amount := new.net_amount + new.tax_amount;
            if (given.subtotal_amount <> new.subtotal_amount
               or given.net_amount <> new.net_amount
               or given.tax_amount <> new.tax_amount
               or given.gross_amount <> new.gross_amount)
            then
                if core.maintenance_reason() is null then
                    perform core.refuse(
                        '23R11', 'line_amounts_are_computed', 'sales.order_items',
                        'Net, tax and gross of a line follow from quantity, price, discount and tax rate, rounded half away from zero.',
                        format('sales.order_items %s: ', new.id)
                            || core.differences(to_jsonb(new), to_jsonb(given), '{subtotal_amount, net_amount, tax_amount, gross_amount}'),
                        'Leave these columns out; the database fills them.');
                end if;
                new := given;
            end if;
        end if;
    end if;

    -- line_amounts_are_computed
    if tg_op = 'UPDATE' then
        if coalesce(current_setting('groundplan.maintenance', true), '') = ''
           or not core.is_restoring()
        then
            given := new;
            scale := core.minor_units(new.currency_code);
            price := round(new.quantity * new.unit_price, scale);
            new.subtotal_amount := case when new.price_includes_tax
                then round(price / (1 + new.tax_rate), scale) else price end;
            new.net_amount := case when new.price_includes_tax
                then round((price - new.discount_amount) / (1 + new.tax_rate), scale)
                else round(price - new.discount_amount, scale) end;
            new.tax_amount := case when new.price_includes_tax
                then round(price - new.discount_amount, scale) - new.net_amount
                else round(new.net_amount * new.tax_rate, scale) end;
            new.gross_amount := new.net_amount + new.tax_amount;
            if (given.subtotal_amount <> new.subtotal_amount
               or given.net_amount <> new.net_amount
               or given.tax_amount <> new.tax_amount
               or given.gross_amount <> new.gross_amount)
               and (given.subtotal_amount, given.net_amount, given.tax_amount, given.gross_amount)
                   is distinct from (old.subtotal_amount, old.net_amount, old.tax_amount, old.gross_amount)
            then
                if core.maintenance_reason() is null then
                    perform core.refuse(
                        '23R11', 'line_amounts_are_computed', 'sales.order_items',
                        'Net, tax and gross of a line follow from quantity, price, discount and tax rate, rounded half away from zero.',
                        format('sales.order_items %s: ', new.id)
                            || core.differences(to_jsonb(new), to_jsonb(given), '{subtotal_amount, net_amount, tax_amount, gross_amount}'),
                        'Leave these columns out; the database fills them.');
                end if;
                new := given;
            end if;
        end if;
    end if;

    -- order_item_position_begins_at_one
    if (
        new.position >= 1
    ) is false then
        perform core.refuse(
            '23514', 'order_item_position_begins_at_one', 'sales.order_items',
            'The lines of an order are numbered from 1.',
            format('sales.order_items %s: %s.', new.id,
                core.shown(to_jsonb(new), '{position}')),
            'Leave position out; the database counts.');
    end if;

    -- order_item_name_is_not_blank
    if (
        core.has_text(new.name)
    ) is false then
        perform core.refuse(
            '23514', 'order_item_name_is_not_blank', 'sales.order_items',
            'A line has a name.',
            format('sales.order_items %s: %s.', new.id,
                core.shown(to_jsonb(new), '{name}')),
            'Leave name out for the name of the SKU.');
    end if;

    -- order_item_custom_fields_are_an_object
    if (
        jsonb_typeof(new.custom_fields) = 'object'
    ) is false then
        perform core.refuse(
            '23514', 'order_item_custom_fields_are_an_object', 'sales.order_items',
            'Custom fields of a line are a JSON object.',
            format('sales.order_items %s: %s.', new.id,
                core.shown(to_jsonb(new), '{custom_fields}')),
            'Write values for which this is true.');
    end if;

    -- order_item_quantity_is_positive
    if (
        new.quantity > 0 and new.quantity < 'NaN'
    ) is false then
        perform core.refuse(
            '23514', 'order_item_quantity_is_positive', 'sales.order_items',
            'The quantity of an order line is a number above zero.',
            format('sales.order_items %s: %s.', new.id,
                core.shown(to_jsonb(new), '{quantity}')),
            'Give a quantity above zero, or leave the line out.');
    end if;

    -- order_item_price_is_never_negative
    if (
        new.unit_price >= 0 and new.unit_price < 'NaN' and new.tax_rate >= 0
        and new.tax_rate < 10
        and coalesce(new.expected_unit_cost, 0) >= 0 and coalesce(new.expected_unit_cost, 0) < 'NaN'
    ) is false then
        perform core.refuse(
            '23514', 'order_item_price_is_never_negative', 'sales.order_items',
            'Price, tax rate and cost of a line are numbers, zero or more.',
            format('sales.order_items %s: %s.', new.id,
                core.shown(to_jsonb(new), '{unit_price, tax_rate, expected_unit_cost}')),
            'Write the tax rate as a share: 0.19 for 19 percent.');
    end if;

    -- order_item_discount_is_within_its_price
    if (
        new.discount_amount >= 0 and new.net_amount between 0 and new.subtotal_amount
    ) is false then
        perform core.refuse(
            '23514', 'order_item_discount_is_within_its_price', 'sales.order_items',
            'The discount of a line is never negative and never above its price.',
            format('sales.order_items %s: %s.', new.id,
                core.shown(to_jsonb(new), '{discount_amount, net_amount, subtotal_amount}')),
            'Give a smaller discount.');
    end if;

    -- order_item_discount_fits_its_currency
    if (
        scale(trim_scale(new.discount_amount)) <= core.minor_units(new.currency_code)
    ) is false then
        perform core.refuse(
            '23514', 'order_item_discount_fits_its_currency', 'sales.order_items',
            'The discount of a line has no more decimals than its currency.',
            format('sales.order_items %s: %s.', new.id,
                core.shown(to_jsonb(new), '{discount_amount, currency_code}')),
            'Round it to the decimals of the currency: see core.currencies.');
    end if;

    -- order_item_sums_are_numbers
    if (
        greatest(new.subtotal_amount, new.net_amount, new.tax_amount, new.gross_amount,
            new.refunded_quantity) < 1e15
    ) is false then
        perform core.refuse(
            '23514', 'order_item_sums_are_numbers', 'sales.order_items',
            'What the database works out of a line is a number below 10^15.',
            format('sales.order_items %s: %s.', new.id,
                core.shown(to_jsonb(new), '{subtotal_amount, net_amount, tax_amount, gross_amount, refunded_quantity}')),
            'Check quantity, price and tax rate, and leave these columns to the database.');
    end if;

    -- refunded_units_are_never_above_the_line
    if tg_op = 'UPDATE' then
        if new.refunded_quantity is distinct from old.refunded_quantity then
            if not (coalesce(current_setting('groundplan.writer', true), '')
                = (pg_trigger_depth() - 1)::text
                and has_schema_privilege('groundplan', 'usage'))
               and core.maintenance_reason() is null
            then
                perform core.refuse(
                    '23R06', 'refunded_units_are_never_above_the_line', 'sales.order_items.refunded_quantity',
                    'All refunds of a line together never name more units than the line has.',
                    format('sales.order_items %s: ', new.id)
                        || core.differences(to_jsonb(old), to_jsonb(new), '{refunded_quantity}'),
                    'See order_items.quantity - refunded_quantity for what is left; give 0 as the quantity if only money is given back.');
            elsif (new.refunded_quantity between 0 and new.quantity) is not true then
                perform core.refuse(
                    '23R06', 'refunded_units_are_never_above_the_line', 'sales.order_items.refunded_quantity',
                    'All refunds of a line together never name more units than the line has.',
                    format('sales.order_items %s: %s cannot be added to refunded_quantity = %s where %s.', new.id,
                        trim_scale(new.refunded_quantity - old.refunded_quantity), trim_scale(old.refunded_quantity),
                        core.shown(to_jsonb(new), '{quantity}')),
                    'See order_items.quantity - refunded_quantity for what is left; give 0 as the quantity if only money is given back.');
            end if;
        end if;
    end if;

    return new;
end
$$;
comment on function sales.guard_order_items() is 'order_item_position_begins_at_one: The lines of an order are numbered from 1.
order_item_name_is_not_blank: A line has a name.
order_item_custom_fields_are_an_object: Custom fields of a line are a JSON object.
order_item_quantity_is_positive: The quantity of an order line is a number above zero.
order_item_price_is_never_negative: Price, tax rate and cost of a line are numbers, zero or more.
order_item_discount_is_within_its_price: The discount of a line is never negative and never above its price.
order_item_discount_fits_its_currency: The discount of a line has no more decimals than its currency.
order_item_sums_are_numbers: What the database works out of a line is a number below 10^15.
refunded_units_are_never_above_the_line: All refunds of a line together never name more units than the line has.
line_amounts_are_computed: Net, tax and gross of a line follow from quantity, price, discount and tax rate, rounded half away from zero.';

create or replace trigger t30_guard_order_items
    before insert or update on sales.order_items
    for each row execute function sales.guard_order_items();

-- StateMachine: order_status_follows_its_path

create or replace function sales.remember_orders_status() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    outer_mark text;
    mark       text;
begin
    if new.status = old.status
       or coalesce(current_setting('groundplan.maintenance', true), '') <> ''
          and core.is_restoring()
    then
        return null;
    end if;
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    insert into sales.order_status_history (
        tenant_id, order_id, from_status, to_status, entity_version, reason)
    values (new.tenant_id, new.id, old.status, new.status, new.version,
        nullif(current_setting('groundplan.reason', true), ''));
    if (select publishes_events from core.tenants where id = new.tenant_id) then
        insert into core.outbox_events (tenant_id, topic, entity_id, entity_version, payload)
        values (new.tenant_id, 'sales.orders' || '.' || new.status, new.id, new.version,
            jsonb_build_object('from_status', old.status, 'to_status', new.status));
    end if;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function sales.remember_orders_status() is
    'Writes every change of sales.orders.status to sales.order_status_history, and to the outbox where the
tenant wants events.';

create or replace trigger t50_remember_orders_status
    after update of status on sales.orders
    for each row execute function sales.remember_orders_status();

create or replace function sales.orders_status_class(status text) returns text
    language sql immutable strict parallel safe
    return case
        when status in ('draft') then 'open'
        when status in ('placed', 'partially_fulfilled', 'fulfilled') then 'placed'
        when status in ('completed', 'cancelled') then 'final'
    end;
comment on function sales.orders_status_class(text) is
    'The class of a status of sales.orders: code asks for the class, so that projects can add statuses.';

-- LookCheck: closed_tenant_takes_no_order

create or replace function sales.look_at_placed_order() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
as $$
declare
    given text;
begin
    perform
    from (select * from sales.order_items where order_id = new.id) as item
    cross join lateral (
        select status, closed_at from core.tenants where id = new.tenant_id offset 0
    ) as tenant
    left join lateral (
        select is_active, closed_at from catalog.sales_channels
        where tenant_id = new.tenant_id and code = new.channel_code
        offset 0
    ) as channel on true
    left join lateral (
        select status, erased_at from crm.customers where id = new.customer_id offset 0
    ) as customer on true
    cross join lateral (
        select s.product_id, s.code, s.kind, s.status, s.archived_at, s.created_at, s.updated_at
        from catalog.skus as s where s.id = item.sku_id
        for key share
    ) as sku
    cross join lateral (
        select status, archived_at, created_at, updated_at
        from catalog.products where id = sku.product_id offset 0
    ) as product
    left join lateral (
        select standard.unit_cost, standard.valid_to from catalog.sku_costs as standard
        where standard.sku_id = item.sku_id and standard.valid_from <= new.placed_at
        order by standard.valid_from desc
        limit 1
    ) as cost on true
    where (
        (tenant.status = 'active'
        or new.source like 'import:%' and new.placed_at < tenant.closed_at)
        and (channel.is_active
        or new.source like 'import:%' and new.placed_at < channel.closed_at)
        and ((customer.status is null or customer.status <> 'erased')
        or new.source like 'import:%' and new.placed_at < customer.erased_at)
        and (sku.status = 'active'
        or new.source like 'import:%' and new.placed_at < sku.archived_at)
        and (product.status = 'active'
        or new.source like 'import:%' and new.placed_at < coalesce(product.archived_at, product.updated_at, product.created_at))
        and (item.sku_kind = sku.kind
        and (item.sku_code = sku.code
             or new.source like 'import:%' and new.placed_at < coalesce(sku.updated_at, sku.created_at)
             or exists (
            select from core.audit_log as log
            where log.table_name = 'skus' and log.schema_name = 'catalog'
              and log.row_id = item.sku_id::text and log.old_row ->> 'code' = item.sku_code and log.changed_at >= item.created_at)))
        and (item.price_includes_tax = new.prices_include_tax)
        and (item.expected_unit_cost is not distinct from case when cost.valid_to is null or cost.valid_to > new.placed_at
            then cost.unit_cost end
        or item.expected_unit_cost is not distinct from catalog.unit_cost(item.sku_id, item.created_at)
        or item.expected_unit_cost is null and new.source like 'import:%')
        and (item.quantity = trunc(item.quantity)
        or scale(trim_scale(item.quantity)) <= catalog.unit_decimals(item.sku_id))
    ) is not true
    limit 1;
    if not found or core.maintenance_reason() is not null then
        return null;
    end if;
    -- closed_tenant_takes_no_order
    select format('The tenant is %s since %s.', tenant.status, tenant.closed_at) into given
    from (select * from sales.order_items where order_id = new.id) as item
    cross join lateral (
        select status, closed_at from core.tenants where id = new.tenant_id offset 0
    ) as tenant
    left join lateral (
        select is_active, closed_at from catalog.sales_channels
        where tenant_id = new.tenant_id and code = new.channel_code
        offset 0
    ) as channel on true
    left join lateral (
        select status, erased_at from crm.customers where id = new.customer_id offset 0
    ) as customer on true
    cross join lateral (
        select s.product_id, s.code, s.kind, s.status, s.archived_at, s.created_at, s.updated_at
        from catalog.skus as s where s.id = item.sku_id
        for key share
    ) as sku
    cross join lateral (
        select status, archived_at, created_at, updated_at
        from catalog.products where id = sku.product_id offset 0
    ) as product
    left join lateral (
        select standard.unit_cost, standard.valid_to from catalog.sku_costs as standard
        where standard.sku_id = item.sku_id and standard.valid_from <= new.placed_at
        order by standard.valid_from desc
        limit 1
    ) as cost on true
    where (
        tenant.status = 'active'
        or new.source like 'import:%' and new.placed_at < tenant.closed_at
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'closed_tenant_takes_no_order', 'sales.orders.tenant_id',
            'A closed tenant takes no new orders.',
            given,
            'Set core.tenants.status to active, or place the order for another tenant.');
    end if;

    -- closed_channel_takes_no_order
    select format('The channel is not active since %s.', channel.closed_at) into given
    from (select * from sales.order_items where order_id = new.id) as item
    cross join lateral (
        select status, closed_at from core.tenants where id = new.tenant_id offset 0
    ) as tenant
    left join lateral (
        select is_active, closed_at from catalog.sales_channels
        where tenant_id = new.tenant_id and code = new.channel_code
        offset 0
    ) as channel on true
    left join lateral (
        select status, erased_at from crm.customers where id = new.customer_id offset 0
    ) as customer on true
    cross join lateral (
        select s.product_id, s.code, s.kind, s.status, s.archived_at, s.created_at, s.updated_at
        from catalog.skus as s where s.id = item.sku_id
        for key share
    ) as sku
    cross join lateral (
        select status, archived_at, created_at, updated_at
        from catalog.products where id = sku.product_id offset 0
    ) as product
    left join lateral (
        select standard.unit_cost, standard.valid_to from catalog.sku_costs as standard
        where standard.sku_id = item.sku_id and standard.valid_from <= new.placed_at
        order by standard.valid_from desc
        limit 1
    ) as cost on true
    where (
        channel.is_active
        or new.source like 'import:%' and new.placed_at < channel.closed_at
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'closed_channel_takes_no_order', 'sales.orders.channel_code',
            'A sales channel that is not active takes no new orders.',
            given,
            'Set catalog.sales_channels.is_active, or use another channel.');
    end if;

    -- erased_customer_places_no_order
    select format('The customer was erased at %s.', customer.erased_at) into given
    from (select * from sales.order_items where order_id = new.id) as item
    cross join lateral (
        select status, closed_at from core.tenants where id = new.tenant_id offset 0
    ) as tenant
    left join lateral (
        select is_active, closed_at from catalog.sales_channels
        where tenant_id = new.tenant_id and code = new.channel_code
        offset 0
    ) as channel on true
    left join lateral (
        select status, erased_at from crm.customers where id = new.customer_id offset 0
    ) as customer on true
    cross join lateral (
        select s.product_id, s.code, s.kind, s.status, s.archived_at, s.created_at, s.updated_at
        from catalog.skus as s where s.id = item.sku_id
        for key share
    ) as sku
    cross join lateral (
        select status, archived_at, created_at, updated_at
        from catalog.products where id = sku.product_id offset 0
    ) as product
    left join lateral (
        select standard.unit_cost, standard.valid_to from catalog.sku_costs as standard
        where standard.sku_id = item.sku_id and standard.valid_from <= new.placed_at
        order by standard.valid_from desc
        limit 1
    ) as cost on true
    where (
        (customer.status is null or customer.status <> 'erased')
        or new.source like 'import:%' and new.placed_at < customer.erased_at
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'erased_customer_places_no_order', 'sales.orders.customer_id',
            'A customer whose data was erased places no new orders.',
            given,
            'Leave customer_id out, or make a new customer.');
    end if;

    -- archived_sku_is_not_for_new_orders
    select format('SKU %s is archived since %s.', sku.code, sku.archived_at) into given
    from (select * from sales.order_items where order_id = new.id) as item
    cross join lateral (
        select status, closed_at from core.tenants where id = new.tenant_id offset 0
    ) as tenant
    left join lateral (
        select is_active, closed_at from catalog.sales_channels
        where tenant_id = new.tenant_id and code = new.channel_code
        offset 0
    ) as channel on true
    left join lateral (
        select status, erased_at from crm.customers where id = new.customer_id offset 0
    ) as customer on true
    cross join lateral (
        select s.product_id, s.code, s.kind, s.status, s.archived_at, s.created_at, s.updated_at
        from catalog.skus as s where s.id = item.sku_id
        for key share
    ) as sku
    cross join lateral (
        select status, archived_at, created_at, updated_at
        from catalog.products where id = sku.product_id offset 0
    ) as product
    left join lateral (
        select standard.unit_cost, standard.valid_to from catalog.sku_costs as standard
        where standard.sku_id = item.sku_id and standard.valid_from <= new.placed_at
        order by standard.valid_from desc
        limit 1
    ) as cost on true
    where (
        sku.status = 'active'
        or new.source like 'import:%' and new.placed_at < sku.archived_at
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'archived_sku_is_not_for_new_orders', 'sales.order_items.sku_id',
            'An archived SKU is not for new orders.',
            given,
            'Take the line out, or set catalog.skus.status to active.');
    end if;

    -- only_active_products_are_for_new_orders
    select format('The product of SKU %s is %s.', sku.code, product.status) into given
    from (select * from sales.order_items where order_id = new.id) as item
    cross join lateral (
        select status, closed_at from core.tenants where id = new.tenant_id offset 0
    ) as tenant
    left join lateral (
        select is_active, closed_at from catalog.sales_channels
        where tenant_id = new.tenant_id and code = new.channel_code
        offset 0
    ) as channel on true
    left join lateral (
        select status, erased_at from crm.customers where id = new.customer_id offset 0
    ) as customer on true
    cross join lateral (
        select s.product_id, s.code, s.kind, s.status, s.archived_at, s.created_at, s.updated_at
        from catalog.skus as s where s.id = item.sku_id
        for key share
    ) as sku
    cross join lateral (
        select status, archived_at, created_at, updated_at
        from catalog.products where id = sku.product_id offset 0
    ) as product
    left join lateral (
        select standard.unit_cost, standard.valid_to from catalog.sku_costs as standard
        where standard.sku_id = item.sku_id and standard.valid_from <= new.placed_at
        order by standard.valid_from desc
        limit 1
    ) as cost on true
    where (
        product.status = 'active'
        or new.source like 'import:%' and new.placed_at < coalesce(product.archived_at, product.updated_at, product.created_at)
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'only_active_products_are_for_new_orders', 'sales.order_items.sku_id',
            'Only SKUs of active products are for new orders.',
            given,
            'Take the line out, or set catalog.products.status to active.');
    end if;

    -- line_bears_code_and_kind_of_its_sku
    select format('The line says %s, %s; the SKU is %s, %s.', item.sku_code, item.sku_kind, sku.code, sku.kind) into given
    from (select * from sales.order_items where order_id = new.id) as item
    cross join lateral (
        select status, closed_at from core.tenants where id = new.tenant_id offset 0
    ) as tenant
    left join lateral (
        select is_active, closed_at from catalog.sales_channels
        where tenant_id = new.tenant_id and code = new.channel_code
        offset 0
    ) as channel on true
    left join lateral (
        select status, erased_at from crm.customers where id = new.customer_id offset 0
    ) as customer on true
    cross join lateral (
        select s.product_id, s.code, s.kind, s.status, s.archived_at, s.created_at, s.updated_at
        from catalog.skus as s where s.id = item.sku_id
        for key share
    ) as sku
    cross join lateral (
        select status, archived_at, created_at, updated_at
        from catalog.products where id = sku.product_id offset 0
    ) as product
    left join lateral (
        select standard.unit_cost, standard.valid_to from catalog.sku_costs as standard
        where standard.sku_id = item.sku_id and standard.valid_from <= new.placed_at
        order by standard.valid_from desc
        limit 1
    ) as cost on true
    where (
        item.sku_kind = sku.kind
        and (item.sku_code = sku.code
             or new.source like 'import:%' and new.placed_at < coalesce(sku.updated_at, sku.created_at)
             or exists (
            select from core.audit_log as log
            where log.table_name = 'skus' and log.schema_name = 'catalog'
              and log.row_id = item.sku_id::text and log.old_row ->> 'code' = item.sku_code and log.changed_at >= item.created_at))
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'line_bears_code_and_kind_of_its_sku', 'sales.order_items.sku_code',
            'A line bears the kind of its SKU, and a code that the SKU has had since the line was written.',
            given,
            'Leave sku_code and sku_kind out; the database fills them.');
    end if;

    -- line_prices_contain_tax_as_its_order_says
    select format('price_includes_tax of line %s is %s.', item.position, item.price_includes_tax) into given
    from (select * from sales.order_items where order_id = new.id) as item
    cross join lateral (
        select status, closed_at from core.tenants where id = new.tenant_id offset 0
    ) as tenant
    left join lateral (
        select is_active, closed_at from catalog.sales_channels
        where tenant_id = new.tenant_id and code = new.channel_code
        offset 0
    ) as channel on true
    left join lateral (
        select status, erased_at from crm.customers where id = new.customer_id offset 0
    ) as customer on true
    cross join lateral (
        select s.product_id, s.code, s.kind, s.status, s.archived_at, s.created_at, s.updated_at
        from catalog.skus as s where s.id = item.sku_id
        for key share
    ) as sku
    cross join lateral (
        select status, archived_at, created_at, updated_at
        from catalog.products where id = sku.product_id offset 0
    ) as product
    left join lateral (
        select standard.unit_cost, standard.valid_to from catalog.sku_costs as standard
        where standard.sku_id = item.sku_id and standard.valid_from <= new.placed_at
        order by standard.valid_from desc
        limit 1
    ) as cost on true
    where (
        item.price_includes_tax = new.prices_include_tax
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'line_prices_contain_tax_as_its_order_says', 'sales.order_items.price_includes_tax',
            'The prices of all lines contain tax, or none does, as their order says.',
            given,
            'Set price_includes_tax of the lines to prices_include_tax of the order.');
    end if;

    -- line_expects_the_standard_cost_of_its_sku
    select format('The line says %s.', coalesce(trim_scale(item.expected_unit_cost)::text, 'nothing')) into given
    from (select * from sales.order_items where order_id = new.id) as item
    cross join lateral (
        select status, closed_at from core.tenants where id = new.tenant_id offset 0
    ) as tenant
    left join lateral (
        select is_active, closed_at from catalog.sales_channels
        where tenant_id = new.tenant_id and code = new.channel_code
        offset 0
    ) as channel on true
    left join lateral (
        select status, erased_at from crm.customers where id = new.customer_id offset 0
    ) as customer on true
    cross join lateral (
        select s.product_id, s.code, s.kind, s.status, s.archived_at, s.created_at, s.updated_at
        from catalog.skus as s where s.id = item.sku_id
        for key share
    ) as sku
    cross join lateral (
        select status, archived_at, created_at, updated_at
        from catalog.products where id = sku.product_id offset 0
    ) as product
    left join lateral (
        select standard.unit_cost, standard.valid_to from catalog.sku_costs as standard
        where standard.sku_id = item.sku_id and standard.valid_from <= new.placed_at
        order by standard.valid_from desc
        limit 1
    ) as cost on true
    where (
        item.expected_unit_cost is not distinct from case when cost.valid_to is null or cost.valid_to > new.placed_at
            then cost.unit_cost end
        or item.expected_unit_cost is not distinct from catalog.unit_cost(item.sku_id, item.created_at)
        or item.expected_unit_cost is null and new.source like 'import:%'
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'line_expects_the_standard_cost_of_its_sku', 'sales.order_items.expected_unit_cost',
            'A line expects the cost that its SKU had when it was ordered.',
            given,
            'Set expected_unit_cost to null; the database fills it. See catalog.sku_costs.');
    end if;

    -- line_quantity_fits_the_unit_of_its_sku
    select format('The quantity is %s, the unit of the SKU has %s decimals.', trim_scale(item.quantity), catalog.unit_decimals(item.sku_id)) into given
    from (select * from sales.order_items where order_id = new.id) as item
    cross join lateral (
        select status, closed_at from core.tenants where id = new.tenant_id offset 0
    ) as tenant
    left join lateral (
        select is_active, closed_at from catalog.sales_channels
        where tenant_id = new.tenant_id and code = new.channel_code
        offset 0
    ) as channel on true
    left join lateral (
        select status, erased_at from crm.customers where id = new.customer_id offset 0
    ) as customer on true
    cross join lateral (
        select s.product_id, s.code, s.kind, s.status, s.archived_at, s.created_at, s.updated_at
        from catalog.skus as s where s.id = item.sku_id
        for key share
    ) as sku
    cross join lateral (
        select status, archived_at, created_at, updated_at
        from catalog.products where id = sku.product_id offset 0
    ) as product
    left join lateral (
        select standard.unit_cost, standard.valid_to from catalog.sku_costs as standard
        where standard.sku_id = item.sku_id and standard.valid_from <= new.placed_at
        order by standard.valid_from desc
        limit 1
    ) as cost on true
    where (
        item.quantity = trunc(item.quantity)
        or scale(trim_scale(item.quantity)) <= catalog.unit_decimals(item.sku_id)
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'line_quantity_fits_the_unit_of_its_sku', 'sales.order_items.quantity',
            'The quantity of a line has no more decimals than the unit of its SKU.',
            given,
            'See core.units_of_measure.decimals, and catalog.skus.unit_code.');
    end if;
    return null;
end
$$;
comment on function sales.look_at_placed_order() is 'closed_tenant_takes_no_order: A closed tenant takes no new orders.
closed_channel_takes_no_order: A sales channel that is not active takes no new orders.
erased_customer_places_no_order: A customer whose data was erased places no new orders.
archived_sku_is_not_for_new_orders: An archived SKU is not for new orders.
only_active_products_are_for_new_orders: Only SKUs of active products are for new orders.
line_bears_code_and_kind_of_its_sku: A line bears the kind of its SKU, and a code that the SKU has had since the line was written.
line_prices_contain_tax_as_its_order_says: The prices of all lines contain tax, or none does, as their order says.
line_expects_the_standard_cost_of_its_sku: A line expects the cost that its SKU had when it was ordered.
line_quantity_fits_the_unit_of_its_sku: The quantity of a line has no more decimals than the unit of its SKU.';

create or replace trigger t40_look_at_placed_order_update
    after update of status on sales.orders
    for each row when (old.status = 'draft' and new.status = 'placed')
    execute function sales.look_at_placed_order();

create or replace function sales.refuse_line(line sales.order_items) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    given text;
begin
    if core.maintenance_reason() is not null then
        return;
    end if;
    -- archived_sku_is_not_for_new_orders
    select format('SKU %s is archived since %s.', sku.code, sku.archived_at) into given
    from (select (line).*) as item
    cross join lateral (
        select o.source, o.prices_include_tax, now() as placed_at
        from sales.orders as o where o.id = item.order_id
    ) as new
    cross join lateral (
        select s.product_id, s.code, s.kind, s.status, s.archived_at, s.created_at, s.updated_at
        from catalog.skus as s where s.id = item.sku_id
        offset 0
    ) as sku
    cross join lateral (
        select status, archived_at, created_at, updated_at
        from catalog.products where id = sku.product_id offset 0
    ) as product
    left join lateral (
        select standard.unit_cost, standard.valid_to from catalog.sku_costs as standard
        where standard.sku_id = item.sku_id and standard.valid_from <= new.placed_at
        order by standard.valid_from desc
        limit 1
    ) as cost on true
    where (
        sku.status = 'active'
        or new.source like 'import:%' and new.placed_at < sku.archived_at
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'archived_sku_is_not_for_new_orders', 'sales.order_items.sku_id',
            'An archived SKU is not for new orders.',
            given,
            'Take the line out, or set catalog.skus.status to active.');
    end if;

    -- only_active_products_are_for_new_orders
    select format('The product of SKU %s is %s.', sku.code, product.status) into given
    from (select (line).*) as item
    cross join lateral (
        select o.source, o.prices_include_tax, now() as placed_at
        from sales.orders as o where o.id = item.order_id
    ) as new
    cross join lateral (
        select s.product_id, s.code, s.kind, s.status, s.archived_at, s.created_at, s.updated_at
        from catalog.skus as s where s.id = item.sku_id
        offset 0
    ) as sku
    cross join lateral (
        select status, archived_at, created_at, updated_at
        from catalog.products where id = sku.product_id offset 0
    ) as product
    left join lateral (
        select standard.unit_cost, standard.valid_to from catalog.sku_costs as standard
        where standard.sku_id = item.sku_id and standard.valid_from <= new.placed_at
        order by standard.valid_from desc
        limit 1
    ) as cost on true
    where (
        product.status = 'active'
        or new.source like 'import:%' and new.placed_at < coalesce(product.archived_at, product.updated_at, product.created_at)
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'only_active_products_are_for_new_orders', 'sales.order_items.sku_id',
            'Only SKUs of active products are for new orders.',
            given,
            'Take the line out, or set catalog.products.status to active.');
    end if;

    -- line_bears_code_and_kind_of_its_sku
    select format('The line says %s, %s; the SKU is %s, %s.', item.sku_code, item.sku_kind, sku.code, sku.kind) into given
    from (select (line).*) as item
    cross join lateral (
        select o.source, o.prices_include_tax, now() as placed_at
        from sales.orders as o where o.id = item.order_id
    ) as new
    cross join lateral (
        select s.product_id, s.code, s.kind, s.status, s.archived_at, s.created_at, s.updated_at
        from catalog.skus as s where s.id = item.sku_id
        offset 0
    ) as sku
    cross join lateral (
        select status, archived_at, created_at, updated_at
        from catalog.products where id = sku.product_id offset 0
    ) as product
    left join lateral (
        select standard.unit_cost, standard.valid_to from catalog.sku_costs as standard
        where standard.sku_id = item.sku_id and standard.valid_from <= new.placed_at
        order by standard.valid_from desc
        limit 1
    ) as cost on true
    where (
        item.sku_kind = sku.kind
        and (item.sku_code = sku.code
             or new.source like 'import:%' and new.placed_at < coalesce(sku.updated_at, sku.created_at)
             or exists (
            select from core.audit_log as log
            where log.table_name = 'skus' and log.schema_name = 'catalog'
              and log.row_id = item.sku_id::text and log.old_row ->> 'code' = item.sku_code and log.changed_at >= item.created_at))
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'line_bears_code_and_kind_of_its_sku', 'sales.order_items.sku_code',
            'A line bears the kind of its SKU, and a code that the SKU has had since the line was written.',
            given,
            'Leave sku_code and sku_kind out; the database fills them.');
    end if;

    -- line_prices_contain_tax_as_its_order_says
    select format('price_includes_tax of line %s is %s.', item.position, item.price_includes_tax) into given
    from (select (line).*) as item
    cross join lateral (
        select o.source, o.prices_include_tax, now() as placed_at
        from sales.orders as o where o.id = item.order_id
    ) as new
    cross join lateral (
        select s.product_id, s.code, s.kind, s.status, s.archived_at, s.created_at, s.updated_at
        from catalog.skus as s where s.id = item.sku_id
        offset 0
    ) as sku
    cross join lateral (
        select status, archived_at, created_at, updated_at
        from catalog.products where id = sku.product_id offset 0
    ) as product
    left join lateral (
        select standard.unit_cost, standard.valid_to from catalog.sku_costs as standard
        where standard.sku_id = item.sku_id and standard.valid_from <= new.placed_at
        order by standard.valid_from desc
        limit 1
    ) as cost on true
    where (
        item.price_includes_tax = new.prices_include_tax
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'line_prices_contain_tax_as_its_order_says', 'sales.order_items.price_includes_tax',
            'The prices of all lines contain tax, or none does, as their order says.',
            given,
            'Set price_includes_tax of the lines to prices_include_tax of the order.');
    end if;

    -- line_expects_the_standard_cost_of_its_sku
    select format('The line says %s.', coalesce(trim_scale(item.expected_unit_cost)::text, 'nothing')) into given
    from (select (line).*) as item
    cross join lateral (
        select o.source, o.prices_include_tax, now() as placed_at
        from sales.orders as o where o.id = item.order_id
    ) as new
    cross join lateral (
        select s.product_id, s.code, s.kind, s.status, s.archived_at, s.created_at, s.updated_at
        from catalog.skus as s where s.id = item.sku_id
        offset 0
    ) as sku
    cross join lateral (
        select status, archived_at, created_at, updated_at
        from catalog.products where id = sku.product_id offset 0
    ) as product
    left join lateral (
        select standard.unit_cost, standard.valid_to from catalog.sku_costs as standard
        where standard.sku_id = item.sku_id and standard.valid_from <= new.placed_at
        order by standard.valid_from desc
        limit 1
    ) as cost on true
    where (
        item.expected_unit_cost is null or exists (
            select from catalog.sku_costs as standard
            where standard.sku_id = item.sku_id and standard.unit_cost = item.expected_unit_cost)
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'line_expects_the_standard_cost_of_its_sku', 'sales.order_items.expected_unit_cost',
            'A line expects the cost that its SKU had when it was ordered.',
            given,
            'Set expected_unit_cost to null; the database fills it. See catalog.sku_costs.');
    end if;

    -- line_quantity_fits_the_unit_of_its_sku
    select format('The quantity is %s, the unit of the SKU has %s decimals.', trim_scale(item.quantity), catalog.unit_decimals(item.sku_id)) into given
    from (select (line).*) as item
    cross join lateral (
        select o.source, o.prices_include_tax, now() as placed_at
        from sales.orders as o where o.id = item.order_id
    ) as new
    cross join lateral (
        select s.product_id, s.code, s.kind, s.status, s.archived_at, s.created_at, s.updated_at
        from catalog.skus as s where s.id = item.sku_id
        offset 0
    ) as sku
    cross join lateral (
        select status, archived_at, created_at, updated_at
        from catalog.products where id = sku.product_id offset 0
    ) as product
    left join lateral (
        select standard.unit_cost, standard.valid_to from catalog.sku_costs as standard
        where standard.sku_id = item.sku_id and standard.valid_from <= new.placed_at
        order by standard.valid_from desc
        limit 1
    ) as cost on true
    where (
        item.quantity = trunc(item.quantity)
        or scale(trim_scale(item.quantity)) <= catalog.unit_decimals(item.sku_id)
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'line_quantity_fits_the_unit_of_its_sku', 'sales.order_items.quantity',
            'The quantity of a line has no more decimals than the unit of its SKU.',
            given,
            'See core.units_of_measure.decimals, and catalog.skus.unit_code.');
    end if;
end
$$;
comment on function sales.refuse_line(sales.order_items) is 'Refuses a line of a draft that could not be placed, as far as the line itself tells.';

-- FixedByUse: sold_skus_keep_their_unit_and_stock_keeping

create or replace function catalog.sold_skus_keep_their_unit_and_stock_keeping() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return new;
    end if;
    if not exists (
        select from sales.order_items as item
        join sales.orders as o on o.id = item.order_id
        where item.sku_id = old.id and item.tenant_id = old.tenant_id
          and o.status not in ('draft', 'cancelled')
    ) then
        -- Whoever is making the first fact right now is waited for.
        lock table sales.order_items in share mode;
        if not exists (
            select from sales.order_items as item
            join sales.orders as o on o.id = item.order_id
            where item.sku_id = old.id and item.tenant_id = old.tenant_id
              and o.status not in ('draft', 'cancelled')
        ) then
            return new;
        end if;
    end if;
    perform core.refuse('23R03', 'sold_skus_keep_their_unit_and_stock_keeping', 'catalog.skus', 'A SKU that was ordered keeps its unit, and whether it is stocked.',
        format('unit_code, is_stocked of skus %s would change.', old.id), 'Archive it and make a new SKU.');
    return new;
end
$$;
comment on function catalog.sold_skus_keep_their_unit_and_stock_keeping() is 'A SKU that was ordered keeps its unit, and whether it is stocked.';

create or replace trigger t10_sold_skus_keep_their_unit_and_stock_keeping
    before update of unit_code, is_stocked on catalog.skus
    for each row
    when ((new.unit_code, new.is_stocked) is distinct from (old.unit_code, old.is_stocked))
    execute function catalog.sold_skus_keep_their_unit_and_stock_keeping();

-- LookCheck: refund_quantity_fits_the_unit_of_its_sku

create or replace function sales.look_at_refunds() returns trigger
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
        select sku_id from sales.order_items where id = r.order_item_id offset 0
    ) as item on true
    where (
        (r.quantity = trunc(r.quantity)
        or scale(trim_scale(r.quantity)) <= catalog.unit_decimals(item.sku_id))
    ) is not true
    limit 1;
    if not found or core.maintenance_reason() is not null then
        return null;
    end if;
    -- refund_quantity_fits_the_unit_of_its_sku
    select format('The quantity is %s, the unit of the SKU has %s decimals.', trim_scale(r.quantity), catalog.unit_decimals(item.sku_id)) into given
    from new_rows as r
    left join lateral (
        select sku_id from sales.order_items where id = r.order_item_id offset 0
    ) as item on true
    where (
        r.quantity = trunc(r.quantity)
        or scale(trim_scale(r.quantity)) <= catalog.unit_decimals(item.sku_id)
    ) is not true
    limit 1;
    if found then
        perform core.refuse('23R10', 'refund_quantity_fits_the_unit_of_its_sku', 'sales.refunds.quantity',
            'A refunded quantity has no more decimals than the unit of its SKU.',
            given,
            'See core.units_of_measure.decimals, and catalog.skus.unit_code.');
    end if;
    return null;
end
$$;
comment on function sales.look_at_refunds() is 'refund_quantity_fits_the_unit_of_its_sku: A refunded quantity has no more decimals than the unit of its SKU.';

create or replace trigger t10_look_at_refunds_insert
    after insert on sales.refunds
    referencing new table as new_rows
    for each statement execute function sales.look_at_refunds();

-- Frozen: placed_orders_keep_their_terms

create or replace function sales.placed_orders_keep_their_terms() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not (old.status <> 'draft') or core.maintenance_reason() is not null then
        return old;
    end if;
    perform core.refuse(
        '23R03', 'placed_orders_keep_their_terms', 'sales.orders',
        'A placed order keeps its customer, date, currency, amounts, number and source.',
        format('DELETE of sales.orders %s was refused.', old.id),
        'Cancel it and place a new one, or refund a part of it.');
end
$$;
comment on function sales.placed_orders_keep_their_terms() is 'A placed order keeps its customer, date, currency, amounts, number and source.';

create or replace trigger t10_placed_orders_keep_their_terms
    before delete on sales.orders
    for each row execute function sales.placed_orders_keep_their_terms();

create or replace function sales.placed_orders_keep_their_terms_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'placed_orders_keep_their_terms', 'sales.orders',
        'A placed order keeps its customer, date, currency, amounts, number and source.',
        'TRUNCATE of sales.orders was refused.',
        'Cancel it and place a new one, or refund a part of it.');
end
$$;
comment on function sales.placed_orders_keep_their_terms_truncate() is 'A placed order keeps its customer, date, currency, amounts, number and source.';

create or replace trigger t10_placed_orders_keep_their_terms_truncate
    before truncate on sales.orders
    for each statement execute function sales.placed_orders_keep_their_terms_truncate();

-- Frozen: cancelled_orders_keep_their_date

create or replace function sales.cancelled_orders_keep_their_date() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not (old.status = 'cancelled') or core.maintenance_reason() is not null then
        return old;
    end if;
    perform core.refuse(
        '23R03', 'cancelled_orders_keep_their_date', 'sales.orders',
        'A cancelled order keeps the date of its cancellation.',
        format('DELETE of sales.orders %s was refused.', old.id),
        'Leave it as it is; in place of a cancelled order, place a new one.');
end
$$;
comment on function sales.cancelled_orders_keep_their_date() is 'A cancelled order keeps the date of its cancellation.';

create or replace trigger t10_cancelled_orders_keep_their_date
    before delete on sales.orders
    for each row execute function sales.cancelled_orders_keep_their_date();

create or replace function sales.cancelled_orders_keep_their_date_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'cancelled_orders_keep_their_date', 'sales.orders',
        'A cancelled order keeps the date of its cancellation.',
        'TRUNCATE of sales.orders was refused.',
        'Leave it as it is; in place of a cancelled order, place a new one.');
end
$$;
comment on function sales.cancelled_orders_keep_their_date_truncate() is 'A cancelled order keeps the date of its cancellation.';

create or replace trigger t10_cancelled_orders_keep_their_date_truncate
    before truncate on sales.orders
    for each statement execute function sales.cancelled_orders_keep_their_date_truncate();

-- Cap: refunded_is_never_above_the_order_total

create or replace function sales.refunded_is_never_above_the_order_total_insert() returns trigger
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
            select r.order_id, r.amount from new_rows as r
        ) as entry (parent_id, amount)
        group by entry.parent_id
        having sum(entry.amount) <> 0
        order by entry.parent_id
    loop
        update sales.orders as parent
        set refunded_amount = parent.refunded_amount + effect.amount
        where parent.id = effect.parent_id;
    end loop;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function sales.refunded_is_never_above_the_order_total_insert() is 'All refunds of an order together are never above its total.';

create or replace trigger t50_refunded_is_never_above_the_order_total_insert
    after insert on sales.refunds
    referencing new table as new_rows
    for each statement execute function sales.refunded_is_never_above_the_order_total_insert();

-- Cap: refunded_units_are_never_above_the_line

create or replace function sales.refunded_units_are_never_above_the_line_insert() returns trigger
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
            select r.order_item_id, r.quantity from new_rows as r
        ) as entry (parent_id, amount)
        group by entry.parent_id
        having sum(entry.amount) <> 0
        order by entry.parent_id
    loop
        update sales.order_items as parent
        set refunded_quantity = parent.refunded_quantity + effect.amount
        where parent.id = effect.parent_id;
    end loop;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function sales.refunded_units_are_never_above_the_line_insert() is 'All refunds of a line together never name more units than the line has.';

create or replace trigger t50_refunded_units_are_never_above_the_line_insert
    after insert on sales.refunds
    referencing new table as new_rows
    for each statement execute function sales.refunded_units_are_never_above_the_line_insert();

-- FixedByUse: books_keep_currency_and_zone_once_sold

create or replace function core.books_keep_currency_and_zone_once_sold() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return new;
    end if;
    if not exists (
        select from sales.orders as o
        where o.tenant_id = old.id and o.placed_at is not null
    ) then
        -- Whoever is making the first fact right now is waited for.
        lock table sales.orders in share mode;
        if not exists (
            select from sales.orders as o
            where o.tenant_id = old.id and o.placed_at is not null
        ) then
            return new;
        end if;
    end if;
    perform core.refuse('23R03', 'books_keep_currency_and_zone_once_sold', 'core.tenants', 'A tenant keeps the currency and the business day of its books once an order was placed.',
        format('currency_code, time_zone, day_starts_at of tenants %s would change.', old.id), 'Make a new tenant with the right settings: core.create_tenant.');
    return new;
end
$$;
comment on function core.books_keep_currency_and_zone_once_sold() is 'A tenant keeps the currency and the business day of its books once an order was placed.';

create or replace trigger t10_books_keep_currency_and_zone_once_sold
    before update of currency_code, time_zone, day_starts_at on core.tenants
    for each row
    when ((new.currency_code, new.time_zone, new.day_starts_at) is distinct from (old.currency_code, old.time_zone, old.day_starts_at))
    execute function core.books_keep_currency_and_zone_once_sold();

-- FixedByUse: channels_keep_their_zone_once_sold

create or replace function catalog.channels_keep_their_zone_once_sold() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return new;
    end if;
    if not exists (
        select from sales.orders as o
        where o.tenant_id = old.tenant_id and o.channel_code = old.code and o.placed_at is not null
    ) then
        -- Whoever is making the first fact right now is waited for.
        lock table sales.orders in share mode;
        if not exists (
            select from sales.orders as o
            where o.tenant_id = old.tenant_id and o.channel_code = old.code and o.placed_at is not null
        ) then
            return new;
        end if;
    end if;
    perform core.refuse('23R03', 'channels_keep_their_zone_once_sold', 'catalog.sales_channels', 'A sales channel keeps its time zone once an order was placed in it.',
        format('time_zone of sales_channels %s would change.', old.id), 'Make a new channel in the right zone.');
    return new;
end
$$;
comment on function catalog.channels_keep_their_zone_once_sold() is 'A sales channel keeps its time zone once an order was placed in it.';

create or replace trigger t10_channels_keep_their_zone_once_sold
    before update of time_zone on catalog.sales_channels
    for each row
    when ((new.time_zone) is distinct from (old.time_zone))
    execute function catalog.channels_keep_their_zone_once_sold();

-- Audited: order_changes_leave_a_trace

create or replace function sales.keep_updated_orders() returns trigger
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
    perform from old_rows as before where before.status not in ('draft');
    if not found then
        return null;
    end if;
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    with image as materialized (
        select found.*, core.new_id() as audit_id
        from (
            select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
            from old_rows as before
            left join new_rows as after on after.id = before.id
            where before.status not in ('draft') and (after.id is null or to_jsonb(after) - array['version', 'updated_at', 'status', 'refunded_amount']
                is distinct from to_jsonb(before) - array['version', 'updated_at', 'status', 'refunded_amount'])
        ) as found
    ), logged as (
        insert into core.audit_log (
            id, tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
        select image.audit_id, image.tenant_id, 'sales', 'orders', image.row_id,
            'update', image.old_row - array['note'], core.maintenance_reason()
        from image
    )
    insert into core.audit_personal (tenant_id, audit_id, old_personal)
    select image.tenant_id, image.audit_id, core.only_keys(image.old_row, array['note'])
    from image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function sales.keep_updated_orders() is
    'Writes the superseded image of every updated row of sales.orders to the audit log.';

create or replace trigger t70_audit_update
    after update on sales.orders
    referencing old table as old_rows new table as new_rows
    for each statement execute function sales.keep_updated_orders();

create or replace function sales.keep_deleted_orders() returns trigger
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
    perform from old_rows as before where before.status not in ('draft');
    if not found then
        return null;
    end if;
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    with image as materialized (
        select found.*, core.new_id() as audit_id
        from (
            select before.tenant_id as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
            from old_rows as before
            where before.status not in ('draft')
        ) as found
    ), logged as (
        insert into core.audit_log (
            id, tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
        select image.audit_id, image.tenant_id, 'sales', 'orders', image.row_id,
            'delete', image.old_row - array['note'], core.maintenance_reason()
        from image
    )
    insert into core.audit_personal (tenant_id, audit_id, old_personal)
    select image.tenant_id, image.audit_id, core.only_keys(image.old_row, array['note'])
    from image;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function sales.keep_deleted_orders() is
    'Writes the superseded image of every deleted row of sales.orders to the audit log.';

create or replace trigger t70_audit_delete
    after delete on sales.orders
    referencing old table as old_rows
    for each statement execute function sales.keep_deleted_orders();

create or replace trigger t70_audit_truncate
    before truncate on sales.orders
    for each statement execute function core.keep_truncate();

-- FrozenChildren: lines_of_placed_orders_are_frozen

-- With the rights of the owner: a session that names another tenant within its statement would
-- otherwise not see the parent, and change what is closed.
create or replace function sales.lines_of_placed_orders_are_frozen_insert() returns trigger
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
    from sales.orders as parent
    where parent.id = any (array(select order_id from new_rows));
    -- Touch the parent, so that whoever closes it at this moment waits for us, or we for them;
    -- then look again. A parent that this transaction has written is ours already.
    if untouched and closed is null then
        update sales.orders as parent
        set version = parent.version + 1
        where parent.id = any (array(select order_id from new_rows)) and parent.xmin <> pg_current_xact_id()::xid;
        select parent.id into closed
        from sales.orders as parent
        where parent.id = any (array(select order_id from new_rows)) and not (parent.status = 'draft')
        limit 1;
    end if;
    if closed is null or core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'lines_of_placed_orders_are_frozen', 'sales.order_items',
        'The lines of an order are added, changed and removed only while it is a draft.',
        format('%s of sales.order_items was refused; it is allowed while sales.orders %s has status = ''draft''.', tg_op, closed),
        'Cancel the order and place a new one, or return and refund.');
end
$$;
comment on function sales.lines_of_placed_orders_are_frozen_insert() is 'The lines of an order are added, changed and removed only while it is a draft.';

create or replace trigger t10_lines_of_placed_orders_are_frozen_insert
    after insert on sales.order_items
    referencing new table as new_rows
    for each statement execute function sales.lines_of_placed_orders_are_frozen_insert();

-- With the rights of the owner: a session that names another tenant within its statement would
-- otherwise not see the parent, and change what is closed.
create or replace function sales.lines_of_placed_orders_are_frozen_update() returns trigger
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
    where to_jsonb(n) - array['refunded_quantity']::text[]
        is distinct from to_jsonb(o) - array['refunded_quantity']::text[];
    if not found then
        return null;
    end if;
    select max(parent.id::text) filter (where not (parent.status = 'draft')),
        bool_or(parent.xmin <> pg_current_xact_id()::xid)
    into closed, untouched
    from sales.orders as parent
    where parent.id = any (array(select order_id from old_rows union select order_id from new_rows));
    -- Touch the parent, so that whoever closes it at this moment waits for us, or we for them;
    -- then look again. A parent that this transaction has written is ours already.
    if untouched and closed is null then
        update sales.orders as parent
        set version = parent.version + 1
        where parent.id = any (array(select order_id from old_rows union select order_id from new_rows)) and parent.xmin <> pg_current_xact_id()::xid;
        select parent.id into closed
        from sales.orders as parent
        where parent.id = any (array(select order_id from old_rows union select order_id from new_rows)) and not (parent.status = 'draft')
        limit 1;
    end if;
    if closed is null or core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'lines_of_placed_orders_are_frozen', 'sales.order_items',
        'The lines of an order are added, changed and removed only while it is a draft.',
        format('%s of sales.order_items was refused; it is allowed while sales.orders %s has status = ''draft''.', tg_op, closed),
        'Cancel the order and place a new one, or return and refund.');
end
$$;
comment on function sales.lines_of_placed_orders_are_frozen_update() is 'The lines of an order are added, changed and removed only while it is a draft.';

create or replace trigger t10_lines_of_placed_orders_are_frozen_update
    after update on sales.order_items
    referencing old table as old_rows new table as new_rows
    for each statement execute function sales.lines_of_placed_orders_are_frozen_update();

-- With the rights of the owner: a session that names another tenant within its statement would
-- otherwise not see the parent, and change what is closed.
create or replace function sales.lines_of_placed_orders_are_frozen_delete() returns trigger
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
    from sales.orders as parent
    where parent.id = any (array(select order_id from old_rows));
    -- Touch the parent, so that whoever closes it at this moment waits for us, or we for them;
    -- then look again. A parent that this transaction has written is ours already.
    if untouched and closed is null then
        update sales.orders as parent
        set version = parent.version + 1
        where parent.id = any (array(select order_id from old_rows)) and parent.xmin <> pg_current_xact_id()::xid;
        select parent.id into closed
        from sales.orders as parent
        where parent.id = any (array(select order_id from old_rows)) and not (parent.status = 'draft')
        limit 1;
    end if;
    if closed is null or core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'lines_of_placed_orders_are_frozen', 'sales.order_items',
        'The lines of an order are added, changed and removed only while it is a draft.',
        format('%s of sales.order_items was refused; it is allowed while sales.orders %s has status = ''draft''.', tg_op, closed),
        'Cancel the order and place a new one, or return and refund.');
end
$$;
comment on function sales.lines_of_placed_orders_are_frozen_delete() is 'The lines of an order are added, changed and removed only while it is a draft.';

create or replace trigger t10_lines_of_placed_orders_are_frozen_delete
    after delete on sales.order_items
    referencing old table as old_rows
    for each statement execute function sales.lines_of_placed_orders_are_frozen_delete();

-- PostgreSQL looks at references row by row, before the trigger above sees the statement. Without a
-- word at the row, whoever changes a closed row would be told about a key and not about this rule.
-- Whoever closes the parent has the parent first, then its rows; who is here has the row first. So this
-- one waits for the parent as long as nobody waits for it, and asks to be tried again otherwise.
create or replace function sales.lines_of_placed_orders_are_frozen_keys() returns trigger
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
            perform from sales.orders as parent
            where parent.id = old.order_id and parent.xmin <> pg_current_xact_id()::xid
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
                '40001', 'lines_of_placed_orders_are_frozen', 'sales.order_items',
                'The lines of an order are added, changed and removed only while it is a draft.',
                'Another transaction is at work on it, and waits for this one.',
                'Try the transaction again.');
        end if;
    end loop;
    perform from sales.orders as parent
    where parent.id = old.order_id and not (parent.status = 'draft');
    if found and core.maintenance_reason() is null then
        perform core.refuse(
            '23R03', 'lines_of_placed_orders_are_frozen', 'sales.order_items',
            'The lines of an order are added, changed and removed only while it is a draft.',
            format('%s of sales.order_items was refused; it is allowed while sales.orders %s has status = ''draft''.', tg_op, old.order_id),
            'Cancel the order and place a new one, or return and refund.');
    end if;
    return case tg_op when 'DELETE' then old else new end;
end
$$;
comment on function sales.lines_of_placed_orders_are_frozen_keys() is 'The lines of an order are added, changed and removed only while it is a draft.';

create or replace trigger t10_lines_of_placed_orders_are_frozen_keys_update
    before update of tenant_id, id, order_id, sku_id, quantity on sales.order_items
    for each row
    when ((old.tenant_id, old.id, old.order_id, old.sku_id, old.quantity) is distinct from (new.tenant_id, new.id, new.order_id, new.sku_id, new.quantity))
    execute function sales.lines_of_placed_orders_are_frozen_keys();

create or replace trigger t10_lines_of_placed_orders_are_frozen_keys_delete
    before delete on sales.order_items
    for each row execute function sales.lines_of_placed_orders_are_frozen_keys();

create or replace function sales.lines_of_placed_orders_are_frozen_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R03', 'lines_of_placed_orders_are_frozen', 'sales.order_items',
        'The lines of an order are added, changed and removed only while it is a draft.',
        'TRUNCATE of sales.order_items was refused.',
        'Cancel the order and place a new one, or return and refund.');
end
$$;
comment on function sales.lines_of_placed_orders_are_frozen_truncate() is 'The lines of an order are added, changed and removed only while it is a draft.';

create or replace trigger t10_lines_of_placed_orders_are_frozen_truncate
    before truncate on sales.order_items
    for each statement execute function sales.lines_of_placed_orders_are_frozen_truncate();

-- Behind the refusal: what changes all the same leaves its old image in the audit log.
create or replace function sales.keep_old_order_items() returns trigger
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
        select o.tenant_id, 'sales', 'order_items', o.id, 'update', to_jsonb(o),
            core.maintenance_reason()
        from old_rows as o
        join new_rows as n on n.id = o.id
        join sales.orders as parent on parent.id = o.order_id
        where not (parent.status = 'draft')
          and to_jsonb(n) - array['refunded_quantity']::text[]
              is distinct from to_jsonb(o) - array['refunded_quantity']::text[];
    else
        insert into core.audit_log (
            tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
        select o.tenant_id, 'sales', 'order_items', o.id, 'delete', to_jsonb(o),
            core.maintenance_reason()
        from old_rows as o
        join sales.orders as parent on parent.id = o.order_id
        where not (parent.status = 'draft');
    end if;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function sales.keep_old_order_items() is
    'Keeps the old image of every row of sales.order_items that changes after it was frozen.';

create or replace trigger t70_keep_old_update
    after update on sales.order_items
    referencing old table as old_rows new table as new_rows
    for each statement execute function sales.keep_old_order_items();

create or replace trigger t70_keep_old_delete
    after delete on sales.order_items
    referencing old table as old_rows
    for each statement execute function sales.keep_old_order_items();

-- AppendOnly: order_history_is_append_only

create or replace function sales.order_history_is_append_only() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R02', 'order_history_is_append_only', 'sales.order_status_history',
        'What the history of an order says, nobody changes or deletes.',
        tg_op || ' of sales.order_status_history was refused; only INSERT is allowed.',
        'Write a new row that corrects the old one.');
end
$$;
comment on function sales.order_history_is_append_only() is 'What the history of an order says, nobody changes or deletes.';

create or replace trigger t10_order_history_is_append_only
    before update or delete or truncate on sales.order_status_history
    for each statement execute function sales.order_history_is_append_only();

create or replace trigger t70_keep_old_update
    after update on sales.order_status_history
    referencing old table as old_rows
    for each statement execute function core.keep_old_rows();

create or replace trigger t70_keep_old_delete
    after delete on sales.order_status_history
    referencing old table as old_rows
    for each statement execute function core.keep_old_rows();

create or replace trigger t70_keep_old_truncate
    before truncate on sales.order_status_history
    for each statement execute function core.keep_truncate();

-- WrittenByRules: order_history_is_written_by_the_database

create or replace function sales.order_history_is_written_by_the_database() returns trigger
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
        '23R12', 'order_history_is_written_by_the_database', 'sales.order_status_history',
        'The history of an order is written by its changes of status alone.',
        tg_op || ' of sales.order_status_history was refused; only the database writes there.',
        'Write the fact it follows from.');
end
$$;
comment on function sales.order_history_is_written_by_the_database() is 'The history of an order is written by its changes of status alone.';

create or replace trigger t10_order_history_is_written_by_the_database
    before insert on sales.order_status_history
    for each statement execute function sales.order_history_is_written_by_the_database();

-- AppendOnly: refunds_are_append_only

create or replace function sales.refunds_are_append_only() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R02', 'refunds_are_append_only', 'sales.refunds',
        'A refund that was made is never changed or deleted.',
        tg_op || ' of sales.refunds was refused; only INSERT is allowed.',
        'Money that comes back to you is a payment.');
end
$$;
comment on function sales.refunds_are_append_only() is 'A refund that was made is never changed or deleted.';

create or replace trigger t10_refunds_are_append_only
    before update or delete or truncate on sales.refunds
    for each statement execute function sales.refunds_are_append_only();

create or replace trigger t70_keep_old_update
    after update on sales.refunds
    referencing old table as old_rows
    for each statement execute function core.keep_old_rows();

create or replace trigger t70_keep_old_delete
    after delete on sales.refunds
    referencing old table as old_rows
    for each statement execute function core.keep_old_rows();

create or replace trigger t70_keep_old_truncate
    before truncate on sales.refunds
    for each statement execute function core.keep_truncate();

-- Condition: refund_is_made_after_its_order

-- No lock is needed: placed orders keep their time, and refunds are append-only.
create or replace function sales.refund_is_made_after_its_order() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    broken jsonb;
begin
    select to_jsonb(r) into broken
    from new_rows as r
    where (not exists (
        select from sales.orders as o where o.id = r.order_id and r.refunded_at < o.placed_at)) is not true
    limit 1;
    if broken is null or core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R10', 'refund_is_made_after_its_order', 'sales.refunds.refunded_at',
        'No refund is made before its order was placed.',
        format('sales.refunds %s: %s.', broken ->> 'id', core.shown(broken, '{order_id, refunded_at}')),
        'Leave refunded_at out for a refund of now; see orders.placed_at.');
end
$$;
comment on function sales.refund_is_made_after_its_order() is 'No refund is made before its order was placed.';

create or replace trigger t10_refund_is_made_after_its_order_insert
    after insert on sales.refunds
    referencing new table as new_rows
    for each statement execute function sales.refund_is_made_after_its_order();

-- Condition: refund_line_belongs_to_its_order

-- No lock is needed: lines of placed orders are frozen, and a draft has nothing to refund.
create or replace function sales.refund_line_belongs_to_its_order() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    broken jsonb;
begin
    select to_jsonb(r) into broken
    from new_rows as r
    where (r.order_item_id is null or exists (
        select from sales.order_items as item
        where item.id = r.order_item_id and item.order_id = r.order_id
          and item.tenant_id = r.tenant_id)) is not true
    limit 1;
    if broken is null or core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R10', 'refund_line_belongs_to_its_order', 'sales.refunds.order_item_id',
        'A refund that names a line names one of its own order.',
        format('sales.refunds %s: %s.', broken ->> 'id', core.shown(broken, '{order_item_id, order_id}')),
        'Pass the id of one of the order''s rows in sales.order_items.');
end
$$;
comment on function sales.refund_line_belongs_to_its_order() is 'A refund that names a line names one of its own order.';

create or replace trigger t10_refund_line_belongs_to_its_order_insert
    after insert on sales.refunds
    referencing new table as new_rows
    for each statement execute function sales.refund_line_belongs_to_its_order();

-- AppendOnly: ledger_is_append_only

create or replace function sales.ledger_is_append_only() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R02', 'ledger_is_append_only', 'sales.ledger_entries',
        'What was posted to the sales ledger is never changed or deleted.',
        tg_op || ' of sales.ledger_entries was refused; only INSERT is allowed.',
        'A correction is a reversal: cancel the order or refund it.');
end
$$;
comment on function sales.ledger_is_append_only() is 'What was posted to the sales ledger is never changed or deleted.';

create or replace trigger t10_ledger_is_append_only
    before update or delete or truncate on sales.ledger_entries
    for each statement execute function sales.ledger_is_append_only();

create or replace trigger t70_keep_old_update
    after update on sales.ledger_entries
    referencing old table as old_rows
    for each statement execute function core.keep_old_rows();

create or replace trigger t70_keep_old_delete
    after delete on sales.ledger_entries
    referencing old table as old_rows
    for each statement execute function core.keep_old_rows();

create or replace trigger t70_keep_old_truncate
    before truncate on sales.ledger_entries
    for each statement execute function core.keep_truncate();

-- WrittenByRules: ledger_equals_its_orders

create or replace function sales.ledger_equals_its_orders() returns trigger
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
        '23R12', 'ledger_equals_its_orders', 'sales.ledger_entries',
        'Every entry of the ledger follows from its order, line or refund, and nothing that follows is missing.',
        tg_op || ' of sales.ledger_entries was refused; only the database writes there.',
        'Place, cancel or refund the order; the ledger follows.');
end
$$;
comment on function sales.ledger_equals_its_orders() is 'Every entry of the ledger follows from its order, line or refund, and nothing that follows is missing.';

create or replace trigger t10_ledger_equals_its_orders
    before insert on sales.ledger_entries
    for each statement execute function sales.ledger_equals_its_orders();

-- TenantScoped: orders_of_one_tenant

drop policy if exists orders_of_one_tenant on sales.orders;
create policy orders_of_one_tenant on sales.orders
    using (tenant_id = core.current_tenant_id());
comment on policy orders_of_one_tenant on sales.orders is 'A tenant sees and writes its own rows of sales.orders only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_orders_of_one_tenant_for_good
    before update of tenant_id on sales.orders
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('orders_of_one_tenant');

-- TenantScoped: order_items_of_one_tenant

drop policy if exists order_items_of_one_tenant on sales.order_items;
create policy order_items_of_one_tenant on sales.order_items
    using (tenant_id = core.current_tenant_id());
comment on policy order_items_of_one_tenant on sales.order_items is 'A tenant sees and writes its own rows of sales.order_items only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_order_items_of_one_tenant_for_good
    before update of tenant_id on sales.order_items
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('order_items_of_one_tenant');

-- TenantScoped: order_status_history_of_one_tenant

drop policy if exists order_status_history_of_one_tenant on sales.order_status_history;
create policy order_status_history_of_one_tenant on sales.order_status_history
    using (tenant_id = core.current_tenant_id());
comment on policy order_status_history_of_one_tenant on sales.order_status_history is 'A tenant sees and writes its own rows of sales.order_status_history only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_order_status_history_of_one_tenant_for_good
    before update of tenant_id on sales.order_status_history
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('order_status_history_of_one_tenant');

-- TenantScoped: refunds_of_one_tenant

drop policy if exists refunds_of_one_tenant on sales.refunds;
create policy refunds_of_one_tenant on sales.refunds
    using (tenant_id = core.current_tenant_id());
comment on policy refunds_of_one_tenant on sales.refunds is 'A tenant sees and writes its own rows of sales.refunds only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_refunds_of_one_tenant_for_good
    before update of tenant_id on sales.refunds
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('refunds_of_one_tenant');

-- TenantScoped: ledger_entries_of_one_tenant

drop policy if exists ledger_entries_of_one_tenant on sales.ledger_entries;
create policy ledger_entries_of_one_tenant on sales.ledger_entries
    using (tenant_id = core.current_tenant_id());
comment on policy ledger_entries_of_one_tenant on sales.ledger_entries is 'A tenant sees and writes its own rows of sales.ledger_entries only.';

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_ledger_entries_of_one_tenant_for_good
    before update of tenant_id on sales.ledger_entries
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('ledger_entries_of_one_tenant');

-- What the verbs of sales ask of their arguments. The functions that say what is wrong run only
-- when something is.

create or replace function sales.refuse_order_arguments(given jsonb) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    argument text;
begin
    foreach argument in array
        '{discount_amount, shipping_amount, shipping_tax_amount, surcharge_amount}'::text[]
    loop
        if (core.number_of(given -> argument) >= 0
            and round(core.number_of(given -> argument), 4) < 1e15) is not true
        then
            perform core.refuse(
                '23514', 'order_amounts_are_never_negative', 'sales.orders.' || argument,
                'Discount, shipping, its tax and surcharge of an order are numbers, zero or more.',
                format('%s = %s was given; allowed: 0 up to 10^15.', argument,
                    core.value_shown(given -> argument)),
                'Leave it out, or pass 0, where there is none.');
        elsif scale(trim_scale(core.number_of(given -> argument))) > 4 then
            perform core.refuse(
                '23514', 'order_amounts_fit_their_currency', 'sales.orders.' || argument,
                'The currency of an order is known, and no amount has more decimals than it.',
                format('%s = %s was given.', argument, core.value_shown(given -> argument)),
                'Round to the decimals of the currency: see core.currencies.');
        end if;
    end loop;
    if round(core.number_of(given -> 'exchange_rate'), 10) >= 1e-8 is false
       or round(core.number_of(given -> 'exchange_rate'), 10) < 1e10 is false
    then
        perform core.refuse(
            '23514', 'order_exchange_rate_is_positive', 'sales.orders.exchange_rate',
            'The exchange rate of an order is a number of at least 0.00000001.',
            format('exchange_rate = %s was given; allowed: 0.00000001 up to 10^10.',
                core.value_shown(given -> 'exchange_rate')),
            'Give the units of the tenant''s currency for one unit of the order''s.');
    end if;
    if core.number_of(given -> 'expected_total') >= 0 is false
       or round(core.number_of(given -> 'expected_total'), 4) < 1e15 is false
    then
        perform core.refuse(
            '23514', 'order_total_is_what_the_client_expected', 'sales.orders.expected_total',
            'An order is placed with the total its client expects, if the client names one.',
            format('expected_total = %s was given; allowed: 0 up to 10^15.',
                core.value_shown(given -> 'expected_total')),
            'Leave expected_total out, or show the customer the right total.');
    end if;
    foreach argument in array '{prices_include_tax, is_test}'::text[] loop
        perform core.require_flag('sales.orders.' || argument, argument,
            (given ->> argument)::boolean);
    end loop;
    perform core.require_text('sales.orders.source', 'source', given ->> 'source');
    perform core.require_key('sales.orders.idempotency_key', given ->> 'idempotency_key');
    if given ->> 'channel_code' is null then
        perform core.refuse(
            '23R09', 'order_channel_is_known', 'sales.orders.channel_code',
            'An order comes through a sales channel of its tenant.',
            'channel_code = null was given.',
            'See catalog.sales_channels.code.');
    end if;
    perform core.refuse(
        '23R14', 'order_lines_are_a_list', 'sales.order_items',
        'The lines of an order are a list of objects.',
        format('lines = %s was given.', core.value_shown(given -> 'lines')),
        'Pass a list like [{"sku": "MUG", "quantity": 2}].');
end
$$;
comment on function sales.refuse_order_arguments(jsonb) is
    'Says which argument of sales.place_order cannot be used, and why.';

create or replace function sales.require_parties(
    tenant integer, customer_id uuid, billing_address_id uuid, shipping_address_id uuid
) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    unknown record;
begin
    if require_parties.customer_id is not null and not exists (
        select from crm.customers as customer
        where customer.id = require_parties.customer_id and customer.tenant_id = tenant)
    then
        perform core.refuse(
            '23503', 'order_customer_belongs_to_the_tenant', 'sales.orders.customer_id',
            'The customer of an order is a customer of its tenant.',
            format('customer_id = %s was given.', require_parties.customer_id),
            'Pass the id of a row of crm.customers, or leave it out for a guest.');
    end if;
    select named.argument, named.id into unknown
    from (values ('billing_address_id', require_parties.billing_address_id),
        ('shipping_address_id', require_parties.shipping_address_id)) as named (argument, id)
    where named.id is not null and not exists (
        select from core.addresses as address
        where address.id = named.id and address.tenant_id = tenant)
    limit 1;
    if found then
        perform core.refuse(
            '23503',
            case unknown.argument
                when 'billing_address_id' then 'order_billing_address_belongs_to_the_tenant'
                else 'order_shipping_address_belongs_to_the_tenant' end,
            'sales.orders.' || unknown.argument,
            'The addresses of an order are addresses of its tenant.',
            format('%s = %s was given.', unknown.argument, unknown.id),
            'Pass the id of a row of core.addresses, or leave it out.');
    end if;
end
$$;
comment on function sales.require_parties(integer, uuid, uuid, uuid) is
    'Refuses a customer or an address that the tenant does not have.';

create or replace function sales.refuse_lines(lines jsonb, tenant integer, is_foreign boolean)
    returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    line record;
    sku  record;
begin
    for line in
        select wanted.value, format('Line %s', wanted.position) as name
        from jsonb_array_elements(lines) with ordinality as wanted (value, position)
        order by wanted.position
    loop
        perform sales.require_line_keys(line.value, line.name);
        select s.code, s.status, s.unit_price, s.tax_rate into sku
        from catalog.skus as s
        where s.tenant_id = tenant and s.code_key = core.key_of(line.value ->> 'sku');
        if sku.status is distinct from 'active' then
            perform core.refuse(
                '23R09', 'order_line_names_an_active_sku', 'sales.order_items.sku_id',
                'Every line of an order names an active SKU.',
                format('%s: sku = %s was given%s.', line.name,
                    core.value_shown(line.value -> 'sku'),
                    case when sku.status is not null then ', which is ' || sku.status else '' end),
                'Pass the code of an active SKU: see catalog.skus.code.');
        end if;
        perform sales.require_line_numbers(
            jsonb_build_object('tax_rate', sku.tax_rate) || jsonb_strip_nulls(line.value),
            line.name, sku.unit_price, is_foreign);
    end loop;
    perform core.refuse(
        '40001', 'order_line_names_an_active_sku', 'sales.order_items.sku_id',
        'Every line of an order names an active SKU.',
        'Somebody has changed a SKU of the order at this moment.',
        'Do the whole transaction again.');
end
$$;
comment on function sales.refuse_lines(jsonb, integer, boolean) is
    'Says which line of an order cannot be ordered, and why.';

create or replace function sales.require_line_keys(line jsonb, name text) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
declare
    unknown text;
begin
    if jsonb_typeof(line) <> 'object' then
        perform core.refuse(
            '23R14', 'order_lines_are_a_list', 'sales.order_items',
            'The lines of an order are a list of objects.',
            format('%s is %s.', name, core.value_shown(line)),
            'Pass a list like [{"sku": "MUG", "quantity": 2}].');
    end if;
    select key.name into unknown
    from jsonb_object_keys(line) as key (name)
    where key.name not in ('sku', 'quantity', 'unit_price', 'discount_amount', 'tax_rate')
    order by key.name
    limit 1;
    if found then
        perform core.refuse(
            '23R14', 'order_line_keys_are_known', 'sales.order_items',
            'A line of an order has the keys sku, quantity, unit_price, discount_amount and tax_rate.',
            format('%s has the key %s.', name, core.value_shown(to_jsonb(unknown))),
            case
                when unknown ilike '%price%' then 'Call it unit_price.'
                when unknown ilike '%discount%' then 'Call it discount_amount.'
                when unknown ilike '%tax%' or unknown ilike '%vat%' then 'Call it tax_rate.'
                when unknown ilike '%qty%' or unknown ilike '%quant%' or unknown ilike '%count%'
                    or unknown ilike '%amount%' then 'Call it quantity.'
                when unknown ilike '%sku%' or unknown ilike '%code%' or unknown ilike '%product%'
                    then 'Call it sku, and pass the code of the SKU.'
                else 'Leave it out.'
            end);
    end if;
end
$$;
comment on function sales.require_line_keys(jsonb, text) is
    'Refuses a line that is no object or has a key that no line has.';

create or replace function sales.require_line_numbers(
    line jsonb, name text, list_price numeric, is_foreign boolean
) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
declare
    quantity   numeric := core.number_of(line -> 'quantity');
    unit_price numeric := core.number_of(line -> 'unit_price');
    argument   text;
begin
    if (round(quantity, 6) > 0 and round(quantity, 6) < 1e12) is not true then
        perform core.refuse(
            '23514', 'order_item_quantity_is_positive', 'sales.order_items.quantity',
            'The quantity of an order line is a number above zero.',
            format('%s: quantity = %s was given; allowed: above 0 and below 10^12.', name,
                core.value_shown(line -> 'quantity')),
            'Give a quantity above zero, or leave the line out.');
    end if;
    if unit_price is null and (is_foreign or list_price is null) then
        perform sales.refuse_missing_price(name, is_foreign);
    end if;
    foreach argument in array '{unit_price, discount_amount, tax_rate}'::text[] loop
        if core.number_of(line -> argument) >= 0 is false
           or round(core.number_of(line -> argument), 8)
              < (case argument when 'tax_rate' then 10 else 1e12 end) is false
        then
            perform core.refuse(
                '23514',
                case argument when 'discount_amount' then 'order_item_discount_is_within_its_price'
                    else 'order_item_price_is_never_negative' end,
                'sales.order_items.' || argument,
                case argument when 'discount_amount'
                    then 'The discount of a line is never negative and never above its price.'
                    else 'Price, tax rate and cost of a line are numbers, zero or more.' end,
                format('%s: %s = %s was given; allowed: 0 up to %s.', name, argument,
                    core.value_shown(line -> argument),
                    case argument when 'tax_rate' then '10' else '10^12' end),
                case argument when 'tax_rate'
                    then 'Write the tax rate as a share: 0.19 for 19 percent.'
                    else 'Give a number of zero or more.' end);
        end if;
    end loop;
    if quantity * coalesce(unit_price, list_price)
       * (1 + coalesce(core.number_of(line -> 'tax_rate'), 0)) >= 1e15 - 1
    then
        perform sales.refuse_too_much(format('%s: %s times %s was given.', name, quantity,
            coalesce(unit_price, list_price)));
    end if;
end
$$;
comment on function sales.require_line_numbers(jsonb, text, numeric, boolean) is
    'Refuses a line whose quantity, price, discount or tax rate cannot be used.';

create or replace function sales.require_refund(
    amount numeric, quantity numeric, order_item_id uuid, decimals integer
) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if (round(amount, 4) > 0 and round(amount, 4) < 1e15) is not true then
        perform core.refuse(
            '23514', 'refund_is_positive', 'sales.refunds.amount',
            'A refund gives back an amount above zero.',
            format('amount = %s was given; allowed: above 0 and below 10^15.',
                core.value_shown(to_jsonb(amount))),
            'Pass the amount to give back, in the currency of the order.');
    elsif round(amount, decimals) <> amount then
        perform core.refuse(
            '23514', 'refund_amounts_fit_their_currency', 'sales.refunds.amount',
            'The amounts of a refund have no more decimals than their currency.',
            format('amount = %s was given; allowed: %s decimals.', amount, decimals),
            'Round the amount.');
    elsif (quantity >= 0 and round(quantity, 6) < 1e12) is not true then
        perform core.refuse(
            '23514', 'refund_parts_are_never_negative', 'sales.refunds.quantity',
            'The parts and the quantity of a refund are numbers, zero or more.',
            format('quantity = %s was given; allowed: 0 up to 10^12.',
                core.value_shown(to_jsonb(quantity))),
            'Pass how many units of the line are given back, or leave it out.');
    elsif quantity > 0 and order_item_id is null then
        perform core.refuse(
            '23514', 'refund_quantity_names_its_line', 'sales.refunds.order_item_id',
            'A refund of a quantity names the line that it is of.',
            format('quantity = %s was given without order_item_id.', quantity),
            'Pass order_item_id, or leave the quantity out.');
    end if;
end
$$;
comment on function sales.require_refund(numeric, numeric, uuid, integer) is
    'Refuses a refund whose amount or quantity cannot be used.';

create or replace function sales.require_own_rate(given numeric, currency text) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if given <> 1 then
        perform core.refuse(
            '23R14', 'own_currency_has_the_rate_one', 'sales.orders.exchange_rate',
            'The exchange rate of an order in the tenant''s own currency is 1.',
            format('exchange_rate = %s was given for an order in %s, the currency of the books.',
                given, currency),
            'Leave exchange_rate out, or name the currency of the order.');
    end if;
end
$$;
comment on function sales.require_own_rate(numeric, text) is
    'Refuses an exchange rate other than 1 for an order in the currency of the books.';

create or replace function sales.require_report(
    from_date date, to_date date, currency text, row_count integer
) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if (from_date >= date '1900-01-01' and to_date < date '3000-01-01' and currency is not null
        and row_count >= 0
        and from_date < date '3000-01-01' and to_date >= date '1900-01-01') is not true
    then
        perform core.refuse(
            '23R14', 'report_names_its_period_and_length', 'reporting.top_skus',
            'A report names its first and last day, its currency, and how many rows it has.',
            format('from_date = %s, to_date = %s, currency = %s, n = %s was given; allowed: days from'
                ' 1900 to 2999, a currency, n of zero or more.',
                core.value_shown(to_jsonb(from_date)), core.value_shown(to_jsonb(to_date)),
                core.value_shown(to_jsonb(currency)), core.value_shown(to_jsonb(row_count))),
            'Pass all four.');
    end if;
end
$$;
comment on function sales.require_report(date, date, text, integer) is
    'Refuses a period, a currency or a number of rows for which there is no report.';

create or replace function sales.refuse_missing_price(name text, is_foreign boolean) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform core.refuse(
        '23R14', 'order_line_has_a_price', 'sales.order_items.unit_price',
        'A line without a unit price takes that of its SKU, which is in the tenant''s currency.',
        format('%s: unit_price = null was given, and %s.', name,
            case when is_foreign then 'the order is in another currency'
                 else 'the SKU has no price' end),
        'Give the unit_price of the line in the currency of the order.');
end
$$;
comment on function sales.refuse_missing_price(text, boolean) is
    'Refuses a line that has no price and cannot take that of its SKU.';

create or replace function sales.refuse_too_much(given text) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform core.refuse(
        '23514', 'order_amount_is_below_the_limit', 'sales.orders.total_amount',
        'An order comes to less than 10^15, in its currency and in the books.',
        given,
        'Check quantities, prices and the exchange rate, or split the order.');
end
$$;
comment on function sales.refuse_too_much(text) is
    'Refuses an amount that no column could hold.';

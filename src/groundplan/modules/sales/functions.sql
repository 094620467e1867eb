-- sales: what is filled in, what is posted, and the verbs.

-- Filling in -------------------------------------------------------------------------------------

create or replace function sales.complete_order() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if new.currency_code is null then
        select tenant.currency_code into new.currency_code
        from core.tenants as tenant
        where tenant.id = new.tenant_id;
    end if;
    return new;
end
$$;
comment on function sales.complete_order() is
    'An order without a currency is in the currency of its tenant.';

create or replace trigger t15_complete_order
    before insert on sales.orders
    for each row execute function sales.complete_order();

-- What a line copies from its order and SKU. The rules of placing look at every line once more, so who
-- has just read the catalog and writes many lines may say that placing is soon enough: nothing gets
-- past it.
create or replace function sales.complete_order_item() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    known record;
begin
    if new.position is null then
        select coalesce(max(item.position), 0) + 1 into new.position
        from sales.order_items as item
        where item.order_id = new.order_id;
    end if;
    if new.sku_code is not null and new.currency_code is not null
       and current_setting('groundplan.lines_checked_when_placed', true) = 'on'
    then
        return new;
    end if;
    if tg_op = 'UPDATE' and new.sku_id <> old.sku_id then
        new := sales.without_copies(new, old);
    end if;
    select o.status as order_status, o.number, o.source, o.currency_code, o.prices_include_tax,
        tenant.currency_code as own_currency, sku.code, sku.kind, sku.name, sku.unit_price,
        sku.tax_rate, sku.status, product.status as product_status
    into known
    from sales.orders as o
    join core.tenants as tenant on tenant.id = o.tenant_id
    join catalog.skus as sku on sku.id = new.sku_id
    join catalog.products as product on product.id = sku.product_id
    where o.id = new.order_id;
    if known.order_status is null then
        if new.sku_code is null or new.currency_code is null then
            perform sales.refuse_line_of_nothing(new.order_id, new.sku_id);
        end if;
        return new;
    end if;
    if tg_op = 'INSERT' or new.sku_id <> old.sku_id then
        new.currency_code := coalesce(new.currency_code, known.currency_code);
        new.price_includes_tax := coalesce(new.price_includes_tax, known.prices_include_tax);
        new.sku_code := coalesce(new.sku_code, known.code);
        new.sku_kind := coalesce(new.sku_kind, known.kind);
        new.name := coalesce(new.name, known.name);
        new.tax_rate := coalesce(new.tax_rate, known.tax_rate);
        if new.unit_price is null and new.currency_code = known.own_currency then
            new.unit_price := known.unit_price;
        end if;
        if new.unit_price is null then
            perform sales.refuse_missing_price(
                format('Line %s of order %s', new.position, known.number),
                new.currency_code <> known.own_currency);
        end if;
    end if;
    -- Lines of placed orders are frozen, by a rule that says so. What history may say depends on when
    -- it was: placing tells. Its cost nobody invents.
    if known.order_status <> 'draft' or known.source like 'import:%' then
        return new;
    elsif new.expected_unit_cost is null then
        new.expected_unit_cost := catalog.unit_cost(new.sku_id, now());
        known.own_currency := null;
    end if;
    if new.sku_code <> known.code or new.sku_kind <> known.kind
       or new.price_includes_tax <> known.prices_include_tax
       or known.status <> 'active' or known.product_status <> 'active'
       or new.quantity <> trunc(new.quantity) or known.own_currency is not null
    then
        perform sales.refuse_line(new);
    end if;
    return new;
end
$$;
comment on function sales.complete_order_item() is
    'A line gets its copies: currency, code, kind, name, price, tax, cost. Others are refused.';

create or replace trigger t15_complete_order_item
    before insert on sales.order_items
    for each row execute function sales.complete_order_item();

create or replace trigger t15_change_order_item
    before update of sku_id, sku_code, sku_kind, price_includes_tax, expected_unit_cost, quantity
    on sales.order_items
    for each row
    when ((new.sku_id, new.sku_code, new.sku_kind, new.price_includes_tax, new.expected_unit_cost,
           new.quantity)
          is distinct from
          (old.sku_id, old.sku_code, old.sku_kind, old.price_includes_tax, old.expected_unit_cost,
           old.quantity))
    execute function sales.complete_order_item();

create or replace function sales.refuse_line_of_nothing(order_id uuid, sku_id uuid) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from sales.orders as o where o.id = refuse_line_of_nothing.order_id) then
        perform core.refuse('23503', 'order_item_belongs_to_an_order_in_its_currency',
            'sales.order_items.order_id', 'A line belongs to an order.',
            format('There is no order %s.', coalesce(order_id::text, 'without an id')),
            'Pass sales.orders.id.');
    end if;
    perform core.refuse('23503', 'order_item_sku_belongs_to_the_tenant',
        'sales.order_items.sku_id', 'A line orders a SKU of its tenant.',
        format('There is no SKU %s.', coalesce(sku_id::text, 'without an id')),
        'Pass catalog.skus.id.');
end
$$;
comment on function sales.refuse_line_of_nothing(uuid, uuid) is
    'Refuses a line that names no order, or no SKU.';

create or replace function sales.without_copies(line sales.order_items, was sales.order_items)
    returns sales.order_items
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if line.sku_code = was.sku_code then line.sku_code := null; end if;
    if line.sku_kind = was.sku_kind then line.sku_kind := null; end if;
    if line.name = was.name then line.name := null; end if;
    if line.unit_price = was.unit_price then line.unit_price := null; end if;
    if line.tax_rate = was.tax_rate then line.tax_rate := null; end if;
    if line.expected_unit_cost = was.expected_unit_cost then line.expected_unit_cost := null; end if;
    return line;
end
$$;
comment on function sales.without_copies(sales.order_items, sales.order_items) is
    'A line of a draft that gets another SKU, without what it had copied from the one before.';

-- Placing settles the day and the rate. The totals follow by order_totals_are_the_sum_of_its_lines.
create or replace function sales.settle_order() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    own_currency text;
begin
    if new.status = 'cancelled' and old.status <> 'cancelled' then
        -- This transaction may be older than the one that has placed the order.
        new.cancelled_at := coalesce(new.cancelled_at, greatest(now(), old.placed_at));
    end if;
    if new.status is distinct from 'placed' or old.status <> 'draft'
       or coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring() then
        return new;
    end if;
    new.placed_at := coalesce(new.placed_at, now());
    select core.business_date(
            new.placed_at, coalesce(channel.time_zone, tenant.time_zone), tenant.day_starts_at),
        tenant.currency_code
    into new.business_date, own_currency
    from core.tenants as tenant
    join catalog.sales_channels as channel
        on channel.tenant_id = tenant.id and channel.code = new.channel_code
    where tenant.id = new.tenant_id;
    if new.currency_code = own_currency then
        if new.exchange_rate <> 1 then
            perform sales.require_own_rate(new.exchange_rate, own_currency);
        end if;
        new.exchange_rate := 1;
    elsif new.exchange_rate is null then
        perform core.refuse(
            '23514', 'order_is_settled_when_placed', 'sales.orders.exchange_rate',
            'Placing an order settles its date, day, totals and exchange rate together; a draft has'
                ' none of them.',
            format('Order %s is in %s, the books are in %s, and exchange_rate is null.', new.number,
                new.currency_code, own_currency),
            format('Set exchange_rate: units of %s for one %s.', own_currency, new.currency_code));
    end if;
    return new;
end
$$;
comment on function sales.settle_order() is
    'Placing an order fixes when it was placed, its business day and its exchange rate; cancelling it,
when that was.';

create or replace trigger t25_settle_order
    before update of status on sales.orders
    for each row execute function sales.settle_order();

create or replace function sales.complete_refund() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    parent record;
begin
    if core.is_restoring() then
        return new;
    end if;
    -- A refund of now is one of after its order, also where this transaction is older than it.
    if new.refunded_at = now() then
        new.refunded_at := greatest(now(), (
            select o.placed_at from sales.orders as o where o.id = new.order_id));
    end if;
    select o.currency_code,
        core.business_date(new.refunded_at, coalesce(channel.time_zone, tenant.time_zone),
            tenant.day_starts_at) as business_date
    into parent
    from sales.orders as o
    join core.tenants as tenant on tenant.id = o.tenant_id
    join catalog.sales_channels as channel
        on channel.tenant_id = o.tenant_id and channel.code = o.channel_code
    where o.id = new.order_id;
    new.currency_code := coalesce(new.currency_code, parent.currency_code);
    -- Without an order, for which it is refused below, there is no day either.
    new.business_date := coalesce(parent.business_date, (new.refunded_at at time zone 'UTC')::date);
    return new;
end
$$;
comment on function sales.complete_refund() is
    'A refund takes the currency of its order, and counts on the business day it is made.';

create or replace trigger t15_complete_refund
    before insert on sales.refunds
    for each row execute function sales.complete_refund();

-- Posting to the ledger --------------------------------------------------------------------------

create or replace function sales.post_order() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
as $$
declare
    outer_mark text;
    mark       text;
begin
    if new.status = old.status or new.is_test
       or coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring()
    then
        return null;
    end if;
    if new.status = 'cancelled' and old.status <> 'draft' then
        outer_mark := coalesce(current_setting('groundplan.writer', true), '');
        mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
        perform groundplan.post_cancellation(new.id, new.cancelled_at);
        mark := set_config('groundplan.writer', outer_mark, true);
        return null;
    elsif new.status <> 'placed' or old.status <> 'draft' then
        return null;
    end if;
    outer_mark := coalesce(current_setting('groundplan.writer', true), '');
    mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);
    insert into sales.ledger_entries (
        tenant_id, customer_id, order_id, order_item_id, sku_id, kind, channel_code,
        currency_code, business_date, order_date, posted_at, order_count, line_count, quantity,
        gross_sales, discounts, tax, costed_sales, cogs, charged, exchange_rate, base_amount)
    select new.tenant_id, new.customer_id, new.id, item.id, item.sku_id, 'sale',
        new.channel_code, new.currency_code, new.business_date, new.business_date,
        new.placed_at,
        case when item.position = min(item.position) over () then 1 else 0 end,
        1, item.quantity,
        case when item.sku_kind = 'gift_card' then 0 else item.subtotal_amount end,
        case when item.sku_kind = 'gift_card' then 0
             else item.subtotal_amount - item.net_amount end,
        item.tax_amount,
        case when item.expected_unit_cost is null or item.sku_kind = 'gift_card' then 0
             else item.net_amount end,
        case when without_fulfillment.yes
             then round(item.quantity * coalesce(item.expected_unit_cost, 0) / new.exchange_rate,
                        core.minor_units(new.currency_code))
             else 0 end,
        item.gross_amount, new.exchange_rate,
        case when new.exchange_rate = 1 then item.gross_amount
             else round(item.gross_amount * new.exchange_rate, (
                 select core.minor_units(tenant.currency_code)
                 from core.tenants as tenant where tenant.id = new.tenant_id)) end
    from sales.order_items as item
    cross join (
        select not exists (
            select from core.installed_modules where module = 'fulfillment') as yes
    ) as without_fulfillment
    where item.order_id = new.id;
    if new.discount_amount + new.shipping_amount + new.shipping_tax_amount
        + new.surcharge_amount <> 0
    then
        insert into sales.ledger_entries (
            tenant_id, customer_id, order_id, kind, channel_code, currency_code, business_date,
            order_date, posted_at, discounts, tax, shipping, surcharges, costed_sales, charged,
            exchange_rate, base_amount)
        select new.tenant_id, new.customer_id, new.id, 'order', new.channel_code,
            new.currency_code, new.business_date, new.business_date, new.placed_at,
            new.discount_amount, new.shipping_tax_amount, new.shipping_amount,
            new.surcharge_amount, -coalesce(discounted.costed_sales, 0), amount.charged,
            new.exchange_rate,
            case when new.exchange_rate = 1 then amount.charged
                 else round(amount.charged * new.exchange_rate, (
                     select core.minor_units(tenant.currency_code)
                     from core.tenants as tenant where tenant.id = new.tenant_id)) end
        from (
            select new.shipping_amount + new.shipping_tax_amount + new.surcharge_amount
                - new.discount_amount as charged
        ) as amount
        cross join (
            -- The discount on the whole order lowers all its lines alike.
            select round(new.discount_amount * sum(item.net_amount)
                    filter (where item.expected_unit_cost is not null)
                    / nullif(sum(item.net_amount), 0), core.minor_units(new.currency_code))
                as costed_sales
            from sales.order_items as item
            where new.discount_amount <> 0
              and item.order_id = new.id
              and item.sku_kind <> 'gift_card'
        ) as discounted;
    end if;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function sales.post_order() is
    'Writes the sale to the ledger when an order is placed, an entry for each line and one for the
order as a whole; and its reversal when it is cancelled.';

create or replace trigger t50_post_order
    after update of status on sales.orders
    for each row execute function sales.post_order();

create or replace function groundplan.post_cancellation(order_id uuid, cancelled_at timestamptz)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    insert into sales.ledger_entries (
        tenant_id, customer_id, order_id, order_item_id, reverses_id, sku_id, kind, channel_code,
        currency_code, business_date, order_date, posted_at, order_count, line_count, quantity,
        gross_sales, discounts, returned_quantity, returns, tax, shipping, surcharges,
        costed_sales, cogs, payment_costs, shipping_costs, charged, exchange_rate, base_amount)
    select entry.tenant_id, entry.customer_id, entry.order_id, entry.order_item_id, entry.id,
        entry.sku_id, entry.kind, entry.channel_code, entry.currency_code,
        core.business_date(post_cancellation.cancelled_at,
            coalesce(channel.time_zone, tenant.time_zone), tenant.day_starts_at),
        entry.order_date, post_cancellation.cancelled_at, -entry.order_count, -entry.line_count, -entry.quantity,
        -entry.gross_sales, -entry.discounts, -entry.returned_quantity, -entry.returns,
        -entry.tax, -entry.shipping, -entry.surcharges, -entry.costed_sales, -entry.cogs,
        -entry.payment_costs, -entry.shipping_costs, -entry.charged, entry.exchange_rate,
        -entry.base_amount
    from sales.ledger_entries as entry
    join core.tenants as tenant on tenant.id = entry.tenant_id
    join catalog.sales_channels as channel
        on channel.tenant_id = entry.tenant_id and channel.code = entry.channel_code
    where entry.order_id = post_cancellation.order_id;
end
$$;
comment on function groundplan.post_cancellation(uuid, timestamptz) is
    'Takes every entry of a cancelled order back, on the day it is cancelled.';

create or replace function sales.post_refund() returns trigger
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
    insert into sales.ledger_entries (
        tenant_id, customer_id, order_id, order_item_id, sku_id, kind, channel_code,
        currency_code, business_date, order_date, posted_at, returned_quantity, returns, tax,
        shipping, charged, exchange_rate, base_amount)
    select refund.tenant_id, o.customer_id, o.id, item.id, item.sku_id, 'return', o.channel_code,
        o.currency_code, refund.business_date, o.business_date, refund.refunded_at,
        refund.quantity, refund.merchandise_amount, -refund.tax_amount, -refund.shipping_amount,
        -refund.amount, o.exchange_rate,
        case when o.exchange_rate = 1 then -refund.amount
             else round(-refund.amount * o.exchange_rate,
                 core.minor_units(tenant.currency_code)) end
    from new_rows as refund
    join sales.orders as o on o.id = refund.order_id
    join core.tenants as tenant on tenant.id = o.tenant_id
    left join sales.order_items as item on item.id = refund.order_item_id
    where not o.is_test;
    mark := set_config('groundplan.writer', outer_mark, true);
    return null;
end
$$;
comment on function sales.post_refund() is 'Writes refunds to the ledger, on the day they are made.';

create or replace trigger t80_post_refund
    after insert on sales.refunds
    referencing new table as new_rows
    for each statement execute function sales.post_refund();

-- Verbs ------------------------------------------------------------------------------------------

create or replace function sales.place_order(
    lines               jsonb,
    customer_id         uuid        default null,
    channel_code        text        default 'web',
    currency_code       text        default null,
    prices_include_tax  boolean     default false,
    discount_amount     numeric     default 0,
    shipping_amount     numeric     default 0,
    shipping_tax_amount numeric     default 0,
    surcharge_amount    numeric     default 0,
    billing_address_id  uuid        default null,
    shipping_address_id uuid        default null,
    expected_total      numeric     default null,
    exchange_rate       numeric     default null,
    placed_at           timestamptz default null,
    idempotency_key     text        default null,
    is_test             boolean     default false,
    note                text        default null,
    source              text        default 'application'
) returns sales.orders
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    tenant      record;
    request     text;
    placed      sales.orders;
    placed_id   uuid;
    item_count  integer;
    is_foreign  boolean;
    gross       numeric;
    unchecked   text;
begin
    select id, tenants.currency_code into tenant
    from core.tenants where id = core.current_tenant_id();
    if not found then
        perform core.require_tenant(core.current_tenant_id());
    end if;
    -- One look at everything; what is wrong is found out only if something is.
    if (jsonb_typeof(lines) = 'array'
        and num_nulls(place_order.discount_amount, place_order.shipping_amount,
            place_order.shipping_tax_amount, place_order.surcharge_amount,
            place_order.prices_include_tax, place_order.is_test, place_order.channel_code) = 0
        and least(place_order.discount_amount, place_order.shipping_amount,
            place_order.shipping_tax_amount, place_order.surcharge_amount) >= 0
        and greatest(place_order.discount_amount, place_order.shipping_amount,
            place_order.shipping_tax_amount, place_order.surcharge_amount) < 999999999999999.99995
        and scale(trim_scale(place_order.discount_amount + place_order.shipping_amount
            + place_order.shipping_tax_amount + place_order.surcharge_amount)) <= 4
        and coalesce(place_order.exchange_rate >= 1e-8
            and place_order.exchange_rate < 9999999999.99999999995, true)
        and coalesce(place_order.expected_total >= 0
            and place_order.expected_total < 999999999999999.99995, true)
        and coalesce(length(place_order.idempotency_key) <= 200
            and core.has_text(place_order.idempotency_key), true)
        and core.has_text(place_order.source)) is not true
    then
        perform sales.refuse_order_arguments(jsonb_build_object('lines', lines,
            'discount_amount', place_order.discount_amount,
            'shipping_amount', place_order.shipping_amount,
            'shipping_tax_amount', place_order.shipping_tax_amount,
            'surcharge_amount', place_order.surcharge_amount,
            'prices_include_tax', place_order.prices_include_tax, 'is_test', place_order.is_test,
            'exchange_rate', place_order.exchange_rate,
            'expected_total', place_order.expected_total,
            'idempotency_key', place_order.idempotency_key, 'source', place_order.source,
            'channel_code', place_order.channel_code));
    end if;
    if num_nonnulls(place_order.customer_id, place_order.billing_address_id,
        place_order.shipping_address_id) > 0
    then
        perform sales.require_parties(tenant.id, place_order.customer_id,
            place_order.billing_address_id, place_order.shipping_address_id);
    end if;
    is_foreign := place_order.currency_code <> tenant.currency_code is true;
    if place_order.idempotency_key is not null then
        request := encode(sha256(convert_to(jsonb_build_array(lines, place_order.customer_id,
            place_order.channel_code, place_order.currency_code, place_order.prices_include_tax,
            place_order.discount_amount, place_order.shipping_amount,
            place_order.shipping_tax_amount, place_order.surcharge_amount,
            place_order.billing_address_id, place_order.shipping_address_id,
            place_order.expected_total, place_order.exchange_rate,
            extract(epoch from place_order.placed_at), place_order.is_test, place_order.note,
            place_order.source)::text, 'UTF8')), 'hex');
        -- The same key at the same time waits here, then finds the order.
        perform pg_advisory_xact_lock(
            hashtextextended(place_order.idempotency_key, tenant.id));
        placed := sales.order_of_request(place_order.idempotency_key, request);
        if placed.id is not null then
            return placed;
        end if;
    end if;
    loop
        insert into sales.orders (
            tenant_id, customer_id, channel_code, currency_code, prices_include_tax, discount_amount,
            shipping_amount, shipping_tax_amount, surcharge_amount, billing_address_id,
            shipping_address_id, expected_total, idempotency_key, request_hash, is_test, note, source)
        values (tenant.id, place_order.customer_id, place_order.channel_code,
            coalesce(place_order.currency_code, tenant.currency_code),
            place_order.prices_include_tax, place_order.discount_amount, place_order.shipping_amount,
            place_order.shipping_tax_amount, place_order.surcharge_amount,
            place_order.billing_address_id, place_order.shipping_address_id,
            place_order.expected_total, place_order.idempotency_key, request, place_order.is_test,
            place_order.note, place_order.source)
        -- A snapshot from before does not see another session's order: this fails with 40001 there.
        on conflict do nothing
        returning id into placed_id;
        exit when placed_id is not null;
        if place_order.idempotency_key is not null then
            placed := sales.order_of_request(place_order.idempotency_key, request);
            if placed.id is not null then
                return placed;
            end if;
        end if;
        -- Somebody has taken the number by hand: the next one.
    end loop;
    -- The lines below are copied from the catalog, and looked at when the order is placed.
    unchecked := set_config('groundplan.lines_checked_when_placed', 'on', true);
    with added as (
        insert into sales.order_items (
            tenant_id, order_id, sku_id, position, currency_code, sku_code, sku_kind, name, quantity,
            unit_price, price_includes_tax, discount_amount, tax_rate, expected_unit_cost)
        select tenant.id, placed_id, sku.id, line.position,
            coalesce(place_order.currency_code, tenant.currency_code),
            sku.code, sku.kind, sku.name, given.quantity,
            coalesce(given.unit_price, case when not is_foreign then sku.unit_price end),
            place_order.prices_include_tax, given.discount_amount,
            coalesce(given.tax_rate, sku.tax_rate), cost.unit_cost
        from jsonb_array_elements(lines) with ordinality as line (value, position)
        cross join lateral (
            select core.number_of(line.value -> 'quantity') as quantity,
                core.number_of(line.value -> 'unit_price') as unit_price,
                coalesce(core.number_of(line.value -> 'discount_amount'), 0) as discount_amount,
                core.number_of(line.value -> 'tax_rate') as tax_rate
            offset 0
        ) as given
        -- "offset 0" keeps these two as index look-ups per line; joined, a plan made without knowing
        -- how many lines there are would read the whole catalog.
        cross join lateral (
            select * from catalog.skus
            where tenant_id = tenant.id and code_key = core.key_of(line.value ->> 'sku')
              and (status = 'active' or place_order.source like 'import:%')
            offset 0
        ) as sku
        left join lateral (
            select unit_cost, valid_to from catalog.sku_costs
            where sku_id = sku.id and valid_from <= coalesce(place_order.placed_at, now())
            order by valid_from desc
            limit 1
        ) as cost on cost.valid_to is null or cost.valid_to > coalesce(place_order.placed_at, now())
        -- A line that cannot be ordered is left out here, and found out about below. Limits are those
        -- at which a column rounds up to what it cannot hold.
        where given.quantity >= 0.0000005 and given.quantity < 999999999999.9999995
          and given.discount_amount >= 0 and given.discount_amount < 1e12
          and coalesce(given.tax_rate >= 0 and given.tax_rate < 10, true)
          and coalesce(given.unit_price, case when not is_foreign then sku.unit_price end) >= 0
          and coalesce(given.unit_price, sku.unit_price) < 999999999999.999999995
          and given.quantity * coalesce(given.unit_price, sku.unit_price)
              * (1 + coalesce(given.tax_rate, sku.tax_rate)) < 1e15 - 1
          and case when jsonb_typeof(line.value) = 'object'
                   then line.value - '{sku, quantity, unit_price, discount_amount, tax_rate}'::text[]
                        = '{}' end
        returning gross_amount
    )
    select count(*), sum(added.gross_amount) into item_count, gross from added;
    unchecked := set_config('groundplan.lines_checked_when_placed', '', true);
    if item_count <> jsonb_array_length(lines) then
        perform sales.refuse_lines(lines, tenant.id, is_foreign);
    elsif (gross + place_order.shipping_amount + place_order.shipping_tax_amount
        + place_order.surcharge_amount) * greatest(place_order.exchange_rate, 1) >= 1e15 - 1
    then
        perform sales.refuse_too_much(format('The lines come to %s, the exchange rate is %s.', gross,
            coalesce(place_order.exchange_rate, 1)));
    end if;
    update sales.orders
    set status = 'placed', placed_at = place_order.placed_at,
        exchange_rate = place_order.exchange_rate
    where id = placed_id
    returning * into placed;
    return placed;
end
$$;
comment on function sales.place_order(
    jsonb, uuid, text, text, boolean, numeric, numeric, numeric, numeric, uuid, uuid, numeric,
    numeric, timestamptz, text, boolean, text, text) is
    'Places an order. lines: [{"sku": "MUG", "quantity": 2}, ...], each with unit_price,
discount_amount and tax_rate if they differ from the SKU''s. Prices, tax and expected cost are copied
from the catalog. With the same idempotency_key the same order comes back.';

create or replace function sales.order_of_request(key text, request text) returns sales.orders
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    found_order sales.orders;
begin
    select * into found_order
    from sales.orders as o
    where o.tenant_id = core.current_tenant_id() and o.idempotency_key = key;
    if found_order.id is not null and found_order.request_hash is distinct from request then
        perform core.refuse(
            '23505', 'order_idempotency_key_is_unique', 'sales.orders.idempotency_key',
            'An idempotency key stands for one order.',
            format('idempotency_key = %L was given; it belongs to order %s, whose request was'
                ' different.', key, found_order.number),
            'Use a new key for a new order.');
    end if;
    return found_order;
end
$$;
comment on function sales.order_of_request(text, text) is
    'The order that an idempotency key has placed; refuses the key for another request.';

create or replace function sales.require_order(order_id uuid) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform from sales.orders as o where o.id = require_order.order_id for no key update;
    if not found then
        perform core.require_tenant(core.current_tenant_id());
        perform core.refuse(
            '23R09', 'order_is_known', 'sales.orders.id',
            'Only an order that exists can be cancelled, refunded, shipped or returned.',
            format('order_id = %s was given.', core.value_shown(to_jsonb(require_order.order_id))),
            'Pass the id of an order of the tenant: see sales.orders.id.');
    end if;
end
$$;
comment on function sales.require_order(uuid) is
    'Refuses an order that does not exist, and locks the one that does: before its stock, as everybody.';

create or replace function sales.cancel_order(
    order_id uuid, reason text, cancelled_at timestamptz default null
) returns sales.orders
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    cancelled sales.orders;
begin
    perform sales.require_order(cancel_order.order_id);
    perform core.require_text('sales.order_status_history.reason', 'reason', cancel_order.reason);
    perform set_config('groundplan.reason', reason, true);
    update sales.orders as o
    set status = 'cancelled', cancelled_at = cancel_order.cancelled_at
    where o.id = cancel_order.order_id and o.status <> 'cancelled'
    returning * into cancelled;
    perform set_config('groundplan.reason', '', true);
    if cancelled.id is null then
        select * into cancelled from sales.orders as o where o.id = cancel_order.order_id;
    end if;
    return cancelled;
end
$$;
comment on function sales.cancel_order(uuid, text, timestamptz) is
    'Cancels an order that has not been sent: takes its sale back and releases what it held. Cancelling
a cancelled order changes nothing.';

create or replace function sales.refund_order(
    order_id        uuid,
    amount          numeric,
    reason          text,
    order_item_id   uuid        default null,
    quantity        numeric     default 0,
    refunded_at     timestamptz default now(),
    idempotency_key text        default null
) returns sales.refunds
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    o        record;
    refunded sales.refunds;
    tax      numeric;
    shipping numeric;
    request  text;
begin
    perform sales.require_order(refund_order.order_id);
    perform core.require_text('sales.refunds.reason', 'reason', refund_order.reason);
    perform core.require_key('sales.refunds.idempotency_key', refund_order.idempotency_key);
    perform core.require_time('refunded_at_is_a_business_time', 'sales.refunds.refunded_at',
        'A refund is made from 1970 on, and at most a day ahead of the clock.',
        refund_order.refunded_at);
    perform sales.require_refund(refund_order.amount, refund_order.quantity,
        refund_order.order_item_id, (
            select core.minor_units(parent.currency_code) from sales.orders as parent
            where parent.id = refund_order.order_id));
    if refund_order.idempotency_key is not null then
        request := encode(sha256(convert_to(jsonb_build_array(refund_order.order_id,
            refund_order.amount, refund_order.order_item_id, refund_order.quantity,
            refund_order.reason)::text, 'UTF8')), 'hex');
        -- The same key at the same time waits here, then finds the refund.
        perform pg_advisory_xact_lock(
            hashtextextended(refund_order.idempotency_key, core.current_tenant_id()));
        select * into refunded
        from sales.refunds as r
        where r.tenant_id = core.current_tenant_id()
          and r.idempotency_key = refund_order.idempotency_key;
        if refunded.id is not null and refunded.request_hash is distinct from request then
            perform core.refuse(
                '23505', 'refund_idempotency_key_is_unique', 'sales.refunds.idempotency_key',
                'An idempotency key stands for one refund.',
                format('idempotency_key = %L was given; it belongs to a refund of %s, whose request'
                    ' was different.', refund_order.idempotency_key, refunded.amount),
                'Use a new key for a new refund.');
        elsif refunded.id is not null then
            return refunded;
        end if;
    end if;
    select parent.id, parent.total_amount, parent.items_tax_amount, parent.currency_code,
        parent.shipping_amount + parent.shipping_tax_amount as shipping, item.gross_amount,
        item.tax_amount, core.minor_units(parent.currency_code) as decimals
    into o
    from sales.orders as parent
    left join sales.order_items as item
        on item.order_id = parent.id and item.id = refund_order.order_item_id
    where parent.id = refund_order.order_id;
    -- Each part comes back in the share it had in what was paid: of the line, or of the order.
    if o.gross_amount > 0 then
        shipping := 0;
        tax := round(refund_order.amount * o.tax_amount / o.gross_amount, o.decimals);
    elsif o.total_amount > 0 then
        shipping := round(refund_order.amount * o.shipping / o.total_amount, o.decimals);
        tax := round(refund_order.amount * o.items_tax_amount / o.total_amount, o.decimals);
    end if;
    insert into sales.refunds (
        order_id, order_item_id, quantity, merchandise_amount, tax_amount, shipping_amount,
        reason, refunded_at, idempotency_key, request_hash)
    values (refund_order.order_id, refund_order.order_item_id, refund_order.quantity,
        refund_order.amount - coalesce(tax, 0) - coalesce(shipping, 0), coalesce(tax, 0),
        coalesce(shipping, 0), refund_order.reason, coalesce(refund_order.refunded_at, now()),
        refund_order.idempotency_key, request)
    -- A snapshot from before does not see the refund of another session: this fails with 40001 there.
    on conflict (tenant_id, idempotency_key) where idempotency_key is not null do nothing
    returning * into refunded;
    return refunded;
end
$$;
comment on function sales.refund_order(uuid, numeric, text, uuid, numeric, timestamptz, text) is
    'Gives money back for an order, or for one line of it, tax and shipping in the share they had.
Refused above what is left of the order''s total.';

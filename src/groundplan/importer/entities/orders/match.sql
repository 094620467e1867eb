-- Which orders can be loaded, and on what terms: their lines, discounts and tax, to the cent.

update records as record
set state = 'refused', reason = 'order_number_is_taken', column_name = null,
    detail = format('There is an order %s already, from %s.', record.number, o.source)
from sales.orders as o
where o.tenant_id = core.current_tenant_id() and o.number = record.number
  and record.state = 'new';

-- The currency, and what it is worth in the books.
create temporary table order_terms as
select record.record_number, record.record_key,
    core.imported_id(record.placed_at, concat_ws('|', current_setting('importing.source'),
        core.current_tenant_id(), 'order', record.record_key)) as order_id,
    coalesce(record.currency_code, tenant.currency_code) as currency_code,
    core.minor_units(coalesce(record.currency_code, tenant.currency_code)) as scale,
    case when coalesce(record.currency_code, tenant.currency_code) = tenant.currency_code then 1
         else record.exchange_rate end as exchange_rate,
    coalesce(nullif(btrim(regexp_replace(lower(record.channel_code), '[^a-z0-9_-]+', '-', 'g'),
        '-_'), ''), 'web') as channel_code,
    coalesce(record.status = 'cancelled' or record.cancelled_at is not null or record.is_void,
        false) as is_cancelled,
    record.prices_include_tax, record.discount_amount,
    coalesce(record.shipping_amount, 0) as shipping_amount,
    coalesce(record.shipping_tax_amount, 0) as shipping_tax_amount,
    coalesce(record.surcharge_amount, 0) as surcharge_amount,
    record.subtotal_amount, record.tax_amount, record.total_amount,
    coalesce(record.refunded_amount, 0) as refunded_amount
from records as record
join core.tenants as tenant on tenant.id = core.current_tenant_id();
alter table order_terms add primary key (record_number);
analyze order_terms;

update records as record
set state = 'refused', reason = 'exchange_rate_is_missing', column_name = null,
    detail = format('The order is in %s and the books are in %s: nothing says what %1$s is worth.'
        ' Map exchange_rate. If prices that were imported before are in %1$s as well, the books'
        ' have to be kept in it before the first of them.',
        terms.currency_code, tenant.currency_code)
from order_terms as terms
join core.tenants as tenant on tenant.id = core.current_tenant_id()
where terms.record_number = record.record_number and record.state in ('new', 'changed')
  and terms.exchange_rate is null;

update records as record
set state = 'refused', reason = 'order_is_in_the_future', column_name = null,
    detail = format('It was %s at %s, which has not come yet.', told.event, told.at)
from records as same
cross join lateral (
    values (1, 'placed', same.placed_at), (2, 'cancelled', same.cancelled_at),
        (3, 'refunded', same.refunded_at)
) as told (place, event, at)
where same.record_number = record.record_number and record.state in ('new', 'changed')
  and told.at > now() + interval '24 hours';

update records as record
set state = 'refused', reason = 'order_is_before_1970', column_name = null,
    detail = format('It was placed at %s; times are known from 1970 on.', record.placed_at)
where record.state in ('new', 'changed') and record.placed_at < 'epoch';

-- Some files tell the time of an order and only the day of what followed, which then seems to be
-- earlier: within a day that is taken for the time of the order, beyond it is wrong.
update records as record
set state = 'refused', reason = 'order_is_younger_than_its_end', column_name = null,
    detail = format('It was placed at %s, and %s at %s.', record.placed_at, told.event, told.at)
from records as same
cross join lateral (
    values (1, 'cancelled', same.cancelled_at), (2, 'refunded', same.refunded_at)
) as told (place, event, at)
where same.record_number = record.record_number and record.state in ('new', 'changed')
  and told.at <= record.placed_at - interval '24 hours';

update records as record
set state = 'refused', reason = 'channel_is_unknown', column_name = null,
    detail = format('There is no sales channel %s.', terms.channel_code)
from order_terms as terms
where terms.record_number = record.record_number and record.state in ('new', 'changed')
  and not current_setting('importing.create_channels')::boolean
  and not exists (
    select from catalog.sales_channels as channel
    where channel.tenant_id = core.current_tenant_id() and channel.code = terms.channel_code);

-- Lines ------------------------------------------------------------------------------------------

create temporary table order_lines as
select terms.record_number, line.row_number,
    row_number() over (partition by terms.record_number order by line.row_number) as position,
    coalesce(line.sku_code, line.item_name) as sku_code,
    core.key_of(coalesce(line.sku_code, line.item_name)) as code_key,
    coalesce(line.item_name, line.sku_code) as item_name, line.quantity, price.unit_price,
    round(line.quantity * price.unit_price, terms.scale) as amount,
    coalesce(line.line_amount, line.quantity * line.unit_price) as exact_amount,
    coalesce(line.line_discount,
        round(round(line.quantity * price.unit_price, terms.scale) * line.discount_rate,
              terms.scale), 0) as line_discount,
    coalesce(line.line_discount, coalesce(line.line_amount, line.quantity * line.unit_price)
        * line.discount_rate, 0) as exact_discount,
    line.line_discount is not null and line.discount_rate is not null as has_two_discounts,
    line.tax_rate, line.line_tax, coalesce(terms.prices_include_tax, false) as includes_tax,
    coalesce(line.is_taxable, true) as is_taxable, line.line_amount, terms.scale,
    line.line_custom_fields,
    -- What follows is put in below.
    0::numeric as order_discount, line.tax_rate as rate
from staged as line
join order_terms as terms on terms.record_key = line.record_key
cross join lateral (
    -- A price that is the amount for one, rounded, is taken from the amount again.
    select case when line.unit_price is null
                     or line.unit_price = round(each.amount, terms.scale)
                then coalesce(each.amount, line.unit_price)
                else line.unit_price end::numeric(40, 8) as unit_price
    from (values (line.line_amount / nullif(line.quantity, 0))) as each (amount)
) as price
where line.has_line;
alter table order_lines add primary key (row_number);

-- The rate that makes the tax of the line. A line that costs nothing has no tax, and no rate.
update order_lines as line
set tax_rate = line.line_tax / net.amount, rate = line.line_tax / net.amount
from order_lines as same
cross join lateral (
    select same.amount - same.line_discount
        - case when same.includes_tax then same.line_tax else 0 end as amount
) as net
where same.row_number = line.row_number and line.tax_rate is null and line.line_tax is not null
  and net.amount > 0 and line.line_tax >= 0;
create index on order_lines (record_number);
create index on order_lines (code_key) where quantity <> trunc(quantity);
analyze order_lines;

create function pg_temp.fault_of(line order_lines) returns text
    language sql stable
    return case
        when line.sku_code is null then 'sku_is_missing: It names no SKU.'
        when line.quantity is null then 'quantity_is_missing: It says no quantity.'
        when line.quantity <= 0
            then 'quantity_is_not_positive: It orders ' || line.quantity || '; what came back'
                 ' belongs to the order it was sold by.'
        when line.quantity <> round(line.quantity, 6)
            then 'too_many_decimals: A quantity has at most six decimals.'
        when line.unit_price is null then 'price_is_missing: It has neither price nor amount.'
        when line.unit_price < 0 then 'price_is_negative: A price is never below zero.'
        when line.line_amount is not null
             and round(line.line_amount, line.scale) <> line.amount
            then 'amounts_disagree: Quantity x price is ' || line.amount
                 || ', but the line says ' || line.line_amount || '.'
        when line.has_two_discounts
            then 'discount_is_told_twice: It has a discount and a rate of discount.'
        when line.line_tax < 0 then 'tax_is_negative: A tax is never below zero.'
        when line.line_tax <> round(line.line_tax, line.scale)
            then 'too_many_decimals: The tax has more decimals than the currency;'
                 ' round = ' || line.scale || ' in the mapping rounds it.'
        when line.line_tax is not null and line.line_tax <> round(line.tax_rate
                * (line.amount - line.line_discount
                   - case when line.includes_tax then line.line_tax else 0 end), line.scale)
            then 'tax_disagrees: The rate does not make the tax of ' || line.line_tax || '.'
        when line.line_tax > 0 and line.tax_rate is null
            then 'tax_is_on_nothing: There is a tax of ' || line.line_tax
                 || ' on a line without a price.'
        when line.line_discount < 0 then 'discount_is_negative: A discount is never below zero.'
        when line.line_discount > line.amount
            then 'discount_is_above_the_price: More is taken off than it costs.'
        when line.line_discount <> round(line.line_discount, line.scale)
            then 'too_many_decimals: The discount has more decimals than the currency;'
                 ' round = ' || line.scale || ' in the mapping rounds it.'
        when not current_setting('importing.create_skus')::boolean and not exists (
            select from catalog.skus as sku
            where sku.tenant_id = core.current_tenant_id() and sku.code_key = line.code_key)
            then 'sku_is_unknown: There is no SKU ' || line.sku_code || '. Import the products'
                 ' first.'
    end;

update records as record
set state = 'refused', reason = split_part(wrong.fault, ': ', 1), column_name = null,
    detail = format('Row %s: %s', wrong.line, substr(wrong.fault, strpos(wrong.fault, ': ') + 2))
from (
    select distinct on (item.record_number) item.record_number, staged.line,
        pg_temp.fault_of(item) as fault
    from order_lines as item
    join staged on staged.row_number = item.row_number
    join records as checked
        on checked.record_number = item.record_number and checked.state in ('new', 'changed')
    where pg_temp.fault_of(item) is not null
    order by item.record_number, item.row_number
) as wrong
where wrong.record_number = record.record_number;

update records as record
set state = 'refused', reason = 'order_has_no_line', column_name = null,
    detail = 'None of its rows says what was ordered.'
where record.state in ('new', 'changed') and record.line_count = 0;

-- Discounts, tax, total --------------------------------------------------------------------------

create temporary table order_sums as
select record.record_number, lines.amount, lines.exact_amount,
    lines.amount - coalesce(terms.subtotal_amount, lines.amount - coalesce(terms.discount_amount, 0))
        as discount,
    terms.tax_amount is not null and terms.tax_amount <> 0 and not lines.has_rate as shares_tax,
    lines.has_rate,
    lines.line_discount
from records as record
join order_terms as terms on terms.record_number = record.record_number
join (
    select line.record_number, sum(line.amount - line.line_discount) as amount,
        sum(line.exact_amount - line.exact_discount) as exact_amount,
        sum(line.line_discount) as line_discount,
        bool_or(line.tax_rate is not null) as has_rate
    from order_lines as line
    group by line.record_number
) as lines on lines.record_number = record.record_number;
alter table order_sums add primary key (record_number);
analyze order_sums;

create function pg_temp.disagreement_of(terms order_terms, sums order_sums) returns text
    language sql immutable
    return case
        when least(terms.shipping_amount, terms.shipping_tax_amount, terms.surcharge_amount,
                   terms.tax_amount, terms.refunded_amount, terms.discount_amount) < 0
            then 'amount_is_negative: An amount of the order is below zero.'
        when sums.discount < 0 or sums.discount > sums.amount
            then 'subtotal_disagrees: The lines add up to ' || sums.amount
                 || ', but the file says ' || terms.subtotal_amount || '.'
        when terms.subtotal_amount is not null and terms.discount_amount is not null
             and sums.discount not in (0, terms.discount_amount,
                                       terms.discount_amount - sums.line_discount)
            then 'subtotal_disagrees: The lines less the discount of ' || terms.discount_amount
                 || ' are not the ' || terms.subtotal_amount || ' that the file says.'
        when sums.shares_tax and terms.prices_include_tax is null and terms.total_amount is null
            then 'tax_is_unclear: Nothing says whether prices contain the tax.'
        when sums.shares_tax and terms.prices_include_tax is null
             and terms.total_amount - (sums.amount - sums.discount + terms.shipping_amount
                 + terms.surcharge_amount) not in (0, terms.tax_amount)
            then 'total_disagrees: Lines, shipping and tax are not the ' || terms.total_amount
                 || ' that the file says.'
        when terms.prices_include_tax is not null and not sums.has_rate
             and terms.total_amount <> sums.amount - sums.discount + terms.shipping_amount
                 + terms.surcharge_amount
                 + case when sums.shares_tax then 0 else terms.shipping_tax_amount end
                 + case when terms.prices_include_tax then 0 else coalesce(terms.tax_amount, 0) end
            then 'total_disagrees: Lines, shipping and tax are not the ' || terms.total_amount
                 || ' that the file says.'
        when greatest(terms.refunded_amount, 0) > terms.total_amount
            then 'refund_is_above_the_total: ' || terms.refunded_amount || ' was given back, but'
                 ' only ' || terms.total_amount || ' was paid.'
    end;

update records as record
set state = 'refused', reason = split_part(wrong.fault, ': ', 1), column_name = null,
    detail = substr(wrong.fault, strpos(wrong.fault, ': ') + 2)
from (
    select terms.record_number, pg_temp.disagreement_of(terms, sums) as fault
    from order_terms as terms
    join order_sums as sums on sums.record_number = terms.record_number
) as wrong
where wrong.record_number = record.record_number and record.state in ('new', 'changed')
  and wrong.fault is not null;

update order_terms as terms
set prices_include_tax = coalesce(terms.prices_include_tax,
        sums.shares_tax and terms.total_amount = sums.amount - sums.discount
            + terms.shipping_amount + terms.surcharge_amount),
    discount_amount = case when sums.shares_tax then 0 else sums.discount end
from order_sums as sums
where sums.record_number = terms.record_number;

-- A discount on the order lowers the tax of its lines: each line gets its part, by largest
-- remainder, so that the parts add up to the cent.
update order_lines as line
set order_discount = part.amount
from (
    select shared.row_number,
        shared.whole + case when row_number() over (
                partition by shared.record_number
                order by shared.exact - shared.whole desc, shared.row_number)
            <= round((shared.discount - sum(shared.whole) over (partition by shared.record_number))
                     / shared.unit)
            then shared.unit else 0 end as amount
    from (
        select item.record_number, item.row_number, sums.discount,
            power(10::numeric, -item.scale) as unit,
            sums.discount * (item.amount - item.line_discount) / sums.amount as exact,
            trunc(sums.discount * (item.amount - item.line_discount) / sums.amount, item.scale)
                as whole
        from order_lines as item
        join order_sums as sums on sums.record_number = item.record_number
        where sums.shares_tax and sums.discount > 0 and sums.amount > 0
    ) as shared
) as part
where part.row_number = line.row_number;

-- The tax of the order, shared among its lines. First choice: one rate of few decimals that gives
-- the tax to the cent, on the lines alone or on lines and shipping. Else each line gets its part
-- and the rate that makes it.
create temporary table order_rates as
select distinct on (tried.record_number) tried.record_number, tried.rate, tried.shipping_tax
from (
    select terms.record_number, candidate.rate, attempt.with_shipping, digits.count,
        terms.tax_amount,
        case when not attempt.with_shipping then 0
             when terms.prices_include_tax
                 then terms.shipping_amount
                      - round(terms.shipping_amount / (1 + candidate.rate), terms.scale)
             else round(terms.shipping_amount * candidate.rate, terms.scale) end as shipping_tax,
        (
            select sum(case when terms.prices_include_tax
                then net.amount - round(net.amount / (1 + candidate.rate), terms.scale)
                else round(net.amount * candidate.rate, terms.scale) end)
            from order_lines as line
            cross join lateral (
                select line.amount - line.line_discount - line.order_discount as amount
            ) as net
            where line.record_number = terms.record_number and line.is_taxable
        ) as lines_tax
    from order_terms as terms
    join order_sums as sums on sums.record_number = terms.record_number and sums.shares_tax
    join (
        select line.record_number,
            sum(line.amount - line.line_discount - line.order_discount) as amount
        from order_lines as line where line.is_taxable
        group by line.record_number
    ) as base on base.record_number = terms.record_number
    cross join (values (false), (true)) as attempt (with_shipping)
    cross join (values (2), (3), (4)) as digits (count)
    cross join lateral (
        select base.amount + case when attempt.with_shipping then terms.shipping_amount else 0 end
            - case when terms.prices_include_tax then terms.tax_amount else 0 end as amount
    ) as taxed
    cross join lateral (
        select round(terms.tax_amount / taxed.amount, digits.count) as rate
    ) as candidate
    where taxed.amount > 0 and candidate.rate < 10
      and (not attempt.with_shipping or terms.shipping_amount > 0)
) as tried
where tried.lines_tax + tried.shipping_tax = tried.tax_amount
order by tried.record_number, tried.count, tried.with_shipping;
alter table order_rates add primary key (record_number);

update order_lines as line
set rate = case when line.is_taxable then found.rate else 0 end
from order_rates as found
where found.record_number = line.record_number;

update order_terms as terms
set shipping_tax_amount = found.shipping_tax,
    shipping_amount = case when terms.prices_include_tax
        then terms.shipping_amount - found.shipping_tax else terms.shipping_amount end
from order_rates as found
where found.record_number = terms.record_number;

update order_lines as line
set rate = case when terms.prices_include_tax
    then part.amount / (part.base - part.amount) else part.amount / part.base end
from order_terms as terms
join (
    select shared.record_number, shared.row_number, shared.base,
        shared.whole + case when row_number() over (
                partition by shared.record_number
                order by shared.exact - shared.whole desc, shared.row_number)
            <= round((shared.tax - sum(shared.whole) over (partition by shared.record_number))
                     / shared.unit)
            then shared.unit else 0 end as amount
    from (
        select item.record_number, item.row_number, owed.tax_amount as tax, net.amount as base,
            power(10::numeric, -item.scale) as unit,
            owed.tax_amount * net.amount / sum(net.amount) over (partition by item.record_number)
                as exact,
            trunc(owed.tax_amount * net.amount
                  / sum(net.amount) over (partition by item.record_number), item.scale) as whole
        from order_lines as item
        join order_terms as owed on owed.record_number = item.record_number
        join order_sums as sums on sums.record_number = item.record_number and sums.shares_tax
        cross join lateral (
            select item.amount - item.line_discount - item.order_discount as amount
        ) as net
        where item.is_taxable and net.amount > 0
          and not exists (
            select from order_rates as found where found.record_number = item.record_number)
    ) as shared
) as part on part.record_number = terms.record_number
where part.row_number = line.row_number
  and (not terms.prices_include_tax or part.base > part.amount);

-- What every record amounts to, loaded or not ------------------------------------------------------

create temporary table record_amounts as
select terms.record_number, terms.currency_code,
    case when terms.is_cancelled and terms.refunded_amount in (0, worth.amount) then 0
         else worth.amount - terms.refunded_amount end as amount
from order_terms as terms
left join order_sums as sums on sums.record_number = terms.record_number
left join (
    select line.record_number,
        sum(coalesce(line.line_tax,
            (line.exact_amount - line.exact_discount) * coalesce(line.rate, 0))) as tax
    from order_lines as line
    group by line.record_number
) as taxed on taxed.record_number = terms.record_number
cross join lateral (
    select coalesce(terms.total_amount,
        coalesce(sums.exact_amount - sums.discount, 0) + terms.shipping_amount
        + terms.shipping_tax_amount + terms.surcharge_amount
        + case when terms.prices_include_tax then 0 else coalesce(taxed.tax, 0) end) as amount
) as worth;

update records as record
set record_id = terms.order_id
from order_terms as terms
where terms.record_number = record.record_number and record.record_id is null;

-- Customers: by number, else by e-mail address ------------------------------------------------------

create temporary table order_customers as
select record.record_number,
    coalesce('n|' || record.customer_number, 'e|' || core.key_of(record.email)) as customer_key
from records as record
where record.state = 'new' and coalesce(record.customer_number, record.email) is not null;
alter table order_customers add primary key (record_number);
create index on order_customers (customer_key);
analyze order_customers;

-- Orders that were imported before and are told differently now. A placed order is frozen: it may have
-- been sent, cancelled or paid back since, and what is not that is refused.

update records as record
set record_id = record.existing_id
where record.state = 'changed';

-- When something happened that the file gives no time for: with a new order nobody knows better than
-- its own time; with one that was known, between the last file and this one.
create function pg_temp.noticed_at(record records) returns timestamptz
    language sql stable
    return case when record.state = 'new' then record.placed_at else now() end;

create function pg_temp.lines_differ(o sales.orders, record records) returns boolean
    language sql stable
    return (select count(*) from order_lines as line
            where line.record_number = record.record_number) <> o.item_count
        or exists (
            select core.key_of(item.sku_code), item.quantity, item.unit_price,
                item.discount_amount, item.tax_rate, item.custom_fields
            from sales.order_items as item where item.order_id = o.id
            except all
            select line.code_key, line.quantity, line.unit_price,
                line.line_discount + line.order_discount,
                coalesce(line.rate, 0)::numeric(20, 10), line.line_custom_fields
            from order_lines as line where line.record_number = record.record_number);

create function pg_temp.difference_of(o sales.orders, record records, terms order_terms)
    returns text
    language sql stable
    return concat_ws(', ',
        case when o.number <> record.number then 'its number' end,
        case when o.placed_at <> record.placed_at then 'its time' end,
        case when o.channel_code <> terms.channel_code then 'its channel' end,
        case when o.currency_code <> terms.currency_code then 'its currency' end,
        case when o.exchange_rate <> terms.exchange_rate::numeric(20, 10)
            then 'its exchange rate' end,
        case when exists (
            select from crm.customers as customer
            where customer.id = o.customer_id
              and (customer.number <> record.customer_number
                   or record.customer_number is null
                      and customer.email_key <> core.key_of(record.email)))
            then 'its customer' end,
        case when pg_temp.lines_differ(o, record) then 'its lines' end,
        case when o.discount_amount <> terms.discount_amount then 'its discount' end,
        case when (o.shipping_amount, o.shipping_tax_amount)
                  <> (terms.shipping_amount, terms.shipping_tax_amount) then 'its shipping' end,
        case when o.surcharge_amount <> terms.surcharge_amount then 'its surcharge' end,
        case when o.prices_include_tax <> terms.prices_include_tax
            then 'whether its prices contain tax' end,
        case when o.is_test <> coalesce(record.is_test, false)
            then 'whether it is a test' end);

create function pg_temp.refusal_of(o sales.orders, record records, terms order_terms)
    returns text
    language sql stable
    return case
        when o.id is null
            then format('order_is_gone: Order %s was imported before, and is not there any more.',
                record.number)
        when pg_temp.difference_of(o, record, terms) <> ''
            then format('differs_from_what_was_imported: Order %s was imported before, and the file'
                ' now says otherwise about %s. Placed orders are frozen: cancel or refund it where'
                ' it is.', record.number, pg_temp.difference_of(o, record, terms))
        when o.status = 'cancelled' then case
            when not (terms.is_cancelled and terms.refunded_amount in (0, o.total_amount))
            then format('order_is_cancelled: Order %s: It is cancelled here, and not in the file.',
                record.number) end
        when terms.refunded_amount < o.refunded_amount
            then format('refund_is_below_what_was_given: Order %s: %s was given back here, but the'
                ' file says %s.', record.number, trim_scale(o.refunded_amount),
                terms.refunded_amount)
        when terms.is_cancelled and terms.refunded_amount = 0 and o.total_amount > 0
             and o.status <> 'placed'
            then format('order_is_past_cancelling: Order %s: It was sent or completed here; the'
                ' file says it was cancelled, and nothing was given back.', record.number)
        when o.reserves_stock and o.status in ('placed', 'partially_fulfilled')
             and record.status = 'completed' and not terms.is_cancelled
            then format('order_holds_stock: Order %s: Its goods are still here. Ship it, then'
                ' import it again.', record.number)
    end;

update records as record
set state = 'refused', reason = split_part(wrong.fault, ': ', 1), column_name = null,
    detail = substr(wrong.fault, strpos(wrong.fault, ': ') + 2)
from (
    select known.record_number, pg_temp.refusal_of(o, known, terms) as fault
    from records as known
    join order_terms as terms on terms.record_number = known.record_number
    left join sales.orders as o on o.id = known.existing_id
    where known.state = 'changed'
) as wrong
where wrong.record_number = record.record_number and wrong.fault is not null;

-- What is not frozen may be told anew. What the file does not say stays.
create function pg_temp.told_anew(o sales.orders, record records) returns boolean
    language sql stable
    return record.note <> coalesce(o.note, '')
        or o.custom_fields || record.custom_fields <> o.custom_fields;

-- Whose name or address is spelled otherwise, or who was told better meanwhile, has not moved on.
update records as record
set state = 'known'
from order_terms as terms, sales.orders as o
where record.state = 'changed' and terms.record_number = record.record_number
  and o.id = record.existing_id
  and (o.status in ('completed', 'cancelled')
       or not terms.is_cancelled and record.status is distinct from 'completed')
  and (o.status = 'cancelled' or terms.refunded_amount = o.refunded_amount)
  and pg_temp.told_anew(o, record) is not true;

-- What the database says the loaded orders come to: the ledger, and test orders, which have no
-- entries in it, by their own totals.
select o.currency_code, sum(coalesce(booked.charged,
    case when o.is_test then o.total_amount - o.refunded_amount else 0 end))
from records as record
join sales.orders as o on o.id = record.record_id
left join lateral (
    select sum(entry.charged) as charged
    from sales.ledger_entries as entry
    where entry.order_id = o.id
) as booked on true
where record.state in ('loaded', 'updated')
group by o.currency_code

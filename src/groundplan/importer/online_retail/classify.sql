-- What each line of the file is: a sale, a credit, stock found or lost; or why it is none of them.

analyze file_lines;

-- A day that no calendar has is told here, once for each of the few thousand moments.
create function pg_temp.moment_of(spelling text) returns timestamptz
    language plpgsql
as $$
begin
    if spelling ~ '^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?$' and spelling >= '1970-01-02' then
        return spelling::timestamp at time zone 'Europe/London';
    end if;
    return null;
exception when datetime_field_overflow or invalid_datetime_format then
    return null;
end
$$;

create temporary table moments on commit drop as
select seen.spelling, pg_temp.moment_of(seen.spelling) as moment
from (
    select distinct file.invoiced_at as spelling from file_lines as file
    where file.invoiced_at is not null
) as seen;
analyze moments;

-- Numbers as numbers. The price of an article may have more decimals than the currency; an amount
-- may not.
create temporary table read_lines on commit drop as
select file.line_number, btrim(file.invoice) as invoice, btrim(file.code) as code,
    core.key_of(file.code) as code_key, nullif(btrim(file.description), '') as description,
    number.quantity, number.price, number.quantity * number.price as amount,
    moments.moment as invoiced_at,
    case when file.customer ~ '^\d{1,18}(\.0+)?$' then split_part(file.customer, '.', 1) end
        as customer_number,
    file.country,
    coalesce(file.customer, '') <> '' as has_customer,
    file.surplus is not null or file.country is null as is_misshapen,
    md5(concat_ws('|', file.invoice, file.code, file.description, file.quantity,
        file.invoiced_at, file.price, file.customer, file.country, file.surplus))::uuid as digest
from file_lines as file
cross join lateral (
    select case when file.quantity ~ '^-?\d{1,9}(\.\d{1,6})?$' then file.quantity::numeric end
            as quantity,
        case when file.price ~ '^-?\d{1,9}(\.\d{1,8})?$' then file.price::numeric end as price
) as number
left join moments on moments.spelling = file.invoiced_at;
analyze read_lines;

-- Codes that are no goods: postage, fees, discounts, vouchers.
create function pg_temp.kind_of(code_key text) returns text
    language sql immutable
    return case
        when code_key like 'gift\_0001\_%' then 'gift_card'
        when code_key in ('post', 'dot', 'm', 'd', 's', 'b', 'c2', 'cruk', 'bank charges',
                          'amazonfee') then 'service'
        else 'goods'
    end;

-- The same line twice in an invoice is two lines: the first, the second. So each line has an
-- identifier that is the same in every run, and that tells what was loaded before.
create temporary table lines on commit drop as
select line.line_number, line.invoice, line.code, line.code_key, line.description, line.quantity,
    line.price, line.amount, line.invoiced_at, line.customer_number, line.country, what.kind,
    core.imported_id(coalesce(line.invoiced_at, 'epoch'),
        concat_ws('|', 'online-retail', core.current_tenant_id(), line.digest,
            row_number() over (partition by line.digest order by line.line_number))) as id,
    case
        when line.is_misshapen then 'not_eight_fields'
        when coalesce(line.invoice, '') = '' then 'no_invoice'
        when coalesce(line.code, '') = '' then 'no_stock_code'
        when line.quantity is null then 'quantity_is_no_number'
        when line.price is null then 'price_is_no_number'
        when line.invoiced_at is null then 'date_is_no_date'
        when line.has_customer and line.customer_number is null then 'customer_is_no_number'
        when line.invoice ~* '^A' then 'accounting_entry'
        when line.quantity = 0 then 'quantity_is_zero'
        when line.price < 0 then 'price_is_negative'
        when scale(trim_scale(line.amount)) > 2 then 'too_many_decimals'
        when what.kind = 'credit' and line.quantity > 0 then 'credit_is_positive'
        when what.kind = 'credit' and line.price = 0 then 'credit_of_nothing'
        when what.kind = 'credit' and (scale(trim_scale(line.price)) > 2
             or line.quantity <> trunc(line.quantity)) then 'too_many_decimals'
        when what.kind = 'credit' and line.customer_number is null
            then 'credit_without_customer'
        when what.kind = 'sale' and line.quantity < 0 then 'sale_is_negative'
        when what.kind in ('found', 'lost')
             and not coalesce(sku.is_stocked, pg_temp.kind_of(line.code_key) = 'goods')
            then 'adjustment_of_no_goods'
    end as reason
from read_lines as line
left join (
    select priced.invoice from read_lines as priced where priced.price > 0 group by priced.invoice
) as sold on sold.invoice = line.invoice
left join catalog.skus as sku
    on sku.tenant_id = core.current_tenant_id() and sku.code_key = line.code_key
cross join lateral (
    -- Goods without price and customer, in an invoice that sells nothing: somebody has counted.
    select case
        when line.invoice ~* '^C' then 'credit'
        when line.price = 0 and not line.has_customer and sold.invoice is null
            then case when line.quantity > 0 then 'found' else 'lost' end
        else 'sale'
    end as kind
) as what;
drop table read_lines, moments;
create unique index on lines (id);
analyze lines;

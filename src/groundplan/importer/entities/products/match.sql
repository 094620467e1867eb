-- What the rows say of SKUs, put together, and what of it cannot be loaded. A SKU may stand in
-- several rows: one for each currency of its price, for example.

-- A word for addresses: lower case, without accents, a hyphen for all that is no letter or digit.
create or replace function pg_temp.slug_of(spelling text) returns text
    language sql immutable
    return coalesce(
        nullif(btrim(regexp_replace(
            regexp_replace(lower(normalize(spelling, nfkd)), '[\u0300-\u036f]', '', 'g'),
            '[^a-z0-9]+', '-', 'g'), '-'), ''),
        -- Nothing of it can stand in an address.
        left(md5(spelling), 8));

create temporary table found_products as
select record.record_number, pg_temp.slug_of(record.product_key) as slug,
    null::uuid as product_id, false as is_there, false as is_found_by_skus
from records as record
where record.state in ('new', 'changed');
alter table found_products add primary key (record_number);

create temporary table sku_rows as
select product.record_number, line.row_number, line.line,
    -- A name told once holds for all rows of the product.
    case when line.option1_value is not null then coalesce(line.option1_name, first.name_1) end
        as option1_name, line.option1_value,
    case when line.option2_value is not null then coalesce(line.option2_name, first.name_2) end
        as option2_name, line.option2_value,
    case when line.option3_value is not null then coalesce(line.option3_name, first.name_3) end
        as option3_name, line.option3_value,
    coalesce(line.sku_code,
        case when current_setting('importing.make_sku_codes')::boolean then
            concat_ws('-', product.slug, pg_temp.slug_of(line.option1_value),
                pg_temp.slug_of(line.option2_value), pg_temp.slug_of(line.option3_value))
        end) as code,
    line.sku_code is null as is_code_blank,
    coalesce(line.currency_code = tenant.currency_code, true) as is_in_books,
    coalesce(line.option1_value, line.option2_value, line.option3_value) is not null
        as has_options,
    line.sku_name, line.kind, line.unit_code, line.unit_price, line.unit_cost, line.tax_rate,
    line.is_stocked, line.allows_backorder, line.sku_status,
    line.line_custom_fields as custom_fields
from found_products as product
join records as record on record.record_number = product.record_number
join staged as line on line.record_key = record.record_key and line.has_line
    and coalesce(line.row_kind, 'sku') = 'sku'
join core.tenants as tenant on tenant.id = core.current_tenant_id()
left join lateral (
    select (array_agg(other.option1_name order by other.row_number)
            filter (where other.option1_name is not null))[1] as name_1,
        (array_agg(other.option2_name order by other.row_number)
            filter (where other.option2_name is not null))[1] as name_2,
        (array_agg(other.option3_name order by other.row_number)
            filter (where other.option3_name is not null))[1] as name_3
    from staged as other
    where other.record_key = record.record_key
      and coalesce(other.row_kind, 'sku') = 'sku'
) as first on line.option1_name is null and line.option1_value is not null
    or line.option2_name is null and line.option2_value is not null
    or line.option3_name is null and line.option3_value is not null;
create index on sku_rows (record_number);
analyze sku_rows;

-- Some shops have a row for the product itself among those of its SKUs. Told by its SKU: the
-- options of a SKU may stand in another row of the same code.
delete from sku_rows as own
where current_setting('importing.rows_without_options_are_products')::boolean
  and not own.has_options
  and exists (
      select from sku_rows as other
      where other.record_number = own.record_number and other.has_options)
  and not exists (
      select from sku_rows as other
      where other.record_number = own.record_number and other.has_options
        and other.code = own.code and not other.is_code_blank and not own.is_code_blank);

update records as record
set state = 'refused', reason = 'sku_code_is_blank', column_name = '{sku_code}',
    detail = format('Line %s has no SKU code. Fill it in, or make codes of key and option values:'
        ' make_sku_codes = true in [load].', own.line)
from sku_rows as own
where own.record_number = record.record_number and own.code is null;

update records as record
set state = 'refused', reason = 'option_has_no_name', column_name = '{option1_name}',
    detail = format('Line %s has an option value, and no line names the option.', own.line)
from sku_rows as own
where own.record_number = record.record_number and record.state <> 'refused'
  and (own.option1_value is not null and own.option1_name is null
       or own.option2_value is not null and own.option2_name is null
       or own.option3_value is not null and own.option3_name is null);

-- The rows of one SKU complete each other; where two say different things nobody knows what holds.
create temporary table found_skus as
select own.record_number, core.key_of(own.code) as code_key, min(own.row_number) as row_number,
    min(own.line) as line, max(own.line) as last_line,
    (array_agg(own.code order by own.row_number))[1] as code,
    bool_and(own.is_code_blank) as is_code_made,
    min(own.option1_name) as option1_name, min(own.option1_value) as option1_value,
    min(own.option2_name) as option2_name, min(own.option2_value) as option2_value,
    min(own.option3_name) as option3_name, min(own.option3_value) as option3_value,
    min(own.sku_name) as name, min(own.kind) as kind, min(own.unit_code) as unit_code,
    min(own.unit_price) filter (where own.is_in_books) as unit_price,
    min(own.unit_cost) filter (where own.is_in_books) as unit_cost,
    min(own.tax_rate) as tax_rate, bool_and(own.is_stocked) as is_stocked,
    bool_and(own.allows_backorder) as allows_backorder, min(own.sku_status) as status,
    coalesce((array_agg(own.custom_fields order by own.row_number)
        filter (where own.custom_fields <> '{}'))[1], '{}') as custom_fields,
    not bool_or(own.is_in_books)
        and coalesce(min(own.unit_price), min(own.unit_cost)) is not null as is_price_foreign,
    greatest(count(distinct own.option1_name), count(distinct own.option1_value),
        count(distinct own.option2_name), count(distinct own.option2_value),
        count(distinct own.option3_name), count(distinct own.option3_value),
        count(distinct own.sku_name), count(distinct own.kind), count(distinct own.unit_code),
        count(distinct own.unit_price) filter (where own.is_in_books),
        count(distinct own.unit_cost) filter (where own.is_in_books),
        count(distinct own.tax_rate), count(distinct own.is_stocked),
        count(distinct own.allows_backorder), count(distinct own.sku_status)) > 1 as disagrees,
    null::uuid as sku_id, false as is_there
from sku_rows as own
where own.code is not null
group by own.record_number, core.key_of(own.code);
create unique index on found_skus (record_number, code_key);
create index on found_skus (code_key);
analyze found_skus;

update records as record
set state = 'refused', reason = 'sku_rows_disagree', column_name = '{sku_code}',
    detail = format('The SKU %s stands in lines %s and %s, with different things said of it.',
        own.code, own.line, own.last_line)
from found_skus as own
where own.record_number = record.record_number and record.state <> 'refused' and own.disagrees;

update records as record
set state = 'refused', reason = 'price_in_another_currency', column_name = '{currency_code}',
    detail = format('The SKU %s has no price in %s, the currency of the books.',
        own.code, tenant.currency_code)
from found_skus as own, core.tenants as tenant
where own.record_number = record.record_number and record.state <> 'refused'
  and own.is_price_foreign and tenant.id = core.current_tenant_id();

update records as record
set state = 'refused', reason = 'unit_is_unknown', column_name = '{unit_code}',
    detail = format('%s is no unit of measure; see core.units_of_measure.', own.unit_code)
from found_skus as own
where own.record_number = record.record_number and record.state <> 'refused'
  and own.unit_code is not null
  and not exists (select from core.units_of_measure as unit where unit.code = own.unit_code);

update records as record
set state = 'refused', reason = 'number_has_too_many_digits', column_name = '{unit_price}',
    detail = format('Price or cost of the SKU %s has more than 8 decimals, or its tax rate more'
        ' than 10.', own.code)
from found_skus as own
where own.record_number = record.record_number and record.state <> 'refused'
  and (scale(trim_scale(own.unit_price)) > 8 or scale(trim_scale(own.unit_cost)) > 8
       or scale(trim_scale(own.tax_rate)) > 10);

update records as record
set state = 'refused', reason = 'number_is_negative', column_name = '{unit_price}',
    detail = format('Price or cost of the SKU %s is below zero.', own.code)
from found_skus as own
where own.record_number = record.record_number and record.state <> 'refused'
  and least(own.unit_price, own.unit_cost, own.tax_rate) < 0;

-- Two products of the file: one word for addresses, or one SKU. The first has it.
update records as record
set state = 'refused', reason = 'product_key_is_repeated', column_name = '{product_key}',
    detail = format('%s and %s would have the same address: %s.', record.product_key,
        other.product_key, own.slug)
from found_products as own
join found_products as earlier
    on earlier.slug = own.slug and earlier.record_number < own.record_number
join records as other on other.record_number = earlier.record_number and other.state <> 'refused'
where own.record_number = record.record_number and record.state <> 'refused';

update records as record
set state = 'refused', reason = 'sku_code_is_repeated', column_name = '{sku_code}',
    detail = format('The SKU %s stands in line %s, too: for the product %s.', own.code,
        earlier.line, other.product_key)
from found_skus as own
join found_skus as earlier
    on earlier.code_key = own.code_key and earlier.record_number < own.record_number
join records as other on other.record_number = earlier.record_number and other.state <> 'refused'
where own.record_number = record.record_number and record.state <> 'refused';

-- What is there already: as it was imported, else by its address, else by its SKUs.
update found_products as own
set product_id = product.id, is_there = true
from records as record
join catalog.products as product
    on product.id = record.existing_id and product.tenant_id = core.current_tenant_id()
where record.record_number = own.record_number;

update found_products as own
set product_id = product.id, is_there = true
from catalog.products as product
where product.tenant_id = core.current_tenant_id() and product.slug = own.slug
  and own.product_id is null;

update found_skus as own
set sku_id = sku.id, is_there = true
from catalog.skus as sku
where sku.tenant_id = core.current_tenant_id() and sku.code_key = own.code_key;

update found_products as own
set product_id = held.product_id, is_there = true, is_found_by_skus = true
from (
    select found.record_number, min(sku.product_id::text)::uuid as product_id
    from found_skus as found
    join catalog.skus as sku on sku.id = found.sku_id
    group by found.record_number
) as held
where held.record_number = own.record_number and own.product_id is null;

update records as record
set state = 'refused', reason = 'sku_of_another_product', column_name = '{sku_code}',
    detail = format('The SKU %s belongs to another product already: %s.', own.code, product.slug)
from found_skus as own
join catalog.skus as sku on sku.id = own.sku_id
join catalog.products as product on product.id = sku.product_id
join found_products as found on found.record_number = own.record_number
where own.record_number = record.record_number and record.state <> 'refused'
  and found.product_id <> sku.product_id;

-- Found by its SKUs, as in a list of prices: it says nothing of a product with other SKUs.
update records as record
set state = 'refused', reason = 'sku_of_another_product', column_name = '{product_key}',
    detail = format('By its SKUs this is the product %s, which has others: give all of them the key'
        ' %s, or leave out what is said of the product.', product.slug, product.slug)
from found_products as own
join catalog.products as product on product.id = own.product_id
where own.record_number = record.record_number and record.state <> 'refused'
  and own.is_found_by_skus
  and (coalesce(record.product_name, record.brand, record.category, record.description,
           record.product_status, record.product_kind) is not null
       or record.custom_fields <> '{}')
  and exists (
      select from catalog.skus as sku
      where sku.product_id = own.product_id and sku.status = 'active'
        and not exists (
            select from found_skus as told
            where told.record_number = own.record_number and told.sku_id = sku.id));

-- A SKU that was given another code would be there twice.
update records as record
set state = 'refused', reason = 'sku_has_another_code', column_name = '{sku_code}',
    detail = format('The SKU %s has the options of %s, which is there. Was its code changed? Then'
        ' change it in catalog.skus first.', own.code, same.code)
from found_skus as own
join found_products as found on found.record_number = own.record_number and found.is_there
cross join lateral (
    select sku.code
    from catalog.skus as sku
    join catalog.sku_option_values as chosen on chosen.sku_id = sku.id
    join catalog.product_option_values as value on value.id = chosen.option_value_id
    where sku.product_id = found.product_id and sku.status = 'active'
    group by sku.id
    having array_agg(value.name_key order by value.name_key)
        = (select array_agg(core.key_of(said.value) order by core.key_of(said.value))
           from unnest(array[own.option1_value, own.option2_value, own.option3_value])
               as said (value)
           where said.value is not null)
    limit 1
) as same
where own.record_number = record.record_number and record.state <> 'refused'
  and not own.is_there and coalesce(own.option1_value, own.option2_value, own.option3_value)
      is not null;

update records as record
set state = 'refused', reason = 'product_is_there', column_name = '{product_key}',
    detail = format('The product %s is there, and existing = "refuse" in [load].',
        record.product_key)
from found_products as own
where own.record_number = record.record_number and record.state <> 'refused' and own.is_there
  and current_setting('importing.existing') = 'refuse';

update records as record
set state = 'refused', reason = 'value_is_missing', column_name = '{product_name}',
    detail = 'The product is new, and no row names it.'
from found_products as own
where own.record_number = record.record_number and record.state <> 'refused'
  and not own.is_there and record.product_name is null;

-- Identifiers of what is new: the same in every run.
update found_products as own
set product_id = core.imported_id('epoch', concat_ws('|', current_setting('importing.source'),
    core.current_tenant_id(), 'product', record.record_key))
from records as record
where record.record_number = own.record_number and own.product_id is null;

update found_skus as own
set sku_id = core.imported_id('epoch', concat_ws('|', current_setting('importing.source'),
    core.current_tenant_id(), 'sku', own.code_key))
where own.sku_id is null;

update records as record
set record_id = own.product_id, existing_id = case when own.is_there then own.product_id end,
    state = case when own.is_there then 'changed' else 'new' end
from found_products as own
where own.record_number = record.record_number and record.state <> 'refused';

create unique index on found_skus (sku_id, record_number);
analyze found_products;
analyze found_skus;

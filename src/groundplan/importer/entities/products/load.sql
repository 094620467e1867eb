-- The products of a batch with brand, categories, options and SKUs. What is there is changed only
-- where the file says otherwise; what it leaves blank stays; nothing is deleted.

drop table if exists pg_temp.batch_skus;
create temporary table batch_skus as
select own.*, product.product_id, product.is_there as is_product_there
from batch
join found_products as product on product.record_number = batch.record_number
join found_skus as own on own.record_number = batch.record_number;
analyze batch_skus;

insert into catalog.brands (tenant_id, id, name)
select core.current_tenant_id(), core.imported_id('epoch', concat_ws('|',
    core.current_tenant_id(), 'brand', seen.name_key)), seen.name
from (
    select core.key_of(record.brand) as name_key,
        (array_agg(record.brand order by record.record_number))[1] as name
    from batch join records as record on record.record_number = batch.record_number
    where record.brand is not null
    group by core.key_of(record.brand)
) as seen
on conflict (tenant_id, name_key) do nothing;

-- Categories: each step of a path lies below the one before it.
drop table if exists pg_temp.batch_steps;
create temporary table batch_steps as
select said.record_number, path.position as path_position, step.position as depth,
    btrim(step.name) as name,
    string_agg(core.key_of(step.name), chr(31)) over before_it as parent_key,
    string_agg(core.key_of(step.name), chr(31)) over up_to_it as path_key,
    string_agg(btrim(step.name), ' ') over up_to_it as words,
    lead(step.name) over up_to_it is null as is_last
from (
    select record.record_number, record.category
    from batch join records as record on record.record_number = batch.record_number
    where record.category is not null
) as said
cross join lateral unnest(case current_setting('importing.category_separator')
    when '' then array[said.category]
    else string_to_array(said.category, current_setting('importing.category_separator')) end)
    with ordinality as path (text, position)
cross join lateral (
    select part.name, row_number() over (order by part.position) as position
    from unnest(case current_setting('importing.category_step')
        when '' then array[path.text]
        else string_to_array(path.text, current_setting('importing.category_step')) end)
        with ordinality as part (name, position)
    where core.has_text(part.name)
) as step
window up_to_it as (partition by said.record_number, path.position order by step.position),
    before_it as (
        partition by said.record_number, path.position order by step.position
        rows between unbounded preceding and 1 preceding);
analyze batch_steps;

drop table if exists pg_temp.batch_paths;
create temporary table batch_paths as
select distinct on (one.path_key) one.path_key, one.parent_key, one.depth, one.name,
    pg_temp.slug_of(one.words) as slug, null::uuid as category_id
from batch_steps as one
order by one.path_key, one.record_number;
alter table batch_paths add primary key (path_key);
analyze batch_paths;

do $$
declare
    step integer;
begin
    for step in
        select distinct one.depth from batch_paths as one order by one.depth
    loop
        -- The category is there below its parent, by its name; else it is made.
        update batch_paths as one
        set category_id = coalesce(
            (
                select category.id
                from catalog.categories as category
                where category.tenant_id = core.current_tenant_id()
                  and category.parent_id is not distinct from (
                      select above.category_id from batch_paths as above
                      where above.path_key = one.parent_key)
                  and core.key_of(category.name) = core.key_of(one.name)
                order by category.id
                limit 1
            ),
            core.imported_id('epoch', concat_ws('|', core.current_tenant_id(), 'category',
                one.path_key)))
        where one.depth = step;

        insert into catalog.categories (tenant_id, id, parent_id, name, slug)
        select core.current_tenant_id(), wanted.category_id, wanted.parent_id, wanted.name,
            case when wanted.place > 1 or exists (
                select from catalog.categories as other
                where other.tenant_id = core.current_tenant_id() and other.slug = wanted.slug)
            then concat_ws('-', wanted.slug, left(md5(wanted.path_key), 6))
            else wanted.slug end
        from (
            select one.*, above.category_id as parent_id,
                row_number() over (partition by one.slug order by one.path_key) as place
            from batch_paths as one
            left join batch_paths as above on above.path_key = one.parent_key
            where one.depth = step
              and not exists (
                  select from catalog.categories as kept where kept.id = one.category_id)
        ) as wanted;
    end loop;
end
$$;

insert into catalog.products (
    tenant_id, id, brand_id, name, slug, description, status, custom_fields)
select core.current_tenant_id(), own.product_id, brand.id, record.product_name, own.slug,
    record.description, coalesce(record.product_status, 'active'), record.custom_fields
from batch
join records as record on record.record_number = batch.record_number
join found_products as own on own.record_number = batch.record_number and not own.is_there
left join catalog.brands as brand
    on brand.tenant_id = core.current_tenant_id() and brand.name_key = core.key_of(record.brand)
order by record.record_number;

update catalog.products as product
set brand_id = coalesce(brand.id, product.brand_id),
    name = coalesce(record.product_name, product.name),
    description = coalesce(record.description, product.description),
    status = coalesce(record.product_status, product.status),
    custom_fields = product.custom_fields || record.custom_fields
from batch
join records as record on record.record_number = batch.record_number
join found_products as own on own.record_number = batch.record_number and own.is_there
left join catalog.brands as brand
    on brand.tenant_id = core.current_tenant_id() and brand.name_key = core.key_of(record.brand)
where product.id = own.product_id and current_setting('importing.existing') = 'update'
  and (product.brand_id, product.name, product.description, product.status,
       product.custom_fields)
      is distinct from
      (coalesce(brand.id, product.brand_id), coalesce(record.product_name, product.name),
       coalesce(record.description, product.description),
       coalesce(record.product_status, product.status),
       product.custom_fields || record.custom_fields);

-- A product that has a primary category keeps it beside the new ones.
insert into catalog.product_categories (tenant_id, id, product_id, category_id, is_primary)
select core.current_tenant_id(),
    core.imported_id('epoch', concat_ws('|', core.current_tenant_id(), 'product_category',
        said.product_id, said.category_id)),
    said.product_id, said.category_id,
    said.place = 1 and not exists (
        select from catalog.product_categories as kept
        where kept.product_id = said.product_id and kept.is_primary)
from (
    select own.product_id, path.category_id,
        row_number() over (partition by own.product_id order by min(one.path_position)) as place
    from batch_steps as one
    join batch_paths as path on path.path_key = one.path_key
    join found_products as own on own.record_number = one.record_number
    where one.is_last and (not own.is_there or current_setting('importing.existing') = 'update')
    group by own.product_id, path.category_id
) as said
on conflict (product_id, category_id) do nothing;

-- Options and their values, in the order of the rows.
drop table if exists pg_temp.batch_options;
create temporary table batch_options as
select own.product_id, own.sku_id, own.row_number, said.position, said.name, said.value,
    core.key_of(said.name) as name_key, core.key_of(said.value) as value_key
from batch_skus as own
cross join lateral (
    values (1, own.option1_name, own.option1_value), (2, own.option2_name, own.option2_value),
        (3, own.option3_name, own.option3_value)
) as said (position, name, value)
where said.value is not null
  and (not own.is_there or current_setting('importing.existing') = 'update');
analyze batch_options;

insert into catalog.product_options (tenant_id, id, product_id, name, position)
select core.current_tenant_id(),
    core.imported_id('epoch', concat_ws('|', core.current_tenant_id(), 'option', said.product_id,
        said.name_key)),
    said.product_id, (array_agg(said.name order by said.row_number))[1], min(said.position)
from batch_options as said
group by said.product_id, said.name_key
on conflict (product_id, name_key) do nothing;

insert into catalog.product_option_values (
    tenant_id, id, option_id, product_id, name, position)
select core.current_tenant_id(),
    core.imported_id('epoch', concat_ws('|', core.current_tenant_id(), 'option_value', option.id,
        said.value_key)),
    option.id, said.product_id, said.value,
    said.place + (
        select count(*) from catalog.product_option_values as kept where kept.option_id = option.id)
from (
    select seen.product_id, seen.name_key, seen.value_key,
        (array_agg(seen.value order by seen.row_number))[1] as value,
        row_number() over (
            partition by seen.product_id, seen.name_key order by min(seen.row_number)) as place
    from batch_options as seen
    group by seen.product_id, seen.name_key, seen.value_key
) as said
join catalog.product_options as option
    on option.product_id = said.product_id and option.name_key = said.name_key
where not exists (
    select from catalog.product_option_values as kept
    where kept.option_id = option.id and kept.name_key = said.value_key);

insert into catalog.skus (
    tenant_id, id, product_id, code, name, kind, unit_code, unit_price, tax_rate, is_stocked,
    allows_backorder, status, custom_fields)
select core.current_tenant_id(), own.sku_id, own.product_id, own.code,
    coalesce(own.name, concat_ws(' ', product.name,
        nullif(concat_ws(', ', own.option1_value, own.option2_value, own.option3_value), ''))),
    kind.code, coalesce(own.unit_code, 'each'), own.unit_price, coalesce(own.tax_rate, 0),
    kind.code = 'goods' and coalesce(own.is_stocked, true),
    coalesce(own.allows_backorder, false), coalesce(own.status, 'active'), own.custom_fields
from batch_skus as own
join records as record on record.record_number = own.record_number
join catalog.products as product on product.id = own.product_id
cross join lateral (
    select coalesce(record.product_kind, own.kind, 'goods') as code
) as kind
where not own.is_there
order by own.row_number;

update catalog.skus as sku
set name = said.name, kind = said.kind, unit_code = said.unit_code, unit_price = said.unit_price,
    tax_rate = said.tax_rate, is_stocked = said.is_stocked,
    allows_backorder = said.allows_backorder, status = said.status,
    custom_fields = said.custom_fields
from (
    select kept.id, coalesce(own.name, kept.name) as name, kind.code as kind,
        coalesce(own.unit_code, kept.unit_code) as unit_code,
        coalesce(own.unit_price, kept.unit_price) as unit_price,
        coalesce(own.tax_rate, kept.tax_rate) as tax_rate,
        kind.code = 'goods' and coalesce(own.is_stocked, kept.is_stocked) as is_stocked,
        coalesce(own.allows_backorder, kept.allows_backorder) as allows_backorder,
        coalesce(own.status, kept.status) as status,
        kept.custom_fields || own.custom_fields as custom_fields
    from batch_skus as own
    join records as record on record.record_number = own.record_number
    join catalog.skus as kept on kept.id = own.sku_id
    cross join lateral (
        select coalesce(record.product_kind, own.kind, kept.kind) as code
    ) as kind
    where own.is_there and current_setting('importing.existing') = 'update'
) as said
where sku.id = said.id
  and (sku.name, sku.kind, sku.unit_code, sku.unit_price, sku.tax_rate, sku.is_stocked,
       sku.allows_backorder, sku.status, sku.custom_fields)
      is distinct from
      (said.name, said.kind, said.unit_code, said.unit_price, said.tax_rate, said.is_stocked,
       said.allows_backorder, said.status, said.custom_fields);

insert into catalog.sku_option_values as chosen (
    tenant_id, id, sku_id, product_id, option_id, option_value_id)
select core.current_tenant_id(),
    core.imported_id('epoch', concat_ws('|', core.current_tenant_id(), 'sku_option', said.sku_id,
        option.id)),
    said.sku_id, said.product_id, option.id, value.id
from batch_options as said
join catalog.product_options as option
    on option.product_id = said.product_id and option.name_key = said.name_key
join catalog.product_option_values as value
    on value.option_id = option.id and value.name_key = said.value_key
on conflict (sku_id, option_id) do update set option_value_id = excluded.option_value_id
    where chosen.option_value_id <> excluded.option_value_id;

-- A cost holds from now on, until the next one that is there begins; the one it replaces ends.
drop table if exists pg_temp.batch_costs;
create temporary table batch_costs as
select own.sku_id, own.unit_cost, kept.id as replaced_id,
    (select min(next.valid_from) from catalog.sku_costs as next
     where next.sku_id = own.sku_id and next.valid_from > now()) as valid_to
from batch_skus as own
left join catalog.sku_costs as kept
    on kept.sku_id = own.sku_id and kept.valid_from <= now()
    and (kept.valid_to is null or kept.valid_to > now())
where own.unit_cost is not null and own.unit_cost is distinct from kept.unit_cost
  and (not own.is_there or current_setting('importing.existing') = 'update');

update catalog.sku_costs as cost
set valid_to = now()
from batch_costs as new
where new.replaced_id = cost.id;

insert into catalog.sku_costs (tenant_id, sku_id, unit_cost, valid_from, valid_to)
select core.current_tenant_id(), new.sku_id, new.unit_cost, now(), new.valid_to
from batch_costs as new
order by new.sku_id;

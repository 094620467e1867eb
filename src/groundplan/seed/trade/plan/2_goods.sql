-- once: products
create temporary table planned_products on commit drop as
with listed as (
    select tenant.id as tenant_id, tenant.skus, tenant.starts_at, tenant.unit_in_euro,
        tenant.decimals, product.place,
        tenant.id * 1000000::bigint + product.place as key
    from planned_tenants as tenant
    cross join lateral generate_series(1, tenant.skus) as product (place)
), drawn as (
    select listed.*,
        1 + floor(pg_temp.share(key, 'variants') * 3)::integer as variants,
        things.listed[1 + floor(pg_temp.share(key, 'thing') * cardinality(things.listed))::integer]
            as thing,
        names.listed[1 + floor(pg_temp.share(key, 'name') * cardinality(names.listed))::integer]
            as name,
        floor(pg_temp.share(key, 'brand') * brands.listed)::integer as brand
    from listed
    -- Read out once; the document would be unpacked for every row.
    cross join (
        select array(select jsonb_array_elements(lists -> 'things') from planned_run) as listed
    ) as things
    cross join (
        select array(select jsonb_array_elements_text(lists -> 'names') from planned_run) as listed
    ) as names
    cross join (
        select jsonb_array_length(lists -> 'brands') as listed from planned_run
    ) as brands
)
select drawn.*, thing ->> 'category' as category,
    name || ' ' || (thing ->> 'name') as title,
    pg_temp.id_of(starts_at - interval '60 days', 'product', key) as id,
    (sum(variants) over (partition by tenant_id order by place) - variants)::integer as before
from drawn;

-- once: SKUs
create temporary table planned_skus on commit drop as
with listed as (
    select product.*, variant.place as variant, product.before + variant.place as sku_place,
        product.tenant_id * 1000000::bigint + product.before + variant.place as sku_key,
        (product.thing ->> 'price')::double precision
            * (0.75 + 0.6 * pg_temp.share(product.key, 'price'))
            * (1 + 0.08 * (variant.place - 1)) as euros
    from planned_products as product
    cross join lateral generate_series(1, product.variants) as variant (place)
    where product.before + variant.place <= product.skus
)
select listed.tenant_id, listed.id as product_id, listed.category, listed.variant,
    row_number() over (
        partition by listed.tenant_id order by pg_temp.share(sku_key, 'popularity'), sku_key)
        ::integer as rank,
    sku_key as key,
    pg_temp.id_of(listed.starts_at - interval '60 days', 'sku', sku_key) as id,
    upper(left(listed.thing ->> 'name', 3)) || '-' || lpad(listed.place::text, 5, '0')
        || case when listed.variants > 1 then '-' || listed.variant else '' end as code,
    listed.title || case when listed.variants > 1
        then ', ' || painted.colour else '' end as name,
    case when listed.variants > 1 then painted.colour end as colour,
    price.amount as unit_price,
    coalesce((listed.thing ->> 'reduced')::boolean, false) as is_reduced,
    array(
        select round((price.amount::double precision
            * (0.34 + 0.24 * pg_temp.share(sku_key, 'cost'))
            * (1 + 0.03 * year + 0.04 * pg_temp.share(sku_key * 64 + year, 'dearer')))::numeric, 2)
        from generate_series(0, (select years from planned_run)) as year
    ) as costs,
    listed.starts_at,
    10 + floor(pg_temp.share(sku_key, 'cycle') * 32)::integer as cycle_days,
    -- Seven in the morning of some day before the first one.
    (date_part('epoch', listed.starts_at) + 7 * 3600 + floor(pg_temp.share(sku_key, 'at') * 9) * 900
        - 86400 * (1 + floor(pg_temp.share(sku_key, 'ahead') * 9)))::bigint as first_delivery
from listed
cross join (
    select array(select jsonb_array_elements_text(lists -> 'colours') from planned_run) as listed
) as colours
cross join lateral (
    select colours.listed[1 + (listed.place + listed.variant) % cardinality(colours.listed)]
        as colour
) as painted
cross join lateral (
    select greatest(
        0.1, round((listed.euros / listed.unit_in_euro::double precision)::numeric)
            - case when listed.decimals = 0 then 0 else 0.1 end) as amount
) as price;

-- once: index of SKUs
create unique index on planned_skus (tenant_id, rank);

\set a random(1, 10000)
\set b random(1, 10000)
\set c random(1, 10000)
\set customer random(1, 20000)
select id from sales.place_order(
    jsonb_build_array(
        jsonb_build_object('sku', 'sku-' || :a::integer, 'quantity', 1),
        jsonb_build_object('sku', 'sku-' || :b::integer, 'quantity', 2),
        jsonb_build_object('sku', 'sku-' || :c::integer, 'quantity', 3)),
    (select id from public.bench_customers where n = :customer::integer));

-- A chair in two sizes and a delivery service, found in two categories.
insert into catalog.brands (id, name) values ('00000000-0000-7000-8000-000000000b01', 'Oak & Iron');
insert into catalog.categories (id, parent_id, name, slug)
values
    ('00000000-0000-7000-8000-000000000c01', null, 'Furniture', 'furniture'),
    ('00000000-0000-7000-8000-000000000c02', '00000000-0000-7000-8000-000000000c01', 'Chairs', 'chairs');
insert into catalog.products (id, brand_id, name, slug)
values
    ('00000000-0000-7000-8000-000000000d01', '00000000-0000-7000-8000-000000000b01', 'Oak chair', 'oak-chair'),
    ('00000000-0000-7000-8000-000000000d02', null, 'Delivery', 'delivery');
insert into catalog.product_categories (product_id, category_id, is_primary)
values
    ('00000000-0000-7000-8000-000000000d01', '00000000-0000-7000-8000-000000000c01', false),
    ('00000000-0000-7000-8000-000000000d01', '00000000-0000-7000-8000-000000000c02', true);
insert into catalog.product_options (id, product_id, name)
values ('00000000-0000-7000-8000-000000000e01', '00000000-0000-7000-8000-000000000d01', 'Size');
insert into catalog.product_option_values (id, option_id, product_id, name)
values
    ('00000000-0000-7000-8000-000000000e11', '00000000-0000-7000-8000-000000000e01', '00000000-0000-7000-8000-000000000d01', 'Small'),
    ('00000000-0000-7000-8000-000000000e12', '00000000-0000-7000-8000-000000000e01', '00000000-0000-7000-8000-000000000d01', 'Large');
insert into catalog.skus (id, product_id, code, name, kind, unit_price, tax_rate, is_stocked)
values
    ('00000000-0000-7000-8000-000000000f01', '00000000-0000-7000-8000-000000000d01', 'CHAIR-S', 'Oak chair, small', 'goods', 89, 0.19, true),
    ('00000000-0000-7000-8000-000000000f02', '00000000-0000-7000-8000-000000000d01', 'CHAIR-L', 'Oak chair, large', 'goods', 129.90, 0.19, true),
    ('00000000-0000-7000-8000-000000000f03', '00000000-0000-7000-8000-000000000d02', 'DELIVERY', 'Delivery to the room', 'service', 15, 0.19, false);
insert into catalog.sku_option_values (sku_id, product_id, option_id, option_value_id)
values
    ('00000000-0000-7000-8000-000000000f01', '00000000-0000-7000-8000-000000000d01', '00000000-0000-7000-8000-000000000e01', '00000000-0000-7000-8000-000000000e11'),
    ('00000000-0000-7000-8000-000000000f02', '00000000-0000-7000-8000-000000000d01', '00000000-0000-7000-8000-000000000e01', '00000000-0000-7000-8000-000000000e12');
insert into catalog.sku_costs (sku_id, unit_cost, valid_from, valid_to)
values
    ('00000000-0000-7000-8000-000000000f01', 38, '2020-01-01Z', '2024-01-01Z'),
    ('00000000-0000-7000-8000-000000000f01', 41.5, '2024-01-01Z', null),
    ('00000000-0000-7000-8000-000000000f02', 55.25, '2020-01-01Z', null);
update catalog.brands set name = 'Oak and Iron';
update catalog.skus set unit_price = 91 where code = 'CHAIR-S';

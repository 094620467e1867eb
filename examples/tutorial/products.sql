-- What the tea shop sells, what lies on its shelf, and who buys.

begin;

insert into catalog.products (name, slug) values
    ('Green tea', 'green-tea'),
    ('Teapot', 'teapot');

insert into catalog.skus (product_id, code, name, unit_price, tax_rate)
select id, 'TEA-GREEN', 'Green tea, 100 g', 8.00, 0.07 from catalog.products where slug = 'green-tea'
union all
select id, 'POT', 'Teapot, 1 litre', 30.00, 0.19 from catalog.products where slug = 'teapot';

insert into catalog.sku_costs (sku_id, valid_from, unit_cost)
select id, now(), case code when 'POT' then 12.50 else 3.20 end from catalog.skus;

select kind, quantity from inventory.receive_stock('TEA-GREEN', 20, unit_cost => 3.20);
select kind, quantity from inventory.receive_stock('POT', 3, unit_cost => 12.50);

insert into crm.customers (number, display_name, email, country_code)
values ('C-1', 'Ada Lovelace', 'ada@example.com', 'GB');

commit;

-- Brands, categories, products, options, SKUs and costs of the made-up shop, from one document.
create procedure pg_temp.groundplan_stock_shelves(shop jsonb, zone text)
    language plpgsql
as $$
begin
    insert into catalog.sales_channels (code, name)
    values ('web', 'Web shop'), ('shop', 'Shop in town'), ('marketplace', 'Marketplace')
    on conflict (tenant_id, code) do nothing;
    insert into catalog.brands (name)
    select value from jsonb_array_elements_text(shop -> 'brands');

    insert into catalog.categories (name, slug, position)
    select name, slug, position
    from jsonb_to_recordset(shop -> 'categories')
        as category (slug text, name text, above text, position integer)
    where above = '';
    insert into catalog.categories (parent_id, name, slug, position)
    select parent.id, category.name, category.slug, category.position
    from jsonb_to_recordset(shop -> 'categories')
        as category (slug text, name text, above text, position integer)
    join catalog.categories as parent on parent.slug = category.above;

    insert into catalog.products (brand_id, name, slug)
    select brand.id, product.name, product.slug
    from jsonb_to_recordset(shop -> 'products') as product (slug text, name text, brand text)
    join catalog.brands as brand on brand.name = product.brand;
    insert into catalog.product_categories (product_id, category_id, is_primary)
    select product.id, category.id, category.slug = entry.category
    from jsonb_to_recordset(shop -> 'products') as entry (slug text, category text, above text)
    join catalog.products as product on product.slug = entry.slug
    join catalog.categories as category on category.slug in (entry.category, entry.above);

    insert into catalog.product_options (product_id, name, position)
    select product.id, option.name, option.position
    from jsonb_to_recordset(shop -> 'options') as option (slug text, name text, position integer)
    join catalog.products as product on product.slug = option.slug;
    insert into catalog.product_option_values (product_id, option_id, name, position)
    select product.id, option.id, entry.name, entry.position
    from jsonb_to_recordset(shop -> 'option_values')
        as entry (slug text, option text, name text, position integer)
    join catalog.products as product on product.slug = entry.slug
    join catalog.product_options as option
        on option.product_id = product.id and option.name = entry.option;

    insert into catalog.skus (product_id, code, name, unit_price, tax_rate)
    select product.id, sku.code, sku.name, sku.price, sku.tax_rate
    from jsonb_to_recordset(shop -> 'skus')
        as sku (slug text, code text, name text, price numeric, tax_rate numeric)
    join catalog.products as product on product.slug = sku.slug;
    insert into catalog.sku_option_values (sku_id, product_id, option_id, option_value_id)
    select sku.id, sku.product_id, value.option_id, value.id
    from jsonb_to_recordset(shop -> 'sku_values') as entry (sku text, option text, name text)
    join catalog.skus as sku on sku.code = entry.sku
    join catalog.product_options as option
        on option.product_id = sku.product_id and option.name = entry.option
    join catalog.product_option_values as value
        on value.option_id = option.id and value.name = entry.name;
    insert into catalog.sku_costs (sku_id, unit_cost, valid_from, valid_to)
    select sku.id, cost.unit_cost, cost.valid_from at time zone zone,
        cost.valid_to at time zone zone
    from jsonb_to_recordset(shop -> 'costs')
        as cost (sku text, unit_cost numeric, valid_from timestamp, valid_to timestamp)
    join catalog.skus as sku on sku.code = cost.sku;

    insert into inventory.reorder_rules (location_id, sku_id, min_quantity, max_quantity)
    select place.id, sku.id, rule.least, rule.most
    from jsonb_to_recordset(shop -> 'reorder_rules')
        as rule (sku text, least numeric, most numeric)
    join catalog.skus as sku on sku.code = rule.sku
    join inventory.locations as place
        on place.tenant_id = sku.tenant_id and place.usage = 'internal' and place.is_default;
end
$$;

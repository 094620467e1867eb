-- What the comments of the views say about their columns.
select class.relname, attribute.attname, description.description
from pg_catalog.pg_class as class
join pg_catalog.pg_attribute as attribute on attribute.attrelid = class.oid
join pg_catalog.pg_description as description
    on description.classoid = 'pg_catalog.pg_class'::regclass
    and description.objoid = class.oid
    and description.objsubid = attribute.attnum
where class.relnamespace = 'reporting'::regnamespace
    and class.relname in ('metrics_daily', 'profit_summary', 'top_skus', 'stock_alerts')
    and attribute.attnum > 0

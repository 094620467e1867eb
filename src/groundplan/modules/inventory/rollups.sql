-- Generated from reports.py. Do not edit: change the declarations and generate again.

-- Nothing in the delta can wait: no key, no foreign key, no index. It is emptied all the time, so
-- vacuum must follow closely. The replica identity lets the fold delete from a published delta.
create table groundplan.inventory_movements_delta (
    tenant_id       integer,
    business_date   date,
    location_id     uuid,
    sku_id          uuid,
    row_count       bigint,
    received        numeric,
    issued          numeric,
    returned        numeric,
    adjusted_in     numeric,
    adjusted_out    numeric,
    transferred_in  numeric,
    transferred_out numeric
) with (
    fillfactor = 100,
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_insert_threshold = -1,
    autovacuum_vacuum_cost_delay = 0
);
alter table groundplan.inventory_movements_delta replica identity full;
comment on table groundplan.inventory_movements_delta is
    'What has changed in inventory.inventory_movements and is not folded into the reports yet:
every report adds it to its base. Appended by triggers, emptied by groundplan.fold().';
comment on column groundplan.inventory_movements_delta.tenant_id is 'The tenant.';
comment on column groundplan.inventory_movements_delta.business_date is 'The business day.';
comment on column groundplan.inventory_movements_delta.location_id is 'The location.';
comment on column groundplan.inventory_movements_delta.sku_id is 'The SKU.';
comment on column groundplan.inventory_movements_delta.row_count is
    '1 for a row that was added, -1 for one that was taken away.';
comment on column groundplan.inventory_movements_delta.received is 'Units received from suppliers.';
comment on column groundplan.inventory_movements_delta.issued is 'Units issued to customers.';
comment on column groundplan.inventory_movements_delta.returned is 'Units returned by customers.';
comment on column groundplan.inventory_movements_delta.adjusted_in is
    'Units found: adjustments into the location.';
comment on column groundplan.inventory_movements_delta.adjusted_out is
    'Units lost: adjustments out of the location.';
comment on column groundplan.inventory_movements_delta.transferred_in is
    'Units that came from another of our locations.';
comment on column groundplan.inventory_movements_delta.transferred_out is
    'Units that went to another of our locations.';

create table groundplan.stock_moved_daily_base (
    tenant_id       integer not null,
    business_date   date not null,
    location_id     uuid not null,
    sku_id          uuid not null,
    row_count       bigint not null default 0,
    received        numeric not null default 0,
    issued          numeric not null default 0,
    returned        numeric not null default 0,
    adjusted_in     numeric not null default 0,
    adjusted_out    numeric not null default 0,
    transferred_in  numeric not null default 0,
    transferred_out numeric not null default 0,

    primary key (tenant_id, business_date, location_id, sku_id)
) with (fillfactor = 80);
comment on table groundplan.stock_moved_daily_base is
    'What has been folded of reporting.stock_moved_daily; read that instead. Written by
groundplan.fold() only.';
comment on column groundplan.stock_moved_daily_base.tenant_id is 'The tenant.';
comment on column groundplan.stock_moved_daily_base.business_date is 'The business day.';
comment on column groundplan.stock_moved_daily_base.location_id is 'The location.';
comment on column groundplan.stock_moved_daily_base.sku_id is 'The SKU.';
comment on column groundplan.stock_moved_daily_base.row_count is
    'How many rows of inventory.inventory_movements are counted in it.';
comment on column groundplan.stock_moved_daily_base.received is 'Units received from suppliers.';
comment on column groundplan.stock_moved_daily_base.issued is 'Units issued to customers.';
comment on column groundplan.stock_moved_daily_base.returned is 'Units returned by customers.';
comment on column groundplan.stock_moved_daily_base.adjusted_in is
    'Units found: adjustments into the location.';
comment on column groundplan.stock_moved_daily_base.adjusted_out is
    'Units lost: adjustments out of the location.';
comment on column groundplan.stock_moved_daily_base.transferred_in is
    'Units that came from another of our locations.';
comment on column groundplan.stock_moved_daily_base.transferred_out is
    'Units that went to another of our locations.';

create table groundplan.stock_moved_monthly_base (
    tenant_id       integer not null,
    month           date not null,
    location_id     uuid not null,
    sku_id          uuid not null,
    row_count       bigint not null default 0,
    received        numeric not null default 0,
    issued          numeric not null default 0,
    returned        numeric not null default 0,
    adjusted_in     numeric not null default 0,
    adjusted_out    numeric not null default 0,
    transferred_in  numeric not null default 0,
    transferred_out numeric not null default 0,

    primary key (tenant_id, month, location_id, sku_id)
) with (fillfactor = 80);
comment on table groundplan.stock_moved_monthly_base is
    'What has been folded of reporting.stock_moved_monthly; read that instead. Written by
groundplan.fold() only.';
comment on column groundplan.stock_moved_monthly_base.tenant_id is 'The tenant.';
comment on column groundplan.stock_moved_monthly_base.month is
    'First day of the month of the business date.';
comment on column groundplan.stock_moved_monthly_base.location_id is 'The location.';
comment on column groundplan.stock_moved_monthly_base.sku_id is 'The SKU.';
comment on column groundplan.stock_moved_monthly_base.row_count is
    'How many rows of inventory.inventory_movements are counted in it.';
comment on column groundplan.stock_moved_monthly_base.received is 'Units received from suppliers.';
comment on column groundplan.stock_moved_monthly_base.issued is 'Units issued to customers.';
comment on column groundplan.stock_moved_monthly_base.returned is 'Units returned by customers.';
comment on column groundplan.stock_moved_monthly_base.adjusted_in is
    'Units found: adjustments into the location.';
comment on column groundplan.stock_moved_monthly_base.adjusted_out is
    'Units lost: adjustments out of the location.';
comment on column groundplan.stock_moved_monthly_base.transferred_in is
    'Units that came from another of our locations.';
comment on column groundplan.stock_moved_monthly_base.transferred_out is
    'Units that went to another of our locations.';

-- catalog: what is sold.

create table catalog.sales_channels (
    tenant_id     integer     not null default core.current_tenant_id(),
    id            uuid        not null default core.new_id() primary key,
    code          text        not null collate "C",
    name          text        not null,
    time_zone     text,
    is_active     boolean     not null default true,
    closed_at     timestamptz,
    created_at    timestamptz not null default now(),
    created_by    text        not null default core.actor(),
    updated_at    timestamptz,
    version       integer     not null default 1,
    custom_fields jsonb       not null default '{}',

    foreign key (tenant_id) references core.tenants (id),
    constraint sales_channel_code_is_unique
        unique (tenant_id, code),
    constraint sales_channel_code_is_lower_case
        check (code ~ '^[a-z0-9][a-z0-9_-]*$'),
    constraint sales_channel_name_is_not_blank
        check (core.has_text(name)),
    constraint sales_channel_time_zone_is_known
        check (core.is_time_zone(time_zone) is not false or core.is_restoring()),
    constraint sales_channel_custom_fields_are_an_object
        check (jsonb_typeof(custom_fields) = 'object')
);
comment on table catalog.sales_channels is
    'Where orders come from: web, shop, marketplace. Closed, never deleted: facts carry the code.';
comment on column catalog.sales_channels.code is 'Short code on every order and report: web.';
comment on column catalog.sales_channels.name is 'Name for people.';
comment on column catalog.sales_channels.time_zone is
    'Zone in which this channel counts its days; the tenant''s where null.';
comment on column catalog.sales_channels.is_active is 'False: takes no new orders.';
comment on column catalog.sales_channels.closed_at is
    'Since when it is not active; kept by the database.';

create table catalog.brands (
    tenant_id     integer     not null default core.current_tenant_id(),
    id            uuid        not null default core.new_id() primary key,
    name          text        not null,
    name_key      text        not null collate "C",
    created_at    timestamptz not null default now(),
    created_by    text        not null default core.actor(),
    updated_at    timestamptz,
    version       integer     not null default 1,
    custom_fields jsonb       not null default '{}',

    unique (tenant_id, id),
    foreign key (tenant_id) references core.tenants (id),
    constraint brand_name_is_unique
        unique (tenant_id, name_key),
    constraint brand_name_is_not_blank
        check (core.has_text(name)),
    constraint brand_custom_fields_are_an_object
        check (jsonb_typeof(custom_fields) = 'object')
);
comment on table catalog.brands is 'A brand or maker (synonyms: manufacturer, vendor).';
comment on column catalog.brands.name is 'Name of the brand.';
comment on column catalog.brands.name_key is 'Its normalised spelling: what makes it unique.';

create table catalog.categories (
    tenant_id     integer     not null default core.current_tenant_id(),
    id            uuid        not null default core.new_id() primary key,
    parent_id     uuid,
    name          text        not null,
    slug          text        not null collate "C",
    position      integer     not null default 0,
    created_at    timestamptz not null default now(),
    created_by    text        not null default core.actor(),
    updated_at    timestamptz,
    version       integer     not null default 1,
    custom_fields jsonb       not null default '{}',

    unique (tenant_id, id),
    foreign key (tenant_id) references core.tenants (id),
    constraint category_parent_is_a_category_of_the_tenant
        foreign key (parent_id, tenant_id) references catalog.categories (id, tenant_id),
    constraint category_slug_is_unique
        unique (tenant_id, slug),
    constraint category_slug_is_lower_case
        check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint category_name_is_not_blank
        check (core.has_text(name)),
    constraint category_custom_fields_are_an_object
        check (jsonb_typeof(custom_fields) = 'object')
);
create index categories_parent on catalog.categories (parent_id, tenant_id);
comment on table catalog.categories is 'A tree in which products are found (synonyms: collection, taxon).';
comment on column catalog.categories.parent_id is 'The category above; null at the top.';
comment on column catalog.categories.name is 'Name for people.';
comment on column catalog.categories.slug is 'Name in addresses: garden-chairs.';
comment on column catalog.categories.position is 'Order among its siblings, smallest first.';

create table catalog.products (
    tenant_id     integer     not null default core.current_tenant_id(),
    id            uuid        not null default core.new_id() primary key,
    brand_id      uuid,
    name          text        not null,
    slug          text        not null collate "C",
    description   text,
    status        text        not null collate "C" default 'active',
    archived_at   timestamptz,
    created_at    timestamptz not null default now(),
    created_by    text        not null default core.actor(),
    updated_at    timestamptz,
    version       integer     not null default 1,
    custom_fields jsonb       not null default '{}',

    unique (tenant_id, id),
    foreign key (tenant_id) references core.tenants (id),
    constraint product_brand_is_a_brand_of_the_tenant
        foreign key (brand_id, tenant_id) references catalog.brands (id, tenant_id),
    constraint product_slug_is_unique
        unique (tenant_id, slug),
    constraint product_slug_is_lower_case
        check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint product_name_is_not_blank
        check (core.has_text(name)),
    constraint product_status_is_known
        check (status in ('draft', 'active', 'archived')),
    constraint product_custom_fields_are_an_object
        check (jsonb_typeof(custom_fields) = 'object')
);
create index products_brand on catalog.products (brand_id, tenant_id);
comment on table catalog.products is
    'What is offered, as a customer thinks of it: one product, one or more SKUs (synonyms: item,
style, template).';
comment on column catalog.products.brand_id is 'Its brand, if any.';
comment on column catalog.products.name is 'Name for customers.';
comment on column catalog.products.slug is 'Name in addresses: oak-chair.';
comment on column catalog.products.description is 'Text for customers.';
comment on column catalog.products.status is
    'draft: not offered yet; active; archived: no longer offered, kept for its history. Only active
ones are for new orders.';
comment on column catalog.products.archived_at is
    'Since when it is archived; kept by the database.';

create table catalog.product_categories (
    tenant_id   integer     not null default core.current_tenant_id(),
    id          uuid        not null default core.new_id() primary key,
    product_id  uuid        not null,
    category_id uuid        not null,
    is_primary  boolean     not null default false,
    created_at  timestamptz not null default now(),
    created_by  text        not null default core.actor(),

    constraint product_category_product_belongs_to_the_tenant
        foreign key (product_id, tenant_id) references catalog.products (id, tenant_id),
    constraint product_category_belongs_to_the_tenant
        foreign key (category_id, tenant_id) references catalog.categories (id, tenant_id),
    constraint product_is_in_a_category_once
        unique (product_id, category_id)
);
create unique index product_has_one_primary_category
    on catalog.product_categories (product_id) where is_primary;
create index product_categories_category on catalog.product_categories (category_id, tenant_id);
comment on table catalog.product_categories is 'Which product is found in which categories.';
comment on column catalog.product_categories.product_id is 'The product.';
comment on column catalog.product_categories.category_id is 'The category.';
comment on column catalog.product_categories.is_primary is
    'The one category that stands for the product in reports and addresses.';

create table catalog.product_options (
    tenant_id  integer     not null default core.current_tenant_id(),
    id         uuid        not null default core.new_id() primary key,
    product_id uuid        not null,
    name       text        not null,
    name_key   text        not null collate "C",
    position   integer     not null default 1,
    created_at timestamptz not null default now(),
    created_by text        not null default core.actor(),
    updated_at timestamptz,
    version    integer     not null default 1,

    constraint product_option_is_pinned_to_its_product
        unique (tenant_id, id, product_id),
    constraint product_option_product_belongs_to_the_tenant
        foreign key (product_id, tenant_id) references catalog.products (id, tenant_id),
    constraint product_option_name_is_unique_per_product
        unique (product_id, name_key),
    constraint product_option_name_is_not_blank
        check (core.has_text(name))
);
comment on table catalog.product_options is 'In what the SKUs of a product differ: size, colour.';
comment on column catalog.product_options.product_id is 'The product.';
comment on column catalog.product_options.name is 'Name for people: Size.';
comment on column catalog.product_options.name_key is 'Its normalised spelling.';
comment on column catalog.product_options.position is 'Order of the options of a product.';

create table catalog.product_option_values (
    tenant_id  integer     not null default core.current_tenant_id(),
    id         uuid        not null default core.new_id() primary key,
    option_id  uuid        not null,
    product_id uuid        not null,
    name       text        not null,
    name_key   text        not null collate "C",
    position   integer     not null default 1,
    created_at timestamptz not null default now(),
    created_by text        not null default core.actor(),
    updated_at timestamptz,
    version    integer     not null default 1,

    constraint option_value_is_pinned_to_option_and_product
        unique (tenant_id, id, option_id, product_id),
    constraint option_value_belongs_to_an_option_of_the_product
        foreign key (option_id, product_id, tenant_id)
        references catalog.product_options (id, product_id, tenant_id),
    constraint option_value_name_is_unique_per_option
        unique (option_id, name_key),
    constraint option_value_name_is_not_blank
        check (core.has_text(name))
);
comment on table catalog.product_option_values is 'The values of an option: S, M, L.';
comment on column catalog.product_option_values.option_id is 'The option.';
comment on column catalog.product_option_values.product_id is 'The product, the same as the option''s.';
comment on column catalog.product_option_values.name is 'Name for people: Large.';
comment on column catalog.product_option_values.name_key is 'Its normalised spelling.';
comment on column catalog.product_option_values.position is 'Order of the values of an option.';

create table catalog.skus (
    tenant_id        integer        not null default core.current_tenant_id(),
    id               uuid           not null default core.new_id() primary key,
    product_id       uuid           not null,
    code             text           not null,
    code_key         text           not null collate "C",
    name             text           not null,
    kind             text           not null collate "C" default 'goods',
    unit_code        text           not null collate "C" default 'each'
                                    references core.units_of_measure (code),
    unit_price       numeric(20, 8),
    tax_rate         numeric(20, 10) not null default 0,
    is_stocked       boolean        not null default true,
    allows_backorder boolean        not null default false,
    status           text           not null collate "C" default 'active',
    terms_key        text           not null collate "C",
    archived_at      timestamptz,
    created_at       timestamptz    not null default now(),
    created_by       text           not null default core.actor(),
    updated_at       timestamptz,
    version          integer        not null default 1,
    custom_fields    jsonb          not null default '{}',

    constraint sku_is_pinned_to_its_product
        unique (tenant_id, id, product_id),
    unique (tenant_id, id),
    constraint sku_product_belongs_to_the_tenant
        foreign key (product_id, tenant_id) references catalog.products (id, tenant_id),
    constraint sku_code_is_unique
        unique (tenant_id, code_key),
    -- A change of it is the change of a key: it waits for whoever refers to the SKU, and they for it.
    constraint sku_is_pinned_to_its_terms
        unique (tenant_id, id, terms_key),
    constraint sku_code_is_not_blank
        check (core.has_text(code)),
    constraint sku_name_is_not_blank
        check (core.has_text(name)),
    constraint sku_kind_is_known
        check (kind in ('goods', 'service', 'digital', 'gift_card')),
    constraint sku_price_is_not_negative
        check (unit_price >= 0 and unit_price < 'NaN'),
    constraint sku_tax_rate_is_a_share
        check (tax_rate >= 0 and tax_rate < 10),
    -- Only goods can lie on a shelf.
    constraint stocked_sku_is_goods
        check (not is_stocked or kind = 'goods'),
    constraint sku_status_is_known
        check (status in ('active', 'archived')),
    constraint sku_custom_fields_are_an_object
        check (jsonb_typeof(custom_fields) = 'object')
);
create index skus_product on catalog.skus (product_id, tenant_id);
comment on table catalog.skus is
    'A stock keeping unit: the thing that is priced, stocked and sold (synonyms: variant, article,
item). Archived, never deleted once a fact refers to it.';
comment on column catalog.skus.product_id is 'The product it is a variant of.';
comment on column catalog.skus.code is 'The SKU code as printed on labels.';
comment on column catalog.skus.code_key is 'Its normalised spelling: unique per tenant, case aside.';
comment on column catalog.skus.name is 'Name for people: Oak chair, large. Copied to order lines.';
comment on column catalog.skus.kind is 'goods, service, digital or gift_card.';
comment on column catalog.skus.unit_code is 'The unit in which stock is kept and quantities are told.';
comment on column catalog.skus.unit_price is
    'List price per unit in the tenant''s currency, used where an order line brings no price of its own.';
comment on column catalog.skus.tax_rate is
    'Tax rate as a share (0.19), used where an order line brings no rate of its own.';
comment on column catalog.skus.is_stocked is 'Whether stock is counted for it.';
comment on column catalog.skus.allows_backorder is
    'Whether more may be promised to customers than lies on the shelf.';
comment on column catalog.skus.status is 'active, or archived: not for new orders.';
comment on column catalog.skus.terms_key is
    'Status, stock keeping and backorders in one: what may not change under an open order. Kept by the
database.';
comment on column catalog.skus.archived_at is
    'Since when it is archived; kept by the database. Orders imported from before may name it.';

create table catalog.sku_option_values (
    tenant_id       integer     not null default core.current_tenant_id(),
    id              uuid        not null default core.new_id() primary key,
    sku_id          uuid        not null,
    product_id      uuid        not null,
    option_id       uuid        not null,
    option_value_id uuid        not null,
    created_at      timestamptz not null default now(),
    created_by      text        not null default core.actor(),

    constraint sku_option_value_sku_is_of_the_product
        foreign key (sku_id, product_id, tenant_id)
        references catalog.skus (id, product_id, tenant_id),
    constraint sku_option_value_belongs_to_the_skus_product
        foreign key (option_value_id, option_id, product_id, tenant_id)
        references catalog.product_option_values (id, option_id, product_id, tenant_id),
    constraint sku_has_one_value_per_option
        unique (sku_id, option_id)
);
create index sku_option_values_value
    on catalog.sku_option_values (option_value_id, option_id, product_id, tenant_id);
comment on table catalog.sku_option_values is
    'Which value each SKU has for each option of its product: the large one, in red.';
comment on column catalog.sku_option_values.sku_id is 'The SKU.';
comment on column catalog.sku_option_values.product_id is 'The product of both, SKU and value.';
comment on column catalog.sku_option_values.option_id is 'The option.';
comment on column catalog.sku_option_values.option_value_id is 'The value.';

create table catalog.sku_costs (
    tenant_id  integer        not null default core.current_tenant_id(),
    id         uuid           not null default core.new_id() primary key,
    sku_id     uuid           not null,
    unit_cost  numeric(20, 8) not null,
    valid_from timestamptz    not null default now(),
    valid_to   timestamptz,
    created_at timestamptz    not null default now(),
    created_by text           not null default core.actor(),
    updated_at timestamptz,
    version    integer        not null default 1,

    constraint sku_cost_sku_belongs_to_the_tenant
        foreign key (sku_id, tenant_id) references catalog.skus (id, tenant_id),
    constraint sku_cost_is_not_negative
        check (unit_cost >= 0 and unit_cost < 'NaN'),
    constraint sku_cost_ends_after_it_begins
        check (valid_to > valid_from),
    constraint sku_cost_period_is_on_the_calendar
        check (core.is_calendar_time(valid_from) is not false
               and core.is_calendar_time(valid_to) is not false
               or core.is_restoring()),
    constraint sku_cost_periods_never_overlap
        exclude using gist (sku_id with =, tstzrange(valid_from, valid_to) with &&)
        deferrable initially immediate
);
create index sku_costs_sku on catalog.sku_costs (sku_id, valid_from);
comment on table catalog.sku_costs is
    'What one unit of a SKU costs us, from when to when, in the tenant''s currency (standard cost).
Order lines and cost of goods sold copy it when they are posted.';
comment on column catalog.sku_costs.sku_id is 'The SKU.';
comment on column catalog.sku_costs.unit_cost is 'Cost of one unit in the tenant''s currency.';
comment on column catalog.sku_costs.valid_from is 'First moment at which it holds.';
comment on column catalog.sku_costs.valid_to is 'First moment at which it no longer holds; null: open.';

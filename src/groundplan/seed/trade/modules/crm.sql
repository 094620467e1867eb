-- once: names
create temporary table planned_people on commit drop as
with drawn as (
    select customer.*, market.country_code, market.given, market.given_plain, market.family,
        market.family_plain, market.streets, market.cities, market.postal_codes,
        market.organizations,
        1 + floor(pg_temp.share(buyer, 'given') * cardinality(given))::integer as g,
        1 + floor(pg_temp.share(buyer, 'family') * cardinality(family))::integer as f,
        1 + floor(pg_temp.share(buyer, 'street') * cardinality(streets))::integer as s,
        1 + floor(pg_temp.share(buyer, 'city') * cardinality(cities))::integer as c,
        1 + floor(pg_temp.share(buyer, 'form') * cardinality(organizations))::integer as o,
        pg_temp.share(buyer, 'organization') < 0.07 as is_organization
    from planned_customers as customer
    join planned_markets as market on market.place = customer.market
)
select tenant_id, buyer, id, address_id, created_at, country_code, is_organization,
    case when is_organization then family[f] || ' ' || organizations[o]
         else given[g] || ' ' || family[f] end as display_name,
    given[g] as given_name, family[f] as family_name,
    given_plain[g] || '.' || family_plain[f] || buyer % 4294967296 || '@example.com' as email,
    streets[s] as street, cities[c] as city, postal_codes[c] as postal_code
from drawn
order by created_at, buyer;

-- once: addresses
insert into core.addresses (
    tenant_id, id, recipient, line_1, postal_code, city, country_code, created_at)
select tenant_id, address_id, display_name,
    street || ' ' || 1 + floor(pg_temp.share(buyer, 'house') * 120)::integer,
    -- Every # is a digit.
    regexp_replace(regexp_replace(regexp_replace(postal_code,
        '#', (buyer % 10)::text), '#', (buyer / 10 % 10)::text), '#', (buyer / 100 % 10)::text),
    city, country_code, created_at
from planned_people
order by created_at, buyer;

-- once: customers
insert into crm.customers (
    tenant_id, id, number, kind, display_name, given_name, family_name, organization, email,
    has_account, country_code, created_at)
select tenant_id, id, 'C-' || lpad((buyer % 4294967296)::text, 6, '0'),
    case when is_organization then 'organization' else 'person' end, display_name,
    case when not is_organization then given_name end,
    case when not is_organization then family_name end,
    case when is_organization then display_name end,
    email, pg_temp.share(buyer, 'account') < 0.7, country_code, created_at
from planned_people
order by created_at, buyer;

-- once: addresses of customers
insert into crm.customer_addresses (
    tenant_id, id, customer_id, address_id, purpose, is_default, valid_from, created_at)
select tenant_id, pg_temp.id_of(created_at, 'lives at', buyer), id, address_id, 'shipping', true,
    created_at, created_at
from planned_people
order by created_at, buyer;

-- once: contacts of organizations
insert into crm.contacts (
    tenant_id, id, customer_id, full_name, email, is_primary, created_at)
select tenant_id, pg_temp.id_of(created_at, 'contact', buyer), id,
    given_name || ' ' || family_name, email, true, created_at
from planned_people
where is_organization
order by created_at, buyer;

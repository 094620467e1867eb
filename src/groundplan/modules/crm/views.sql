-- crm: what analysts read.

create or replace view reporting.customers_wide with (security_barrier) as
select
    customer.tenant_id,
    customer.id as customer_id,
    customer.number as customer_number,
    customer.display_name as customer_name,
    customer.kind,
    customer.status,
    customer.has_account,
    customer.email,
    customer.phone,
    contact.full_name as contact_name,
    contact.email as contact_email,
    address.city,
    address.region,
    address.postal_code,
    coalesce(address.country_code, customer.country_code) as country_code,
    country.name as country_name,
    customer.created_at
from crm.customers as customer
left join crm.contacts as contact
    on contact.customer_id = customer.id and contact.is_primary
left join crm.customer_addresses as place
    on place.customer_id = customer.id and place.purpose = 'shipping' and place.is_default
left join core.addresses as address on address.id = place.address_id
left join core.countries as country
    on country.code = coalesce(address.country_code, customer.country_code)
where customer.tenant_id = (select core.reporting_tenant_id());
comment on view reporting.customers_wide is
    'Every customer with its primary contact and its default shipping address. Personal data.';
comment on column reporting.customers_wide.tenant_id is 'The tenant.';
comment on column reporting.customers_wide.customer_id is 'The customer.';
comment on column reporting.customers_wide.customer_number is 'Number of the customer.';
comment on column reporting.customers_wide.customer_name is 'Name of the customer.';
comment on column reporting.customers_wide.kind is 'person or organization.';
comment on column reporting.customers_wide.status is 'active, archived, or erased.';
comment on column reporting.customers_wide.has_account is 'True for an account, false for a guest.';
comment on column reporting.customers_wide.email is 'E-mail address.';
comment on column reporting.customers_wide.phone is 'Telephone number.';
comment on column reporting.customers_wide.contact_name is 'Name of the primary contact.';
comment on column reporting.customers_wide.contact_email is 'E-mail address of the primary contact.';
comment on column reporting.customers_wide.city is 'City of the default shipping address.';
comment on column reporting.customers_wide.region is 'Region of the default shipping address.';
comment on column reporting.customers_wide.postal_code is 'Postal code of the default shipping address.';
comment on column reporting.customers_wide.country_code is
    'Country of the default shipping address, else of the customer, ISO 3166-1.';
comment on column reporting.customers_wide.country_name is 'English name of that country.';
comment on column reporting.customers_wide.created_at is 'When it was entered.';

-- The customers of a batch, their contacts and addresses. What is there is changed only where the
-- file says otherwise; what it leaves blank stays; nothing is deleted.

drop table if exists pg_temp.batch_customers;
create temporary table batch_customers as
select own.record_number, own.customer_id, own.is_there, record.record_key,
    coalesce(record.number, kept.number, own.customer_id::text) as number,
    coalesce(record.organization, kept.organization) as organization,
    coalesce(record.given_name, kept.given_name) as given_name,
    coalesce(record.family_name, kept.family_name) as family_name,
    coalesce(record.given_name, record.family_name, record.organization) is not null as is_named,
    coalesce(record.display_name, record.organization) as told_name,
    kept.display_name as kept_name,
    coalesce(record.email, kept.email) as email, coalesce(record.phone, kept.phone) as phone,
    coalesce(record.has_account, kept.has_account, false) as has_account,
    coalesce(record.country, kept.country_code, place.country_code) as country_code,
    coalesce(record.customer_status, kept.status, 'active') as status,
    coalesce(kept.custom_fields, '{}') || record.custom_fields as custom_fields
from batch
join found_customers as own on own.record_number = batch.record_number
join records as record on record.record_number = batch.record_number
left join crm.customers as kept on kept.id = own.customer_id and own.is_there
left join lateral (
    select address.country_code
    from found_addresses as address
    where address.record_number = own.record_number
    order by address.row_number
    limit 1
) as place on true
where not own.is_there or current_setting('importing.existing') = 'update';

alter table batch_customers add column display_name text;
update batch_customers as own
set display_name = coalesce(own.told_name,
    case when own.is_named or own.kept_name is null then coalesce(own.organization,
        nullif(concat_ws(' ', own.given_name, own.family_name), '')) end,
    own.kept_name, own.email, own.number);
analyze batch_customers;

insert into crm.customers (
    tenant_id, id, number, kind, display_name, given_name, family_name, organization, email, phone,
    has_account, country_code, status, custom_fields)
select core.current_tenant_id(), own.customer_id, own.number,
    case when own.organization is null then 'person' else 'organization' end, own.display_name,
    case when own.organization is null then own.given_name end,
    case when own.organization is null then own.family_name end,
    own.organization, own.email, own.phone, own.has_account, own.country_code, own.status,
    own.custom_fields
from batch_customers as own
where not own.is_there
order by own.record_number;

update crm.customers as customer
set number = said.number, kind = said.kind, display_name = said.display_name,
    given_name = said.given_name, family_name = said.family_name,
    organization = said.organization, email = said.email, phone = said.phone,
    has_account = said.has_account, country_code = said.country_code, status = said.status,
    custom_fields = said.custom_fields
from (
    select own.customer_id, own.number,
        case when own.organization is null then 'person' else 'organization' end as kind,
        own.display_name, case when own.organization is null then own.given_name end as given_name,
        case when own.organization is null then own.family_name end as family_name,
        own.organization, own.email, own.phone, own.has_account, own.country_code, own.status,
        own.custom_fields
    from batch_customers as own
    where own.is_there
) as said
where customer.id = said.customer_id
  and (customer.number, customer.kind, customer.display_name, customer.given_name,
       customer.family_name, customer.organization, customer.email, customer.phone,
       customer.has_account, customer.country_code, customer.status, customer.custom_fields)
      is distinct from
      (said.number, said.kind, said.display_name, said.given_name, said.family_name,
       said.organization, said.email, said.phone, said.has_account, said.country_code,
       said.status, said.custom_fields);

-- The person of an organization is its contact.
insert into crm.contacts (tenant_id, id, customer_id, full_name, email, phone, is_primary)
select core.current_tenant_id(),
    core.imported_id('epoch', concat_ws('|', core.current_tenant_id(), 'contact', own.customer_id,
        core.key_of(person.full_name))),
    own.customer_id, person.full_name, own.email, own.phone,
    not exists (
        select from crm.contacts as kept
        where kept.customer_id = own.customer_id and kept.is_primary)
from batch_customers as own
cross join lateral (
    select nullif(concat_ws(' ', own.given_name, own.family_name), '') as full_name
) as person
where own.organization is not null and person.full_name is not null
  and not exists (
      select from crm.contacts as kept
      where kept.customer_id = own.customer_id
        and core.key_of(kept.full_name) = core.key_of(person.full_name));

-- An address that the customer has already is not made again, whatever its case; under another
-- recipient only where the file names one.
drop table if exists pg_temp.batch_addresses;
create temporary table batch_addresses as
select said.*, (
        select kept.id
        from crm.customer_addresses as used
        join core.addresses as kept on kept.id = used.address_id
        where used.customer_id = said.customer_id
          and core.key_of(array_to_string(array[kept.organization, kept.line_1, kept.line_2,
              kept.postal_code, kept.city, kept.region, kept.country_code], chr(31), ''))
              = said.content
          and (said.told_recipient is null
               or core.key_of(kept.recipient) = core.key_of(said.told_recipient))
        order by kept.id
        limit 1) as kept_id,
    core.imported_id('epoch', concat_ws('|', core.current_tenant_id(), 'address',
        said.customer_id, said.content, core.key_of(said.told_recipient))) as new_id
from (
    select distinct on (own.customer_id, spelled.content, address.told_recipient, address.purpose)
        own.customer_id, address.*, spelled.content
    from batch_customers as own
    join found_addresses as address on address.record_number = own.record_number
    cross join lateral (
        select core.key_of(array_to_string(array[address.organization, address.line_1,
            address.line_2, address.postal_code, address.city, address.region,
            address.country_code], chr(31), '')) as content
    ) as spelled
    order by own.customer_id, spelled.content, address.told_recipient, address.purpose,
        address.row_number
) as said;

insert into core.addresses (
    tenant_id, id, recipient, organization, line_1, line_2, postal_code, city, region,
    country_code, phone)
select distinct on (said.new_id) core.current_tenant_id(), said.new_id, said.recipient,
    said.organization, said.line_1, said.line_2, said.postal_code, said.city, said.region,
    said.country_code, said.phone
from batch_addresses as said
where said.kept_id is null
order by said.new_id, said.row_number;

insert into crm.customer_addresses (
    tenant_id, id, customer_id, address_id, purpose, is_default)
select core.current_tenant_id(),
    core.imported_id('epoch', concat_ws('|', core.current_tenant_id(), 'customer_address',
        said.customer_id, coalesce(said.kept_id, said.new_id), said.purpose)),
    said.customer_id, coalesce(said.kept_id, said.new_id), said.purpose,
    row_number() over (
        partition by said.customer_id, said.purpose order by said.row_number) = 1
    and not exists (
        select from crm.customer_addresses as kept
        where kept.customer_id = said.customer_id and kept.purpose = said.purpose
          and kept.is_default)
from batch_addresses as said
where not exists (
    select from crm.customer_addresses as kept
    where kept.customer_id = said.customer_id and kept.purpose = said.purpose
      and kept.address_id = said.kept_id);

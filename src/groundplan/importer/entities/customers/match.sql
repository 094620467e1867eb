-- Which customers are there, and which of the file's cannot be loaded.

create temporary table found_customers as
select record.record_number, core.key_of(record.email) as email_key,
    null::uuid as customer_id, false as is_there
from records as record
where record.state in ('new', 'changed');
alter table found_customers add primary key (record_number);
create index on found_customers (email_key);
analyze found_customers;

-- As it was imported, else by number, else by e-mail address.
update found_customers as own
set customer_id = customer.id, is_there = true
from records as record
join crm.customers as customer
    on customer.id = record.existing_id and customer.tenant_id = core.current_tenant_id()
where record.record_number = own.record_number;

update found_customers as own
set customer_id = customer.id, is_there = true
from records as record
join crm.customers as customer
    on customer.tenant_id = core.current_tenant_id() and customer.number = record.number
where record.record_number = own.record_number and own.customer_id is null;

-- Somebody with another number is somebody else, unless nobody gave that number: a guest whose
-- order was imported.
create temporary table same_email as
select own.record_number, count(*) as times,
    count(*) filter (where customer.has_account) as accounts,
    (array_agg(customer.id order by customer.has_account desc, customer.id))[1] as customer_id
from found_customers as own
join records as record on record.record_number = own.record_number
join crm.customers as customer
    on customer.tenant_id = core.current_tenant_id() and customer.email_key = own.email_key
    and customer.status <> 'erased'
where own.customer_id is null
  and (record.number is null or customer.number ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$')
group by own.record_number;

update records as record
set state = 'refused', reason = 'email_is_shared', column_name = '{email}',
    detail = format('%s customers have the address %s, and nothing says which one is meant.',
        same.times, record.email)
from same_email as same
where same.record_number = record.record_number and same.times > 1 and same.accounts <> 1;

update found_customers as own
set customer_id = same.customer_id, is_there = true
from same_email as same
where same.record_number = own.record_number;

update records as record
set state = 'refused', reason = 'customer_was_erased', column_name = '{customer_key}',
    detail = 'The data of this customer was erased, and an import does not bring it back.'
from found_customers as own
join crm.customers as customer on customer.id = own.customer_id
where own.record_number = record.record_number and customer.status = 'erased';

update records as record
set state = 'refused', reason = 'customer_is_there', column_name = '{customer_key}',
    detail = format('The customer %s is there, and existing = "refuse" in [load].',
        record.customer_key)
from found_customers as own
where own.record_number = record.record_number and record.state <> 'refused' and own.is_there
  and current_setting('importing.existing') = 'refuse';

-- Two records of the file that are one customer: the first is loaded.
update records as record
set state = 'refused', reason = 'customer_is_told_twice', column_name = '{customer_key}',
    detail = format('%s and %s are one customer here.', record.customer_key, other.customer_key)
from found_customers as own
join found_customers as earlier
    on earlier.record_number < own.record_number
    and earlier.customer_id = own.customer_id
join records as other on other.record_number = earlier.record_number and other.state <> 'refused'
where own.record_number = record.record_number and record.state <> 'refused';

update records as record
set state = 'refused', reason = 'customer_is_told_twice', column_name = '{number}',
    detail = format('%s and %s have the number %s.', record.customer_key, other.customer_key,
        record.number)
from records as other
where other.number = record.number and other.record_number < record.record_number
  and other.state in ('new', 'changed') and record.state in ('new', 'changed');

update records as record
set state = 'refused', reason = 'email_is_repeated', column_name = '{email}',
    detail = format('%s and %s have one e-mail address and no numbers.', record.customer_key,
        other.customer_key)
from found_customers as own
join found_customers as earlier
    on earlier.email_key = own.email_key and earlier.record_number < own.record_number
join records as other on other.record_number = earlier.record_number and other.state <> 'refused'
where own.record_number = record.record_number and record.state <> 'refused'
  and record.number is null and other.number is null;

-- An account is logged in to by its e-mail address: it has one, and nobody else has it.
update records as record
set state = 'refused', reason = 'account_has_no_email', column_name = '{email}',
    detail = 'Who has an account needs an e-mail address.'
from found_customers as own
left join crm.customers as customer on customer.id = own.customer_id
where own.record_number = record.record_number and record.state <> 'refused'
  and coalesce(record.has_account, customer.has_account)
  and coalesce(record.email, customer.email) is null;

update records as record
set state = 'refused', reason = 'account_email_is_taken', column_name = '{email}',
    detail = format('The customer %s has an account with the address %s.', other.number,
        record.email)
from found_customers as own
join crm.customers as other
    on other.tenant_id = core.current_tenant_id() and other.email_key = own.email_key
    and other.has_account and other.id is distinct from own.customer_id
left join crm.customers as customer on customer.id = own.customer_id
where own.record_number = record.record_number and record.state <> 'refused'
  and coalesce(record.has_account, customer.has_account);

update records as record
set state = 'refused', reason = 'account_email_is_taken', column_name = '{email}',
    detail = format('%s has an account with the address %s, too.', other.customer_key,
        record.email)
from found_customers as own
join found_customers as earlier
    on earlier.email_key = own.email_key and earlier.record_number < own.record_number
join records as other
    on other.record_number = earlier.record_number and other.state <> 'refused'
    and other.has_account
where own.record_number = record.record_number and record.state <> 'refused'
  and record.has_account;

-- An address is one when it has more than a country; then it needs street, city and country.
create temporary table found_addresses as
select own.record_number, line.row_number, line.line, line.recipient as told_recipient,
    coalesce(line.recipient, record.display_name,
        nullif(concat_ws(' ', record.given_name, record.family_name), ''), record.organization,
        line.address_organization, record.email, record.customer_key) as recipient,
    line.address_organization as organization, line.line_1, line.line_2, line.postal_code,
    line.city, line.region, coalesce(line.country_code, record.country) as country_code,
    line.address_phone as phone, coalesce(line.purpose, 'shipping') as purpose
from found_customers as own
join records as record on record.record_number = own.record_number
join staged as line on line.record_key = record.record_key and line.has_line
where coalesce(line.line_1, line.line_2, line.postal_code, line.city) is not null;

update records as record
set state = 'refused', reason = 'address_is_incomplete',
    column_name = case when own.line_1 is null then '{line_1}' when own.city is null then '{city}'
        else '{country_code}' end,
    detail = format('The address in line %s has no %s. Complete it, or load the customer without'
        ' it: incomplete_addresses = "skip" in [load].', own.line,
        case when own.line_1 is null then 'street' when own.city is null then 'city'
             else 'country' end)
from found_addresses as own
where own.record_number = record.record_number and record.state <> 'refused'
  and (own.line_1 is null or own.city is null or own.country_code is null)
  and current_setting('importing.incomplete_addresses') = 'refuse';

delete from found_addresses as own
where own.line_1 is null or own.city is null or own.country_code is null;
create index on found_addresses (record_number);
analyze found_addresses;

-- The identifier of a new customer is the same in every run.
update found_customers as own
set customer_id = core.imported_id('epoch', concat_ws('|', current_setting('importing.source'),
    core.current_tenant_id(), 'customer', record.record_key))
from records as record
where record.record_number = own.record_number and own.customer_id is null;

update records as record
set record_id = own.customer_id, existing_id = case when own.is_there then own.customer_id end,
    state = case when own.is_there then 'changed' else 'new' end
from found_customers as own
where own.record_number = record.record_number and record.state <> 'refused';

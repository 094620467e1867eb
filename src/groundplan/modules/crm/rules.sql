-- Generated from rules.py. Do not edit: change the declarations and generate again.

-- Audited: customer_changes_leave_a_trace

create or replace trigger t20_stamp
    before update on crm.customers
    for each row execute function core.stamp('{version,updated_at,email_key}', '{display_name,given_name,family_name,organization,email,email_key,phone}', '{}');

create or replace trigger t70_audit_update
    after update on crm.customers
    referencing old table as old_rows new table as new_rows
    for each statement execute function core.keep_superseded_rows('{version,updated_at,email_key}', '{display_name,given_name,family_name,organization,email,email_key,phone}', '{}');

create or replace trigger t70_audit_delete
    after delete on crm.customers
    referencing old table as old_rows
    for each statement execute function core.keep_superseded_rows('{version,updated_at,email_key}', '{display_name,given_name,family_name,organization,email,email_key,phone}', '{}');

-- Audited: contact_changes_leave_a_trace

create or replace trigger t20_stamp
    before update on crm.contacts
    for each row execute function core.stamp('{version,updated_at,email_key}', '{full_name,job_title,email,email_key,phone}', '{}');

create or replace trigger t70_audit_update
    after update on crm.contacts
    referencing old table as old_rows new table as new_rows
    for each statement execute function core.keep_superseded_rows('{version,updated_at,email_key}', '{full_name,job_title,email,email_key,phone}', '{}');

create or replace trigger t70_audit_delete
    after delete on crm.contacts
    referencing old table as old_rows
    for each statement execute function core.keep_superseded_rows('{version,updated_at,email_key}', '{full_name,job_title,email,email_key,phone}', '{}');

-- Audited: customer_address_changes_leave_a_trace

create or replace trigger t20_stamp
    before update on crm.customer_addresses
    for each row execute function core.stamp('{version,updated_at}', '{}', '{}');

create or replace trigger t70_audit_update
    after update on crm.customer_addresses
    referencing old table as old_rows new table as new_rows
    for each statement execute function core.keep_superseded_rows('{version,updated_at}', '{}', '{}');

create or replace trigger t70_audit_delete
    after delete on crm.customer_addresses
    referencing old table as old_rows
    for each statement execute function core.keep_superseded_rows('{version,updated_at}', '{}', '{}');

-- TenantScoped: customers_of_one_tenant

drop policy if exists customers_of_one_tenant on crm.customers;
create policy customers_of_one_tenant on crm.customers
    using (tenant_id = core.current_tenant_id());
comment on policy customers_of_one_tenant on crm.customers is 'A tenant sees and writes its own rows of crm.customers only.';

-- TenantScoped: contacts_of_one_tenant

drop policy if exists contacts_of_one_tenant on crm.contacts;
create policy contacts_of_one_tenant on crm.contacts
    using (tenant_id = core.current_tenant_id());
comment on policy contacts_of_one_tenant on crm.contacts is 'A tenant sees and writes its own rows of crm.contacts only.';

-- TenantScoped: customer_addresses_of_one_tenant

drop policy if exists customer_addresses_of_one_tenant on crm.customer_addresses;
create policy customer_addresses_of_one_tenant on crm.customer_addresses
    using (tenant_id = core.current_tenant_id());
comment on policy customer_addresses_of_one_tenant on crm.customer_addresses is 'A tenant sees and writes its own rows of crm.customer_addresses only.';

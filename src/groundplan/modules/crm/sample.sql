-- A person with an account, a guest and an organization with a contact.
insert into crm.customers (id, number, kind, display_name, given_name, family_name, organization, email, has_account, country_code)
values
    ('00000000-0000-7000-8000-00000000c401', 'C-1', 'person', 'Ada Lovelace', 'Ada', 'Lovelace', null, 'ada@example.com', true, 'DE'),
    ('00000000-0000-7000-8000-00000000c402', 'C-2', 'person', 'A guest', null, null, null, 'guest@example.com', false, null),
    ('00000000-0000-7000-8000-00000000c403', 'C-3', 'organization', 'Difference Engines', null, null, 'Difference Engines Ltd', 'orders@example.com', true, 'GB');
insert into crm.contacts (id, customer_id, full_name, job_title, email, phone, is_primary)
values ('00000000-0000-7000-8000-00000000c501', '00000000-0000-7000-8000-00000000c403', 'Charles Babbage', 'Buyer', 'charles@example.com', '+44 115 000', true);
insert into crm.customer_addresses (customer_id, address_id, purpose, is_default)
values
    ('00000000-0000-7000-8000-00000000c401', '00000000-0000-7000-8000-00000000add1', 'shipping', true),
    ('00000000-0000-7000-8000-00000000c403', '00000000-0000-7000-8000-00000000add2', 'billing', false);
update crm.customers set phone = '+49 30 000' where number = 'C-1';

-- A small world for attacks and examples: two tenants, an address in each.
update core.tenants set name = 'Oak & Iron', publishes_events = true where id = 1;
select core.create_tenant('The neighbour');
select core.create_tenant('The third');
insert into core.addresses (tenant_id, id, recipient, organization, line_1, postal_code, city, country_code)
values
    (1, '00000000-0000-7000-8000-00000000add1', 'Ada Lovelace', null, 'Lindenstr. 4', '10969', 'Berlin', 'DE'),
    (1, '00000000-0000-7000-8000-00000000add2', 'Receiving', 'Difference Engines', 'Park Row 9', 'NG1 6GR', 'Nottingham', 'GB'),
    (2, '00000000-0000-7000-8000-00000000add3', 'Somebody else', null, 'Elsewhere 1', '1010', 'Wien', 'AT');
update core.addresses set city = 'Potsdam' where id = '00000000-0000-7000-8000-00000000add1';
insert into core.role_tenants (role_name, tenant_id) values ('groundplan_sample_reader', 1);

-- The built-in tenant of a single-company installation; the first one otherwise.
insert into core.tenants (id, name) overriding system value
values (1, 'My company')
on conflict (id) do nothing;
do $$
begin
    perform setval(pg_get_serial_sequence('core.tenants', 'id'), max(id)) from core.tenants;
end
$$;

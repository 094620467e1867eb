-- The first sales channel of every tenant that is there.
insert into catalog.sales_channels (tenant_id, code, name)
select tenant.id, 'web', 'Web shop' from core.tenants as tenant
on conflict (tenant_id, code) do nothing;

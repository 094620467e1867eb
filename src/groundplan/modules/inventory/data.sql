-- The places and reasons every tenant that is there begins with.
do $$
begin
    perform inventory.prepare_tenant(tenant.id) from core.tenants as tenant;
end
$$;

-- The return reasons every tenant that is there begins with.
do $$
begin
    perform fulfillment.prepare_tenant(tenant.id) from core.tenants as tenant;
end
$$;

-- The places and reasons every tenant that is there begins with.
do $$
begin
    perform groundplan.prepare_inventory(tenant.id) from core.tenants as tenant;
end
$$;

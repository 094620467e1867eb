-- The return reasons every tenant that is there begins with.
do $$
begin
    perform groundplan.prepare_fulfillment(tenant.id) from core.tenants as tenant;
end
$$;

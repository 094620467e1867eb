drop policy if exists {{ name }} on {{ table }};
create policy {{ name }} on {{ table }} for select
    using ({{ column }} = core.current_tenant_id());
comment on policy {{ name }} on {{ table }} is {{ sentence }};
drop policy if exists {{ name }}_change on {{ table }};
create policy {{ name }}_change on {{ table }} for update
    using ({{ column }} = core.current_tenant_id());
comment on policy {{ name }}_change on {{ table }} is {{ sentence }};

drop policy if exists {{ name }} on {{ table }};
create policy {{ name }} on {{ table }}
    using ({{ column }} = core.current_tenant_id());
comment on policy {{ name }} on {{ table }} is {{ sentence }};

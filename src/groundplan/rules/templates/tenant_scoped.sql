drop policy if exists {{ name }} on {{ table }};
create policy {{ name }} on {{ table }}
    using ({{ column }} = core.current_tenant_id());
comment on policy {{ name }} on {{ table }} is {{ sentence }};

-- The policy judges the old row and the new one by the tenant of that moment, and a statement can
-- name another one in between.
create or replace trigger t10_{{ name }}_for_good
    before update of tenant_id on {{ table }}
    for each row when (new.tenant_id is distinct from old.tenant_id)
    execute function core.keep_tenant('{{ name }}');

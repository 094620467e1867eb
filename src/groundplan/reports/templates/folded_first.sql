(
    select kept.{{ period }}
    from {{ kept }} as kept
    where kept.tenant_id = pending.tenant_id
        and kept.{{ of }} = pending.{{ of }}
        and kept.n > 0
    order by kept.{{ period }}
    limit 1
) as folded_first

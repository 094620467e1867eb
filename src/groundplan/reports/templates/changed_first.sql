-- Whoever comes again, after the first time, moves no first period; only the others are
-- looked at as a whole. (Without a join: nobody knows how many rows a delta has.)
early as (
    select *
    from (
        select
            known.*,
            min({{ period }}) over (partition by tenant_id, {{ of }}) as earliest
        from known
    ) as known
    where coalesce(earliest <= folded_first, true)
),
touched as (
    select
        {{ keys }}, {{ of }},
        sum(folded_n) > 0 as counted, sum(n) > 0 as counts
    from (
        select
            {{ kept_keys }},
            kept.{{ of }}, kept.n as folded_n, kept.n
        from {{ kept }} as kept
        where (kept.tenant_id, kept.{{ of }}) in (
            select tenant_id, {{ of }} from early)
        union all
        select
            {{ keys }}, {{ of }}, 0, n
        from early
    ) as either
    group by
        {{ keys }}, {{ of }}
),
judged as (
    select
        {{ keys }}, counted, counts,
        min({{ period }}) filter (where counted) over same as former_first,
        min({{ period }}) filter (where counts) over same as first
    from touched
    window same as (partition by tenant_id, {{ of }})
)

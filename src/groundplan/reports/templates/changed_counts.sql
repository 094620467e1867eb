with pending as (
    select
        {{ pending_keys }},
        {{ of }}, sum({{ weight }}) as n
    from {{ delta }}
    where {{ weight }} <> 0 and {{ of }} is not null
        and {{ counts_in }}
    group by {{ ordinals }}
    having sum({{ weight }}) <> 0
),
-- All groups of whom the delta names: a back-dated order moves their first one.
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
            select tenant_id, {{ of }} from pending)
        union all
        select
            {{ keys }}, {{ of }}, 0, n
        from pending
    ) as either
    group by
        {{ keys }}, {{ of }}
),
judged as (
    select
        {{ keys }}, counted, counts,
        min({{ period }}) filter (where counted) over same as former_first_period,
        min({{ period }}) filter (where counts) over same as first_period
    from touched
    window same as (partition by tenant_id, {{ of }})
)
select
    {{ keys }},
    count(*) filter (where counts) - count(*) filter (where counted) as {{ name }}{{ first }}
from judged
group by
    {{ keys }}
having {{ something }}

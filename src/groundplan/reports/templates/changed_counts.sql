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
known as (
    select
        {{ keys }}, {{ of }}, n,
        coalesce((
            select kept.n
            from {{ kept }} as kept
            where {{ same_group }}
        ), 0) as folded_n{{ comma }}
        {{ folded_first }}
    from pending
){{ comma }}
{{ judged }}
select
    {{ keys }},
    {{ totals }}
from (
    select
        {{ keys }},
        {{ own_change }}
    from known
    {{ first_change }}
) as changed
group by
    {{ keys }}
having {{ something }}

return query
with pending as materialized (
    select
        {{ sums }}
    from (
        {{ pending }}
    ) as pending (
        {{ names }})
    where {{ of_group }}
    group by
        {{ keys }}
),
best as (
    select
        {{ columns }}
    from {{ base }}
    where {{ of_group }}
        and {{ key }} <> all (array(select {{ key }} from pending))
    order by ({{ by }}) desc
    fetch first n rows with ties
),
candidates as (
    select * from best
    union all
    select
        {{ merged }}
    from pending
    left join {{ base }} as base
        on {{ joined }}
)
select *
from candidates
where row_count <> 0
order by ({{ by }}) desc
fetch first n rows with ties;

select parent.id, '{{ first }} is ' || coalesce(parent.{{ first }}::text, 'null')
    || ', its lines say ' || sums.{{ first }} as detail
from {{ table }} as parent
cross join lateral (
    select
        {{ aggregates }}
    from {{ children }} as child
    where child.{{ key }} = parent.id
) as sums
where {{ settled }} and ({{ checks }})

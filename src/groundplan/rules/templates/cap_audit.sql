select parent.id, format('{{ counter }} is %s, the rows say %s', parent.{{ counter }},
    coalesce(sums.amount, 0)) as detail
from {{ table }} as parent
left join (
    select r.{{ key }} as parent_id, sum({{ adds }}) as amount
    from {{ children }} as r
    group by r.{{ key }}
) as sums on sums.parent_id = parent.id
where parent.{{ counter }} <> coalesce(sums.amount, 0) or ({{ limit }}) is not true

select entity.id, entity.{{ column }} as detail
from {{ table }} as entity
left join lateral (
    select history.to_status
    from {{ history }} as history
    where history.{{ history_key }} = entity.id
    order by history.entity_version desc
    limit 1
) as latest on true
where case when latest.to_status is null then entity.{{ column }} not in ({{ begins_in }})
           else entity.{{ column }} <> latest.to_status end
union all
select step.{{ history_key }}, step.from_status || ' to ' || step.to_status
from (
    select history.*,
        lag(to_status) over (partition by {{ history_key }} order by entity_version) as before
    from {{ history }} as history
) as step
where (step.from_status, step.to_status) not in (
    {{ pairs }}
)
or coalesce(step.before <> step.from_status, step.from_status not in ({{ begins_in }}))

with recursive climb (id, ancestor) as (
    select entity.id, entity.{{ parent_column }}
    from {{ table }} as entity
    where entity.{{ parent_column }} is not null
    union
    select climb.id, entity.{{ parent_column }}
    from climb
    join {{ table }} as entity on entity.id = climb.ancestor
    where entity.{{ parent_column }} is not null
)
select climb.id, 'lies below itself' as detail
from climb
where climb.id = climb.ancestor

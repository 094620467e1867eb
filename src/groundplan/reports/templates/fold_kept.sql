insert into {{ kept }} as kept (
    {{ columns }}, n)
select
    {{ pending_columns }}, sum({{ weight }})
from unnest(picked)
where {{ weight }} <> 0 and {{ of }} is not null
    and {{ counts_in }}
group by {{ ordinals }}
having sum({{ weight }}) <> 0
order by
    {{ order }}
on conflict ({{ order }}) do update set
    n = kept.n + excluded.n;

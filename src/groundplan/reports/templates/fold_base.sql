insert into {{ base }} as base (
    {{ columns }})
select
    {{ sums }}
from (
    {{ pending }}
) as pending (
    {{ names }})
group by
    {{ keys }}
having {{ something }}
order by
    {{ keys }}
on conflict ({{ keys }}) do update set
    {{ added }};

-- {{ name }}
select {{ given }} into given
from {{ rows }}
where (
    {{ holds }}
) is not true
limit 1;
if found then
    perform core.refuse('{{ sqlstate }}', '{{ name }}', {{ place }},
        {{ sentence }},
        given,
        {{ hint }});
end if;

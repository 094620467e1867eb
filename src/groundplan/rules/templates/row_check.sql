if (
    {{ holds }}
) is false then
    perform core.refuse(
        '23514', '{{ name }}', '{{ table }}',
        {{ sentence }},
        {{ detail }},
        {{ hint }});
end if;

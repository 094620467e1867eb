if new.{{ column }} is null then
    if {{ holds }} and not core.is_restoring() then
        new.{{ column }} := clock_timestamp();
    end if;
elsif core.maintenance_reason() is null then
    perform core.refuse('23R11', '{{ name }}', {{ place }},
        {{ sentence }},
        format('{{ column }} is %s in what was sent.', new.{{ column }}),
        {{ hint }});
end if;

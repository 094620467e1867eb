if new.{{ column }} is not distinct from old.{{ column }} then
    if not core.is_restoring() then
        new.{{ column }} := case when {{ holds }} then coalesce(old.{{ column }}, clock_timestamp()) end;
    end if;
elsif core.maintenance_reason() is null then
    perform core.refuse('23R11', '{{ name }}', {{ place }},
        {{ sentence }},
        format('{{ column }} was %s, and is %s in what was sent.',
            coalesce(old.{{ column }}::text, 'empty'), coalesce(new.{{ column }}::text, 'empty')),
        {{ hint }});
end if;

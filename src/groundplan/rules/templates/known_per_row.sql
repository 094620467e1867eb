-- No lock is needed: {{ because }}.
if not (
    {{ holds }}
) and core.maintenance_reason() is null then
    perform core.refuse(
        '{{ sqlstate }}', '{{ name }}', '{{ place }}',
        {{ sentence }},
        format('{{ table }} %s: %s.', new.id, core.shown(to_jsonb(new), '{{{ column }}}')),
        {{ hint }});
end if;

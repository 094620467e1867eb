if new.{{ column }} in ({{ begins_in }}) is not true and core.maintenance_reason() is null then
    perform core.refuse(
        '23R01', '{{ name }}', '{{ table }}.{{ column }}',
        {{ sentence }},
        core.shown(to_jsonb(new), '{{{ column }}}') || '; allowed at the beginning: {{ begins_words }}.',
        {{ hint }});
end if;

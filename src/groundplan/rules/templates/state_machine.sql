create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if tg_op = 'INSERT' then
        if new.{{ column }} in ({{ begins_in }}) then
            return new;
        end if;
    elsif new.{{ column }} = old.{{ column }} then
        return new;
    elsif (old.{{ column }}, new.{{ column }}) in (
        {{ pairs }}
    ) then
        return new;
    end if;
    if core.maintenance_reason() is not null then
        return new;
    end if;
    raise exception using
        errcode = '23R01',
        message = case tg_op
            when 'INSERT' then format('%s %s cannot begin as %s', '{{ table_name }}', new.id,
                new.{{ column }})
            else format('%s %s cannot go from %s to %s', '{{ table_name }}', new.id,
                old.{{ column }}, new.{{ column }})
        end,
        hint = {{ hint }},
        schema = '{{ schema }}', table = '{{ table_name }}', column = '{{ column }}',
        constraint = '{{ name }}';
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};

create or replace trigger t10_{{ name }}
    before insert or update of {{ column }} on {{ table }}
    for each row execute function {{ schema }}.{{ name }}();

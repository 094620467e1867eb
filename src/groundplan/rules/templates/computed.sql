create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    given {{ table }} := new;
    {{ reads }}
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> ''
       and core.is_restoring()
    then
        return new;
    end if;
    {{ assignments }}
    if tg_op = 'UPDATE' and ({{ given_columns }}) is not distinct from ({{ old_columns }}) then
        return new;
    end if;
    if {{ wrong }} then
        if core.maintenance_reason() is not null then
            return given;
        end if;
        raise exception using
            errcode = '23R11',
            message = format('{{ column_list }} of {{ table }} are computed: (%s) is not (%s)',
                concat_ws(', ', {{ given_columns }}), concat_ws(', ', {{ new_columns }})),
            hint = {{ hint }},
            schema = '{{ schema }}', table = '{{ table_name }}', constraint = '{{ name }}';
    end if;
    return new;
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};

create or replace trigger t20_{{ name }}
    before insert or update on {{ table }}
    for each row execute function {{ schema }}.{{ name }}();

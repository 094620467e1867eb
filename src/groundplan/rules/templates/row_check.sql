create or replace function {{ schema }}.{{ table_name }}_are_sound() returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if (
        {{ all_hold }}
    ) is not false then
        return new;
    end if;
    {{ branches }}
    end if;
    return new;
end
$$;
comment on function {{ schema }}.{{ table_name }}_are_sound() is
    'Refuses rows of {{ table }} that break a rule by themselves.';

create or replace trigger t40_{{ table_name }}_are_sound
    before insert or update on {{ table }}
    for each row execute function {{ schema }}.{{ table_name }}_are_sound();

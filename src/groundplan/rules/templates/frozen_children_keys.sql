-- PostgreSQL looks at references row by row, before the trigger above sees the statement. Without a
-- word at the row, whoever changes a closed row would be told about a key and not about this rule.
-- Whoever closes the parent has the parent first, then its rows; who is here has the row first. So this
-- one waits for the parent as long as nobody waits for it, and asks to be tried again otherwise.
create or replace function {{ schema }}.{{ name }}_keys() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    patience text        := current_setting('lock_timeout');
    began    timestamptz := clock_timestamp();
begin
    loop
        begin
            perform set_config('lock_timeout', '100ms', true);
            perform from {{ parent }} as parent
            where parent.id = old.{{ parent_key }} and parent.xmin <> pg_current_xact_id()::xid
            for no key update;
            perform set_config('lock_timeout', patience, true);
            exit;
        exception when lock_not_available then
            if patience <> '0' and clock_timestamp() - began >= patience::interval then
                raise;
            end if;
        end;
        if core.is_waited_for() then
            perform core.refuse(
                '40001', '{{ name }}', '{{ table }}',
                {{ sentence }},
                'Another transaction is at work on it, and waits for this one.',
                'Try the transaction again.');
        end if;
    end loop;
    perform from {{ parent }} as parent
    where parent.id = old.{{ parent_key }} and not ({{ open_while }});
    if found and core.maintenance_reason() is null then
        {{ refuse }}
    end if;
    return case tg_op when 'DELETE' then old else new end;
end
$$;
comment on function {{ schema }}.{{ name }}_keys() is {{ sentence }};

create or replace trigger t10_{{ name }}_keys_update
    before update of {{ keys }} on {{ table }}
    for each row
    when (({{ old_keys }}) is distinct from ({{ new_keys }}))
    execute function {{ schema }}.{{ name }}_keys();

create or replace trigger t10_{{ name }}_keys_delete
    before delete on {{ table }}
    for each row execute function {{ schema }}.{{ name }}_keys();

-- Counting {{ source }}

-- What one row counts for. Inlined into the triggers, so it costs nothing; and bound to the columns
-- it reads: renaming one changes nothing, dropping or retyping one is refused and names this map.
create or replace function {{ map }}(r {{ source }})
returns table (
    {{ returns }}
)
    language sql stable
begin atomic
    {{ sides }};
end;
comment on function {{ map }}({{ source }}) is
    'What one row of {{ source }} counts for in the reports.';

create or replace function groundplan.{{ name }}_inserted() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> ''
        and core.is_restoring()
    then
        return null;
    end if;
    insert into {{ delta }} (
        {{ columns }})
    select
        {{ mapped }}
    from new_rows as r
    cross join lateral {{ map }}(r) as m;
    return null;
end
$$;
comment on function groundplan.{{ name }}_inserted() is
    'Appends what new rows of {{ source }} count for to the delta.';
create or replace trigger t60_{{ name }}_inserted
    after insert on {{ source }}
    referencing new table as new_rows
    for each statement execute function groundplan.{{ name }}_inserted();

create or replace function groundplan.{{ name }}_updated() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> ''
        and core.is_restoring()
    then
        return null;
    end if;
    insert into {{ delta }} (
        {{ columns }})
    select
        {{ summed }}
    from (
        select
            {{ mapped }}
        from new_rows as r
        cross join lateral {{ map }}(r) as m
        union all
        select
            {{ negated }}
        from old_rows as r
        cross join lateral {{ map }}(r) as m
    ) as change
    group by
        {{ groups }}
    having {{ something_changed }};
    return null;
end
$$;
comment on function groundplan.{{ name }}_updated() is
    'Appends the difference that changed rows of {{ source }} make.';
create or replace trigger t60_{{ name }}_updated
    after update on {{ source }}
    referencing old table as old_rows new table as new_rows
    for each statement execute function groundplan.{{ name }}_updated();

create or replace function groundplan.{{ name }}_deleted() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> ''
        and core.is_restoring()
    then
        return null;
    end if;
    insert into {{ delta }} (
        {{ columns }})
    select
        {{ negated }}
    from old_rows as r
    cross join lateral {{ map }}(r) as m;
    return null;
end
$$;
comment on function groundplan.{{ name }}_deleted() is
    'Takes back, in the delta, what deleted rows of {{ source }} counted for.';
create or replace trigger t60_{{ name }}_deleted
    after delete on {{ source }}
    referencing old table as old_rows
    for each statement execute function groundplan.{{ name }}_deleted();

-- Before, while the rows are still there: TRUNCATE has no transition table. An older snapshot does
-- not see all rows that it removes, so it could not take them all back.
create or replace function groundplan.{{ name }}_truncated() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> ''
        and core.is_restoring()
    then
        return null;
    end if;
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
        perform core.refuse(
            '23R10', 'truncate_is_counted_at_read_committed', tg_table_schema || '.' || tg_table_name,
            'TRUNCATE can be counted exactly at READ COMMITTED only.',
            format('TRUNCATE of {{ source }} was refused at %s.',
                upper(current_setting('transaction_isolation'))),
            'Begin a transaction at READ COMMITTED, and truncate there.');
    end if;
    insert into {{ delta }} (
        {{ columns }})
    select
        {{ subtracted }}
    from {{ source }} as r
    cross join lateral {{ map }}(r) as m
    group by
        {{ mapped_groups }};
    return null;
end
$$;
comment on function groundplan.{{ name }}_truncated() is
    'Takes back, in the delta, everything that {{ source }} counted for.';
create or replace trigger t60_{{ name }}_truncated
    before truncate on {{ source }}
    for each statement execute function groundplan.{{ name }}_truncated();

-- Only the holder of the lock touches the bases, so nobody ever waits for a row here. Joins by
-- index whatever the planner knows: bases grow faster than their statistics.
create or replace function groundplan.fold_{{ name }}(max_rows integer) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set enable_hashjoin = off
    set enable_mergejoin = off
    set enable_seqscan = off
as $$
declare
    picked {{ delta }}[];
begin
    if not pg_try_advisory_xact_lock(
        {{ lock }}
    ) then
        return 0;
    end if;
    with gone as (
        delete from {{ delta }} as pending
        where ctid = any (array(select ctid from {{ delta }} limit max_rows))
        returning pending as delta_row
    )
    select array_agg(delta_row) into picked from gone;
    if picked is null then
        return 0;
    end if;

    {{ bases }}

    {{ kept }}

    -- Groups disappear only when rows do: reversals are rows too.
    if exists (select from unnest(picked) where row_count < 0) then
        {{ emptied }}
    end if;
    return cardinality(picked);
end
$$;
comment on function groundplan.fold_{{ name }}(integer) is
    'Folds at most so many rows of the delta into the bases of its reports; returns how many. 0 too
if somebody else is folding.';

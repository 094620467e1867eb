-- Counts everything again from the source. Exact because one snapshot holds for all of it: either
-- the transaction's own, or everybody's, because nobody can write meanwhile. A pending row is
-- visible exactly if the change is that it belongs to.
create or replace function groundplan.rebuild_{{ name }}() returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_advisory_xact_lock(
        {{ lock }});
    if current_setting('transaction_isolation') in ('read committed', 'read uncommitted') then
        lock table {{ source }} in share row exclusive mode;
    end if;
    delete from {{ delta }};

    {{ steps }}
end
$$;
comment on function groundplan.rebuild_{{ name }}() is
    'Counts all reports of its source again. Writers wait, except under REPEATABLE READ.';

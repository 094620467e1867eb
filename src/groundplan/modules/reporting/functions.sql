-- Folding: moving pending deltas into the bases of the reports. Nothing depends on it but the time
-- a read takes: every report adds what is pending.

create or replace function groundplan.fold(
    source text default null, max_rows integer default 5000
) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    folder text;
    folded bigint;
    total  bigint := 0;
begin
    for folder in
        select proname from pg_catalog.pg_proc
        where pronamespace = 'groundplan'::regnamespace
            and proname = 'fold_' || coalesce(source, substr(proname, 6))
            and proargtypes = array['integer'::regtype]::oidvector
        order by proname
    loop
        execute format('select groundplan.%I($1)', folder) into folded using max_rows;
        total := total + folded;
    end loop;
    if folder is null and source is not null then
        perform core.refuse(
            '23R14', 'fold_source_is_known', 'groundplan.fold',
            'Only a source that reports are counted from can be folded.',
            format('source = %L was given; allowed: %s.', source, (
                select string_agg(pending.source, ', ') from reporting.pending() as pending)),
            'Choose one of the allowed sources, or leave it out to fold them all.');
    end if;
    return total;
end
$$;
comment on function groundplan.fold(text, integer) is
    'Folds at most so many pending deltas of each source, or of one; returns how many it folded.';

-- At the commit of one transaction in some hundreds. Whatever goes wrong here, a cancelled query and
-- a statement timeout too, is not the writer's business: the next one folds. A bulk load comes here
-- once for every 250 rows or so; it folds in growing batches until nothing is left.
create or replace function groundplan.fold_at_commit() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set lock_timeout = '100ms'
as $$
declare
    batch  integer;
    folded bigint;
begin
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
        return null;
    end if;
    begin
        batch := coalesce(nullif(current_setting('groundplan.fold_batch', true), ''), '2000');
        if batch = 0 then
            return null;
        end if;
        execute format('select groundplan.%I($1)', 'fold_' || tg_argv[0]) into folded using batch;
    exception when query_canceled or others then
        folded := 0;
        batch := 2000;
    end;
    -- Until the end of the transaction.
    perform set_config('groundplan.fold_batch',
        case when folded < batch then '0' else least(batch * 2, 64000)::text end, true);
    return null;
end
$$;
comment on function groundplan.fold_at_commit() is
    'Lets the transaction that appended a delta fold some, at commit; never fails it.';

create or replace function reporting.pending() returns table (source text, row_count bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    delta text;
begin
    for delta in
        select relname from pg_catalog.pg_class
        where relnamespace = 'groundplan'::regnamespace and relkind = 'r' and relname like '%\_delta'
        order by relname
    loop
        source := left(delta, -6);
        execute format('select count(*) from groundplan.%I', delta) into row_count;
        return next;
    end loop;
end
$$;
comment on function reporting.pending() is
    'How many deltas of each source wait to be folded. Some thousands are normal.';

-- Functions that column defaults, checks and policies of all modules stand on. They come before
-- the tables and are replaced in place. core.current_tenant_id() is composed: its body depends on
-- the tenancy mode of the installation.

-- How every rule refuses. The message is the rule's sentence; the detail has the value, the limit and
-- the rule's name, because many clients show no other field of an error; the hint is the way out.
create or replace function core.refuse(
    sqlstate text, rule text, place text, sentence text, detail text, hint text
) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    whole text := concat_ws(' ', nullif(refuse.detail, ''), 'Rule: ' || rule || '.');
    way   text := coalesce(nullif(refuse.hint, ''), sentence);
begin
    if split_part(place, '.', 3) = '' then
        raise exception using
            errcode = refuse.sqlstate, message = sentence, detail = whole, hint = way,
            schema = split_part(place, '.', 1), table = split_part(place, '.', 2),
            constraint = rule;
    end if;
    raise exception using
        errcode = refuse.sqlstate, message = sentence, detail = whole, hint = way,
        schema = split_part(place, '.', 1), table = split_part(place, '.', 2),
        column = split_part(place, '.', 3), constraint = rule;
end
$$;
comment on function core.refuse(text, text, text, text, text, text) is
    'Raises: the rule that refuses, at schema.table or schema.table.column, with its sentence as the
message, what was given and what is allowed as the detail, and what to do instead as the hint.';

-- What details are made of. They run after a rule has decided to refuse, never before.
create or replace function core.value_shown(value jsonb) returns text
    language sql immutable parallel safe
    return case jsonb_typeof(value)
        when 'number' then left(trim_scale(value::numeric)::text, 60)
        when 'string' then quote_literal(
            case when length(value #>> '{}') > 60 then left(value #>> '{}', 60) || '...'
                 else value #>> '{}' end)
        when 'object' then left(value::text, 80)
        when 'array' then left(value::text, 80)
        else coalesce(value::text, 'null')
    end;
comment on function core.value_shown(jsonb) is
    'A value as the detail of an error shows it: texts in quotes and not too long.';

create or replace function core.shown(row_as_json jsonb, columns text[]) returns text
    language sql immutable parallel safe
    return (
        select string_agg(format('%s = %s', listed.name,
            core.value_shown(row_as_json -> listed.name)), ', ' order by listed.number)
        from unnest(columns) with ordinality as listed (name, number)
    );
comment on function core.shown(jsonb, text[]) is
    'These columns of a row and their values, for the detail of an error: quantity = 0, name = ''x''.';

create or replace function core.differences(kept jsonb, given jsonb, columns text[]) returns text
    language sql immutable parallel safe
    return (
        select string_agg(format('%s is %s; %s was given.', listed.name,
            core.value_shown(kept -> listed.name), core.value_shown(given -> listed.name)),
            ' ' order by listed.number)
        from unnest(columns) with ordinality as listed (name, number)
        where kept -> listed.name is distinct from given -> listed.name
    );
comment on function core.differences(jsonb, jsonb, text[]) is
    'Which of these columns a write would have changed, from what to what, for the detail of an error.';

-- A time-ordered UUID (version 7). Native on PostgreSQL 18, built from the clock below it.
-- Order rows by a position or a time, never by id: below 18 ids of one millisecond are unordered.
do $$
begin
    if current_setting('server_version_num')::integer >= 180000 then
        execute 'create or replace function core.new_id() returns uuid
                     language sql volatile parallel safe
                     return uuidv7()';
    else
        execute 'create or replace function core.new_id() returns uuid
                     language sql volatile parallel safe
                     return encode(
                         set_bit(set_bit(
                             overlay(uuid_send(gen_random_uuid())
                                 placing substring(int8send(
                                     (extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                                 from 1 for 6),
                             52, 1), 53, 1),
                         ''hex'')::uuid';
    end if;
end
$$;
comment on function core.new_id() is
    'A new time-ordered identifier (UUID version 7), made by the database or by the client.';

-- No SET clause on this and the next function: it would forbid inlining, and they run for every
-- row. Every name in a SQL-standard body is bound when the function is created.
create or replace function core.actor() returns text
    language sql stable parallel safe
    return coalesce(nullif(current_setting('groundplan.actor', true), ''), session_user::text);
comment on function core.actor() is
    'Who acts, as the application says it in the setting groundplan.actor; else the session user.
Asserted by the client, not proven: the audit log keeps the session user beside it.';

-- What core.current_tenant_id() is of a session that has named no tenant: nobody's rows, and words.
-- Security definer, because everybody is to read its words, and not everybody may call what it calls.
create or replace function core.no_tenant() returns integer
    language plpgsql stable security definer parallel safe
    set search_path = pg_catalog, pg_temp
as $$
declare
    given text := nullif(current_setting('groundplan.tenant_id', true), '');
begin
    perform core.refuse(
        '23R13', 'tenant_is_set', 'core.tenants',
        'A session works for one tenant, and says for which.',
        case when given is null then 'The setting groundplan.tenant_id is empty.'
             else format('groundplan.tenant_id = %s was given; allowed: the number of a tenant.',
                 core.value_shown(to_jsonb(given))) end,
        'Name one of core.tenants at the beginning of each transaction:'
            ' select set_config(''groundplan.tenant_id'', ''1'', true).');
    return null;
end
$$;
comment on function core.no_tenant() is
    'Raises: which tenant''s rows are meant has not been said. It returns nothing, ever.';

create or replace function core.keep_tenant() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is null then
        perform core.refuse('23R03', tg_argv[0],
            tg_table_schema || '.' || tg_table_name || '.tenant_id',
            'A row stays with its tenant.',
            format('tenant_id is %s; %s was given.', old.tenant_id, coalesce(new.tenant_id::text, 'null')),
            'Make a new row for the other tenant.');
    end if;
    return new;
end
$$;
comment on function core.keep_tenant() is
    'Refuses to give a row to another tenant; the argument is the rule.';

-- The form of a name or code in which two spellings of the same thing are equal: what nobody can see
-- (zero width, soft hyphens, marks of direction, controls) is gone, and any run of blanks is one
-- space. Most codes are plain, and cost a look only.
create or replace function core.key_of(spelling text) returns text
    language sql immutable parallel safe
    return case when spelling collate "C" ~ '^[!-~]+( [!-~]+)*$' then lower(spelling) else
        lower(btrim(regexp_replace(
            normalize(regexp_replace(spelling collate "C",
                '[\u0001-\u0008\u000E-\u001F\u007F-\u0084\u0086-\u009F\u00AD\u034F\u061C'
                '\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F'
                '\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\U00013430-\U0001343F\U00016FE4'
                '\U0001BCA0-\U0001BCA3\U0001D159\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]',
                '', 'g'), nfkc),
            '[\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F'
            '\u2800\u3000]+', ' ', 'g')) collate "default") end;
comment on function core.key_of(text) is
    'Normalised spelling: what unique codes and e-mails are compared by. NFKC, lower case, without what
nobody can see, blanks trimmed and single.';

create or replace function core.has_text(words text) returns boolean
    language sql immutable parallel safe
    return words collate "C" ~
        '[^\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u2800'
        '\u3000\u0001-\u0008\u000E-\u001F\u007F-\u0084\u0086-\u009F\u00AD\u034F\u061C\u115F'
        '\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164'
        '\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\U00013430-\U0001343F\U00016FE4\U0001BCA0-\U0001BCA3'
        '\U0001D159\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]';
comment on function core.has_text(text) is
    'Whether there is anything to see: not blank, and not only characters that nobody can see.';

-- For those who hold a row that comes late in the order of locks, and need one that comes early.
create or replace function core.is_waited_for() returns boolean
    language sql volatile
    set search_path = pg_catalog, pg_temp
as $$
    select exists (
        select from pg_locks as waiting
        where not waiting.granted and pg_backend_pid() = any (pg_blocking_pids(waiting.pid)))
$$;
comment on function core.is_waited_for() is
    'Whether another session waits for a lock that this one holds.';

-- Identifiers of imported rows: the layout of version 7 with the source''s own time in front, so
-- that they sort like all others, and a digest of the natural key behind it, so that the same
-- source row always gets the same id. Version nibble 8 (RFC 9562: custom).
create or replace function core.imported_id(occurred_at timestamptz, natural_key text) returns uuid
    language sql immutable strict parallel safe
    return encode(
        substring(int8send((extract(epoch from occurred_at) * 1000)::bigint) from 3)
        || set_bit(set_bit(set_bit(set_bit(set_bit(set_bit(
               substring(sha256(convert_to(natural_key, 'UTF8')) from 1 for 10),
               7, 1), 6, 0), 5, 0), 4, 0), 23, 1), 22, 0),
        'hex')::uuid;
comment on function core.imported_id(timestamptz, text) is
    'The same identifier for the same source row, every time: source time, then sha256 of the key.';

-- The one door in every guard: the session user must be a member of the role that owns the
-- installation, and must say why. session_user, because some guards run as the owner themselves.
create or replace function core.maintenance_reason() returns text
    language plpgsql stable parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
declare
    reason text := nullif(current_setting('groundplan.maintenance', true), '');
begin
    if reason is null then
        return null;
    end if;
    if not pg_catalog.pg_has_role(session_user, (
        select nspowner from pg_catalog.pg_namespace where nspname = 'core'
    ), 'member') then
        return null;
    end if;
    return reason;
end
$$;
comment on function core.maintenance_reason() is
    'The reason given in groundplan.maintenance, if the session user may do maintenance; else null.';

-- What derives rows from rows (posting, balances, rollups, history) must stand still while a dump
-- is restored, or everything would be counted twice.
create or replace function core.is_restoring() returns boolean
    language plpgsql stable parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(core.maintenance_reason() like 'restore%', false);
end
$$;
comment on function core.is_restoring() is
    'True while a data-only restore runs: groundplan.maintenance begins with "restore".';

-- PostgreSQL takes abbreviations (CEST), any spelling (europe/berlin) and what it can only read as an
-- offset (Europe/Berlni5) for time zones, too. A name must be the one in the table of zones, so that
-- other programs know it as well. The table is pg_timezone_names, which reads some 600 files: it is
-- asked only for names that could be an offset, which have a digit or a sign. For others the setting
-- tells: it takes no abbreviation, and comes back in the spelling of the table.
create or replace function core.is_time_zone(name text) returns boolean
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
    set timezone = 'UTC'
as $$
begin
    if name ~ '[^A-Za-z/_]' then
        return exists (
            select from pg_catalog.pg_timezone_names as zone where zone.name = is_time_zone.name);
    end if;
    perform set_config('timezone', name, true);
    return current_setting('timezone') = name;
exception when invalid_parameter_value then
    return false;
end
$$;
comment on function core.is_time_zone(text) is
    'Whether the table of time zones has one of exactly this name, as in Europe/Berlin.';

-- Times. PostgreSQL knows infinity, years BC and up to 294276; calendars, clients and reports do not.
-- statement_timestamp(), because a transaction may run for longer than the day of grace. The grace is
-- for clocks that differ, and for clients that take local time for UTC.
create or replace function core.is_business_time(moment timestamptz) returns boolean
    language sql stable parallel safe
    return moment >= timestamptz '1970-01-01 00:00:00+00'
        and moment <= statement_timestamp() + interval '24 hours';
comment on function core.is_business_time(timestamptz) is
    'Whether something can have happened then: from 1970 on, and at most a day ahead of the clock.';

create or replace function core.is_calendar_time(moment timestamptz) returns boolean
    language sql immutable parallel safe
    return moment >= timestamptz '1970-01-01 00:00:00+00'
        and moment < timestamptz '9999-01-01 00:00:00+00';
comment on function core.is_calendar_time(timestamptz) is
    'Whether something can begin or end then: from 1970 on, and before the year 9999.';

-- The calendar day on which a moment counts, in a zone, for a business that closes after midnight.
create or replace function core.business_date(
    moment timestamptz, time_zone text, day_starts_at time
) returns date
    language sql stable parallel safe
    return ((moment at time zone time_zone) - day_starts_at)::date;
comment on function core.business_date(timestamptz, text, time) is
    'The business day of a moment: local time in the zone, less the hour at which the day begins.';

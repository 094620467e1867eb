-- What the verbs of all modules ask of their arguments. A rule of this kind is refused before
-- anything is written; the rules themselves are declared in arguments.py.

create or replace function core.number_of(value jsonb) returns numeric
    language sql immutable parallel safe
    return case jsonb_typeof(value)
        when 'number' then value::numeric
        when 'null' then null
        when 'string' then case
            when value #>> '{}' ~ '^\s*[+-]?([0-9]{1,20}([.][0-9]{0,20})?|[.][0-9]{1,20})\s*$'
            then (value #>> '{}')::numeric
            else 'NaN' end
        else case when value is not null then 'NaN'::numeric end
    end;
comment on function core.number_of(jsonb) is
    'A number that a client sent as JSON, as a number or as a text; NaN if it is neither, null if it is
absent.';

create or replace function core.require_text(place text, argument text, given text) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.has_text(given) then
        return;
    end if;
    perform core.refuse(
        '23R14', 'argument_is_not_blank', place,
        'A text that a verb requires is given and is not blank.',
        format('%s = %s was given.', argument, core.value_shown(to_jsonb(given))),
        format('Pass a text as %s.', argument));
end
$$;
comment on function core.require_text(text, text, text) is
    'Refuses a required text that is null or blank.';

create or replace function core.require_flag(place text, argument text, given boolean) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if given is not null then
        return;
    end if;
    perform core.refuse(
        '23R14', 'flag_is_true_or_false', place,
        'A yes-or-no argument is true or false.',
        format('%s = null was given.', argument),
        format('Pass true or false as %s, or leave it out.', argument));
end
$$;
comment on function core.require_flag(text, text, boolean) is 'Refuses null for a boolean argument.';

create or replace function core.require_key(place text, given text) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if given is null or core.has_text(given) and length(given) <= 200 then
        return;
    end if;
    perform core.refuse(
        '23R14', 'idempotency_key_is_a_short_text', place,
        'An idempotency key is a text of 1 to 200 characters that is not blank.',
        format('A text of %s characters was given: %s.', length(given),
            core.value_shown(to_jsonb(given))),
        'Pass a UUID or a hash as the key, or leave it out.');
end
$$;
comment on function core.require_key(text, text) is
    'Refuses an idempotency key that is blank or too long for an index; null is none.';

create or replace function core.require_currency(given text) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from core.currencies as currency where currency.code = given) then
        perform core.refuse(
            '23R09', 'currency_is_known', 'core.tenants.currency_code',
            'Books are kept in a currency of ISO 4217.',
            format('currency_code = %s was given.', core.value_shown(to_jsonb(given))),
            'Pass a code as in core.currencies.code: EUR.');
    end if;
end
$$;
comment on function core.require_currency(text) is 'Refuses a currency that is not known.';

create or replace function core.require_time_zone(given text) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.is_time_zone(given) is not true then
        perform core.refuse(
            '23R09', 'time_zone_is_known', 'core.tenants.time_zone',
            'Business days are counted in a time zone that PostgreSQL knows.',
            format('time_zone = %s was given.', core.value_shown(to_jsonb(given))),
            'Pass a name as in pg_timezone_names: Europe/Berlin.');
    end if;
end
$$;
comment on function core.require_time_zone(text) is 'Refuses a time zone that is not known.';

create or replace function core.require_time(rule text, place text, sentence text, given timestamptz)
    returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.is_business_time(given) is false then
        perform core.refuse(
            '23514', rule, place, sentence,
            format('%s = %L was given; allowed: from 1970 to a day ahead of the clock, which says %s.',
                split_part(place, '.', 3), given, statement_timestamp()),
            'Leave it out for now, or pass the time with its zone.');
    end if;
end
$$;
comment on function core.require_time(text, text, text, timestamptz) is
    'Refuses a time at which nothing can have happened, by the rule of the column that it is for.';

-- Called where something of the tenant was not found: it may be the tenant that is not there.
create or replace function core.require_tenant(tenant_id integer) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (
        select from core.tenants as tenant where tenant.id = require_tenant.tenant_id)
    then
        perform core.refuse(
            '23R09', 'tenant_is_known', 'core.tenants.id',
            'A session works for a tenant that exists.',
            format('groundplan.tenant_id = %s was given.', require_tenant.tenant_id),
            'Name one of core.tenants, or make one: select core.create_tenant(''A name'').');
    end if;
end
$$;
comment on function core.require_tenant(integer) is
    'Refuses to work for a tenant that does not exist.';

-- What the SQL of the plan and of the modules draws with; gone with the session.

-- A number from 0 up to, but not including, 1: the same for the same number, purpose and seed.
create function pg_temp.share(number bigint, what text) returns double precision
    language sql immutable parallel safe
    as $$
        select ((hashint8extended(number, hashtextextended(what, {seed}::bigint)) >> 11)
                & 9007199254740991)::double precision
            / 9007199254740992::double precision
    $$;

-- In the layout of core.imported_id: the moment in front, a digest behind it; but without sha256,
-- which would take longer than everything else about a row.
create function pg_temp.id_of(moment timestamptz, what text, number bigint) returns uuid
    language sql stable parallel safe
    as $$
        select (lpad(to_hex((date_part('epoch', moment) * 1000)::bigint), 12, '0') || '8'
            || right(lpad(to_hex(hashint8extended(number,
                hashtextextended(what || ' in front', {seed}::bigint))), 16, '0'), 3)
            || '9'
            || right(lpad(to_hex(hashint8extended(number,
                hashtextextended(what, {seed}::bigint))), 16, '0'), 15))::uuid
    $$;

create function pg_temp.return_reason(number bigint) returns text
    language sql immutable parallel safe
    as $$
        select case
            when pg_temp.share(number, 'reason') < 0.45 then 'changed_mind'
            when pg_temp.share(number, 'reason') < 0.65 then 'damaged'
            when pg_temp.share(number, 'reason') < 0.8 then 'wrong_item'
            else 'unspecified' end
    $$;

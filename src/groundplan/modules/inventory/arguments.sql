-- What the verbs of inventory ask of their arguments.

create or replace function inventory.require_quantity(argument_of text, given numeric) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if (round(given, 6) > 0 and given < 1e12) is true then
        return;
    end if;
    if argument_of = 'reservation' then
        perform core.refuse(
            '23514', 'reservation_quantity_is_positive', 'inventory.reservations.quantity',
            'The quantity of a reservation is above zero.',
            format('quantity = %s was given; allowed: above 0 and below 10^12.',
                core.value_shown(to_jsonb(given))),
            'Reserve a quantity above zero.');
    end if;
    perform core.refuse(
        '23514', 'movement_quantity_is_positive', 'inventory.inventory_movements.quantity',
        'The quantity of a movement is a number above zero.',
        format('quantity = %s was given; allowed: above 0 and below 10^12.',
            core.value_shown(to_jsonb(given))),
        'Pass how many units are moved; an adjustment may also be below zero.');
end
$$;
comment on function inventory.require_quantity(text, numeric) is
    'Refuses a quantity of a movement or reservation that is no number above zero.';

create or replace function inventory.require_cost(given numeric) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if given >= 0 is false or given < 1e12 is false then
        perform core.refuse(
            '23514', 'movement_cost_is_not_negative', 'inventory.inventory_movements.unit_cost',
            'The unit cost of a movement is a number, zero or more.',
            format('unit_cost = %s was given; allowed: 0 up to 10^12.', given),
            'Pass the cost of one unit, or leave it out where it is unknown.');
    end if;
end
$$;
comment on function inventory.require_cost(numeric) is
    'Refuses a unit cost that is no number of zero or more.';

create or replace function inventory.require_places(
    source_location_id uuid, destination_location_id uuid
) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if source_location_id = destination_location_id then
        perform core.refuse(
            '23514', 'movement_goes_somewhere_else',
            'inventory.inventory_movements.destination_location_id',
            'A movement goes from one location to another.',
            format('Both are location %s.', source_location_id),
            'Name two locations.');
    end if;
end
$$;
comment on function inventory.require_places(uuid, uuid) is
    'Refuses a movement that ends where it begins.';

create or replace function inventory.require_reason(given text) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (
        select from inventory.movement_reasons as reason
        where reason.tenant_id = core.current_tenant_id() and reason.code = given)
    then
        perform core.refuse(
            '23R09', 'movement_reason_is_known', 'inventory.inventory_movements.reason_code',
            'A movement that names a reason names one of its tenant.',
            format('reason = %s was given.', core.value_shown(to_jsonb(given))),
            'See inventory.movement_reasons.code.');
    end if;
end
$$;
comment on function inventory.require_reason(text) is
    'Refuses an adjustment without a reason that the tenant knows.';

create or replace function inventory.require_future(expires_at timestamptz) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if expires_at <= now() then
        perform core.refuse(
            '23R14', 'reservation_is_for_a_time_to_come', 'inventory.reservations.expires_at',
            'A reservation that is made expires in the future, or not at all.',
            format('expires_at = %L was given; it is %s now.', expires_at, now()),
            'Pass a later time, or leave it out.');
    end if;
end
$$;
comment on function inventory.require_future(timestamptz) is
    'Refuses a reservation that would have expired already.';

-- What the verbs of inventory ask of their arguments.

create or replace function inventory.require_quantity(argument_of text, given numeric) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if (round(given, 6) > 0 and round(given, 6) < 1e12) is true then
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
    'Refuses a quantity of a movement or reservation that is not a number above zero.';

create or replace function inventory.require_cost(given numeric) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if given >= 0 is false or round(given, 8) < 1e12 is false then
        perform core.refuse(
            '23514', 'movement_cost_is_not_negative', 'inventory.inventory_movements.unit_cost',
            'The unit cost of a movement is a number, zero or more.',
            format('unit_cost = %s was given; allowed: 0 up to 10^12.', given),
            'Pass the cost of one unit, or leave it out where it is unknown.');
    end if;
end
$$;
comment on function inventory.require_cost(numeric) is
    'Refuses a unit cost that is not a number of zero or more.';

create or replace function inventory.require_movement(movement inventory.inventory_movements)
    returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform inventory.require_quantity('movement', movement.quantity);
    perform inventory.require_cost(movement.unit_cost);
    if movement.kind = 'adjustment' then
        perform inventory.require_reason(movement.reason_code);
    end if;
    perform core.require_key('inventory.inventory_movements.idempotency_key',
        movement.idempotency_key);
    perform core.require_time('moved_at_is_a_business_time',
        'inventory.inventory_movements.moved_at',
        'Goods move from 1970 on, and at most a day ahead of the clock.', movement.moved_at);
    if not exists (
        select from catalog.skus as sku
        where sku.id = movement.sku_id and sku.tenant_id = core.current_tenant_id())
    then
        perform core.require_tenant(core.current_tenant_id());
        perform core.refuse(
            '23R09', 'sku_is_known', 'inventory.inventory_movements.sku_id',
            'Only a SKU of the catalog can be moved or reserved.',
            format('sku_id = %s was given.', core.value_shown(to_jsonb(movement.sku_id))),
            'Pass the id of a SKU of the tenant: see catalog.skus.id.');
    end if;
    perform inventory.require_places(
        movement.kind, movement.source_location_id, movement.destination_location_id);
end
$$;
comment on function inventory.require_movement(inventory.inventory_movements) is
    'Refuses a movement that cannot be posted by what it says itself.';

create or replace function inventory.require_places(
    kind text, source_location_id uuid, destination_location_id uuid
) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    source      record;
    destination record;
begin
    select place.code, place.usage into source
    from inventory.locations as place
    where place.id = require_places.source_location_id
      and place.tenant_id = core.current_tenant_id();
    select place.code, place.usage into destination
    from inventory.locations as place
    where place.id = require_places.destination_location_id
      and place.tenant_id = core.current_tenant_id();
    if source.code is null or destination.code is null then
        perform core.refuse(
            '23R09', 'location_is_known',
            case when source.code is null then 'inventory.inventory_movements.source_location_id'
                 else 'inventory.inventory_movements.destination_location_id' end,
            'Goods lie at, come from and go to known locations only.',
            format('From %s to %s was given.',
                core.value_shown(to_jsonb(require_places.source_location_id)),
                core.value_shown(to_jsonb(require_places.destination_location_id))),
            'Pass ids of locations of the tenant: see inventory.locations.id.');
    elsif not inventory.movement_fits(require_places.kind, source.usage, destination.usage) then
        perform core.refuse(
            '23R10', 'movement_fits_its_locations', 'inventory.inventory_movements',
            'Receipts come from suppliers, issues go to customers, transfers stay with us,'
                ' adjustments are found or lost.',
            format('kind = %s, from %s (%s) to %s (%s) was given.', require_places.kind, source.code,
                source.usage, destination.code, destination.usage),
            'Choose locations whose usage fits the kind: see inventory.locations.usage.');
    elsif require_places.source_location_id = require_places.destination_location_id then
        perform core.refuse(
            '23514', 'movement_goes_somewhere_else',
            'inventory.inventory_movements.destination_location_id',
            'A movement goes from one location to another.',
            format('Both are %s.', source.code),
            'Name two locations.');
    end if;
end
$$;
comment on function inventory.require_places(text, uuid, uuid) is
    'Refuses a movement between places that do not fit its kind, or that ends where it begins.';

create or replace function inventory.require_reason(given text) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if given is null then
        perform core.refuse(
            '23514', 'adjustment_names_its_reason', 'inventory.inventory_movements.reason_code',
            'An adjustment names its reason.', 'reason = null was given.',
            'See inventory.movement_reasons.code.');
    elsif not exists (
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

-- Which SKU lies where, and which counts cannot be posted.

create temporary table found_counts as
select record.record_number, sku.id as sku_id, sku.is_stocked, unit.code as unit_code,
    unit.decimals, place.id as location_id,
    -- A count of a run that was stopped is there already.
    coalesce(record.counted_at, posted.moved_at, now()) as moved_at,
    core.imported_id(coalesce(record.counted_at, 'epoch'),
        concat_ws('|', current_setting('importing.source'), core.current_tenant_id(), 'count',
            record.record_key)) as movement_id,
    record.existing_id is not null as was_counted
from records as record
left join lateral (
    select sku.id
    from catalog.skus as sku
    where sku.tenant_id = core.current_tenant_id()
      and sku.code_key = core.key_of(record.sku_code)
    union all
    -- Without a code: the SKU of the product that has just these option values.
    select one.id
    from catalog.products as product
    join catalog.skus as one on one.product_id = product.id and one.status = 'active'
    where record.sku_code is null and product.tenant_id = core.current_tenant_id()
      and product.slug = lower(record.product_key)
      and array(
              select value.name_key
              from catalog.sku_option_values as chosen
              join catalog.product_option_values as value on value.id = chosen.option_value_id
              where chosen.sku_id = one.id
              order by value.name_key)
          = array(
              select core.key_of(said.value)
              from unnest(array[record.option1_value, record.option2_value, record.option3_value])
                  as said (value)
              where said.value is not null
              order by core.key_of(said.value))
    limit 1
) as found on true
left join catalog.skus as sku on sku.id = found.id
left join core.units_of_measure as unit on unit.code = sku.unit_code
left join lateral (
    select location.id
    from inventory.locations as location
    where location.tenant_id = core.current_tenant_id() and location.usage = 'internal'
      and location.status = 'active'
      and case when record.location_code is null then location.is_default
               else core.key_of(record.location_code) = core.key_of(location.code)
                   or core.key_of(record.location_code) = core.key_of(location.name) end
    order by location.code is distinct from record.location_code, location.code
    limit 1
) as place on true
left join inventory.inventory_movements as posted on posted.id = record.record_id
where record.state in ('new', 'changed', 'loaded');
alter table found_counts add primary key (record_number);
create index on found_counts (sku_id, location_id);
analyze found_counts;

update records as record
set state = 'refused', reason = 'sku_is_unknown',
    column_name = case when record.sku_code is null and record.product_key is not null
        then '{product_key}' else '{sku_code}' end,
    detail = case
        when record.sku_code is not null then format('There is no SKU %s.', record.sku_code)
        when record.product_key is null then 'The row names neither a SKU nor a product.'
        else format('There is no SKU of the product %s with the options: %s.', record.product_key,
            coalesce(nullif(concat_ws(', ', record.option1_value, record.option2_value,
                record.option3_value), ''), 'none')) end
from found_counts as own
where own.record_number = record.record_number and record.state in ('new', 'changed')
  and own.sku_id is null;

update records as record
set state = 'refused', reason = 'sku_is_not_stocked', column_name = '{sku_code}',
    detail = format('No stock is counted for the SKU %s: set is_stocked in catalog.skus first.',
        sku.code)
from found_counts as own
join catalog.skus as sku on sku.id = own.sku_id
where own.record_number = record.record_number and record.state in ('new', 'changed')
  and not own.is_stocked;

update records as record
set state = 'refused', reason = 'location_is_unknown', column_name = '{location_code}',
    detail = case
        when record.location_code is null then 'There is no default location; name one.'
        else format('There is no place %s of our own. Make it, or let the import make it:'
            ' create_locations = true in [load].', record.location_code) end
from found_counts as own
where own.record_number = record.record_number and record.state in ('new', 'changed')
  and own.location_id is null
  and (record.location_code is null
       or not current_setting('importing.create_locations')::boolean
       -- Its code is taken: by the world outside, or by a closed place.
       or exists (
           select from inventory.locations as other
           where other.tenant_id = core.current_tenant_id()
             and core.key_of(other.code) = core.key_of(record.location_code)));

update records as record
set state = 'refused', reason = 'quantity_is_negative', column_name = '{quantity}',
    detail = format('%s cannot lie on a shelf.', record.quantity)
from found_counts as own
where own.record_number = record.record_number and record.state in ('new', 'changed')
  and (record.quantity < 0 or record.unit_cost < 0);

update records as record
set state = 'refused', reason = 'quantity_has_too_many_digits', column_name = '{quantity}',
    detail = format('%s is kept in %s, with %s decimals at most; its cost with 8.',
        coalesce(record.sku_code, record.product_key), own.unit_code, own.decimals)
from found_counts as own
where own.record_number = record.record_number and record.state in ('new', 'changed')
  and (scale(trim_scale(record.quantity)) > own.decimals
       or scale(trim_scale(record.unit_cost)) > 8);

update records as record
set state = 'refused', reason = 'counted_in_the_future', column_name = '{counted_at}',
    detail = format('%s is still to come.', record.counted_at)
from found_counts as own
where own.record_number = record.record_number and record.state in ('new', 'changed')
  and record.counted_at > now();

-- The same count with another result: a new count if it says when, else nobody knows.
update records as record
set state = 'refused', reason = 'was_counted_before', column_name = '{quantity}',
    detail = format('A count of this SKU at this place was loaded before%s, with another result.'
        ' If it was counted again, say when: counted_at.',
        case when record.counted_at is not null then ' for the same moment' end)
from found_counts as own
where own.record_number = record.record_number and record.state in ('new', 'changed')
  and own.was_counted
  and (record.counted_at is null
       or exists (
           select from inventory.inventory_movements as movement
           where movement.id = own.movement_id));

update records as record
set state = 'refused', reason = 'was_counted_later', column_name = '{counted_at}',
    detail = format('It was counted again after %s; the later count holds.', record.counted_at)
from found_counts as own
where own.record_number = record.record_number and record.state in ('new', 'changed')
  and record.counted_at is not null
  and exists (
      select from inventory.inventory_movements as movement
      where movement.sku_id = own.sku_id and movement.kind = 'adjustment'
        and movement.reason_code in ('opening', 'counted') and movement.moved_at > own.moved_at
        and own.location_id
            in (movement.destination_location_id, movement.source_location_id));

update records as record
set state = 'refused', reason = 'is_counted_twice', column_name = '{sku_code}',
    detail = 'The file counts this SKU at this place twice.'
from found_counts as own
join records as mine on mine.record_number = own.record_number
join found_counts as earlier
    on earlier.sku_id = own.sku_id and earlier.record_number < own.record_number
join records as other on other.record_number = earlier.record_number and other.state <> 'refused'
where own.record_number = record.record_number and record.state in ('new', 'changed')
  and (earlier.location_id = own.location_id
       or earlier.location_id is null and own.location_id is null
          and core.key_of(other.location_code) = core.key_of(mine.location_code));

update records as record
set record_id = own.movement_id,
    state = case when own.was_counted then 'changed' else 'new' end
from found_counts as own
where own.record_number = record.record_number and record.state in ('new', 'changed');

-- What every record amounts to, loaded or not.
create temporary table record_amounts as
select record.record_number, null::text as currency_code, record.quantity as amount
from records as record;

-- Brings in a batch of deliveries and adjustments through the public functions.
create procedure pg_temp.groundplan_supply(steps jsonb, zone text)
    language plpgsql
as $$
declare
    step jsonb;
begin
    for place in 0 .. jsonb_array_length(steps) - 1 loop
        step := steps -> place;
        if step ? 'unit_cost' then
            perform inventory.receive_stock(
                step ->> 'sku', (step ->> 'quantity')::numeric, (step ->> 'unit_cost')::numeric,
                received_at => (step ->> 'at')::timestamp at time zone zone,
                note => step ->> 'note');
        else
            perform inventory.adjust_stock(
                step ->> 'sku', (step ->> 'quantity')::numeric, step ->> 'reason',
                adjusted_at => (step ->> 'at')::timestamp at time zone zone);
        end if;
        commit;
    end loop;
end
$$;

-- Carries out a batch of orders, each from being placed to where it stands at the end, through the
-- functions any application calls. Every call is a transaction of its own, as it would be there.
-- Times come local to the shop, in a zone that the database knows.
create procedure pg_temp.groundplan_trade(orders jsonb, zone text)
    language plpgsql
as $$
declare
    wanted jsonb;
    step   jsonb;
    placed sales.orders;
begin
    for place in 0 .. jsonb_array_length(orders) - 1 loop
        wanted := orders -> place;
        placed := sales.place_order(
            lines => wanted -> 'lines',
            customer_id => (wanted ->> 'customer')::uuid,
            channel_code => wanted ->> 'channel',
            prices_include_tax => true,
            discount_amount => (wanted ->> 'discount')::numeric,
            shipping_amount => (wanted ->> 'shipping')::numeric,
            shipping_tax_amount => (wanted ->> 'shipping_tax')::numeric,
            surcharge_amount => (wanted ->> 'surcharge')::numeric,
            shipping_address_id => (wanted ->> 'address')::uuid,
            placed_at => (wanted ->> 'placed_at')::timestamp at time zone zone,
            source => 'seed');
        commit;
        for parcel in 0 .. jsonb_array_length(wanted -> 'parcels') - 1 loop
            step := wanted -> 'parcels' -> parcel;
            perform fulfillment.ship_order(
                placed.id,
                lines => step -> 'lines',
                carrier => step ->> 'carrier',
                tracking_number => step ->> 'tracking_number',
                shipped_at => (step ->> 'at')::timestamp at time zone zone);
            commit;
        end loop;
        if wanted ? 'returned' then
            step := wanted -> 'returned';
            perform fulfillment.return_items(
                placed.id,
                lines => step -> 'lines',
                reason_code => step ->> 'reason',
                received_at => (step ->> 'at')::timestamp at time zone zone);
            commit;
        end if;
        if wanted ? 'goodwill' then
            step := wanted -> 'goodwill';
            perform sales.refund_order(
                placed.id,
                amount => round(placed.total_amount * (step ->> 'share')::numeric, 2),
                reason => step ->> 'reason',
                refunded_at => (step ->> 'at')::timestamp at time zone zone);
            commit;
        end if;
        if wanted ? 'cancelled' then
            perform sales.cancel_order(placed.id, wanted ->> 'cancelled');
            commit;
        elsif (wanted ->> 'is_completed')::boolean then
            update sales.orders set status = 'completed' where id = placed.id;
            commit;
        end if;
    end loop;
end
$$;

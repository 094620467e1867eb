-- What a script might do by mistake. Every statement is refused, and nothing changes.

update sales.orders set total_amount = 1 where number = '1001';
update sales.order_items set unit_price = 0;
update inventory.stock_levels set on_hand = on_hand + 100;
delete from sales.ledger_entries;

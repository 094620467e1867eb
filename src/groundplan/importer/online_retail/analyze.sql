-- The functions of the modules plan their statements once and keep the plan until the statistics
-- change. Autovacuum cannot see into this transaction, so it is said here.
analyze sales.orders;
analyze sales.order_items;
analyze sales.refunds;
analyze sales.ledger_entries;
analyze inventory.inventory_movements;
analyze inventory.stock_levels;
analyze fulfillment.order_item_fulfillments;
analyze fulfillment.shipments;
analyze fulfillment.shipment_items;
analyze fulfillment.returns;
analyze fulfillment.return_items;

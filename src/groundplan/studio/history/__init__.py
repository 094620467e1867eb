"""What happened to an order, a SKU or a customer, as events in the order of time."""

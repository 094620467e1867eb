"""The race: other ways to keep a shop's orders, dashboards and history, beside Groundplan."""

select customers, new_customers, returning_customers
from reporting.customers(%(first)s, %(last)s, %(currency)s, %(channel)s)

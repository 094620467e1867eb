"""A Django application of two tables: the changes of one are kept by django-pghistory."""

"""Customers and their addresses: a row is a customer, or one more address of the same one."""

from __future__ import annotations

from groundplan.importer.entities.entity import Entity, Field

_RECORD = (
    Field(
        "customer_key",
        "code",
        "record",
        "What tells one customer from another: the number, or else the e-mail address.",
        True,
    ),
    Field("number", "code", "record", "Customer number as printed on papers."),
    Field("email", "email", "record", "E-mail address."),
    Field("given_name", "text", "record", "First name."),
    Field("family_name", "text", "record", "Last name."),
    Field("display_name", "text", "record", "Name to show; made of the other names if none."),
    Field(
        "organization",
        "text",
        "record",
        "Legal name, where the customer is an organization; the names are its contact's then.",
    ),
    Field("phone", "text", "record", "Telephone number."),
    Field("has_account", "flag", "record", "Whether the customer can log in; a guest if not said."),
    Field("country", "country", "record", "Where the customer is at home."),
    Field(
        "customer_status",
        "text",
        "record",
        "active, or archived.",
        choices=("active", "archived"),
    ),
)

_LINE = (
    Field("recipient", "text", "line", "Name on the parcel; the customer's if none."),
    Field("address_organization", "text", "line", "Company or department at the address."),
    Field("line_1", "text", "line", "Street and number."),
    Field("line_2", "text", "line", "Floor, flat, building."),
    Field("postal_code", "code", "line", "Postal code, ZIP."),
    Field("city", "text", "line", "City or town."),
    Field("region", "text", "line", "State, province or county."),
    Field("country_code", "country", "line", "Country of the address; the customer's if none."),
    Field("address_phone", "text", "line", "Telephone number for the carrier."),
    Field(
        "purpose",
        "text",
        "line",
        "shipping or billing; shipping if nothing is said.",
        choices=("shipping", "billing"),
    ),
)

CUSTOMERS = Entity(
    name="customers",
    title="customers",
    module="crm",
    key=("customer_key",),
    fields=(*_RECORD, *_LINE),
    options={
        # Customers that are there: update what the file says otherwise, keep them as they are, or
        # refuse them. What the file leaves blank stays as it is.
        "existing": "update",
        # An address without street, city or country: refuse the customer, or skip the address.
        "incomplete_addresses": "refuse",
    },
)

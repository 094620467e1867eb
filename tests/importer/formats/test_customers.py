"""Customers with their addresses: new ones, those that are there, and those that cannot be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.importer.formats.conftest import Import, ImportRows, Query

MAPPING = """
entity = "customers"
source = "shop"

[load]
{load}

[fields]
customer_key = {{ columns = ["number", "email"] }}
number = {{ column = "number", optional_column = true }}
email = {{ column = "email", optional_column = true }}
given_name = {{ column = "given", optional_column = true }}
family_name = {{ column = "family", optional_column = true }}
organization = {{ column = "company", optional_column = true }}
has_account = {{ column = "account", optional_column = true }}
country = {{ column = "home", optional_column = true }}
line_1 = {{ column = "street", optional_column = true }}
postal_code = {{ column = "zip", optional_column = true }}
city = {{ column = "city", optional_column = true }}
country_code = {{ column = "country", optional_column = true }}
purpose = {{ column = "purpose", optional_column = true }}

[custom_fields]
tags = "tags"
"""
CUSTOMERS = """
    select number, kind, display_name, email, has_account, country_code
    from crm.customers order by number
"""
ADDRESSES = """
    select customer.number, address.recipient, address.line_1, used.purpose, used.is_default
    from crm.customer_addresses as used
    join crm.customers as customer on customer.id = used.customer_id
    join core.addresses as address on address.id = used.address_id
    order by customer.number, used.purpose, address.line_1
"""
ADA = "number,email,given,family,account,street,zip,city,country,purpose\n"


def mapping(load: str = "") -> str:
    return MAPPING.format(load=load)


def test_persons_and_organizations(
    imported_rows: ImportRows, query: Query, everything_holds: Callable[[], None]
) -> None:
    report = imported_rows(
        mapping(),
        "number,email,given,family,company,account,home,tags\n"
        "1,ada@quill.example,Ada,Quill,,yes,GB,vip\n"
        "2,office@acme.example,Jo,Doe,Acme Ltd,no,US,\n"
        "3,,,,,,DE,\n",
    )
    assert (report.records, report.loaded) == (3, 3)
    assert query(CUSTOMERS) == [
        ("1", "person", "Ada Quill", "ada@quill.example", True, "GB"),
        ("2", "organization", "Acme Ltd", "office@acme.example", False, "US"),
        ("3", "person", "3", None, False, "DE"),
    ]
    # The person of an organization is its contact.
    assert query("select full_name, email, is_primary from crm.contacts") == [
        ("Jo Doe", "office@acme.example", True)
    ]
    assert query("select custom_fields from crm.customers where number = '1'") == [
        ({"tags": "vip"},)
    ]
    everything_holds()


def test_every_row_of_a_customer_may_have_an_address(
    imported_rows: ImportRows, query: Query
) -> None:
    report = imported_rows(
        mapping(),
        ADA + "1,ada@quill.example,Ada,Quill,,1 Ferry Lane,LS1,Leeds,GB,\n"
        "1,,,,,2 Dock Road,LS2,Leeds,GB,\n"
        "1,,,,,1 ferry lane,ls1,LEEDS,GB,\n"
        "1,,,,,2 Dock Road,LS2,Leeds,GB,billing\n",
    )
    assert (report.records, report.loaded) == (1, 4)
    # The third is the first; the fourth is the second, for another purpose.
    assert query(ADDRESSES) == [
        ("1", "Ada Quill", "2 Dock Road", "billing", True),
        ("1", "Ada Quill", "1 Ferry Lane", "shipping", True),
        ("1", "Ada Quill", "2 Dock Road", "shipping", False),
    ]
    assert query("select count(*) from core.addresses") == [(2,)]
    # At home where the first address is.
    assert query(CUSTOMERS)[0][5] == "GB"


def test_only_what_the_file_says_otherwise_changes(imported_rows: ImportRows, query: Query) -> None:
    row = "1,ada@quill.example,Ada,Quill,yes,1 Ferry Lane,LS1,Leeds,GB,\n"
    imported_rows(mapping(), ADA + row + "2,ben@orchard.example,Ben,,,,,,,\n")
    report = imported_rows(
        mapping(), ADA + row.replace(",Ada,", ",Adele,") + "2,ben@orchard.example,,,,,,,,\n"
    )
    assert (report.records, report.changed) == (0, 2)
    assert query("select number, display_name, version from crm.customers order by number") == [
        ("1", "Adele Quill", 2),
        ("2", "Ben", 1),
    ]
    # The address is the same, though the customer's name on the parcel would be another one.
    assert query("select count(*) from crm.customer_addresses") == [(1,)]


def test_existing_customers_can_be_kept_or_refused(imported_rows: ImportRows, query: Query) -> None:
    imported_rows(mapping(), ADA + "1,ada@quill.example,Ada,Quill,,,,,,\n")
    changed = ADA + "1,ada@quill.example,Eve,Quill,,2 Dock Road,LS2,Leeds,GB,\n"
    refused = imported_rows(mapping('existing = "refuse"'), changed)
    assert dict(refused.reasons) == {"customer_is_there": 1}
    assert imported_rows(mapping('existing = "keep"'), changed).changed == 1
    assert query(CUSTOMERS)[0][2] == "Ada Quill"
    assert query(ADDRESSES) == []


def test_a_guest_of_an_order_gets_the_number_of_the_customer_file(
    imported_rows: ImportRows, query: Query
) -> None:
    query("insert into crm.customers (display_name, email) values ('Guest', 'ADA@quill.example')")
    imported_rows(mapping(), ADA + "1,ada@quill.example,Ada,Quill,,,,,,\n")
    assert query(CUSTOMERS) == [("1", "person", "Ada Quill", "ada@quill.example", False, None)]


def test_somebody_with_another_number_is_somebody_else(
    imported_rows: ImportRows, query: Query
) -> None:
    imported_rows(mapping(), ADA + "1,us@quill.example,Ada,Quill,,,,,,\n")
    imported_rows(mapping(), ADA + "2,us@quill.example,Bob,Quill,,,,,,\n")
    assert [row[0] for row in query(CUSTOMERS)] == ["1", "2"]
    # Then the address alone does not tell who is meant.
    report = imported_rows(mapping(), ADA + ",us@quill.example,Ada,,,,,,,\n")
    assert dict(report.reasons) == {"email_is_shared": 1}


@pytest.mark.parametrize(
    ("rows", "reason", "line"),
    [
        (["1,a@b.example,,,yes,,,,,", "2,A@b.example,,,yes,,,,,"], "account_email_is_taken", 3),
        (["1,,A,,yes,,,,,"], "account_has_no_email", 2),
        ([",a@b.example,,,,,,,,", ",A@b.example,,,,,,,,"], "email_is_repeated", 3),
        (["1,nobody,,,,,,,,"], "email_is_malformed", 2),
        (["1,,A,,,1 Road,,,GB,"], "address_is_incomplete", 2),
        (["1,,A,,,1 Road,,York,,"], "address_is_incomplete", 2),
        (["1,,A,,,,,York,GB,"], "address_is_incomplete", 2),
        (["1,,A,,,1 Road,,York,GB,home"], "word_is_unknown", 2),
        (["1,,A,,,,,,Narnia,"], "country_is_unknown", 2),
        (["1,,A,,,,,,,", "1,,B,,,,,,,"], "rows_disagree", 2),
        ([",,A,,,,,,,"], "key_is_missing", 2),
    ],
)
def test_what_cannot_be_loaded_is_refused(
    imported_rows: ImportRows, query: Query, rows: list[str], reason: str, line: int
) -> None:
    report = imported_rows(mapping(), ADA + "\n".join((*rows, "9,z@z.example,Z,,,,,,,")) + "\n")
    assert reason in report.reasons, report.reasons
    first = report.first_rejects[0]
    assert first.line == line
    assert "{" not in f"{first.column} {first.detail}"
    assert query("select count(*) from crm.customers where number = '9'") == [(1,)]


def test_an_account_of_somebody_else_is_not_taken_over(
    imported_rows: ImportRows, query: Query
) -> None:
    query(
        "insert into crm.customers (number, display_name, email, has_account)"
        " values ('7', 'Ada', 'ada@quill.example', true)"
    )
    report = imported_rows(mapping(), ADA + "1,ada@quill.example,Eve,,yes,,,,,\n")
    assert dict(report.reasons) == {"account_email_is_taken": 1}
    # By its address alone it is the same customer.
    assert imported_rows(mapping(), ADA + ",ada@quill.example,Eve,,,,,,,\n").changed == 1
    assert [row[:3] for row in query(CUSTOMERS)] == [("7", "person", "Eve")]


def test_erased_customers_stay_erased(imported_rows: ImportRows, query: Query) -> None:
    row = ADA + "1,ada@quill.example,Ada,,,,,,,\n"
    imported_rows(mapping(), row)
    query(
        "update crm.customers set status = 'erased', display_name = 'erased', email = null,"
        " given_name = null"
    )
    report = imported_rows(mapping(), row.replace(",Ada,", ",Adele,"))
    assert dict(report.reasons) == {"customer_was_erased": 1}
    assert query("select email from crm.customers") == [(None,)]


def test_incomplete_addresses_can_be_skipped(imported_rows: ImportRows, query: Query) -> None:
    rows = ADA + "1,,A,,,1 Road,,,GB,\n"
    report = imported_rows(mapping('incomplete_addresses = "skip"'), rows)
    assert report.loaded == 1
    assert query(ADDRESSES) == []
    assert query(CUSTOMERS)[0][0] == "1"


def test_shopify(imported: Import, query: Query) -> None:
    report = imported("shopify-customers", "shopify-customers.csv")
    assert (report.read, report.loaded) == (4, 3)
    (incomplete,) = report.first_rejects
    assert (incomplete.line, incomplete.column) == (5, "Default Address City")
    assert query(CUSTOMERS) == [
        ("7010000000001", "person", "Ada Quill", "ada@quill.example", False, "GB"),
        ("7010000000002", "person", "Ben", "ben@orchard.example", False, "NL"),
        ("7010000000003", "person", "carla@example.com", "carla@example.com", False, "IT"),
    ]
    assert query(
        "select recipient, organization, line_1, line_2, postal_code, city, region, country_code,"
        " phone from core.addresses where city = 'Leeds'"
    ) == [
        (
            "Ada Quill", "Quill & Sons", "12 Ferry Lane", "Flat 2", "LS1 4AP", "Leeds", "ENG",
            "GB", "+441130000001",
        )
    ]  # fmt: skip
    # Notes on persons stay behind.
    ((custom,),) = query("select custom_fields from crm.customers where number = '7010000000001'")
    assert custom == {
        "tags": "vip, press",
        "tax_exempt": "no",
        "accepts_sms_marketing": "no",
        "accepts_email_marketing": "yes",
    }


def test_shopify_export_without_numbers(imported: Import, query: Query) -> None:
    assert imported("shopify-customers", "shopify-customers-old.csv").loaded == 1
    ((name, email, zip_code),) = query(
        "select customer.display_name, customer.email, address.postal_code"
        " from crm.customers as customer"
        " join crm.customer_addresses as used on used.customer_id = customer.id"
        " join core.addresses as address on address.id = used.address_id"
    )
    assert (name, email, zip_code) == ("Eve Lind", "eve@lind.example", "753 20")


def test_spree(imported: Import, query: Query) -> None:
    assert imported("spree-customers", "spree-customers.csv").loaded == 2
    assert query("select display_name, country_code from crm.customers order by email") == [
        ("Finn Harbor", "GB"),
        ("Gia Grove", None),
    ]
    assert query("select organization, city from core.addresses") == [("Harbor Ltd", "Bristol")]

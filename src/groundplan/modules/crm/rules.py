"""Rules of crm: changes leave a trace, and what is personal stays erasable."""

from groundplan.rules import (
    Audited,
    Dated,
    Frozen,
    Personal,
    RestoredCheck,
    tenant_scoped,
)
from groundplan.rules.declaration import attack

CUSTOMERS_ARE_AUDITED = Audited(
    name="customer_changes_leave_a_trace",
    table="crm.customers",
    sentence="Every change of a customer leaves the old one in the audit log.",
    personal=(
        "display_name",
        "given_name",
        "family_name",
        "organization",
        "email",
        "email_key",
        "phone",
    ),
    derived=("email_key",),
    sample="number",
)

CONTACTS_ARE_AUDITED = Audited(
    name="contact_changes_leave_a_trace",
    table="crm.contacts",
    sentence="Every change of a contact leaves the old one in the audit log.",
    personal=("full_name", "job_title", "email", "email_key", "phone"),
    derived=("email_key",),
    sample="full_name",
)

RULES = (
    RestoredCheck(
        name="customer_address_period_is_on_the_calendar",
        table="crm.customer_addresses",
        holds="""core.is_calendar_time(r.valid_from) is not false
and core.is_calendar_time(r.valid_to) is not false""",
        sentence="An address is used from 1970 on, and until the year 9999 at most.",
        hint="Leave valid_to out for what has no end.",
        breach="update crm.customer_addresses set valid_to = 'infinity'"
        " where valid_to is null and not is_default",
    ),
    Dated(
        name="erasing_of_a_customer_is_dated",
        table="crm.customers",
        column="erased_at",
        holds="new.status = 'erased'",
        sentence="The database writes down since when a customer is erased.",
        hint="Set status; erased_at follows.",
    ),
    Frozen(
        name="erased_customers_stay_erased",
        table="crm.customers",
        columns=("status", "kind", "has_account"),
        when="old.status = 'erased'",
        sentence="An erased customer gets no personal data again, and stays for its facts.",
        hint="Make a new customer.",
        attack=(
            attack(
                """
                update crm.customers set status = 'erased', display_name = 'erased',
                    given_name = null, family_name = null, email = null, phone = null,
                    has_account = false
                where number = 'C-1'
                """,
                "update crm.customers set status = 'active' where number = 'C-1'",
            ),
        ),
    ),
    CUSTOMERS_ARE_AUDITED,
    Personal(
        name="customer_details_stay_out_of_the_audit_log",
        table="crm.customers",
        audited=CUSTOMERS_ARE_AUDITED,
        columns=CUSTOMERS_ARE_AUDITED.personal,
        sentence="Names and addresses of customers are kept where they can be erased.",
    ),
    CONTACTS_ARE_AUDITED,
    Personal(
        name="contact_details_stay_out_of_the_audit_log",
        table="crm.contacts",
        audited=CONTACTS_ARE_AUDITED,
        columns=CONTACTS_ARE_AUDITED.personal,
        sentence="Names and addresses of contacts are kept where they can be erased.",
    ),
    Audited(
        name="customer_address_changes_leave_a_trace",
        table="crm.customer_addresses",
        sentence="Every change of where a customer is reached leaves the old one in the audit log.",
        sample="created_by",
    ),
    *tenant_scoped("crm.customers", "crm.contacts", "crm.customer_addresses"),
)

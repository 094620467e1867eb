-- Customers with an address each, from a JSON list.
create procedure pg_temp.groundplan_register(people jsonb, zone text)
    language plpgsql
as $$
begin
    insert into core.addresses (
        id, recipient, organization, line_1, postal_code, city, country_code, created_at)
    select person.address, person.name, person.organization, person.line_1, person.postal_code,
        person.city, person.country_code, person.since at time zone zone
    from jsonb_to_recordset(people) as person (
        address uuid, name text, organization text, line_1 text, postal_code text, city text,
        country_code text, since timestamp);
    insert into crm.customers (
        id, number, kind, display_name, given_name, family_name, organization, email, has_account,
        country_code, created_at)
    select person.id, person.number,
        case when person.organization is null then 'person' else 'organization' end,
        person.name, person.given_name, person.family_name, person.organization, person.email,
        person.has_account, person.country_code, person.since at time zone zone
    from jsonb_to_recordset(people) as person (
        id uuid, number text, name text, given_name text, family_name text, organization text,
        email text, has_account boolean, country_code text, since timestamp);
    insert into crm.customer_addresses (customer_id, address_id, purpose, is_default, valid_from)
    select person.id, person.address, 'shipping', true, person.since at time zone zone
    from jsonb_to_recordset(people) as person (id uuid, address uuid, since timestamp);
end
$$;

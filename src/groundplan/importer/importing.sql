-- What the importer remembers for ever: its runs, what became of every record, and every row it did
-- not load, with the reason. Made by the first import, with the rights of the owner; nobody else is
-- granted anything.

create schema if not exists importing;
comment on schema importing is
    'Groundplan: what was imported from files, and which rows were refused.';

create table if not exists importing.runs (
    tenant_id      integer     not null default core.current_tenant_id()
                               references core.tenants (id),
    id             uuid        not null default core.new_id() primary key,
    source         text        not null collate "C",
    file_name      text        not null,
    status         text        not null collate "C" default 'finished',
    read_lines      bigint      not null,
    loaded_lines    bigint      not null,
    rejected_lines  bigint      not null,
    duplicate_lines bigint      not null,
    created_at     timestamptz not null default now(),
    created_by     text        not null default core.actor(),

    constraint run_status_is_known
        check (status in ('loading', 'finished')),
    constraint every_line_read_is_accounted_for
        check (status = 'loading' or read_lines = loaded_lines + rejected_lines + duplicate_lines)
);
comment on table importing.runs is
    'One row for each import: rows read, loaded, rejected, known. A run that commits as it goes is
loading until its end; a second attempt with the same files goes on where it stopped.';
comment on column importing.runs.tenant_id is 'The company it was imported for.';
comment on column importing.runs.id is 'Identifier: a time-ordered UUID.';
comment on column importing.runs.source is 'What was imported: import:shopify-orders.';
comment on column importing.runs.file_name is 'Names of the files, without their directories.';
comment on column importing.runs.status is 'loading, or finished.';
comment on column importing.runs.read_lines is 'Rows in the files, without headers.';
comment on column importing.runs.loaded_lines is 'Rows of records that are there now.';
comment on column importing.runs.rejected_lines is 'Rows of records that are not, each with a reason.';
comment on column importing.runs.duplicate_lines is 'Rows of records an earlier run had loaded.';
comment on column importing.runs.created_at is 'When.';
comment on column importing.runs.created_by is 'Who, as the application said it.';

create table if not exists importing.run_amounts (
    tenant_id        integer not null default core.current_tenant_id()
                             references core.tenants (id),
    id               uuid    not null default core.new_id() primary key,
    run_id           uuid    not null references importing.runs (id),
    currency_code    text    not null collate "C",
    source_amount    numeric not null,
    loaded_amount    numeric not null,
    rejected_amount  numeric not null,
    duplicate_amount numeric not null,
    rounding_amount  numeric not null default 0,

    constraint run_has_one_amount_per_currency
        unique (run_id, currency_code),
    constraint every_penny_read_is_accounted_for
        check (source_amount
               = loaded_amount + rejected_amount + duplicate_amount + rounding_amount)
);
comment on table importing.run_amounts is
    'What a run adds up to, one row a currency; units where stock was imported.';
comment on column importing.run_amounts.tenant_id is 'The company it was imported for.';
comment on column importing.run_amounts.id is 'Identifier: a time-ordered UUID.';
comment on column importing.run_amounts.run_id is 'The run.';
comment on column importing.run_amounts.currency_code is 'ISO 4217, or units for quantities.';
comment on column importing.run_amounts.source_amount is
    'What the files add up to, as exact as they say it.';
comment on column importing.run_amounts.loaded_amount is
    'What the database says the loaded records amount to, counted after the load.';
comment on column importing.run_amounts.rejected_amount is 'Sum of the rejected records.';
comment on column importing.run_amounts.duplicate_amount is
    'Sum of the records that were loaded before.';
comment on column importing.run_amounts.rounding_amount is
    'Digits of the files below the smallest unit of the currency, which no book can hold.';

create table if not exists importing.imported_records (
    tenant_id     integer not null default core.current_tenant_id()
                          references core.tenants (id),
    entity        text    not null collate "C",
    source        text    not null collate "C",
    record_key    text    not null collate "C",
    record_id     uuid    not null,
    digest        text    not null collate "C",
    run_id        uuid    not null references importing.runs (id),

    primary key (tenant_id, entity, source, record_key)
);
create index if not exists imported_records_run on importing.imported_records (run_id);
comment on table importing.imported_records is
    'What every imported record became: by this, the same file again changes nothing.';
comment on column importing.imported_records.tenant_id is 'The company it was imported for.';
comment on column importing.imported_records.entity is 'orders, products, customers or stock.';
comment on column importing.imported_records.source is 'The system it came from: the keys are its.';
comment on column importing.imported_records.record_key is 'Its key there.';
comment on column importing.imported_records.record_id is 'Its identifier here.';
comment on column importing.imported_records.digest is 'MD5 of all it said, to tell a change.';
comment on column importing.imported_records.run_id is 'The run that loaded it last.';

create table if not exists importing.rejected_lines (
    tenant_id   integer not null default core.current_tenant_id() references core.tenants (id),
    id          uuid    not null default core.new_id() primary key,
    run_id      uuid    not null references importing.runs (id),
    file_name   text    not null,
    line_number integer not null,
    fields      text[]  not null,
    amount      numeric,
    reason      text    not null collate "C",
    column_name text,
    detail      text
);
create index if not exists rejected_lines_run on importing.rejected_lines (run_id);
comment on table importing.rejected_lines is
    'Every row that was not loaded, as it stood in the file. It stays, whatever later runs do.';
comment on column importing.rejected_lines.tenant_id is 'The company it was imported for.';
comment on column importing.rejected_lines.id is 'Identifier; the same in every run where it can be.';
comment on column importing.rejected_lines.run_id is 'The run that refused it.';
comment on column importing.rejected_lines.file_name is 'The file.';
comment on column importing.rejected_lines.line_number is
    'Where the row begins in that file, the header being 1.';
comment on column importing.rejected_lines.fields is 'Its fields, unchanged.';
comment on column importing.rejected_lines.amount is
    'What it amounts to; null where that cannot be told.';
comment on column importing.rejected_lines.reason is 'Why, in a word.';
comment on column importing.rejected_lines.column_name is 'The column that is wrong, if it is one.';
comment on column importing.rejected_lines.detail is 'Why, in a sentence.';

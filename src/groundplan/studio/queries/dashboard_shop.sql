-- What there is to read, and whether it has what the dashboard asks for.
select
    now(),
    to_regclass('reporting.metrics_daily') is not null,
    to_regclass('reporting.stock_alerts') is not null,
    to_regclass('reporting.business_day') is not null
        and to_regclass('reporting.last_verification') is not null

-- The number of decimal places of a currency, by its alphabetic code.
--
-- Source: ISO 4217:2015, the active codes as of January 2026. The same figures are in the column
-- core.currencies.minor_units (reference_data.sql); change both together. A function of constants
-- reads no table, so it can be immutable and serve in check constraints and generated columns.
--
-- Not a SQL-standard body: its comparisons with long lists would build their hash tables anew in every
-- statement that it is inlined into, which costs more than the SET clause.

create or replace function core.minor_units(currency_code text)
returns integer
language plpgsql
immutable
strict
parallel safe
set search_path = pg_catalog, pg_temp
as $function$
begin
  return case
    when currency_code operator(pg_catalog.=) any ('{
      AED, AFN, ALL, AMD, AOA, ARS, AUD, AWG, AZN, BAM, BBD, BDT, BMD, BND, BOB,
      BOV, BRL, BSD, BTN, BWP, BYN, BZD, CAD, CDF, CHE, CHF, CHW, CNY, COP, COU,
      CRC, CUP, CVE, CZK, DKK, DOP, DZD, EGP, ERN, ETB, EUR, FJD, FKP, GBP, GEL,
      GHS, GIP, GMD, GTQ, GYD, HKD, HNL, HTG, HUF, IDR, ILS, INR, IRR, JMD, KES,
      KGS, KHR, KPW, KYD, KZT, LAK, LBP, LKR, LRD, LSL, MAD, MDL, MGA, MKD, MMK,
      MNT, MOP, MRU, MUR, MVR, MWK, MXN, MXV, MYR, MZN, NAD, NGN, NIO, NOK, NPR,
      NZD, PAB, PEN, PGK, PHP, PKR, PLN, QAR, RON, RSD, RUB, SAR, SBD, SCR, SDG,
      SEK, SGD, SHP, SLE, SOS, SRD, SSP, STN, SVC, SYP, SZL, THB, TJS, TMT, TOP,
      TRY, TTD, TWD, TZS, UAH, USD, USN, UYU, UZS, VED, VES, WST, XCD, XCG, YER,
      ZAR, ZMW, ZWG
    }') then 2
    when currency_code operator(pg_catalog.=) any ('{
      BIF, CLP, DJF, GNF, ISK, JPY, KMF, KRW, PYG, RWF, UGX, UYI, VND, VUV, XAF,
      XOF, XPF
    }') then 0
    when currency_code operator(pg_catalog.=) any ('{BHD,IQD,JOD,KWD,LYD,OMR,TND}') then 3
    when currency_code operator(pg_catalog.=) any ('{CLF,UYW}') then 4
  end;
end;
$function$;

comment on function core.minor_units(text) is
  'Decimal places of a currency by its ISO 4217 alphabetic code, in capitals; null if unknown.';

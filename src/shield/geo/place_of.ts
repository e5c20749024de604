import type { Place } from "../../core/place.ts";
import { isMap } from "../../lib/mmdb/mmdb.ts";
import type { MmdbValue } from "../../lib/mmdb/decode.ts";

const LONGEST_NAME = 120;

/**
 * What one record says, in the spellings of the common makers: MaxMind and DB-IP (`country.iso_code`, `city.names.en`),
 * ip-location-db (`country_code`, `city`), IPinfo (`country`, `asn: AS64500`, `as_name`).
 */
export function placeOf(record: MmdbValue | undefined): Place {
  if (!isMap(record)) return { country: "" };
  const country = countryOf(record.country_code) || countryOf(record.country) ||
    countryOf(record.registered_country);
  const city = nameOf(record.city);
  const asn = numberOf(record.autonomous_system_number) ?? numberOf(record.asn);
  const organisation = nameOf(record.autonomous_system_organization) || nameOf(record.as_name);
  return {
    country,
    ...(city === "" ? {} : { city }),
    ...(asn === undefined ? {} : { asn }),
    ...(organisation === "" ? {} : { organisation }),
  };
}

/** What several databases say of one address; the first one that knows wins. null: none knows anything. */
export function joined(places: readonly Place[]): Place | null {
  const country = places.find((place) => place.country !== "")?.country ?? "";
  const rest = Object.assign({}, ...places.toReversed()) as Place;
  return country === "" && rest.city === undefined && rest.asn === undefined &&
      rest.organisation === undefined
    ? null
    : { ...rest, country };
}

function countryOf(value: MmdbValue | undefined): string {
  if (isMap(value)) return countryOf(value.iso_code);
  return typeof value === "string" && /^[A-Za-z]{2}$/.test(value) ? value.toUpperCase() : "";
}

function nameOf(value: MmdbValue | undefined): string {
  if (isMap(value)) return isMap(value.names) ? nameOf(value.names.en) : "";
  return typeof value === "string" ? value.slice(0, LONGEST_NAME) : "";
}

function numberOf(value: MmdbValue | undefined): number | undefined {
  const number = typeof value === "string" ? Number(/^AS(\d{1,10})$/.exec(value)?.[1] ?? NaN) : value;
  return typeof number === "number" && Number.isInteger(number) && number > 0 ? number : undefined;
}

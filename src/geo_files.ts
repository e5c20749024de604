import type { Config } from "./config/config.ts";
import type { GeoFile } from "./control/geo/geo_source.ts";
import { EMBEDDED_COUNTRY } from "./embedded_country.ts";

/** A file that is named stands in the place of the one that comes with Aegis. */
export function geoFiles({ geoip_db_path: country, geoip_asn_db_path: asn }: Config): GeoFile[] {
  return [
    country === null
      ? { role: "country", origin: "built-in", ...EMBEDDED_COUNTRY }
      : { role: "country", origin: "file", path: country, licence: "" },
    ...(asn === null ? [] : [{ role: "asn", origin: "file", path: asn, licence: "" } as const]),
  ];
}

import { fileURLToPath } from "node:url";
import { EMBEDDED_COUNTRY_URL } from "./embedded_country_url.ts";

/** The country database that comes with Aegis; supervisor and control agree on its place. */
export const EMBEDDED_COUNTRY = Object.freeze({
  path: fileURLToPath(EMBEDDED_COUNTRY_URL),
  licence:
    "CC BY 4.0: whois, geofeed and ASN data of the RIRs, by the Number Resource Organization (nro.net); " +
    "compiled by ip-location-db",
});

// Named so that the package is there when its file is asked for.
import "@geo/country/package.json" with { type: "json" };

/** Of the package while Aegis runs from its source; a build puts the file beside this module and names it here. */
export const EMBEDDED_COUNTRY_URL = import.meta.resolve("@geo/country/geo-whois-asn-country.mmdb");

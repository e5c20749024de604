import { type Geo, NOWHERE } from "../core/place.ts";
import { Mmdb } from "../lib/mmdb/mmdb.ts";
import { GeoLookup } from "../shield/geo/geo_lookup.ts";

/** Look-ups in databases that control has read; a file that is none is left out, as if it were missing. */
export function openGeo(files: readonly SharedArrayBuffer[]): Geo {
  const databases = files.map((file) => Mmdb.open(new Uint8Array(file))).filter((each) =>
    typeof each !== "string"
  );
  return databases.length === 0 ? NOWHERE : new GeoLookup(databases);
}

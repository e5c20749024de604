/** What `geo.status` returns. */
export interface GeoView {
  readonly enabled: boolean;
  readonly files: readonly GeoFileView[];
  readonly next_look_at: number | null;
}

export interface GeoFileView {
  readonly role: "country" | "asn";
  readonly origin: "file" | "built-in";
  readonly path: string;
  readonly type: string | null;
  readonly built_at: number | null;
  readonly bytes: number;
  readonly licence: string;
  readonly read_at: number | null;
  readonly error: string | null;
}

/** Of the settings, what is said about countries. */
export interface CountrySettings {
  readonly toggles: { readonly geoip: boolean };
  readonly blocked_countries: readonly string[];
  readonly allowed_countries: readonly string[];
}

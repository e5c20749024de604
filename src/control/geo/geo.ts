import { AegisError } from "../../core/errors.ts";
import { formatAddress, parseAddress } from "../../lib/ip.ts";
import { rangeSpan } from "../traffic/analytics.ts";
import type { Bodies } from "../body.ts";
import { nameOf } from "./country_names.ts";

type Names = "analytics.geo" | "geo.status" | "geo.look_up";

export const geoBodies: Bodies<Names> = {
  "analytics.geo": {
    read: ({ control }, { range }) => {
      const span = rangeSpan(control, range);
      const countries = control.store.analytics.countries(span).map((sums) => ({
        country: sums.country,
        name: nameOf(sums.country),
        requests: sums.requests,
        detected: sums.detected,
        blocked: sums.blocked,
      }));
      return { ...span, countries };
    },
  },
  "geo.status": {
    read: ({ control }) => ({
      enabled: control.settings().toggles.geoip,
      files: (control.geo?.states ?? []).map((state) => ({
        role: state.role,
        origin: state.origin,
        path: state.path,
        type: state.facts?.type ?? null,
        built_at: state.facts?.builtAt ?? null,
        bytes: state.bytes,
        licence: state.licence,
        read_at: state.readAt,
        error: state.error,
      })),
      next_look_at: control.geo?.nextLookAt ?? null,
    }),
  },
  "geo.look_up": {
    read: ({ control }, { address }) => {
      const words = parseAddress(address.trim());
      if (words === null) {
        const message = `"${address}" is no address`;
        throw new AegisError("invalid_input", message, {
          fields: [{
            field: "address",
            message,
            remedy: "write an address such as 192.0.2.7 or 2001:db8::7",
          }],
        });
      }
      if (control.geo === null) {
        throw new AegisError("unavailable", "databases are only read while Aegis runs: start it first");
      }
      const place = control.geo.geo.lookUp(words);
      return {
        address: formatAddress(words),
        country: place?.country ?? "",
        name: nameOf(place?.country ?? ""),
        city: place?.city ?? "",
        asn: place?.asn ?? null,
        organisation: place?.organisation ?? "",
      };
    },
  },
};

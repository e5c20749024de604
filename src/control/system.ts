import { X509Certificate } from "node:crypto";
import { authorityOf } from "../certificates/local_ca.ts";
import { trustBundle } from "../certificates/trust_bundle.ts";
import { AegisError } from "../core/errors.ts";
import type { Answer, Bodies } from "./body.ts";
import { takeDeclaredSchemas } from "./schemas/declared_schemas.ts";
import type { Control } from "./control.ts";
import { publishAll } from "./publish_all.ts";
import { adminUrl } from "./admin_address.ts";
import { sharedText } from "./bans/shared_address.ts";

function automaticBans({ banDesk }: Control): Answer<"system.status">["automatic_bans"] {
  const main = banDesk.sharedAddress.state;
  return {
    state: main === null ? "on" : "paused",
    text: main === null ? "" : sharedText(main),
    ...banDesk.counts,
  };
}

type Name = "system.status" | "system.reload" | "system.trust_bundle" | "audit.list";

export const systemBodies: Bodies<Name> = {
  "system.status": {
    read: ({ control }) => ({
      ...control.facts(),
      ruleset_version: control.rules.version,
      database: { path: control.config.database_path, bytes: control.store.bytes() },
      snapshot_version: control.publisher.version,
      automatic_bans: automaticBans(control),
    }),
  },
  "system.reload": {
    change: async ({ control }) => {
      const next = await control.readConfig();
      return (change) => {
        const before = control.config;
        control.useConfig(next);
        change.onFailure(() => control.useConfig(before));
        takeDeclaredSchemas(control);
        change.onRefused(async (why) => {
          control.useConfig(before);
          control.refusedConfig(why);
          // Gateways that took it before another one refused come back to the old too.
          await publishAll(control);
        });
        change.record("configuration", null, { file: next.config_path });
        change.republish();
        return { version: control.publisher.version + 1 };
      };
    },
  },
  "system.trust_bundle": {
    read: ({ control }) => {
      const adminCa = authorityOf(control.adminCertificate());
      return {
        file_name: "aegis-trust.zip",
        content: trustBundle(adminCa, control.localCa.certificatePem, adminUrl(control.config)).toBase64(),
        ca_fingerprint: new X509Certificate(adminCa).fingerprint256,
      };
    },
  },
  "audit.list": {
    read: ({ control }, { q, before, limit }) => {
      const rows = control.store.audit.list({
        ...(q === undefined ? {} : { q }),
        ...(before === undefined ? {} : { before: cursor(before) }),
        limit: limit + 1,
      });
      const shown = rows.slice(0, limit);
      return {
        rows: shown.map((row) => ({
          id: String(row.seq),
          at: row.at,
          actor_kind: row.actorKind,
          actor_id: row.actorId,
          actor_name: row.actorName,
          address: row.address,
          action: row.operation,
          subject: row.subject,
          before: row.before,
          after: row.after,
        })),
        next: rows.length > limit ? String(shown.at(-1)!.seq) : null,
      };
    },
  },
};

function cursor(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AegisError("invalid_input", "that is no cursor", {
    fields: [{ field: "before", message: "is no cursor", remedy: "give `next` of the page before" }],
  });
}

import { z } from "zod";
import { count, id, nothing, timestamp } from "./common.ts";
import { contract } from "../operation_contract.ts";

/** What people need to know of one certificate. */
export const certificateFacts = z.strictObject({
  /** `CN=app.test, O=Example`. */
  subject: z.string(),
  issuer: z.string(),
  /** DNS names and addresses that it stands for. */
  names: z.array(z.string()),
  not_before: timestamp,
  not_after: timestamp,
  serial: z.string(),
  /** SHA-256 in hex. */
  fingerprint: z.string(),
  /** `EC P-256`, `RSA 2048`, … */
  key_type: z.string(),
  self_signed: z.boolean(),
});

export const certificateView = z.strictObject({
  id,
  ...certificateFacts.shape,
  /** Certificates that are sent with it. */
  chain_length: count,
  created_at: timestamp,
  /** `bound`: by its choice; `matching`: because the name fits; `upstream`: shown to its targets. */
  used_by: z.array(z.strictObject({
    host_id: id,
    host_name: z.string(),
    as: z.enum(["bound", "matching", "upstream"]),
  })),
});

const Pem = z.string().min(1).max(262_144);

export const certificatesContract = {
  "certificates.list": contract({
    summary: "Stored certificates, what uses them and when they end",
    role: "viewer",
    changes: false,
    input: z.strictObject({}),
    output: z.array(certificateView),
  }),
  "certificates.show": contract({
    summary: "One certificate with its chain; never its key",
    role: "viewer",
    changes: false,
    input: z.strictObject({ id }),
    output: z.strictObject({ ...certificateView.shape, chain: z.array(certificateFacts), pem: z.string() }),
  }),
  "certificates.upload": contract({
    summary: "Store a certificate with its key; with `id` in place of a stored one, which keeps its uses",
    role: "operator",
    changes: true,
    input: z.strictObject({
      /** The certificate and its chain as PEM, in any order. */
      certificate: Pem,
      /** Its private key as PEM. */
      key: Pem,
      id: id.optional(),
    }),
    output: z.strictObject({ ...certificateView.shape, warnings: z.array(z.string()) }),
  }),
  "certificates.delete": contract({
    summary: "Delete a certificate that nothing is bound to",
    role: "operator",
    changes: true,
    input: z.strictObject({ id }),
    output: nothing,
  }),
};

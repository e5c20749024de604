import type { OperationOutput } from "../../src/control/operation.ts";
import { HOSTILE, NOW } from "./admin_fixture_data.ts";

type Certificate = OperationOutput<"certificates.list">[number];
type Facts = OperationOutput<"certificates.show">["chain"][number];

const DAY = 86_400_000;

function facts(subject: string, names: string[], days: number): Facts {
  return {
    subject,
    issuer: "CN=R11, O=Let's Encrypt, C=US",
    names,
    not_before: NOW - 60 * DAY,
    not_after: NOW + days * DAY,
    serial: "04a1b2c3d4",
    fingerprint: "3f".repeat(32),
    key_type: "EC P-256",
    self_signed: false,
  };
}

/** The usual, one that is over with many names, and one whose subject is hostile. */
export function certificates(): Certificate[] {
  const base = { chain_length: 2, created_at: NOW - 20 * DAY };
  return [
    {
      id: "certificate-shop",
      ...facts("CN=shop.example.com", ["shop.example.com", "www.shop.example.com"], 40),
      ...base,
      used_by: [
        { host_id: "h-shop", host_name: "shop.example.com", as: "bound" },
        { host_id: "h-wiki", host_name: "wiki.example.com", as: "matching" },
      ],
    },
    {
      id: "certificate-old",
      ...facts("CN=old", Array.from({ length: 40 }, (_, i) => `a-rather-long-name-${i}.example.com`), -3),
      ...base,
      used_by: [],
    },
    {
      id: "certificate-client",
      ...facts(`CN=${HOSTILE}`, [], 5),
      ...base,
      used_by: [{ host_id: "h-api", host_name: "api.example.com", as: "upstream" }],
    },
  ];
}

export function certificateDetail(id: string): OperationOutput<"certificates.show"> {
  const found = certificates().find((each) => each.id === id) ?? certificates()[0]!;
  const root = { ...facts("CN=R11, O=Let's Encrypt, C=US", [], 900), issuer: "CN=ISRG Root X1" };
  return { ...found, chain: [facts(found.subject, found.names, 40), root], pem: "" };
}

export const TLS_TEST: OperationOutput<"hosts.test_tls"> = {
  reachable: true,
  verified: false,
  text: "10.20.0.21:8443: nobody who is believed has signed it (the chain ends at CN=Internal CA)",
  version: "TLSv1.3",
  protocol: "h2",
  server_name: "app.internal",
  chain: [facts("CN=app.internal", ["app.internal"], 20)],
};

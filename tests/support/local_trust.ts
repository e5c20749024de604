import { createHash, X509Certificate } from "node:crypto";
import type { AegisProcess } from "./aegis_process.ts";

/** PEM of the instance's own CA, as its trust bundle gives it out. */
export async function localCa(aegis: Pick<AegisProcess, "perform">): Promise<string> {
  const { content } = await aegis.perform("system.trust_bundle", {});
  // The bundle's ZIP is stored, not compressed.
  const text = new TextDecoder("latin1").decode(Uint8Array.fromBase64(content));
  const pem = /-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----\n/.exec(text)?.[0];
  if (pem === undefined) throw new Error("the trust bundle holds no certificate");
  return pem;
}

/** The flag with which Chromium trusts what this CA signed, and nothing else that it would not trust anyway. */
export function chromiumTrusts(caPem: string): string {
  const spki = new X509Certificate(caPem).publicKey.export({ type: "spki", format: "der" });
  return `--ignore-certificate-errors-spki-list=${createHash("sha256").update(spki).digest("base64")}`;
}

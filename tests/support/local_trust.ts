import { createHash, X509Certificate } from "node:crypto";
import { connect } from "node:tls";
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

/**
 * The flag with which Chromium trusts what this instance serves for `names`, and nothing else that it would not trust
 * anyway. Each is first seen to be good by this CA: a chain that does not verify throws.
 */
export async function chromiumTrusts(
  aegis: Pick<AegisProcess, "perform" | "httpsPort">,
  names: readonly string[],
): Promise<string> {
  const ca = await localCa(aegis);
  const keys = await Promise.all(names.map((name) => servedKey(aegis.httpsPort, name, ca)));
  const hashes = keys.map((key) => createHash("sha256").update(key).digest("base64"));
  return `--ignore-certificate-errors-spki-list=${hashes.join(",")}`;
}

/** SubjectPublicKeyInfo of the certificate that is served for `name`, verified. */
function servedKey(port: number, name: string, ca: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, servername: name, ca }, () => {
      const { raw } = socket.getPeerCertificate();
      socket.destroy();
      resolve(new X509Certificate(raw).publicKey.export({ type: "spki", format: "der" }));
    });
    socket.on("error", reject);
  });
}

import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import { AegisError, errorText } from "../../core/errors.ts";
import type { CertificatePair } from "../../core/snapshot.ts";

/** A certificate ready for handshakes. */
export interface ServedCertificate {
  readonly id: string;
  readonly names: readonly string[];
  readonly context: SecureContext;
}

interface Built extends ServedCertificate {
  readonly pair: CertificatePair;
}

/**
 * Chooses the certificate of a handshake by server name: the exact name, then the wildcard one label up (RFC 6125,
 * 6.4.3), else the fallback. `replace` swaps all of them between two handshakes; nothing restarts.
 */
export class CertificateSelector {
  #built = new Map<string, Built>();
  #byName = new Map<string, Built>();
  #fallback: Built;

  /** Throws as `replace` does. */
  constructor(pairs: readonly CertificatePair[], fallback: CertificatePair) {
    this.#fallback = build(fallback);
    this.replace(pairs, fallback);
  }

  /**
   * Takes new certificates into use. Where two cover a name the first of `pairs` has it. Pairs that are unchanged keep
   * their context, and with it the sessions that clients can resume.
   *
   * Throws `config_refused` where a pair is no certificate with its key; the old ones stay in use.
   */
  replace(pairs: readonly CertificatePair[], fallback: CertificatePair): void {
    const built = new Map<string, Built>();
    const byName = new Map<string, Built>();
    const keep = (pair: CertificatePair): Built => {
      const old = this.#built.get(pair.id);
      const same = old !== undefined && old.pair.certificatePem === pair.certificatePem &&
        old.pair.keyPem === pair.keyPem;
      const entry = same ? { ...old, names: pair.names, pair } : build(pair);
      built.set(pair.id, entry);
      return entry;
    };
    for (const pair of pairs) {
      const entry = keep(pair);
      for (const name of pair.names) {
        const lower = name.toLowerCase();
        if (!byName.has(lower)) byName.set(lower, entry);
      }
    }
    const fallbackEntry = built.get(fallback.id) ?? keep(fallback);
    this.#built = built;
    this.#byName = byName;
    this.#fallback = fallbackEntry;
  }

  /** `serverName` as the client sent it, empty where it sent none. */
  select(serverName: string): ServedCertificate {
    const name = serverName.toLowerCase();
    const exact = this.#byName.get(name);
    if (exact !== undefined) return exact;
    const dot = name.indexOf(".");
    const wildcard = dot > 0 ? this.#byName.get("*" + name.slice(dot)) : undefined;
    return wildcard ?? this.#fallback;
  }
}

function build(pair: CertificatePair): Built {
  try {
    // createSecureContext takes anything and fails at the first handshake: look now, while the old ones can stay.
    const leaf = new X509Certificate(pair.certificatePem);
    if (!leaf.checkPrivateKey(createPrivateKey(pair.keyPem))) {
      throw new Error("the key is another certificate's");
    }
    const context = createSecureContext({
      cert: pair.certificatePem,
      key: pair.keyPem,
      minVersion: "TLSv1.2",
    });
    return { id: pair.id, names: pair.names, context, pair };
  } catch (thrown) {
    throw new AegisError("config_refused", `certificate ${pair.id} cannot be used`, {
      privateText: `certificate ${pair.id} (${pair.names.join(", ")}): ${errorText(thrown)}`,
      cause: thrown,
    });
  }
}

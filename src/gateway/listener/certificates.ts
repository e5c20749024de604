import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import { AegisError, errorText } from "../../core/errors.ts";
import type { Logger } from "../../core/ports.ts";
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

/** Contexts that are held at once; the one that was not asked for the longest goes first. Each costs tens of kilobytes. */
const MAX_CONTEXTS = 1_024;

/**
 * Chooses the certificate of a handshake by server name: the exact name, then the wildcard one label up (RFC 6125,
 * 6.4.3), else the fallback. `replace` swaps all of them between two handshakes; nothing restarts. A certificate's
 * context is made for its first handshake, so that many certificates cost nothing until they are asked for.
 */
export class CertificateSelector {
  readonly #maxContexts: number;
  readonly #logger: Logger | undefined;
  #byName = new Map<string, CertificatePair>();
  /** By id, the one that was asked for last at the end. */
  readonly #built = new Map<string, Built>();
  /** Cannot be used, and the log says so already. */
  #broken = new WeakSet<CertificatePair>();
  #fallback: Built;

  /** Throws as `replace` does. */
  constructor(
    pairs: readonly CertificatePair[],
    fallback: CertificatePair,
    logger?: Logger,
    maxContexts = MAX_CONTEXTS,
  ) {
    this.#logger = logger;
    this.#maxContexts = maxContexts;
    this.#fallback = build(fallback);
    this.replace(pairs, fallback);
  }

  /** Contexts that are held now, but for the fallback's. */
  get contexts(): number {
    return this.#built.size;
  }

  /**
   * Takes new certificates into use. Where two cover a name the first of `pairs` has it. Pairs that are unchanged keep
   * their context, and with it the sessions that clients can resume.
   *
   * Throws `config_refused` where the fallback is no certificate with its key; the old ones stay in use.
   */
  replace(pairs: readonly CertificatePair[], fallback: CertificatePair): void {
    if (!isSame(this.#fallback.pair, fallback)) this.#fallback = build(fallback);
    const byName = new Map<string, CertificatePair>();
    const current = new Map<string, CertificatePair>();
    for (const pair of pairs) {
      current.set(pair.id, pair);
      for (const name of pair.serves ?? pair.names) {
        const lower = name.toLowerCase();
        if (!byName.has(lower)) byName.set(lower, pair);
      }
    }
    for (const [id, built] of this.#built) {
      const pair = current.get(id);
      if (pair === undefined || !isSame(built.pair, pair)) this.#built.delete(id);
      else if (pair !== built.pair) this.#built.set(id, { ...built, names: pair.names, pair });
    }
    this.#byName = byName;
  }

  /** `serverName` as the client sent it, empty where it sent none. */
  select(serverName: string): ServedCertificate {
    const name = serverName.toLowerCase();
    const pair = this.#byName.get(name) ?? this.#wildcard(name);
    return pair === undefined ? this.#fallback : this.#contextOf(pair);
  }

  #wildcard(name: string): CertificatePair | undefined {
    const dot = name.indexOf(".");
    return dot > 0 ? this.#byName.get("*" + name.slice(dot)) : undefined;
  }

  /** A certificate that cannot be used leaves its names to the fallback, as names without one: other hosts are served. */
  #contextOf(pair: CertificatePair): ServedCertificate {
    let built = this.#built.get(pair.id);
    if (built === undefined) {
      if (this.#broken.has(pair)) return this.#fallback;
      try {
        built = build(pair);
      } catch (thrown) {
        this.#broken.add(pair);
        this.#logger?.error("a certificate cannot be used", { error: errorText(thrown) });
        return this.#fallback;
      }
      const [oldest] = this.#built.keys();
      if (this.#built.size >= this.#maxContexts) this.#built.delete(oldest!);
    } else this.#built.delete(pair.id);
    this.#built.set(pair.id, built);
    return built;
  }
}

function isSame(a: CertificatePair, b: CertificatePair): boolean {
  return a === b || (a.certificatePem === b.certificatePem && a.keyPem === b.keyPem);
}

function build(pair: CertificatePair): Built {
  try {
    // createSecureContext takes anything and fails at the handshake: look now, while another one can stand in.
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

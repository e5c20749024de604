/**
 * What one finished request tells the correlation and the behaviour scores. Byte strings (one char a byte). Optional
 * parts are empty where no rule of its host asks for them.
 */
export interface RequestDigest {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly hostId: string;
  readonly client: string;
  readonly method: string;
  readonly path: string;
  /** As sent, without `?`, cut. */
  readonly query: string;
  readonly userAgent: string;
  /** 0: no answer. */
  readonly status: number;
  /** Bytes of the answer's body. */
  readonly size: number;
  readonly contentType: string;
  readonly latencyMs: number;
  readonly requestBytes: number;
  /** White-listed: whatever it does, nobody is blocked for it. */
  readonly marked: boolean;
  /** A search engine's crawler, as its addresses confirm. */
  readonly isGoodBot: boolean;
  /** The first bytes of the request's body and of the answer's. */
  readonly body: string;
  readonly responseBody: string;
  readonly fingerprint: string;
  /** What rules ask for by name, a line each: name, tab, value. */
  readonly named: string;
  /** What rules found, a line each: rule id, tab, family. */
  readonly found: string;
}

/** Bytes of a body that a digest holds (spec 02). */
export const DIGEST_BODY_BYTES = 512;

/** Digests on their way between threads: one flat string each, so that keeping one keeps no other alive. */
export interface DigestBatch {
  readonly kind: "digests";
  readonly texts: readonly string[];
  /** `NUMBERS` of each. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** Requests of which nothing is told, because the analyst was behind. */
  readonly lost: number;
}

/** Bits of one figure. */
const MARKED = 1;
const GOOD_BOT = 2;
const FIGURES = 6;
const TEXTS = 13;
/** A digest's share of `DigestBatch.numbers`: its figures, then the length of each text. */
export const NUMBERS = FIGURES + TEXTS;

/**
 * Writes the figures and lengths of `digest` at `at`; returns its text. Field by field: a loop over names takes three
 * times as long, and this is the request's way.
 */
export function packDigest(digest: RequestDigest, numbers: Float64Array, at: number): string {
  const { id, hostId, client, method, path, query, userAgent, contentType } = digest;
  const { body, responseBody, fingerprint, named, found } = digest;
  numbers[at] = digest.at;
  numbers[at + 1] = digest.status;
  numbers[at + 2] = digest.size;
  numbers[at + 3] = digest.latencyMs;
  numbers[at + 4] = digest.requestBytes;
  numbers[at + 5] = (digest.marked ? MARKED : 0) | (digest.isGoodBot ? GOOD_BOT : 0);
  numbers[at + 6] = id.length;
  numbers[at + 7] = hostId.length;
  numbers[at + 8] = client.length;
  numbers[at + 9] = method.length;
  numbers[at + 10] = path.length;
  numbers[at + 11] = query.length;
  numbers[at + 12] = userAgent.length;
  numbers[at + 13] = contentType.length;
  numbers[at + 14] = body.length;
  numbers[at + 15] = responseBody.length;
  numbers[at + 16] = fingerprint.length;
  numbers[at + 17] = named.length;
  numbers[at + 18] = found.length;
  return id + hostId + client + method + path + query + userAgent + contentType + body + responseBody +
    fingerprint + named + found;
}

/** The `index`th digest of a batch. */
export function unpackDigest({ texts, numbers }: DigestBatch, index: number): RequestDigest {
  const text = texts[index]!;
  const base = index * NUMBERS;
  let place = base + FIGURES;
  let from = 0;
  function next(): string {
    const part = text.slice(from, from += numbers[place]!);
    place++;
    return part;
  }
  return {
    at: numbers[base]!,
    status: numbers[base + 1]!,
    size: numbers[base + 2]!,
    latencyMs: numbers[base + 3]!,
    requestBytes: numbers[base + 4]!,
    marked: (numbers[base + 5]! & MARKED) !== 0,
    isGoodBot: (numbers[base + 5]! & GOOD_BOT) !== 0,
    id: next(),
    hostId: next(),
    client: next(),
    method: next(),
    path: next(),
    query: next(),
    userAgent: next(),
    contentType: next(),
    body: next(),
    responseBody: next(),
    fingerprint: next(),
    named: next(),
    found: next(),
  };
}

/** The value of `name` in `digest.named`; null where it was not collected or not sent. */
export function namedValue({ named }: RequestDigest, name: string): string | null {
  if (named === "") return null;
  for (let from = 0; from < named.length;) {
    const end = named.indexOf("\n", from);
    if (named.startsWith(name, from) && named[from + name.length] === "\t") {
      return named.slice(from + name.length + 1, end);
    }
    from = end + 1;
  }
  return null;
}

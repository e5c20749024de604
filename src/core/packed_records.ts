import type { ExchangeAction } from "./exchange.ts";
import type { ProgramSigns } from "./program_signs.ts";
import type { RequestRecord } from "./record.ts";

/**
 * Ordinary records on their way between threads: one flat string each and a row of numbers. As objects of thirty parts
 * they would be copied twice by the collector while they wait and be spelt out name by name when they are sent, which
 * together costs more than the request itself.
 */
export interface PackedRecords {
  readonly texts: readonly string[];
  /** `RECORD_NUMBERS` of each. */
  readonly numbers: Float64Array<ArrayBuffer>;
}

const FIGURES = 11;
const TEXTS = 16;
/** A record's share of `PackedRecords.numbers`: its figures, then the length of each text. */
export const RECORD_NUMBERS = FIGURES + TEXTS;
/** For a number that is not there; none of them is ever below -1. */
const ABSENT = -2;

/** Whether a record has nothing that only an object can carry: findings, a reason, others that it counts. */
export function isPackable({ findings, reason, repeats }: RequestRecord): boolean {
  return findings.length === 0 && reason === null && repeats === undefined;
}

/** Writes the figures and lengths of a packable `record` at `at`; returns its text. */
export function packRecord(record: RequestRecord, numbers: Float64Array, at: number): string {
  const { id, hostId, host, client, country = "", city = "", method, target, protocol, scheme, action } =
    record;
  const { detail, userAgent, targetId, program } = record;
  const { fingerprint, http2, ja4, botMarks } = program ?? NO_PROGRAM;
  numbers[at] = record.at;
  numbers[at + 1] = record.status;
  numbers[at + 2] = record.requestBytes;
  numbers[at + 3] = record.responseBytes;
  numbers[at + 4] = record.latencyMs;
  numbers[at + 5] = record.upstreamMs;
  numbers[at + 6] = record.wafMs;
  numbers[at + 7] = record.score;
  numbers[at + 8] = record.threshold;
  numbers[at + 9] = record.asn ?? ABSENT;
  numbers[at + 10] = botMarks;
  numbers[at + 11] = id.length;
  numbers[at + 12] = hostId.length;
  numbers[at + 13] = host.length;
  numbers[at + 14] = client.length;
  numbers[at + 15] = country.length;
  numbers[at + 16] = city.length;
  numbers[at + 17] = method.length;
  numbers[at + 18] = target.length;
  numbers[at + 19] = protocol.length;
  numbers[at + 20] = scheme.length;
  numbers[at + 21] = action.length;
  numbers[at + 22] = detail.length;
  numbers[at + 23] = userAgent.length;
  numbers[at + 24] = targetId.length;
  numbers[at + 25] = fingerprint.length;
  numbers[at + 26] = http2.length;
  const text = id + hostId + host + client + country + city + method + target + protocol + scheme + action +
    detail +
    userAgent + targetId + fingerprint + http2 + ja4;
  // Reading it makes one string of the pieces, so that none of them is kept.
  text.charCodeAt(0);
  return text;
}

/** All records of a batch. */
export function unpackRecords({ texts, numbers }: PackedRecords): RequestRecord[] {
  return texts.map((text, i) => unpackRecord(text, numbers, i * RECORD_NUMBERS));
}

function unpackRecord(text: string, numbers: Float64Array, base: number): RequestRecord {
  let place = base + FIGURES;
  let from = 0;
  function next(): string {
    const part = text.slice(from, from += numbers[place]!);
    place++;
    return part;
  }
  const [id, hostId, host, client, country, city] = [next(), next(), next(), next(), next(), next()];
  const [method, target, protocol, scheme, action] = [next(), next(), next(), next(), next()];
  const [detail, userAgent, targetId] = [next(), next(), next()];
  const program = {
    botMarks: numbers[base + 10]!,
    fingerprint: next(),
    http2: next(),
    ja4: text.slice(from),
  };
  const asn = numbers[base + 9]!;
  const record: Unpacked = {
    id,
    at: numbers[base]!,
    hostId,
    host,
    client,
    method,
    target,
    protocol,
    scheme,
    status: numbers[base + 1]!,
    action: action as ExchangeAction,
    reason: null,
    detail,
    userAgent,
    requestBytes: numbers[base + 2]!,
    responseBytes: numbers[base + 3]!,
    latencyMs: numbers[base + 4]!,
    upstreamMs: numbers[base + 5]!,
    wafMs: numbers[base + 6]!,
    targetId,
    score: numbers[base + 7]!,
    threshold: numbers[base + 8]!,
    findings: [],
  };
  if (country !== "") record.country = country;
  if (city !== "") record.city = city;
  if (asn !== ABSENT) record.asn = asn;
  if (program.botMarks !== ABSENT) record.program = program;
  return record;
}

/** A record while it is put together. */
type Unpacked = { -readonly [Part in keyof RequestRecord]: RequestRecord[Part] };

const NO_PROGRAM: ProgramSigns = Object.freeze({ botMarks: ABSENT, fingerprint: "", http2: "", ja4: "" });

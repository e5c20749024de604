import type { Example } from "./examples.ts";

/** An attack's texts that may be its payload; which of them it is, training finds out. */
export interface Candidates {
  readonly texts: readonly string[];
  readonly group: string;
}

export interface Sorted {
  readonly attacks: Candidates[];
  /** Text → requests in which it stood as no payload. */
  readonly benign: Map<string, number>;
}

/** So many attacks of a corpus, or this share of them, with one value in common: its generator sends it each time. */
const FIXTURE_REQUESTS = 12;
const FIXTURE_SHARE = 0.015;

/**
 * Parts payloads from what stands beside them. A value that benign requests hold too is no payload. One that many
 * attacks of a corpus share is the fixture of its generator (a user agent, a test page): it becomes benign, unless it
 * is all that is left of half of the requests it stands in: then a generator sends one payload in every place.
 */
export function sortTexts(examples: readonly Example[]): Sorted {
  const benign = new Map<string, number>();
  for (const { isAttack, texts } of examples) if (!isAttack) { for (const text of texts) add(benign, text); }
  const attacks = examples.filter((each) => each.isAttack);
  for (const members of Map.groupBy(attacks, (each) => each.corpus).values()) {
    for (const [text, requests] of fixturesOf(members, benign)) benign.set(text, requests);
  }
  const seen = new Set<string>();
  const candidates: Candidates[] = [];
  for (const { texts, group } of attacks) {
    const left = texts.filter((text) => !benign.has(text));
    const key = left.join("\u0001");
    if (left.length === 0 || seen.has(key)) continue;
    seen.add(key);
    candidates.push({ texts: left, group });
  }
  return { attacks: candidates, benign };
}

function fixturesOf(members: readonly Example[], benign: ReadonlyMap<string, number>): [string, number][] {
  const shared = new Map<string, number>();
  for (const { texts } of members) for (const text of texts) add(shared, text);
  const often = new Map(
    [...shared].filter(([, n]) => n > Math.max(FIXTURE_REQUESTS, FIXTURE_SHARE * members.length)),
  );
  const alone = new Map<string, number>();
  for (const { texts } of members) {
    const left = texts.filter((text) => !benign.has(text));
    if (left.every((text) => often.has(text))) { for (const text of left) add(alone, text); }
  }
  return [...often].filter(([text, requests]) => !benign.has(text) && (alone.get(text) ?? 0) < requests / 2);
}

function add(counts: Map<string, number>, text: string): void {
  counts.set(text, (counts.get(text) ?? 0) + 1);
}

/** Words in attacks of two corpora at least: names that one generator invented teach nothing. */
export function commonWords(examples: readonly Example[], most: number): string[] {
  const attacks = examples.filter((each) => each.isAttack);
  const corpora = new Set(attacks.map((each) => each.corpus)).size;
  const seen = new Map<string, { readonly corpora: Set<string>; requests: number }>();
  for (const { corpus, texts } of attacks) {
    for (const text of texts) {
      for (const word of new Set(text.toLowerCase().match(/[a-z_]{2,20}/g))) {
        const entry = seen.get(word) ?? { corpora: new Set(), requests: 0 };
        seen.set(word, entry);
        entry.corpora.add(corpus);
        entry.requests++;
      }
    }
  }
  return [...seen].filter(([, each]) => each.corpora.size >= Math.min(2, corpora) && each.requests >= 3)
    .map(([word]) => word).sort().slice(0, most);
}

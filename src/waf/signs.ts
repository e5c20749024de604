/** What is known of a client beyond what it says in its request; kinds of values for rules. */
export const SIGN_KINDS = ["country", "asn", "fingerprint", "bot-score", "ja4"] as const;
export type SignKind = typeof SIGN_KINDS[number];

export interface ClientSigns {
  /** Empty where it is not known. Found when somebody asks. */
  sign(kind: SignKind): string;
}

/** Hands over the signs of which `wanted` has something: nothing is looked up for which no rule asks. */
export function readSigns(
  signs: ClientSigns,
  wanted: Readonly<Partial<Record<SignKind, unknown>>>,
  sink: { value(kind: SignKind, name: string, value: string): void },
): void {
  for (const kind of SIGN_KINDS) if (wanted[kind] !== undefined) sink.value(kind, "", signs.sign(kind));
}

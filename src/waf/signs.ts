/** What is known of a client beyond what it says in its request; kinds of values for rules. */
export const SIGN_KINDS = ["country", "asn", "fingerprint", "bot-score", "ja4"] as const;
export type SignKind = typeof SIGN_KINDS[number];

export interface ClientSigns {
  /** Empty where it is not known. Found when somebody asks. */
  sign(kind: SignKind): string;
}

import type { AddressWords } from "../lib/ip.ts";

/** Where an address is, as far as the databases say. */
export interface Place {
  /** ISO 3166-1 alpha-2, upper case; empty where only the network is known. */
  readonly country: string;
  readonly city?: string;
  /** Number of the autonomous system. */
  readonly asn?: number;
  /** Whose that is. */
  readonly organisation?: string;
}

/** Looks addresses up. Never throws; null: unknown, private, or no database is there. */
export interface Geo {
  lookUp(words: AddressWords): Place | null;
}

export const NOWHERE: Geo = Object.freeze({ lookUp: () => null });

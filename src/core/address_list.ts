/**
 * Control → gateway: the networks of all subscribed address lists (lib/cidr_set.ts), in memory that all threads share and
 * nobody writes to, so that a million of them are held once and not once a thread.
 */
export interface AddressLists {
  readonly kind: "address-lists";
  /** null: no list is in force. */
  readonly set: SharedArrayBuffer | null;
  /** In the order of the set's places. */
  readonly lists: readonly ListName[];
}

export interface ListName {
  readonly id: string;
  /** For people. */
  readonly name: string;
}

/** How often a ban or a list met its client since the last report: answered with 403, and closed without an answer. */
export interface BanHit {
  /** Id of the ban, or of the list. */
  readonly id: string;
  readonly answered: number;
  readonly dropped: number;
}

/** Gateway → control, once a second where there were any. */
export interface BanHitsSeen {
  readonly kind: "ban-hits";
  readonly hits: readonly BanHit[];
}

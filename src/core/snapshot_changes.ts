import type { Host } from "./host.ts";
import type { Rule } from "./rule.ts";
import type { Ban, CertificatePair, Snapshot } from "./snapshot.ts";

/**
 * A snapshot as its difference to an earlier one. With many hosts most of what a publication says was said before;
 * what is not sent again keeps its object in the gateway, and whatever was compiled of it.
 */
export interface SnapshotChanges {
  /** Version of the snapshot that these are changes to. */
  readonly base: number;
  readonly version: number;
  readonly hosts: ListChanges<Host>;
  readonly certificates: ListChanges<CertificatePair>;
  readonly rules: ListChanges<Rule>;
  readonly bans: ListChanges<Ban>;
  /** Every other field that is another one than before. */
  readonly rest: Partial<Rest>;
}

type Rest = Omit<Snapshot, "version" | "hosts" | "certificates" | "rules" | "bans">;

interface ListChanges<T> {
  /** Ids of all entries; null: the same in the same order. */
  readonly order: readonly string[] | null;
  /** Entries that are new or another than before. */
  readonly changed: readonly T[];
}

/** What has to be said to who has `before`, so that it has `after`. */
export function changesBetween(before: Snapshot, after: Snapshot): SnapshotChanges {
  const { version, hosts, certificates, rules, bans, ...rest } = after;
  const changed = Object.entries(rest).filter(([key, value]) => !isSame(before[key as keyof Rest], value));
  return {
    base: before.version,
    version,
    hosts: listChanges(before.hosts, hosts),
    certificates: listChanges(before.certificates, certificates),
    rules: listChanges(before.rules, rules),
    bans: listChanges(before.bans, bans),
    rest: Object.fromEntries(changed) as Partial<Rest>,
  };
}

/** `before` with `changes`, which must be changes to it. What is unchanged is the same object. */
export function applyChanges(before: Snapshot, changes: SnapshotChanges): Snapshot {
  return {
    ...before,
    ...changes.rest,
    version: changes.version,
    hosts: changedList(before.hosts, changes.hosts),
    certificates: changedList(before.certificates, changes.certificates),
    rules: changedList(before.rules, changes.rules),
    bans: changedList(before.bans, changes.bans),
  };
}

interface Named {
  readonly id: string;
}

function listChanges<T extends Named>(before: readonly T[], after: readonly T[]): ListChanges<T> {
  const known = new Map(before.map((each) => [each.id, each]));
  const isInOrder = before.length === after.length && after.every(({ id }, i) => before[i]!.id === id);
  return {
    order: isInOrder ? null : after.map(({ id }) => id),
    changed: after.filter((each) => !isSame(known.get(each.id), each)),
  };
}

function changedList<T extends Named>(before: readonly T[], changes: ListChanges<T>): readonly T[] {
  const { order, changed } = changes;
  if (order === null && changed.length === 0) return before;
  const known = new Map([...before, ...changed].map((each) => [each.id, each]));
  return (order ?? before.map(({ id }) => id)).map((id) => known.get(id)!);
}

/** Both are plain data, made by the same code. */
function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** What does not fit, and where: `user.tags[3]`, empty for the whole. Never the value itself. */
export interface SchemaFault {
  readonly place: string;
  readonly message: string;
  /** How far inside. */
  readonly depth: number;
}

/** Which fields of one object some part of its schema knows. */
export class KnownFields {
  readonly names = new Set<string>();
  /** Some part names fields at all: else it is a table of anything. */
  isNaming = false;
  isOpen = false;

  merge(other: KnownFields): void {
    for (const name of other.names) this.names.add(name);
    this.isNaming ||= other.isNaming;
    this.isOpen ||= other.isOpen;
  }
}

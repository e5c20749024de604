/** A visitor who was refused says that it was a mistake (spec 02, Block page). */
export interface MistakeReport {
  /** Of the refused request. */
  readonly requestId: string;
  readonly hostId: string;
  readonly client: string;
  /** In the visitor's words, at most 500 characters; may be empty. */
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

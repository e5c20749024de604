import type { Actor, OperationArguments, OperationName } from "./operation.ts";
import type { z } from "zod";
import type { CONTRACT } from "./operation.ts";
import type { Control } from "./control.ts";

/** What a body answers; defaults of the output schema may be left out. */
export type Answer<N extends OperationName> = z.input<(typeof CONTRACT)[N]["output"]>;

/** Who asks, and of whom. */
export interface Context {
  readonly control: Control;
  readonly actor: Actor;
}

/** What a change leaves behind besides its rows. */
export interface Change {
  /** Milliseconds since 1970; one time for everything that the change writes. */
  readonly now: number;
  /**
   * The audit row: `subject` as a person names it, what was there and what is. Plain data without secrets; null where
   * there was (or is) nothing. `as`: who it was, where the caller is not signed in yet.
   */
  record(
    subject: string,
    before: unknown,
    after: unknown,
    as?: { readonly id: string; readonly name: string },
  ): void;
  /** Nothing was changed, so there is nothing to audit. */
  nothing(): void;
  /** Gateways serve something of what changed: a new snapshot is compiled before the transaction ends, and sent after it. */
  republish(): void;
  /** Takes back what lies outside of the database, should the change fail. */
  onFailure(undo: () => void): void;
  /**
   * Takes the change back where the gateways refuse it (a port that cannot be opened). With it the caller reads their
   * reason; without it that the change is stored and not in force yet.
   */
  onRefused(undo: (why: unknown) => void | Promise<void>): void;
  /** Tells others of it, once it is stored. */
  onSuccess(tell: () => void): void;
}

/**
 * The body of one operation. A change first does what has to wait (a password's hash), then hands back the part that
 * runs inside one synchronous transaction.
 */
export type Body<N extends OperationName> =
  | { readonly read: (context: Context, input: OperationArguments<N>) => Answer<N> | Promise<Answer<N>> }
  | {
    readonly change: (
      context: Context,
      input: OperationArguments<N>,
    ) => ((change: Change) => Answer<N>) | Promise<(change: Change) => Answer<N>>;
    /** Fills in what the caller left out, before the input is validated. */
    readonly complete?: (control: Control, raw: unknown) => unknown;
  };

/** Bodies of some operations, by name. */
export type Bodies<N extends OperationName> = { readonly [K in N]: Body<K> };

import type { z } from "zod";
import type { Role } from "../core/role.ts";

/** `anyone`: without signing in. `local`: only from this machine's terminal (control socket or offline). */
export type RequiredRole = Role | "anyone" | "local";

/** What every face knows of an operation: who may call it, with what, and what comes back. */
export interface OperationContract<I extends z.ZodType, O extends z.ZodType> {
  /** One line, for API page and help. */
  readonly summary: string;
  readonly role: RequiredRole;
  /** False: reads only, leaves no audit row. */
  readonly changes: boolean;
  readonly input: I;
  readonly output: O;
}

/** Gives a literal contract its type, so that the table keeps each schema's own. */
export function contract<I extends z.ZodType, O extends z.ZodType>(
  spec: OperationContract<I, O>,
): OperationContract<I, O> {
  return spec;
}

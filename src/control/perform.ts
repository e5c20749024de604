import { AegisError, errorText, type FieldError } from "../core/errors.ts";
import { ROLES } from "../core/role.ts";
import { fieldErrors } from "../config/schema_errors.ts";
import type { Change, Context } from "./body.ts";
import type { Control } from "./control.ts";
import {
  type Actor,
  CONTRACT,
  type OperationArguments,
  type OperationInput,
  type OperationName,
  type OperationOutput,
} from "./operation.ts";
import type { RequiredRole } from "./operation_contract.ts";
import { OPERATIONS } from "./operations.ts";

/**
 * The one way to do anything: authorise, validate, and for a change: one transaction that ends with a snapshot that
 * compiles and an audit row; then the snapshot is sent. On any failure nothing is changed. Throws AegisError only.
 */
export async function perform<N extends OperationName>(
  control: Control,
  actor: Actor,
  name: N,
  raw: unknown,
): Promise<OperationOutput<N>> {
  authorise(actor, CONTRACT[name].role);
  const body = OPERATIONS[name];
  const context = { control, actor };
  if ("read" in body) return await body.read(context, parse(name, raw)) as OperationOutput<N>;
  const input = parse(name, body.complete === undefined ? raw : body.complete(control, raw));
  const transact = await body.change(context, input);
  control.clockWatch.check();
  const { answer, send, tell, refused } = transaction(context, name, transact);
  for (const each of tell) each();
  if (send !== null) await sendStored(send, refused);
  return answer as OperationOutput<N>;
}

type Refused = Parameters<Change["onRefused"]>[0];

function transaction<T>(context: Context, name: OperationName, transact: (change: Change) => T) {
  const undo: (() => void)[] = [];
  try {
    return context.control.store.transaction(() => runChange(context, name, transact, undo));
  } catch (thrown) {
    for (const each of undo) each();
    throw thrown;
  }
}

/** A snapshot that compiles here and is refused there (a listener that does not open): the caller learns how it stands. */
async function sendStored(send: () => Promise<void>, refused: readonly Refused[]): Promise<void> {
  try {
    await send();
  } catch (thrown) {
    for (const each of refused) await each(thrown);
    if (refused.length > 0) throw thrown;
    const why = thrown instanceof AegisError ? thrown.message : "internal error";
    throw new AegisError("unavailable", `stored, but not in force yet: ${why}`, {
      privateText: `stored, but the gateways refused the snapshot: ${errorText(thrown)}`,
      cause: thrown,
    });
  }
}

/** Throws `not_signed_in` or `forbidden` where `actor` may not do what needs `role`. */
export function authorise(actor: Actor, role: RequiredRole): void {
  if (role === "anyone") return;
  if (role === "local") {
    if (actor.kind === "local") return;
    throw new AegisError("forbidden", "this is done in the terminal of the machine that runs Aegis");
  }
  if (actor.kind === "nobody") throw new AegisError("not_signed_in", "please sign in");
  if (ROLES.indexOf(actor.role) < ROLES.indexOf(role)) {
    throw new AegisError("forbidden", `this needs the role ${role}; yours is ${actor.role}`);
  }
}

function parse<N extends OperationName>(name: N, raw: unknown): OperationArguments<N> {
  const schema = CONTRACT[name].input;
  const read = schema.safeParse(raw ?? {});
  if (read.success) return read.data as OperationArguments<N>;
  const fields = fieldErrors(schema, read.error).map(({ field, message, remedy }): FieldError => ({
    field,
    message,
    ...(remedy === undefined ? {} : { remedy }),
  }));
  throw new AegisError("invalid_input", inputText(fields), { fields });
}

function inputText(fields: readonly FieldError[]): string {
  const first = fields[0];
  if (first === undefined) return "the input is not valid";
  return fields.length > 1
    ? `${fields.length} fields are not valid`
    : `${first.field || "the input"}: ${first.message}`;
}

function runChange<T>(
  context: Context,
  name: OperationName,
  transact: (change: Change) => T,
  undo: (() => void)[],
) {
  const { control, actor } = context;
  const now = control.clock.now();
  let recorded = false;
  let republish = false;
  const tell: (() => void)[] = [];
  const refused: Refused[] = [];
  const answer = transact({
    now,
    record(subject, before, after, as) {
      recorded = true;
      const who = actor.kind === "nobody" && as !== undefined ? as : actor;
      control.store.audit.append({
        at: now,
        actorKind: actor.kind === "nobody" ? "person" : actor.kind,
        actorId: who.id,
        actorName: who.name,
        address: actor.address,
        operation: name,
        subject,
        before,
        after,
      });
    },
    nothing() {
      recorded = true;
    },
    republish() {
      republish = true;
    },
    onFailure: (each) => undo.push(each),
    onRefused: (each) => refused.push(each),
    onSuccess: (each) => tell.push(each),
  });
  if (!recorded) throw new AegisError("internal", `${name} left no audit row`);
  return { answer, send: republish ? control.publisher.prepare() : null, tell, refused };
}

/** `perform` with its control, as the faces are given it. */
export type Perform = <N extends OperationName>(
  actor: Actor,
  name: N,
  input: OperationInput<N>,
) => Promise<OperationOutput<N>>;

import type { Clock } from "../core/clock.ts";
import type { Logger } from "../core/ports.ts";
import type { LiveBatch } from "../control/traffic/live.ts";
import type { Actor, OperationInput, OperationName, OperationOutput } from "../control/operation.ts";
import type { ViewContext } from "../../views/model.ts";

/** The one way to do anything: the operations of control. Throws AegisError only. */
export type Perform = <N extends OperationName>(
  actor: Actor,
  name: N,
  input: OperationInput<N>,
) => Promise<OperationOutput<N>>;

/** All that the pages need of the rest. */
export interface AdminDeps {
  readonly perform: Perform;
  readonly live: {
    /** Batches at most four times a second; returns what ends it. */
    subscribe(listener: (batch: LiveBatch) => void, actor: Actor | null): () => void;
  };
  readonly clock: Clock;
  readonly logger: Logger;
  /** Name of this machine in the corner of every page. */
  readonly publicName: string;
  readonly version: string;
  /** The listener speaks TLS: cookies get `Secure` and the `__Host-` prefix. */
  readonly secure: boolean;
  /** Names that the listener answers to, without port; others are refused (DNS rebinding). */
  readonly hostNames: readonly string[];
}

/** What the listener's adapter hands over with a request, and what the middleware finds out. */
export interface AdminEnv {
  Bindings: { readonly peerAddress: string };
  Variables: {
    requestId: string;
    form: Readonly<Record<string, string>>;
    signedIn: SignedIn;
  };
}

export interface SignedIn {
  readonly actor: Actor;
  readonly token: string;
  readonly sessionId: string;
  readonly view: ViewContext;
}

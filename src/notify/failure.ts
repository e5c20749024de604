/** Why a message did not arrive. `text` is for people and never holds what the other side answered. */
export class DeliveryFailure extends Error {
  /** Trying again cannot help: what is configured is refused. */
  readonly permanent: boolean;
  /** Milliseconds after which the other side wants to be asked again; null: it did not say. */
  readonly retryAfterMs: number | null;

  constructor(text: string, permanent = false, retryAfterMs: number | null = null) {
    super(text);
    this.permanent = permanent;
    this.retryAfterMs = retryAfterMs;
  }
}

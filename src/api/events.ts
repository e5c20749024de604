import { errorText } from "../core/errors.ts";
import type { Logger } from "../core/ports.ts";
import type { LiveBatch, LiveTail } from "../control/traffic/live.ts";
import type { Actor } from "../control/operation.ts";
import type { Perform } from "../control/perform.ts";

export interface EventStreamParts {
  readonly perform: Perform;
  readonly live: Pick<LiveTail, "subscribe">;
  readonly logger: Logger;
  readonly actor: Actor;
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal;
  /** Asked every few seconds: a session that is over ends its streams. */
  isStillSignedIn(): Promise<boolean>;
}

const STATS_EVERY_MS = 5_000;
/** A client that reads slower than rows come misses some rather than filling memory. */
const MAX_QUEUED = 16;

/**
 * Server-sent events: `rows` (a LiveBatch, at most four times a second) and `stats` (headline and totals of the last
 * hour, every 5 s, which also keeps the connection from looking idle).
 */
export function eventStream(parts: EventStreamParts): Response {
  let end = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      end = run(parts, controller);
    },
    cancel: () => end(),
  }, { highWaterMark: MAX_QUEUED });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

function run(parts: EventStreamParts, controller: ReadableStreamDefaultController<Uint8Array>): () => void {
  const encoder = new TextEncoder();
  let isOver = false;
  const send = (event: string, data: unknown) => {
    if (isOver || (controller.desiredSize ?? 0) <= 0) return;
    controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
  };
  const stop = () => {
    if (isOver) return;
    isOver = true;
    unsubscribe();
    clearInterval(timer);
    parts.signal.removeEventListener("abort", finish);
  };
  const finish = () => {
    if (!isOver) controller.close();
    stop();
  };
  const sendStats = async () => {
    try {
      if (!await parts.isStillSignedIn()) return finish();
      const { headline, totals, targets_up, targets } = await parts.perform(
        parts.actor,
        "analytics.dashboard",
        {
          range: "1h",
        },
      );
      send("stats", { headline, totals, targets_up, targets: targets.length });
    } catch (thrown) {
      parts.logger.warn("live figures failed", { error: errorText(thrown) });
    }
  };
  const unsubscribe = parts.live.subscribe((batch: LiveBatch) => send("rows", batch), parts.actor);
  const timer = setInterval(() => void sendStats(), STATS_EVERY_MS);
  parts.signal.addEventListener("abort", finish, { once: true });
  void sendStats();
  return stop;
}

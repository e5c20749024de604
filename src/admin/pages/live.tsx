import type { Hono } from "hono";
import { TAIL_ROWS, TailMessage } from "../../../views/pages/dashboard/live_tail.tsx";
import type { LiveBatch } from "../../control/traffic/live.ts";
import type { AdminDeps, AdminEnv, SignedIn } from "../deps.ts";

/** A browser that reads slower than this many messages loses those in between; nothing piles up for it. */
const MOST_WAITING = 4;
/** [SECURITY] Then the browser asks again, with its session: one that ended meanwhile sees no more than this. */
const LONGEST_STREAM_MS = 5 * 60_000;
/** A comment now and then, so that connections in between stay open and a gone browser is noticed. */
const KEEP_ALIVE_MS = 15_000;

/** The live tail as an event stream. */
export function liveRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/live", (c) => {
    c.header("content-type", "text/event-stream");
    c.header("cache-control", "no-store");
    return c.body(liveStream(deps, c.var.signedIn));
  });
}

function liveStream(deps: AdminDeps, { actor }: SignedIn): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let leave = () => {};
  return new ReadableStream<Uint8Array>({
    start(controller) {
      let missed = 0;
      const send = (text: string) => controller.enqueue(encoder.encode(text));
      const leaveTail = deps.live.subscribe((batch) => {
        if ((controller.desiredSize ?? 0) <= 0) {
          missed += batch.rows.length + batch.more;
          return;
        }
        send(message(batch, missed));
        missed = 0;
      }, actor);
      const timer = setInterval(() => send(": still here\n\n"), KEEP_ALIVE_MS);
      const end = setTimeout(() => {
        leave();
        controller.close();
      }, LONGEST_STREAM_MS);
      leave = () => {
        leaveTail();
        clearInterval(timer);
        clearTimeout(end);
      };
      send(": welcome\n\n");
    },
    cancel() {
      leave();
    },
  }, { highWaterMark: MOST_WAITING });
}

/** Newest first, as many as the page shows; the others are counted. */
function message(batch: LiveBatch, missed: number): string {
  const rows = batch.rows.slice(-TAIL_ROWS).reverse();
  const html = String(
    <TailMessage rows={rows} more={batch.more + missed + batch.rows.length - rows.length} />,
  );
  return html.split("\n").map((line) => `data: ${line}\n`).join("") + "\n";
}

import { deepEqual, equal } from "node:assert/strict";
import { systemClock } from "../core/clock.ts";
import type {
  GatewayToRecorder,
  RecorderStart,
  RecorderToControl,
  RecorderToGateway,
} from "../core/messages.ts";
import { createThreadBeats } from "../core/thread_beats.ts";
import { sampleTraffic } from "../../tests/support/sample_traffic.ts";
import { Database } from "../store/database.ts";
import { TrafficLog } from "../store/traffic_log.ts";

/** Now, or retention would rightly delete what the thread has just written. */
const TO = systemClock.now();

/** The next message that `wanted` takes. */
function next<T>(port: MessagePort | Worker, wanted: (message: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    port.addEventListener("message", function listen(event) {
      const message = (event as MessageEvent<T>).data;
      if (!wanted(message)) return;
      port.removeEventListener("message", listen);
      resolve(message);
    });
    if (port instanceof MessagePort) port.start();
  });
}

Deno.test("the thread writes, acknowledges and stops with its data directory as its only permission", async () => {
  const folder = Deno.makeTempDirSync();
  const worker = new Worker(import.meta.resolve("./worker.ts"), {
    type: "module",
    deno: {
      permissions: {
        read: [folder],
        write: [folder],
        net: false,
        env: false,
        run: false,
        ffi: false,
        sys: false,
      },
    },
  });
  const control = new MessageChannel();
  const gateway = new MessageChannel();
  try {
    const ready = next<{ kind: string }>(worker, (message) => message.kind === "ready");
    const log = { level: "error", format: "json", mask: true } as const;
    const start: RecorderStart = {
      kind: "start",
      databasePath: `${folder}/aegis.db`,
      control: control.port2,
      beats: createThreadBeats(),
      log,
    };
    // Waits in its port: two ports have no order among them, and who is not watched yet tells of no rows.
    control.port1.postMessage({ kind: "watch", perSecond: 40 });
    worker.postMessage(start, [control.port2]);
    await ready;
    const rows = next<RecorderToControl>(control.port1, (message) => message.kind === "rows");
    worker.postMessage({ kind: "gateway-joined", index: 0, port: gateway.port2 }, [gateway.port2]);
    const written = next<RecorderToGateway>(gateway.port1, (message) => message.kind === "written");
    const sample = sampleTraffic({ from: TO - 1_000, to: TO, rows: 20 });
    const records = Array.from({ length: 20 }, (_, i) => sample.record(i));
    const packed = { texts: [], numbers: new Float64Array(0) };
    const batch: GatewayToRecorder = { kind: "records", records, packed, tallies: [], lost: 0 };
    gateway.port1.postMessage(batch);
    equal((await written).records, 20);
    const seen = await rows;
    deepEqual(seen.kind === "rows" && [seen.records.length + seen.more, seen.records.length], [20, 10]);

    const stopped = next<{ kind: string }>(worker, (message) => message.kind === "stopped");
    worker.postMessage({ kind: "stop", drainMs: 1_000 });
    await stopped;
    const db = new Database({ path: `${folder}/aegis.db`, synchronous: "NORMAL", readOnly: true });
    equal(
      new TrafficLog(db).query({ limit: 50 }).rows.length,
      new Set(records.map((record) => record.id)).size,
    );
    db.close();
    equal(Deno.statSync(`${folder}/aegis.db`).mode! & 0o777, 0o600);
  } finally {
    worker.terminate();
    control.port1.close();
    gateway.port1.close();
    Deno.removeSync(folder, { recursive: true });
  }
});

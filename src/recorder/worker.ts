import { systemClock } from "../core/clock.ts";
import type {
  AnalystToRecorder,
  ControlToRecorder,
  GatewayToRecorder,
  RecorderStart,
  RecorderToControl,
  RecorderToGateway,
  StreamBatch,
  SupervisorToRecorder,
} from "../core/messages.ts";
import { ThreadBeats } from "../core/thread_beats.ts";
import { collectGarbage, threadScope } from "../core/thread_scope.ts";
import { unpackRecords } from "../core/packed_records.ts";
import { Database } from "../store/database.ts";
import { migrate } from "../store/migrate.ts";
import { createLogger } from "../telemetry/logger.ts";
import { TAIL_MESSAGES_PER_SECOND } from "./live_tail.ts";
import { type RecordBatch, Recorder } from "./recorder.ts";

/** The recorder thread's entry: batches in, SQLite behind. It may read and write its data directory and nothing else. */

const TICK_MS = 1_000 / TAIL_MESSAGES_PER_SECOND;
/** Control holds the lock for moments only; longer waiting is the queue's work. */
const BUSY_TIMEOUT_MS = 1_000;
const RETENTION_MS = 60_000;
/** Control makes or migrates the database first; who starts Aegis for the first time reads of no lock. */
const FIRST_RETENTION_MS = 5_000;
/** Between two batches of deletions, so that records come first. */
const RETENTION_PAUSE_MS = 20;

const scope = threadScope<SupervisorToRecorder>();

scope.onmessage = (event: MessageEvent<SupervisorToRecorder>) => {
  if (event.data.kind === "start") begin(event.data);
};

function begin(start: RecorderStart): void {
  let control = start.control;
  const logger = createLogger({ ...start.log, clock: systemClock, thread: "recorder" });
  const recorder = new Recorder({
    openDatabase: () => openLog(start.databasePath),
    clock: systemClock,
    logger,
    tell: (message: RecorderToControl) => control.postMessage(message),
  });
  const beats = new ThreadBeats(start.beats);
  const endBeats = beats.start("recorder");
  const ticking = setInterval(() => recorder.tick(), TICK_MS);
  let retaining = setTimeout(() => {
    retain();
    collectGarbage();
  }, FIRST_RETENTION_MS);
  listenToControl(start.control);

  scope.onmessage = (event: MessageEvent<SupervisorToRecorder>) => {
    const message = event.data;
    if (message.kind === "gateway-joined") listenToGateway(message.port);
    else if (message.kind === "control-joined") listenToControl(message.port);
    else if (message.kind === "analyst-joined") listenToAnalyst(message.port);
    else if (message.kind === "stop") stop();
  };
  beats.beat("recorder");
  scope.postMessage({ kind: "ready" });

  function listenToGateway(port: MessagePort): void {
    const written = (records: number) =>
      port.postMessage({ kind: "written", records } satisfies RecorderToGateway);
    port.onmessage = ({ data }: MessageEvent<GatewayToRecorder | StreamBatch>) => {
      if (data.kind === "records") recorder.receive(unpacked(data), written);
      else recorder.receiveStreams(data.records, data.lost);
    };
  }

  function listenToAnalyst(port: MessagePort): void {
    port.onmessage = ({ data }: MessageEvent<AnalystToRecorder>) => recorder.receiveEvents(data.events);
  }

  function listenToControl(port: MessagePort): void {
    control = port;
    port.onmessage = (event: MessageEvent<ControlToRecorder>) => recorder.obey(event.data);
  }

  function retain(): void {
    retaining = setTimeout(retain, recorder.retain() ? RETENTION_PAUSE_MS : RETENTION_MS);
  }

  function stop(): void {
    endBeats();
    clearInterval(ticking);
    clearTimeout(retaining);
    const unwritten = recorder.stop();
    if (unwritten > 0) {
      logger.error("the request log ends with records that could not be written", { lost: unwritten });
    }
    scope.postMessage({ kind: "stopped" });
  }
}

function openLog(path: string): Database {
  const db = new Database({ path, synchronous: "NORMAL", busyTimeoutMs: BUSY_TIMEOUT_MS });
  try {
    migrate(db);
    return db;
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}

/** All records of a gateway's batch as objects. */
function unpacked(message: GatewayToRecorder): RecordBatch {
  const { records, packed } = message;
  return packed.texts.length === 0
    ? message
    : { ...message, records: [...records, ...unpackRecords(packed)] };
}

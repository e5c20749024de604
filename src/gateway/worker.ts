import { systemClock } from "../core/clock.ts";
import { errorText } from "../core/errors.ts";
import type {
  AnalystToGateway,
  ControlToGateway,
  GatewayNews,
  GatewayStart,
  RecorderToGateway,
  SnapshotAnswer,
  SupervisorToGateway,
} from "../core/messages.ts";
import { collectGarbage, threadScope } from "../core/thread_scope.ts";
import { createLogger } from "../telemetry/logger.ts";
import { TurnClock } from "../core/turn_clock.ts";
import { Turn } from "../lib/turn.ts";
import { Gateway } from "./gateway.ts";
import { RecordBatcher } from "./record_batcher.ts";
import { StreamLogBatcher } from "./streams/stream_log.ts";
import { Rush } from "./rush.ts";
import { openSharedState, sweepLimits } from "./shared_state.ts";
import { UpstreamTransport } from "./upstream/transport.ts";

/** A gateway thread's entry: messages in, a Gateway behind them. It has the network and nothing else. */

const TICK_MS = 1_000;
/** Window in which the client that most requests come from is counted, in ticks. */
const MAIN_CLIENT_BEATS = 60;

const scope = threadScope<SupervisorToGateway>();

scope.onmessage = (event: MessageEvent<SupervisorToGateway>) => {
  if (event.data.kind === "start") begin(event.data);
};

function begin(start: GatewayStart): void {
  const clock = systemClock;
  const turn = new Turn();
  const turnClock = new TurnClock(clock, turn);
  const shared = openSharedState(start.shared, start.index, turnClock);
  const logger = createLogger({ ...start.log, clock, thread: `gateway ${start.index}` });
  const batcher = new RecordBatcher({ clock: turnClock });
  const transport = new UpstreamTransport({
    clock: turnClock,
    turn,
    allowPrivate: false,
    socketDir: start.socketDir,
  });
  const streamLog = new StreamLogBatcher(clock);
  const gateway = new Gateway({
    index: start.index,
    shared,
    transport,
    batcher,
    streamLog,
    clock,
    turn,
    turnClock,
    logger,
  });

  let tellControl: (news: GatewayNews) => void = () => {};
  let beats = 0;
  const rush = new Rush();
  let hasPassed = false;
  /** It has not applied a snapshot yet, nor does it serve. */
  let isFirst = true;
  setInterval(() => {
    // The first snapshot takes one long turn, longer on a busy machine: until then the supervisor has more patience.
    if (!isFirst) shared.heartbeat.beat();
    shared.time.tell();
    if (gateway.refusalPace.takeServed()) shared.counters.countServed();
    gateway.refusalPace.look(shared.counters.served());
    // A turn later, when the last of them are closed for good.
    if (hasPassed) collectGarbage("regular");
    hasPassed = rush.isOver(gateway.connections);
    const hits = gateway.bans.hits.take();
    if (hits.length > 0) tellControl({ kind: "ban-hits", hits });
    const claims = gateway.takeBotClaims();
    if (claims.length > 0) tellControl({ kind: "bot-claims", claims });
    if (beats % MAIN_CLIENT_BEATS === 0) {
      const main = gateway.mainClient.turn();
      if (main !== null) tellControl({ kind: "main-client", ...main });
    }
    sweepLimits(shared, beats++);
  }, TICK_MS);
  listenToControl(start.control);
  listenToRecorder(start.recorder);
  listenToAnalyst(start.analyst);
  scope.postMessage({ kind: "ready" });

  scope.onmessage = async (event: MessageEvent<SupervisorToGateway>) => {
    const message = event.data;
    if (message.kind === "control-joined") listenToControl(message.port);
    else if (message.kind === "recorder-joined") listenToRecorder(message.port);
    else if (message.kind === "analyst-joined") listenToAnalyst(message.port);
    else if (message.kind === "stop") {
      await gateway.drain(message.drainMs);
      gateway.evidence.flush();
      await batcher.flush();
      scope.postMessage({ kind: "stopped" });
    }
  };

  function listenToControl(port: MessagePort): void {
    gateway.offences.connect((offences) => port.postMessage({ kind: "offences", offences }));
    gateway.evidence.connect((evidence) => port.postMessage({ kind: "evidence", evidence }));
    gateway.banWishes.connect((wishes) => port.postMessage({ kind: "ban-wishes", wishes }));
    gateway.onReport = (report) => port.postMessage({ kind: "mistake-reported", report });
    tellControl = (news) => port.postMessage(news);
    port.onmessage = async (event: MessageEvent<ControlToGateway>) => {
      const message = event.data;
      if (message.kind === "address-lists") return gateway.useLists(message);
      if (message.kind === "bot-answers") return gateway.knowBots(message.answers);
      if (message.kind === "revoked-passes") return gateway.revokePasses(message.passes);
      if (message.kind === "geo") return gateway.useGeo(message.files);
      const { version } = message.kind === "snapshot" ? message.snapshot : message.changes;
      const startedAt = clock.monotonic();
      let answer: SnapshotAnswer;
      try {
        const ports = await (message.kind === "snapshot"
          ? gateway.apply(message.snapshot)
          : gateway.change(message.changes));
        answer = { kind: "applied", version, ports, tookMs: clock.monotonic() - startedAt };
      } catch (thrown) {
        logger.error("a snapshot was rejected", { version, error: errorText(thrown) });
        answer = { kind: "rejected", version, message: errorText(thrown) };
      }
      if (answer.kind === "applied") answer = { ...answer, streamFaults: gateway.streamFaults };
      port.postMessage(answer);
      if (isFirst) collectGarbage();
      isFirst = false;
    };
  }

  function listenToAnalyst(port: MessagePort): void {
    gateway.digests.connect((batch) => port.postMessage(batch, [batch.numbers.buffer]));
    port.onmessage = (event: MessageEvent<AnalystToGateway>) => gateway.digests.taken(event.data.digests);
  }

  function listenToRecorder(port: MessagePort): void {
    batcher.connect((message) => port.postMessage(message));
    streamLog.connect((message) => port.postMessage(message));
    port.onmessage = (event: MessageEvent<RecorderToGateway>) => batcher.written(event.data.records);
  }
}

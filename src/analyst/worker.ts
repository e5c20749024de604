import { systemClock } from "../core/clock.ts";
import { errorText } from "../core/errors.ts";
import type {
  AnalystStart,
  AnalystToControl,
  AnalystToGateway,
  AnalystToRecorder,
  ControlToAnalyst,
  SupervisorToAnalyst,
} from "../core/messages.ts";
import type { DigestBatch } from "../core/request_digest.ts";
import { BEAT_EVERY_MS, ThreadBeats } from "../core/thread_beats.ts";
import { collectGarbage, threadScope } from "../core/thread_scope.ts";
import { SteadyTime } from "../core/steady_time.ts";
import { ReputationTable } from "../shield/reputation.ts";
import { createLogger } from "../telemetry/logger.ts";
import { Analyst } from "./analyst.ts";

/** The analyst thread's entry: digests of requests in, wishes and events out. It may do nothing at all. */

const scope = threadScope<SupervisorToAnalyst>();

scope.onmessage = (event: MessageEvent<SupervisorToAnalyst>) => {
  if (event.data.kind === "start") begin(event.data);
};

function begin(start: AnalystStart): void {
  let { control, recorder } = start;
  const logger = createLogger({ ...start.log, clock: systemClock, thread: "analyst" });
  const time = new SteadyTime(start.time, systemClock);
  const analyst = new Analyst(systemClock, new ReputationTable(start.reputations, () => time.now()));
  const beats = new ThreadBeats(start.beats);
  let told = "";
  const ticking = setInterval(() => {
    beats.beat("analyst");
    time.tell();
    analyst.tick();
    const health = analyst.health();
    const text = JSON.stringify(health);
    if (text !== told) tellControl(health);
    told = text;
  }, BEAT_EVERY_MS);
  listenToControl(control);

  scope.onmessage = (event: MessageEvent<SupervisorToAnalyst>) => {
    const message = event.data;
    switch (message.kind) {
      case "gateway-joined":
        return listenToGateway(message.port);
      case "control-joined":
        told = "";
        control = message.port;
        return listenToControl(control);
      case "recorder-joined":
        recorder = message.port;
        return;
      case "stop":
        clearInterval(ticking);
        scope.postMessage({ kind: "stopped" });
    }
  };
  beats.beat("analyst");
  scope.postMessage({ kind: "ready" });

  function tellControl(message: AnalystToControl): void {
    control.postMessage(message);
  }

  function listenToGateway(port: MessagePort): void {
    port.onmessage = ({ data }: MessageEvent<DigestBatch>) => {
      const { events, wishes } = analyst.receive(data);
      if (wishes.length > 0) tellControl({ kind: "ban-wishes", wishes });
      if (events.length > 0) {
        recorder.postMessage({ kind: "correlation-events", events } satisfies AnalystToRecorder);
      }
      port.postMessage({ kind: "taken", digests: data.texts.length } satisfies AnalystToGateway);
    };
  }

  let isFirst = true;
  function listenToControl(port: MessagePort): void {
    port.onmessage = ({ data }: MessageEvent<ControlToAnalyst>) => {
      try {
        analyst.setUp(data.setup, data.scoresBehaviour);
      } catch (thrown) {
        logger.error("correlated rules were rejected, the old ones stay in force", {
          error: errorText(thrown),
        });
      }
      if (isFirst) collectGarbage();
      isFirst = false;
    };
  }
}

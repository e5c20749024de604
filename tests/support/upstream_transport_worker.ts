import { systemClock } from "../../src/core/clock.ts";
import { UpstreamTransport } from "../../src/gateway/upstream/transport.ts";
import { exchangeWith, testRequest, testTarget } from "./upstream_exchange.ts";
import { workerScope } from "./worker_scope.ts";

const scope = workerScope<string[]>();

/** Runs with a gateway's permissions: asks each target once and says what came of it. */
scope.onmessage = async (event: MessageEvent<string[]>) => {
  const transport = new UpstreamTransport({ clock: systemClock, allowPrivate: true });
  const results: string[] = [];
  for (const url of event.data) {
    const sink = await exchangeWith(
      transport,
      testRequest("", { target: testTarget(url, { verify_tls: false }) }),
    );
    results.push(sink.failure === null ? sink.text : sink.failure.detail);
  }
  transport.close();
  scope.postMessage(results);
};

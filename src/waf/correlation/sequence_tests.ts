import type { CorrelationEvent } from "../../core/correlation_event.ts";
import type { RequestDigest } from "../../core/request_digest.ts";
import type { Rule } from "../../core/rule.ts";
import type { ExampleSequence } from "../rule_files/rule_schema.ts";
import { Correlator } from "./correlator.ts";
import { buildSequence } from "./example_sequence.ts";

/** What correlated rules make of requests that nobody sent, one list of events a request; `hostId` of all is `test`. */
export function tryRules(rules: readonly Rule[], digests: readonly RequestDigest[]): CorrelationEvent[][] {
  const correlator = new Correlator({ newId: () => "trial" });
  const correlated = rules.flatMap((rule) =>
    "correlate" in rule.match
      ? [{ id: rule.id, name: rule.name, severity: rule.severity, correlation: rule.match.correlate }]
      : []
  );
  correlator.setUp({
    rules: correlated,
    hosts: [{ id: "test", rules: correlated.map((_, index) => ({ index, action: "block" })) }],
    hashKey: "00",
    blockSeconds: 3_600,
  });
  return digests.map((digest) => correlator.receive(digest));
}

/** True where the rule is met anywhere in the written sequence. */
export function sequenceMatches(rule: Rule, sequence: ExampleSequence): boolean {
  return tryRules([rule], buildSequence(sequence)).some((events) => events.length > 0);
}

import type { Notice, NoticeKind } from "../../core/notice.ts";
import { oneLine } from "../message.ts";

const SEVERITIES: Readonly<Partial<Record<NoticeKind, "critical" | "error" | "warning" | "info">>> = Object
  .freeze({
    attack_began: "critical",
    target_down: "critical",
    certificate_failure: "error",
    certificate_expiry: "warning",
    canary_rollback: "warning",
    auto_ban: "info",
    sign_in_new_address: "warning",
    rule_set_update: "info",
  });

/** What ends the incident that another kind began. */
const ENDS: Readonly<Partial<Record<NoticeKind, NoticeKind>>> = Object.freeze({
  attack_ended: "attack_began",
  target_up: "target_down",
});

/**
 * A test: an incident of its own that is over at once, so that the pager rings and nothing is left open.
 */
export function pagerDutyTest(notice: Notice, routingKey: string, instance: string): readonly unknown[] {
  const dedup_key = `aegis/${instance}/test/${notice.at}`.slice(0, 255);
  const began = pagerDutyBody(notice, routingKey, instance);
  return ["trigger", "resolve"].map((event_action) => ({ ...began, event_action, dedup_key }));
}

/** PagerDuty's Events API v2: https://developer.pagerduty.com/docs/send-alert-event. */
export function pagerDutyBody(notice: Notice, routingKey: string, instance: string): object {
  const begins = ENDS[notice.kind];
  return {
    routing_key: routingKey,
    event_action: begins === undefined ? "trigger" : "resolve",
    dedup_key: `aegis/${instance}/${begins ?? notice.kind}/${notice.host ?? ""}/${notice.about ?? ""}`.slice(
      0,
      255,
    ),
    payload: {
      summary: oneLine(notice.subject).slice(0, 1_024),
      source: instance,
      severity: SEVERITIES[notice.kind] ?? "info",
      timestamp: new Date(notice.at).toISOString(),
      component: "aegis",
      custom_details: { kind: notice.kind, host: notice.hostName ?? "", text: notice.text },
    },
  };
}

import type { OperationOutput } from "../../src/control/operation.ts";

type Listed = OperationOutput<"correlation.list">;
type Event = Listed["events"][number];

/** Events as the Correlation page shows them: one in force, one over, one that only was written down. */
export function correlationEvents(now: number, isEmpty: boolean): Listed {
  if (isEmpty) {
    return {
      events: [],
      next: null,
      analyst: { requests: 0, lost: 0, events: 0, unwritten: 0, clients: 0, bytes: 0 },
      rules: [],
    };
  }
  return {
    events: [
      event(now, "01KAEVENT0000000000000STUF", "set-corr-credential-stuffing", {
        rule_name: "Five different sign-ins refused within two minutes",
      }),
      event(now - 3_600_000, "01KAEVENT0000000000000MULT", "set-corr-multi-vector", {
        rule_name: "Four techniques of attack within three minutes",
        block: "over",
        clients: ["2001:db8:77::1", "2001:db8:77::2"],
        group: "2001:db8:77::/64",
        severity: "critical",
      }),
      event(now - 7_200_000, "01KAEVENT0000000000000IDOR", "set-corr-idor", {
        rule_name: "Ten numbered resources within a minute",
        action: "detected",
        block: "none",
        blocked_until: null,
        host_name: null,
        severity: "medium",
      }),
    ],
    next: "01KAEVENT0000000000000IDOR",
    analyst: { requests: 1_204_331, lost: 12, events: 3, unwritten: 0, clients: 812, bytes: 18_400_000 },
    rules: [
      {
        id: "set-corr-credential-stuffing",
        name: "Five different sign-ins refused within two minutes",
        hosts: 2,
      },
      { id: "set-corr-idor", name: "Ten numbered resources within a minute", hosts: 0 },
    ],
  };
}

export function correlationDetail(now: number, id: string): OperationOutput<"correlation.get"> {
  const found = correlationEvents(now, false).events.find((each) => each.id === id);
  return {
    ...(found ?? correlationEvents(now, false).events[0]!),
    snapshots: Array.from({ length: 6 }, (_, i) => ({
      id: `01KAREQUEST00000000000000${i}`,
      at: now - 60_000 + i * 10_000,
      client: "198.51.100.7",
      method: i === 3 ? "GET" : "POST",
      target: i === 3 ? "/news?token=***" : "/login",
      user_agent: "python-requests/2.32 <script>",
      status: i === 3 ? 200 : 401,
      size: 812,
      content_type: "text/html",
      latency_ms: 12.3,
      body_bytes: i === 3 ? 0 : 34 + i,
      body_hash: i === 3 ? "" : `0123456789abcde${i}`,
      rule_ids: [],
      counted: i !== 3,
    })),
  };
}

function event(at: number, id: string, rule_id: string, more: Partial<Event>): Event {
  return {
    id,
    at,
    rule_id,
    rule_name: rule_id,
    severity: "high",
    host_id: "host-shop",
    host_name: "shop.example.com",
    group_by: "source_64",
    group: "198.51.100.7",
    clients: ["198.51.100.7"],
    action: "blocked",
    block: "in_force",
    blocked_until: at + 3_600_000,
    window_seconds: 120,
    threshold: 5,
    counted: 5,
    steps: ["sensitive-files", "sql-injection / sql-injection-extended"],
    ...more,
  };
}

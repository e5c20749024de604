import { targetsOf } from "../../core/host_path.ts";
import type { Bodies } from "../body.ts";
import { findHost } from "../hosts/hosts.ts";

export const targetTrafficBodies: Bodies<"hosts.targets"> = {
  "hosts.targets": {
    read: ({ control }, { id }) => {
      const host = findHost(control, id);
      const now = control.traffic.rate(host);
      return {
        host_id: host.id,
        balance: host.balance,
        rate: host.rate_limit === null || now === null
          ? null
          : { configured: host.rate_limit.requests_per_second, now },
        targets: targetsOf(host).map(({ id, url, role, backup, weight }) => {
          const { up, text, checked_at } = control.targets.state(id);
          const { latency, ...traffic } = control.traffic.target(id);
          const { p50 = null, p95 = null, p99 = null } = latency ?? {};
          return { id, url, role, backup, weight, up, text, checked_at, ...traffic, p50, p95, p99 };
        }),
      };
    },
  },
};

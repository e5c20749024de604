import { z } from "zod";
import type { Host } from "../core/host.ts";
import { kindFaults } from "../core/host_kind_faults.ts";

/**
 * A check that a host's fields fit its kind, for a schema whose output is a host. It speaks even where other fields are
 * wrong, so that one run shows every fault.
 */
export function kindCheck<T>(): z.core.$ZodCheck<T> {
  return z.core._check<T>((payload) => {
    // Where the host is missing altogether, another check says so.
    const host = (payload.value ?? {}) as Partial<Host>;
    if (!Array.isArray(host.targets) || !Array.isArray(host.domains) || !Array.isArray(host.paths)) return;
    const { kind = "proxy", redirect = null, targets, domains, paths } = host;
    for (const fault of kindFaults({ kind, redirect, targets, domains, paths })) {
      payload.issues.push({
        code: "custom",
        path: [...fault.path],
        message: fault.message,
        params: { remedy: fault.remedy },
        input: payload.value,
      });
    }
  }, { when: () => true });
}

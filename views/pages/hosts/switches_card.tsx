import { SwitchFor } from "../../components/switch_for.tsx";
import type { HostView, ViewContext } from "../../model.ts";

/** What of a host is switched on for a while. */
export function SwitchesCard({ ctx, host }: { readonly ctx: ViewContext; readonly host: HostView }) {
  const path = `/hosts/${encodeURIComponent(host.id)}`;
  return (
    <section class="card">
      <header>
        <h2>For a while</h2>
      </header>
      <div class="pad stack">
        <SwitchFor
          ctx={ctx}
          action={`${path}/under-attack`}
          label="Under attack"
          hint="Every client proves that it is a browser."
          until={host.switches.under_attack}
          minutes={[60, 240, 1_440]}
        />
        <SwitchFor
          ctx={ctx}
          action={`${path}/maintenance`}
          label="Maintenance page"
          hint="For all but the addresses under Access."
          until={host.switches.maintenance}
          minutes={[30, 120, 720]}
        />
        <SwitchFor
          ctx={ctx}
          action={`${path}/pause-waf`}
          label="Pause the firewall"
          hint="Requests pass without the rules."
          until={host.switches.waf_pause}
          minutes={[15]}
        />
      </div>
    </section>
  );
}

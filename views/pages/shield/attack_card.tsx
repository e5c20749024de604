import { SwitchFor } from "../../components/switch_for.tsx";
import type { ViewContext } from "../../model.ts";
import type { ShieldView } from "../../model_shield.ts";
import { ShieldCard } from "./shield.tsx";

/** Hosts shown: those that something is up with, then the busiest. */
const MOST_HOSTS = 20;

/** Whether Aegis, or one of its hosts, is under attack. */
export function AttackCard({ ctx, shield }: { readonly ctx: ViewContext; readonly shield: ShieldView }) {
  const hosts = shield.hosts.toSorted((a, b) =>
    Number(b.own_level !== "none") - Number(a.own_level !== "none") || (b.rps ?? 0) - (a.rps ?? 0)
  ).slice(0, MOST_HOSTS);
  return (
    <ShieldCard
      title="Under attack"
      text="While a host is under attack, every client has to prove that it is a browser. Aegis says so itself when requests are five times the usual and far outside of their spread, or when too many are in flight; it learns what is usual for half an hour first."
    >
      <dl class="kv">
        <dt>Now</dt>
        <dd>{shield.text}</dd>
        <dt>Requests a second</dt>
        <dd>{rate(shield)}</dd>
        <dt>In flight</dt>
        <dd>{shield.in_flight}</dd>
        <dt>Preset</dt>
        <dd>
          {shield.preset} <span class="sub">preset: in aegis.yml, or --preset</span>
        </dd>
      </dl>
      {ctx.user.role === "viewer" ? null : (
        <SwitchFor
          ctx={ctx}
          action="/shield/under-attack"
          label="Put every host under attack"
          hint="Until it ends, or you end it."
          until={shield.until}
          minutes={[60, 240, 1_440]}
        />
      )}
      {hosts.length === 0 ? null : (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th>Host</th>
                <th class="s">Now</th>
                <th class="r">Requests a second</th>
              </tr>
            </thead>
            <tbody>
              {hosts.map((host) => (
                <tr>
                  <td>
                    <a href={`/hosts/${encodeURIComponent(host.id)}`}>{host.name}</a>
                    <span class="sub phone">{host.text}</span>
                  </td>
                  <td class="s keep">{host.text}</td>
                  <td class="r">{rate(host)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </ShieldCard>
  );
}

function rate({ rps, usual }: { readonly rps: number | null; readonly usual: number | null }): string {
  if (rps === null) return "not known yet";
  const now = rps.toFixed(1);
  return usual === null ? now : `${now}, usually ${usual.toFixed(1)}`;
}

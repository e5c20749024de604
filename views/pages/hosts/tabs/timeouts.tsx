import { TextField } from "../../../components/field.tsx";
import { Card, type TabProps } from "./tab_card.tsx";

/** How long is waited, and how targets are checked. */
export function TimeoutsTab({ host, form }: TabProps) {
  const time = (name: string, label: string, value: number, hint?: string) => (
    <TextField
      form={form}
      name={name}
      label={`${label}, ms`}
      value={value}
      inputmode="numeric"
      {...(hint === undefined ? {} : { hint })}
    />
  );
  return (
    <>
      <Card title="Timeouts">
        <div class="pair">
          {time("timeouts.connect_ms", "Connect", host.timeouts.connect_ms)}
          {time("timeouts.response_head_ms", "Until the answer begins", host.timeouts.response_head_ms)}
        </div>
        <div class="pair">
          {time("timeouts.body_idle_ms", "A body stands still", host.timeouts.body_idle_ms)}
          {time("timeouts.write_ms", "The client reads nothing", host.timeouts.write_ms)}
        </div>
        <div class="pair">
          {time("timeouts.tunnel_idle_ms", "A WebSocket stands still", host.timeouts.tunnel_idle_ms)}
          {time(
            "timeouts.tunnel_total_ms",
            "A WebSocket at most",
            host.timeouts.tunnel_total_ms,
            "0: without end.",
          )}
        </div>
      </Card>
      <Card title="Health checks">
        <TextField
          form={form}
          name="health.path"
          label="Path"
          value={host.health.path}
          placeholder="/health"
          hint="Empty: that a connection can be made is enough."
        />
        <div class="pair">
          {time("health.interval_ms", "Every", host.health.interval_ms)}
          {time("health.timeout_ms", "Waits for", host.health.timeout_ms)}
        </div>
        <div class="pair">
          <TextField
            form={form}
            name="health.unhealthy_threshold"
            label="Failures until it is down"
            value={host.health.unhealthy_threshold}
            inputmode="numeric"
          />
          <TextField
            form={form}
            name="health.healthy_threshold"
            label="Successes until it is up"
            value={host.health.healthy_threshold}
            inputmode="numeric"
          />
        </div>
      </Card>
    </>
  );
}

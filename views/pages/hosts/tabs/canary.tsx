import { SwitchField, TextField } from "../../../components/field.tsx";
import { Card, type TabProps } from "./tab_card.tsx";

/** Which share the canaries get, and when they are taken back. */
export function CanaryTab({ host, form }: TabProps) {
  const { canary } = host;
  const number = (name: string, label: string, value: number, hint: string) => (
    <TextField
      form={form}
      name={`canary.${name}`}
      label={label}
      value={value}
      inputmode="numeric"
      hint={hint}
    />
  );
  return (
    <>
      <Card title="Share of the canaries">
        {number("percent", "Share, in percent", canary.percent, "0 to 100. 0: nobody sees the new version.")}
        <SwitchField
          form={form}
          name="canary.sticky"
          label="A visitor stays on one side"
          hint="By address, and while the share grows. Off: every request is dealt anew."
          checked={canary.sticky}
        />
      </Card>
      <Card title="Rolling back">
        <SwitchField
          form={form}
          name="canary.auto_rollback"
          label="Take the canaries back by itself when they do worse"
          checked={canary.auto_rollback}
        />
        <div class="pair">
          {number(
            "max_error_percent",
            "At failed requests, in percent",
            canary.max_error_percent,
            "5xx and no answer.",
          )}
          {number(
            "max_latency_factor",
            "Slower than the primaries, by a factor of",
            canary.max_latency_factor,
            "2: twice as slow.",
          )}
        </div>
        <div class="pair">
          {number("window_ms", "Looking back, in ms", canary.window_ms, "300,000 is five minutes.")}
          {number(
            "min_samples",
            "With at least so many requests",
            canary.min_samples,
            "Fewer decide nothing.",
          )}
        </div>
      </Card>
    </>
  );
}

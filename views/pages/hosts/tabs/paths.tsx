import { AreaField, SelectField, TextField } from "../../../components/field.tsx";
import type { FormState, HostView } from "../../../model.ts";
import { HeaderEditFields } from "../header_edit_fields.tsx";
import { targetLines } from "../lines.ts";
import { Card, type TabProps } from "./tab_card.tsx";

type Path = HostView["paths"][number];

const TIMES = {
  connect_ms: "Connect",
  response_head_ms: "Until the answer begins",
  body_idle_ms: "A body stands still",
  write_ms: "The client reads nothing",
  tunnel_idle_ms: "A WebSocket stands still",
} as const;

/** Parts of the site that are served in another way. One more than there are, so that another can be added. */
export function PathsTab(props: TabProps) {
  const { host } = props;
  const form = withPatternErrors(props.form);
  const typed = Object.keys(form.values).filter((name) => /^paths\.\d+\.prefix$/.test(name)).length;
  const rows = Math.max(typed, host.paths.length + 1);
  return (
    <>
      <Card title="Paths">
        <p class="small muted">
          What fits no path below goes to the targets of the host. Patterns are tried first, in their order;
          then the longest beginning decides. On a host with paths, addresses with an encoded slash or a
          semicolon are refused, because servers read them differently.
        </p>
      </Card>
      {Array.from({ length: rows }, (_, i) => <PathCard {...props} form={form} i={i} path={host.paths[i]} />)}
    </>
  );
}

function PathCard(props: TabProps & { readonly i: number; readonly path: Path | undefined }) {
  const { form, i, path, host } = props;
  const field = (name: string) => `paths.${i}.${name}`;
  const { targets: _targets, ...rest } = path ?? { targets: [] };
  return (
    <Card title={path === undefined ? "Another path" : path.prefix ?? `Pattern ${path.regex}`}>
      <input
        type="hidden"
        name={field("before")}
        value={form.values[field("before")] ?? JSON.stringify(rest)}
      />
      <div class="pair">
        <SelectField
          form={form}
          name={field("match")}
          label="Requests"
          value={path?.regex === undefined ? "prefix" : "regex"}
          options={[
            { value: "prefix", text: "below the path" },
            { value: "regex", text: "that the pattern finds" },
          ]}
        />
        <TextField
          form={form}
          name={field("prefix")}
          label={path === undefined ? "Path" : "Path, empty to take it out"}
          value={path?.prefix ?? path?.regex ?? ""}
          placeholder="/api"
        />
      </div>
      <AreaField
        form={form}
        name={field("targets")}
        label="Targets"
        rows={2}
        value={targetLines(path?.targets ?? [], props.defaults.target)}
        placeholder="http://10.20.0.21:8080 weight=2"
        hint="One a line; weight=2, backup=true or verify_tls=false behind it. Empty: those of the host."
      />
      <div class="pair">
        <SelectField
          form={form}
          name={field("waf.mode")}
          label="Firewall"
          value={path?.waf?.mode ?? ""}
          options={[
            { value: "", text: `As the host: ${host.waf.mode}` },
            { value: "off", text: "Off" },
            { value: "detect", text: "Detect" },
            { value: "enforce", text: "Enforce" },
          ]}
        />
        <SelectField
          form={form}
          name={field("challenge.mode")}
          label="Challenge"
          value={path?.challenge?.mode ?? ""}
          options={[
            { value: "", text: "As the host" },
            { value: "always", text: "Every visitor once" },
            { value: "managed", text: "Under attack or in doubt" },
            { value: "invisible", text: "The same, never a checkbox" },
            { value: "interactive", text: "The same, always a checkbox" },
            { value: "off", text: "Off" },
          ]}
        />
        <TextField
          form={form}
          name={field("max_body_bytes")}
          label="Largest body, in bytes"
          value={path?.max_body_bytes ?? ""}
          placeholder={`${host.max_body_bytes}, as the host`}
          inputmode="numeric"
        />
      </div>
      <details open={opens(form, i, "rate_limit", path?.rate_limit)}>
        <summary>Rate limit</summary>
        <div class="form">
          <div class="pair">
            <TextField
              form={form}
              name={field("rate_limit.requests_per_second")}
              label="Requests a second"
              value={path?.rate_limit?.requests_per_second ?? ""}
              placeholder={path?.rate_limit === null
                ? "no limit here"
                : host.rate_limit === null
                ? "no limit, as the host"
                : "as the host"}
              inputmode="numeric"
            />
            <TextField
              form={form}
              name={field("rate_limit.burst")}
              label="At once after a pause"
              value={path?.rate_limit?.burst ?? ""}
              inputmode="numeric"
            />
            <SelectField
              form={form}
              name={field("rate_limit.per")}
              label="Counted for"
              value={path?.rate_limit?.per ?? "client"}
              options={[{ value: "client", text: "Each visitor" }, { value: "host", text: "The whole path" }]}
            />
          </div>
        </div>
      </details>
      <details open={opens(form, i, "timeouts", path?.timeouts)}>
        <summary>Timeouts</summary>
        <div class="form">
          <div class="pair">
            {Object.entries(TIMES).map(([key, label]) => (
              <TextField
                form={form}
                name={field(`timeouts.${key}`)}
                label={`${label}, ms`}
                value={path?.timeouts?.[key as keyof typeof TIMES] ?? ""}
                placeholder={`${host.timeouts[key as keyof typeof TIMES]}, as the host`}
                inputmode="numeric"
              />
            ))}
          </div>
        </div>
      </details>
      {(["request_headers", "response_headers"] as const).map((name) => (
        <details open={opens(form, i, name, path?.[name])}>
          <summary>{name === "request_headers" ? "Edit requests" : "Edit answers"}</summary>
          <div class="form">
            <HeaderEditFields
              form={form}
              name={field(name)}
              edits={path?.[name]}
              example={name === "request_headers" ? "X-Area: api" : "Cache-Control: no-store"}
            />
          </div>
        </details>
      ))}
    </Card>
  );
}

function opens(form: FormState, i: number, part: string, value: unknown): boolean {
  return value !== undefined || form.errors.some(({ field }) => field.startsWith(`paths.${i}.${part}`));
}

/** What is wrong with a pattern, or with the entry as a whole, stands beside its one field for both. */
function withPatternErrors(form: FormState): FormState {
  const errors = form.errors.map((error) => ({
    ...error,
    field: error.field.replace(/^(paths\.\d+)(?:\.regex)?$/, "$1.prefix"),
  }));
  return { ...form, errors };
}

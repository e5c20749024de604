import type { Child } from "hono/jsx";
import { AreaField, SelectField, SwitchField, TextField } from "../../components/field.tsx";
import { settingsForm } from "../../components/fixed.ts";
import { PostForm } from "../../components/form.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { SaveBar } from "../../components/save_bar.tsx";
import type { FormState, ViewContext } from "../../model.ts";
import type { SettingsView } from "../../model_system.ts";

interface SettingsProps {
  readonly ctx: ViewContext;
  readonly settings: SettingsView;
  readonly form: FormState;
}

/** What holds everywhere, unless a host says otherwise. */
export function SettingsPage(given: SettingsProps) {
  const props = { ...given, form: settingsForm(given.ctx, given.form) };
  const may = props.ctx.user.role === "admin" || props.ctx.user.role === "owner";
  return (
    <>
      <PageHead title="Settings">
        What holds everywhere, unless a host says otherwise. Changes are in force at once, without a restart.
        Countries have a page of their own: <a href="/settings/geolocation">Geolocation</a>.
      </PageHead>
      <PostForm
        ctx={props.ctx}
        action="/settings"
        class="stack narrow"
        state={props.form}
        label="Settings"
        watch
      >
        <fieldset class="stack" disabled={!may}>
          <Firewall {...props} />
          <AutomaticBlocking {...props} />
          <RuleSets {...props} />
          <FileScanning {...props} />
          <Clients {...props} />
          <Unknown {...props} />
          <Log {...props} />
          <Limits {...props} />
          {may ? <SaveBar discard="/settings" /> : null}
        </fieldset>
      </PostForm>
    </>
  );
}

function Card(props: { readonly title: string; readonly children?: Child }) {
  return (
    <section class="card">
      <header>
        <h2>{props.title}</h2>
      </header>
      <div class="pad form">{props.children}</div>
    </section>
  );
}

function Firewall({ settings, form }: SettingsProps) {
  return (
    <Card title="Web application firewall">
      <div class="pair">
        <SelectField
          form={form}
          name="waf.paranoia_level"
          label="Paranoia"
          value={settings.waf.paranoia_level}
          options={[
            { value: "1", text: "1, few false alarms" },
            { value: "2", text: "2, more" },
            { value: "3", text: "3, strict" },
            { value: "4", text: "4, everything" },
          ]}
        />
        <Number
          form={form}
          name="waf.threshold"
          label="Threshold"
          value={settings.waf.threshold}
          hint="Points at which a request is refused. A critical finding is 5."
        />
      </div>
      <div class="pair">
        <Number
          form={form}
          name="waf.inspect_body_bytes"
          label="Bytes of a body looked at"
          value={settings.waf.inspect_body_bytes}
          hint="Held and read as a whole before the target sees any of it."
        />
        <Number
          form={form}
          name="waf.inspect_total_bytes"
          label="Bytes of bodies held at once"
          value={settings.waf.inspect_total_bytes}
          hint="By one thread; beyond it new bodies are told to come later."
        />
      </div>
    </Card>
  );
}

/** What becomes of clients whose requests the firewall refuses. */
function AutomaticBlocking({ settings, form }: SettingsProps) {
  const { waf } = settings;
  return (
    <Card title="Automatic blocking">
      <div class="pair">
        <SelectField
          form={form}
          name="waf.auto_blacklist_min_severity"
          label="Refusals that count"
          value={waf.auto_blacklist_min_severity}
          options={[
            { value: "off", text: "None: never block by itself" },
            { value: "low", text: "Low findings and above" },
            { value: "medium", text: "Medium findings and above" },
            { value: "high", text: "High findings and above" },
            { value: "critical", text: "Critical findings only" },
          ]}
          hint="A critical one blocks at once, others at the third in ten minutes; what another site's page makes a browser ask for counts for nobody. White lists, this machine and whoever is signed in here are never blocked."
        />
        <SelectField
          form={form}
          name="waf.auto_blacklist_scope"
          label="Where"
          value={waf.auto_blacklist_scope}
          options={[
            { value: "host", text: "On the host that was attacked" },
            { value: "global", text: "On every host" },
          ]}
        />
      </div>
      <div class="pair">
        <SelectField
          form={form}
          name="waf.auto_blacklist_action"
          label="For how long"
          value={waf.auto_blacklist_action}
          options={[
            { value: "timeout", text: "For a while" },
            { value: "blacklist", text: "For good" },
          ]}
          hint="For good also means everybody else behind the same address: an office, a school, a mobile network."
        />
        <Number
          form={form}
          name="waf.auto_blacklist_timeout_seconds"
          label="Seconds"
          value={waf.auto_blacklist_timeout_seconds}
          hint="Doubles from the third time in a day on, up to a day."
        />
      </div>
    </Card>
  );
}

function RuleSets({ settings, form }: SettingsProps) {
  return (
    <Card title="Rule sets">
      <AreaField
        form={form}
        name="waf.rule_set_keys"
        label="Public keys that may sign rule sets"
        value={settings.waf.rule_set_keys.join("\n")}
        placeholder="11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
        hint="Ed25519, base64, one a line. Without one only the rules that come with Aegis serve. Rule sets are taken under Rules."
      />
    </Card>
  );
}

function FileScanning({ settings, form }: SettingsProps) {
  const { file_scan } = settings;
  return (
    <Card title="File scanning">
      <TextField
        form={form}
        name="file_scan.clamd"
        label="clamd"
        value={file_scan.clamd}
        hint="127.0.0.1:3310, or unix:/path below upstream_socket_dir. Each host chooses on its Protection tab whether its uploads are scanned."
      />
      <div class="pair">
        <Number
          form={form}
          name="file_scan.max_bytes"
          label="Largest file, bytes"
          value={file_scan.max_bytes}
          hint="As clamd's StreamMaxLength. What is longer counts as not scanned."
        />
        <Number
          form={form}
          name="file_scan.timeout_ms"
          label="Wait for a verdict, ms"
          value={file_scan.timeout_ms}
          hint="From the end of the upload."
        />
      </div>
    </Card>
  );
}

function Clients({ settings, form }: SettingsProps) {
  return (
    <Card title="Clients">
      <AreaField
        form={form}
        name="whitelist_cidrs"
        label="White list"
        value={settings.whitelist_cidrs.join("\n")}
        placeholder="192.0.2.0/24"
        hint="Never refused on any host; what would be is written down. One a line."
      />
      <AreaField
        form={form}
        name="blacklist_cidrs"
        label="Black list"
        value={settings.blacklist_cidrs.join("\n")}
        placeholder="203.0.113.0/24"
        hint="Always refused on every host. One a line."
      />
      <div class="pair">
        <SelectField
          form={form}
          name="ban_answer"
          label="A banned client gets"
          value={settings.ban_answer}
          options={[{ value: "403", text: "403, with a page" }, {
            value: "close",
            text: "a closed connection",
          }]}
        />
        <Number
          form={form}
          name="l4_conn_limit"
          label="Connections of one client"
          value={settings.l4_conn_limit}
          hint="At once. 0: no limit."
        />
      </div>
      <div class="pair">
        <Number
          form={form}
          name="l7_rate_limit"
          label="Requests a second of one client"
          value={settings.l7_rate_limit}
          hint="Over all hosts; twice as many with the best reputation, half with the worst. 0: no limit."
        />
        <Number
          form={form}
          name="l7_burst_limit"
          label="Requests at once after a pause"
          value={settings.l7_burst_limit}
        />
      </div>
      <SwitchField
        form={form}
        name="upstreams.allow_private"
        label="Targets on private addresses are allowed"
        hint="Off, only public addresses can be targets."
        checked={settings.upstreams.allow_private}
      />
    </Card>
  );
}

function Unknown({ settings, form }: SettingsProps) {
  const site = settings.default_site;
  return (
    <Card title="Names that no host serves">
      <SelectField
        form={form}
        name="default_site.kind"
        label="Visitors get"
        value={site.kind}
        options={[
          { value: "421", text: "421: this site is not served here" },
          { value: "404", text: "404" },
          { value: "close", text: "a closed connection" },
          { value: "redirect", text: "a redirect to the address below" },
        ]}
      />
      <TextField
        form={form}
        name="default_site.url"
        label="Address of the redirect"
        value={site.kind === "redirect" ? site.url : ""}
        placeholder="https://example.com/"
        inputmode="url"
      />
    </Card>
  );
}

function Log({ settings, form }: SettingsProps) {
  return (
    <Card title="Request log">
      <div class="pair">
        <Number
          form={form}
          name="log.retention_days"
          label="Kept for, in days"
          value={settings.log.retention_days}
        />
        <Number
          form={form}
          name="log.max_size"
          label="At most, in bytes"
          value={settings.log.max_size}
          hint="The oldest allowed rows leave first."
        />
      </div>
    </Card>
  );
}

const LIMITS: readonly (readonly [keyof SettingsView["server"], string])[] = [
  ["max_header_bytes", "Head of a request, bytes"],
  ["max_header_fields", "Header fields"],
  ["max_request_line_bytes", "Request line, bytes"],
  ["max_connections", "Open connections, each thread"],
  ["handshake_timeout_ms", "TLS handshake, ms"],
  ["head_timeout_ms", "Whole head, ms"],
  ["idle_timeout_ms", "Between requests, ms"],
  ["body_timeout_ms", "A body stands still, ms"],
  ["write_timeout_ms", "The client reads nothing, ms"],
  ["min_body_rate", "Slowest body, bytes a second"],
  ["min_body_rate_after_ms", "Measured after, ms"],
  ["shutdown_timeout_ms", "Time to finish when stopping, ms"],
];

function Limits({ settings, form }: SettingsProps) {
  return (
    <Card title="Limits of the listeners">
      <div class="pair">
        {LIMITS.map(([key, label]) => (
          <Number form={form} name={`server.${key}`} label={label} value={settings.server[key]} />
        ))}
      </div>
    </Card>
  );
}

function Number(
  props: {
    readonly form: FormState;
    readonly name: string;
    readonly label: string;
    readonly value: number;
    readonly hint?: string;
  },
) {
  return (
    <TextField
      form={props.form}
      name={props.name}
      label={props.label}
      value={props.value}
      inputmode="numeric"
      {...(props.hint === undefined ? {} : { hint: props.hint })}
    />
  );
}

import type { Child, FC } from "hono/jsx";
import { AreaField, SegmentedField, SelectField, SwitchField, TextField } from "../../components/field.tsx";
import { count } from "../../components/format.ts";
import { trafficHref } from "../../components/links.ts";
import { Note } from "../../components/note.tsx";
import type { FormState, HostView } from "../../model.ts";
import type { HostTab } from "./editor.tsx";
import { MODES } from "./short_form.tsx";
import { TargetFields } from "./target_fields.tsx";

interface TabProps {
  readonly host: HostView;
  readonly form: FormState;
  /** What stands for the host where it says nothing. */
  readonly defaults: { readonly paranoia: number; readonly threshold: number };
}

/** The fields of one tab; their names are those of the host in REST and YAML. */
export function HostTabFields(props: TabProps & { readonly tab: HostTab }) {
  const Fields = TABS[props.tab];
  return <Fields {...props} />;
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

function General({ host, form }: TabProps) {
  return (
    <Card title="General">
      <AreaField
        form={form}
        name="domains"
        label="Domains"
        value={host.domains.join("\n")}
        hint="One a line; *.example.com stands for every name below it."
      />
      <AreaField
        form={form}
        name="notes"
        label="Notes"
        value={host.notes}
        hint="For you and your colleagues only."
      />
      <SwitchField
        form={form}
        name="preserve_host"
        label="Pass the visitor’s Host on"
        hint="Off: the target gets its own name."
        checked={host.preserve_host}
      />
      <SwitchField
        form={form}
        name="websocket"
        label="Allow WebSocket and other upgrades"
        checked={host.websocket}
      />
    </Card>
  );
}

function Tls({ host, form }: TabProps) {
  return (
    <>
      <Card title="TLS">
        <SelectField
          form={form}
          name="certificate"
          label="Certificate"
          value={host.certificate}
          options={[
            { value: "auto", text: "The one that fits the name, else the local CA" },
            { value: "custom", text: "A stored one only" },
            { value: "none", text: "None of its own" },
          ]}
        />
        <SelectField
          form={form}
          name="tls_min_version"
          label="Oldest TLS version"
          value={host.tls_min_version}
          options={[{ value: "1.2", text: "1.2" }, { value: "1.3", text: "1.3" }]}
        />
        <SwitchField
          form={form}
          name="force_https"
          label="Send plain HTTP to HTTPS"
          hint="Answers 308 with the same address over HTTPS."
          checked={host.force_https}
        />
      </Card>
      <Card title="Strict transport security">
        <SwitchField
          form={form}
          name="hsts.enabled"
          label="Tell browsers to come by HTTPS only"
          hint="They remember it: be sure that HTTPS will stay."
          checked={host.hsts.enabled}
        />
        <TextField
          form={form}
          name="hsts.max_age"
          label="For, in seconds"
          value={host.hsts.max_age}
          inputmode="numeric"
          hint="31,536,000 is a year."
        />
        <SwitchField
          form={form}
          name="hsts.include_subdomains"
          label="For every name below it too"
          checked={host.hsts.include_subdomains}
        />
        <SwitchField
          form={form}
          name="hsts.preload"
          label="Ask for the browsers’ built-in list"
          checked={host.hsts.preload}
        />
      </Card>
    </>
  );
}

function Protection({ host, form, defaults }: TabProps) {
  const rules = Object.entries(host.waf.rules).map(([id, state]) => `${id}: ${state}`).join("\n");
  return (
    <Card title="Web application firewall">
      <SegmentedField
        form={form}
        name="waf.mode"
        label="Mode"
        value={host.waf.mode}
        options={MODES}
        hint="Detect writes findings down and lets every request pass. Enforce refuses them."
      />
      {host.waf.mode === "detect"
        ? (
          <Note kind="accent" title="If it had enforced for the last 24 hours">
            <p>
              <a href={trafficHref({ host: host.domains[0], action: "detected" }, { range: "24h" })}>
                {count(host.detected_24h)} requests
              </a>{" "}
              would have been refused. Look at them before you switch.
            </p>
          </Note>
        )
        : null}
      <div class="pair">
        <TextField
          form={form}
          name="waf.threshold"
          label="Threshold"
          value={host.waf.threshold ?? ""}
          placeholder={`${defaults.threshold}, as everywhere`}
          inputmode="numeric"
          hint="Points at which a request is refused. A critical finding is 5."
        />
        <SelectField
          form={form}
          name="waf.paranoia"
          label="Paranoia"
          value={host.waf.paranoia ?? ""}
          options={[
            { value: "", text: `${defaults.paranoia}, as everywhere` },
            { value: "1", text: "1, few false alarms" },
            { value: "2", text: "2, more" },
            { value: "3", text: "3, strict" },
            { value: "4", text: "4, everything" },
          ]}
          hint="Higher levels switch more rules on."
        />
      </div>
      <AreaField
        form={form}
        name="waf.rules"
        label="Rules that differ here"
        value={rules}
        placeholder="sqli-120: detect"
        hint="One a line: a rule or a family, then on, off, detect, block or challenge."
      />
    </Card>
  );
}

function Access({ host, form }: TabProps) {
  return (
    <Card title="Who and what may come">
      <AreaField
        form={form}
        name="whitelist_cidrs"
        label="White list"
        value={host.whitelist_cidrs.join("\n")}
        placeholder="192.0.2.0/24"
        hint="Addresses and networks that are never refused here; what would be is written down."
      />
      <AreaField
        form={form}
        name="blacklist_cidrs"
        label="Black list"
        value={host.blacklist_cidrs.join("\n")}
        placeholder="203.0.113.0/24"
        hint="Addresses and networks that are always refused here."
      />
      <TextField
        form={form}
        name="allowed_methods"
        label="Methods"
        value={host.allowed_methods.join(" ")}
        placeholder="every method"
        hint="For example GET HEAD POST. Empty: every method."
      />
      <TextField
        form={form}
        name="max_body_bytes"
        label="Largest body, in bytes"
        value={host.max_body_bytes}
        inputmode="numeric"
        hint="0: no limit."
      />
    </Card>
  );
}

function Headers({ host, form }: TabProps) {
  return (
    <Card title="Headers of answers">
      <SelectField
        form={form}
        name="security_headers"
        label="Security headers"
        value={host.security_headers}
        options={[
          { value: "off", text: "Off: only what the application sends" },
          { value: "standard", text: "Standard: where the application sends none" },
          { value: "aggressive", text: "Aggressive: may break applications" },
        ]}
      />
      <TextField
        form={form}
        name="server_header"
        label="Server"
        value={host.server_header}
        placeholder="none"
        hint="Value of the Server header. Empty: no such header."
      />
    </Card>
  );
}

function Timeouts({ host, form }: TabProps) {
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
        {time("timeouts.tunnel_idle_ms", "A WebSocket stands still", host.timeouts.tunnel_idle_ms)}
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

function Targets({ host, form }: TabProps) {
  return (
    <Card title="Targets">
      <TargetFields targets={host.targets} form={form} />
    </Card>
  );
}

const TABS: Readonly<Record<HostTab, FC<TabProps>>> = {
  general: General,
  targets: Targets,
  tls: Tls,
  protection: Protection,
  access: Access,
  headers: Headers,
  timeouts: Timeouts,
};

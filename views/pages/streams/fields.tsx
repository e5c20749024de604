import type { Child } from "hono/jsx";
import { AreaField, SegmentedField, SelectField, SwitchField, TextField } from "../../components/field.tsx";
import type { FormState } from "../../model.ts";
import type { StreamView } from "../../model_streams.ts";
import { placeText } from "./list.tsx";

export interface StreamFieldProps {
  readonly form: FormState;
  /** null: a new one. */
  readonly stream: StreamView | null;
  /** Stored certificates to choose from. */
  readonly certificates: readonly { readonly value: string; readonly text: string }[];
}

const PROTOCOLS = [
  { value: "tcp", text: "TCP" },
  { value: "udp", text: "UDP" },
  { value: "both", text: "Both" },
] as const;

const TLS = [
  { value: "pass", text: "Passes through" },
  { value: "terminate", text: "Ends here" },
] as const;

/** Where it listens and where it leads: all that a new stream needs. */
export function PlaceFields({ form, stream }: StreamFieldProps) {
  return (
    <>
      <TextField
        form={form}
        name="name"
        label="Name"
        value={stream?.name ?? ""}
        placeholder="postgres"
        required
      />
      <SegmentedField
        form={form}
        name="protocol"
        label="Protocol"
        value={stream?.protocol ?? "tcp"}
        options={PROTOCOLS}
      />
      <TextField
        form={form}
        name="listen"
        label="Listens on"
        value={placeText(stream?.listen ?? "")}
        placeholder="5432"
        required
        hint={
          <>
            A port, or an address with a port. <code>https</code>: beside the hosts, told by name or protocol.
          </>
        }
      />
      <TextField
        form={form}
        name="upstream"
        label="Leads to"
        value={stream?.upstream ?? ""}
        placeholder="10.20.0.40:5432"
        required
      />
    </>
  );
}

export function AccessFields({ form, stream }: StreamFieldProps) {
  return (
    <>
      <AreaField
        form={form}
        name="whitelist_cidrs"
        label="Only these may connect"
        value={lines(stream?.whitelist_cidrs)}
        placeholder="192.0.2.0/24"
        hint="One address or network a line. Empty: everybody."
      />
      <AreaField
        form={form}
        name="blacklist_cidrs"
        label="These may not"
        value={lines(stream?.blacklist_cidrs)}
        placeholder="203.0.113.0/24"
      />
    </>
  );
}

export function TlsFields({ form, stream, certificates }: StreamFieldProps) {
  return (
    <>
      <SegmentedField form={form} name="tls" label="TLS" value={stream?.tls ?? "pass"} options={TLS} />
      <SelectField
        form={form}
        name="certificate"
        label="Certificate, where TLS ends here"
        value={stream?.certificate ?? ""}
        options={[{ value: "", text: "by the name that the client asks for" }, ...certificates]}
      />
      <AreaField
        form={form}
        name="server_names"
        label="Server names"
        value={lines(stream?.server_names)}
        placeholder="mail.example.com"
        hint="Of TLS clients that this stream is for. Several streams can share a port so."
      />
      <TextField
        form={form}
        name="alpn"
        label="Protocols (ALPN)"
        value={stream?.alpn.join(", ") ?? ""}
        placeholder="ssh, imap"
      />
    </>
  );
}

export function LimitFields({ form, stream }: StreamFieldProps) {
  const whole = (name: string, label: string, value: number | undefined, hint?: string) => (
    <TextField
      form={form}
      name={name}
      label={label}
      value={value ?? 0}
      inputmode="numeric"
      {...(hint === undefined ? {} : { hint })}
    />
  );
  return (
    <>
      {whole("max_connections", "Connections at once", stream?.max_connections, "0: no limit of its own.")}
      <div class="pair">
        {whole("timeouts.connect_ms", "Connect, ms", stream?.timeouts.connect_ms)}
        {whole("timeouts.idle_ms", "No byte either way, ms", stream?.timeouts.idle_ms)}
      </div>
      <div class="pair">
        {whole("upload_rate_bytes", "From the client, bytes/s", stream?.upload_rate_bytes)}
        {whole("download_rate_bytes", "To the client, bytes/s", stream?.download_rate_bytes, "0: no limit.")}
      </div>
    </>
  );
}

export function ProxyFields({ form, stream }: StreamFieldProps) {
  return (
    <>
      <AreaField
        form={form}
        name="proxy_protocol.senders"
        label="Proxies in front"
        value={lines(stream?.proxy_protocol.senders)}
        placeholder="10.0.0.0/8"
        hint="What they send must begin with a PROXY header; the client that it names counts."
      />
      <SelectField
        form={form}
        name="proxy_protocol.send"
        label="Tell the upstream who the client is"
        value={stream?.proxy_protocol.send ?? "off"}
        options={[
          { value: "off", text: "no" },
          { value: "v1", text: "PROXY protocol, version 1 (text)" },
          { value: "v2", text: "PROXY protocol, version 2 (binary)" },
        ]}
      />
    </>
  );
}

export function HealthFields({ form, stream }: StreamFieldProps) {
  const whole = (name: string, label: string, value: number | undefined) => (
    <TextField form={form} name={name} label={label} value={value ?? 0} inputmode="numeric" />
  );
  return (
    <>
      <SwitchField
        form={form}
        name="health.enabled"
        label="Check by a TCP connect"
        checked={stream?.health.enabled ?? true}
        hint="Its result is shown. Connections are tried all the same."
      />
      <div class="pair">
        {whole("health.interval_ms", "Every, ms", stream?.health.interval_ms)}
        {whole("health.timeout_ms", "Waits for, ms", stream?.health.timeout_ms)}
      </div>
      <div class="pair">
        {whole("health.unhealthy_threshold", "Failures until it is down", stream?.health.unhealthy_threshold)}
        {whole("health.healthy_threshold", "Successes until it is up", stream?.health.healthy_threshold)}
      </div>
    </>
  );
}

export function RecordFields({ form, stream }: StreamFieldProps) {
  return (
    <>
      <SwitchField
        form={form}
        name="log"
        label="Write down each connection"
        checked={stream?.log ?? true}
        hint="Address, bytes, duration and reason of the end; never what was sent."
      />
      <AreaField form={form} name="notes" label="Notes" value={stream?.notes ?? ""} />
    </>
  );
}

export function Card(props: { readonly title: string; readonly children?: Child }) {
  return (
    <section class="card">
      <header>
        <h2>{props.title}</h2>
      </header>
      <div class="pad form">{props.children}</div>
    </section>
  );
}

function lines(list: readonly string[] | undefined): string {
  return list?.join("\n") ?? "";
}

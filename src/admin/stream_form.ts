import type { OperationInput } from "../control/operation.ts";
import type { FormReader } from "./form_reader.ts";

type StreamInput = OperationInput<"streams.create">["stream"];
type StreamPatch = OperationInput<"streams.update">["stream"];

/** The short form. Texts that the schema refuses are passed on: it says why. */
export function shortStream(form: FormReader): StreamInput {
  return {
    name: form.text("name"),
    protocol: form.text("protocol") as "tcp",
    listen: form.text("listen"),
    upstream: form.text("upstream"),
    ...tls(form),
    ...access(form),
  };
}

/** All fields of the editor. */
export function streamPatch(form: FormReader): StreamPatch {
  const patch: StreamPatch = {
    ...shortStream(form),
    notes: form.text("notes"),
    max_connections: form.whole("max_connections"),
    timeouts: { connect_ms: form.whole("timeouts.connect_ms"), idle_ms: form.whole("timeouts.idle_ms") },
    proxy_protocol: {
      senders: form.list("proxy_protocol.senders"),
      send: form.text("proxy_protocol.send") as "off",
    },
    upload_rate_bytes: form.whole("upload_rate_bytes"),
    download_rate_bytes: form.whole("download_rate_bytes"),
    health: {
      enabled: form.isOn("health.enabled"),
      interval_ms: form.whole("health.interval_ms"),
      timeout_ms: form.whole("health.timeout_ms"),
      unhealthy_threshold: form.whole("health.unhealthy_threshold"),
      healthy_threshold: form.whole("health.healthy_threshold"),
    },
    log: form.isOn("log"),
  };
  form.done();
  return patch;
}

function tls(form: FormReader) {
  return {
    tls: form.text("tls") as "pass",
    certificate: form.text("certificate"),
    server_names: form.list("server_names"),
    alpn: form.list("alpn"),
  };
}

function access(form: FormReader) {
  return { whitelist_cidrs: form.list("whitelist_cidrs"), blacklist_cidrs: form.list("blacklist_cidrs") };
}

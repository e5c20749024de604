import { streamFaults, type StreamPatch } from "../../config/stream_schema.ts";
import { AegisError } from "../../core/errors.ts";
import { type Stream, STREAM_ENDS } from "../../core/stream.ts";
import { parseStreamTarget } from "../../core/stream_target.ts";
import { addressRefusal } from "../../gateway/upstream/target_rule.ts";
import type { Bodies, Change, Context } from "../body.ts";
import { changedMeanwhile } from "../changed_meanwhile.ts";
import type { Control } from "../control.ts";
import { newId } from "../ids.ts";
import { shownAddress } from "../sight.ts";
import { refusePort, streamPortFault } from "./stream_ports.ts";
import { streamCounters, streamView } from "./stream_views.ts";

/** How long the resolution of an upstream's name may take. */
const RESOLVE_MS = 5_000;

type Name =
  | "streams.list"
  | "streams.get"
  | "streams.create"
  | "streams.update"
  | "streams.delete"
  | "streams.set_enabled"
  | "streams.stats"
  | "streams.connections"
  | "streams.validate_port";

export const streamsBodies: Bodies<Name> = {
  "streams.list": {
    read: ({ control }, { q }) =>
      control.streams().filter((stream) => q === undefined || mentions(stream, q.toLowerCase()))
        .map((stream) => streamView(control, stream)),
  },
  "streams.get": { read: ({ control }, { id }) => streamView(control, findStream(control, id)) },
  "streams.create": {
    change: async ({ control }, { stream: fields }) => {
      await refuseFields(control, { ...fields, id: "" });
      return (change) => {
        const stream: Stream = {
          ...fields,
          id: newId("stream"),
          origin: "database",
          created_at: change.now,
          updated_at: change.now,
          version: 1,
        };
        control.store.streams.insert(stream);
        change.record(stream.name, null, stream);
        change.republish();
        return streamView(control, stream);
      };
    },
  },
  "streams.update": {
    change: async ({ control }, { id, stream: patch, version }) => {
      const before = editableStream(control, id, version);
      await refuseFields(control, patched(before, patch));
      return (change) => streamView(control, changeStream(control, change, id, patch, version));
    },
  },
  "streams.set_enabled": {
    change: async ({ control }, { id, enabled }) => {
      const before = editableStream(control, id, undefined);
      if (enabled) await refuseFields(control, { ...before, enabled });
      return (change) => streamView(control, changeStream(control, change, id, { enabled }, undefined));
    },
  },
  "streams.delete": {
    change: ({ control }, { id, version }) => (change) => {
      const stream = editableStream(control, id, version);
      control.store.streams.delete(stream.id);
      change.record(stream.name, stream, null);
      change.republish();
      return {};
    },
  },
  "streams.stats": {
    read: ({ control }) =>
      control.streams().map((stream) => {
        const { id, name, state } = streamView(control, stream);
        return { id, name, state, ...streamCounters(control, stream) };
      }),
  },
  "streams.connections": { read: (context, input) => connections(context, input) },
  "streams.validate_port": {
    read: async ({ control }, input) => {
      const known = input.id === undefined ? null : findStream(control, input.id);
      const fault = await streamPortFault(control, {
        ...input,
        id: known?.id ?? "",
        name: known?.name ?? "",
        enabled: true,
      });
      return { free: fault === null, fault };
    },
  },
};

function connections(
  context: Context,
  { id, to, limit }: {
    readonly id?: string | undefined;
    readonly to?: number | undefined;
    readonly limit: number;
  },
) {
  const { control } = context;
  const names = new Map(control.streams().map((stream) => [stream.id, stream.name]));
  const streamId = id === undefined ? null : findStream(control, id).id;
  return control.store.streamLog.list(streamId, to ?? Number.MAX_SAFE_INTEGER, limit).map((row) => ({
    id: row.id,
    at: row.at,
    stream_id: row.streamId,
    stream_name: names.get(row.streamId) ?? null,
    transport: row.transport,
    client: shownAddress(context, row.client),
    server_name: row.serverName,
    duration_ms: row.durationMs,
    upload_bytes: row.uploadBytes,
    download_bytes: row.downloadBytes,
    end: row.end,
    why: STREAM_ENDS[row.end],
    detail: row.detail,
  }));
}

/** By id or name; of file and database. */
function findStream(control: Control, idOrName: string): Stream {
  const found = control.streams().find(({ id, name }) => id === idOrName || name === idOrName);
  if (found === undefined) throw new AegisError("not_found", `there is no stream "${idOrName}"`);
  return found;
}

type Checked = Parameters<typeof streamFaults>[0] & Pick<Stream, "id" | "name" | "upstream" | "enabled">;

/** Throws with every field that is wrong: by itself, with the others, or with what the machine and other streams have. */
async function refuseFields(control: Control, stream: Checked): Promise<void> {
  const faults = streamFaults(stream).map((fault) => ({ ...fault, field: `stream.${fault.field}` }));
  const twin = control.streams().find(({ id, name }) => name === stream.name && id !== stream.id);
  if (twin !== undefined) {
    faults.push({
      field: "stream.name",
      message: `there is a stream ${stream.name} already`,
      remedy: "choose another name",
    });
  }
  const { certificates } = control.hostCertificates();
  if (stream.certificate !== "" && certificates.every(({ id }) => id !== stream.certificate)) {
    faults.push({
      field: "stream.certificate",
      message: `there is no certificate "${stream.certificate}"`,
      remedy: "name a stored one, or leave it empty: then the name that the client asks for decides",
    });
  }
  if (faults.length > 0) throw new AegisError("invalid_input", faults[0]!.message, { fields: faults });
  await refuseUpstream(control, stream.upstream);
  await refusePort(control, stream);
}

/** The target rule (spec 01) on what the upstream is now; the gateways check again at every connect. */
async function refuseUpstream(control: Control, upstream: string): Promise<void> {
  const target = parseStreamTarget(upstream);
  if (target === null) return;
  const refuse = (message: string, remedy: string) => {
    throw new AegisError("invalid_input", message, {
      fields: [{ field: "stream.upstream", message, remedy }],
    });
  };
  const addresses = target.isAddress ? [target.host] : await resolved(control, target.host);
  if (addresses === null) {
    return refuse(`${target.host} does not resolve`, "check the name, or write the address");
  }
  const { allow_private } = control.settings().upstreams;
  const refusals = addresses.map((address) => addressRefusal(address, allow_private));
  const refusal = refusals.includes(null) ? null : refusals[0] ?? null;
  if (refusal === null) return;
  const remedy = refusal.includes("allow_private")
    ? "switch upstreams.allow_private on in the settings, or use a public address"
    : "name the address of the service";
  refuse(refusal, remedy);
}

/** null where the name has no address, or nobody says so in time. */
function resolved(control: Control, name: string): Promise<readonly string[] | null> {
  return new Promise((done) => {
    const timer = setTimeout(() => done(null), RESOLVE_MS);
    control.lookup(name, (error, addresses) => {
      clearTimeout(timer);
      done(error === null && addresses.length > 0 ? addresses : null);
    });
  });
}

function changeStream(
  control: Control,
  change: Change,
  id: string,
  patch: StreamPatch,
  version: number | undefined,
): Stream {
  const before = editableStream(control, id, version);
  const after: Stream = { ...patched(before, patch), updated_at: change.now, version: before.version + 1 };
  if (!control.store.streams.update(after)) throw changedMeanwhile(control, before.name);
  change.record(after.name, before, after);
  change.republish();
  return after;
}

function patched(before: Stream, patch: StreamPatch): Stream {
  return {
    ...before,
    ...defined(patch),
    timeouts: { ...before.timeouts, ...defined(patch.timeouts ?? {}) },
    proxy_protocol: { ...before.proxy_protocol, ...defined(patch.proxy_protocol ?? {}) },
    health: { ...before.health, ...defined(patch.health ?? {}) },
  };
}

function editableStream(control: Control, id: string, version: number | undefined): Stream {
  const stream = findStream(control, id);
  if (stream.origin === "file") {
    throw new AegisError(
      "read_only",
      `${stream.name} is declared in the configuration file: change it there`,
    );
  }
  if (version !== undefined && version !== stream.version) throw changedMeanwhile(control, stream.name);
  return stream;
}

function mentions(stream: Stream, text: string): boolean {
  return [stream.name, stream.listen, stream.upstream, stream.notes, ...stream.server_names]
    .some((each) => each.toLowerCase().includes(text));
}

/** Without the fields whose value is undefined. */
function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

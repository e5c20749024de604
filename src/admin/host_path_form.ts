import type { OperationInput } from "../control/operation.ts";
import type { FormReader } from "./form_reader.ts";
import { readBlock, readHeaderEdits, readTargets } from "./host_lines.ts";

type HostPatch = OperationInput<"hosts.update">["host"];
type Path = NonNullable<HostPatch["paths"]>[number];

const TIMES = ["connect_ms", "response_head_ms", "body_idle_ms", "write_ms", "tunnel_idle_ms"] as const;

/** Rows of the form that say for which path they are; an emptied path takes its row out. */
export function pathRows(form: FormReader): number[] {
  const rows: number[] = [];
  for (let i = 0; form.has(`paths.${i}.prefix`); i++) if (form.text(`paths.${i}.prefix`) !== "") rows.push(i);
  return rows;
}

/** `paths` as the form has them. What it does not show of a path stays as it was. */
export function readPaths(form: FormReader): Path[] {
  return pathRows(form).map((i) => readPath(form, `paths.${i}`));
}

function readPath(form: FormReader, at: string): Path {
  const { prefix: _prefix, regex: _regex, waf, ...before } = readBlock(form, `${at}.before`);
  const pattern = form.text(`${at}.prefix`);
  const body = form.wholeOrNull(`${at}.max_body_bytes`);
  const {
    max_body_bytes: _body,
    timeouts: _timeouts,
    challenge: _challenge,
    rate_limit: rateBefore,
    ...rest
  } = before;
  const challenge = form.text(`${at}.challenge.mode`);
  const path = {
    ...rest,
    ...(form.text(`${at}.match`) === "regex" ? { regex: pattern } : { prefix: pattern }),
    targets: readTargets(form, `${at}.targets`),
    ...(body === null ? {} : { max_body_bytes: body }),
    ...block("timeouts", times(form, at)),
    // null takes the host's limit away, which the form shows but does not ask for.
    ...(rateBefore === null ? { rate_limit: null } : {}),
    ...block("rate_limit", rate(form, `${at}.rate_limit`)),
    ...block("waf", firewall(form, at, waf)),
    ...(challenge === "" ? {} : { challenge: { mode: challenge } }),
    request_headers: undefined,
    response_headers: undefined,
    ...edits(form, at, "request_headers"),
    ...edits(form, at, "response_headers"),
  };
  // The operation validates: what was typed may be anything.
  return path as Path;
}

function times(form: FormReader, at: string): Record<string, unknown> {
  return Object.fromEntries(TIMES.flatMap((key) => {
    const ms = form.wholeOrNull(`${at}.timeouts.${key}`);
    return ms === null ? [] : [[key, ms]];
  }));
}

/** Nothing where no rate was typed: then the host's limit counts. */
function rate(form: FormReader, at: string): Record<string, unknown> {
  const requests = form.wholeOrNull(`${at}.requests_per_second`);
  if (requests === null) return {};
  const burst = form.wholeOrNull(`${at}.burst`);
  return { requests_per_second: requests, ...(burst === null ? {} : { burst }), per: form.text(`${at}.per`) };
}

function firewall(form: FormReader, at: string, before: unknown): Record<string, unknown> {
  const { mode: _mode, ...rest } = typeof before === "object" && before !== null
    ? before as Record<string, unknown>
    : {};
  const mode = form.text(`${at}.waf.mode`);
  return mode === "" ? rest : { ...rest, mode };
}

function edits(form: FormReader, at: string, name: string): Record<string, unknown> {
  const read = readHeaderEdits(form, `${at}.${name}`);
  const isEmpty = Object.keys(read.set).length + Object.keys(read.add).length + read.remove.length === 0;
  return isEmpty ? {} : { [name]: read };
}

/** Nothing where the block is empty: then the host's values count. */
function block(name: string, content: Record<string, unknown>): Record<string, unknown> {
  return Object.keys(content).length === 0 ? {} : { [name]: content };
}

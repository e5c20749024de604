import type { Clock } from "../core/clock.ts";
import type { LogSettings } from "../core/messages.ts";
import type { Logger } from "../core/ports.ts";
import { maskAddress } from "../lib/mask_address.ts";

export interface LoggerOptions extends LogSettings {
  readonly clock: Clock;
  /** Which thread speaks: `control`, `gateway 0`. */
  readonly thread: string;
  /** Takes one whole line without its end; stdout where not given. */
  readonly write?: (line: string) => void;
}

const SEVERITY = Object.freeze({ debug: 5, info: 9, warn: 13, error: 17 });
type Level = keyof typeof SEVERITY;

/** Fields that hold a client's address; they are masked unless `log.mask` is off (spec 04, Request log). */
const ADDRESS_FIELDS: ReadonlySet<string> = new Set(["client", "address", "peer", "client_address"]);

/**
 * [SECURITY] CWE-532: what is named like a secret is never written, whoever logs it. Whole words only, so that
 * `key_id` and `token_bytes` stay readable.
 */
const SECRET_FIELD =
  /^(?:.*_)?(?:password|passphrase|secret|token|cookie|authorization|csrf|private_key|key_pem)$/;

const MAX_TEXT = 4_096;
const MAX_DEPTH = 4;

/**
 * Log lines to stdout, one a record: JSON with the field names of OpenTelemetry's log data model (timestamp,
 * severity_text, severity_number, body, attributes), or text for people.
 */
export function createLogger(options: LoggerOptions): Logger {
  const write = options.write ?? writeStdout;
  const least = SEVERITY[options.level];
  const format = options.format === "json" ? formatJson : formatText;
  const log = (level: Level) => (message: string, fields: Record<string, unknown> = {}) => {
    if (SEVERITY[level] < least) return;
    const attributes = clean(fields, options.mask, 0) as Record<string, unknown>;
    const at = new Date(options.clock.now()).toISOString();
    write(escapeControls(format(at, level, message, { thread: options.thread, ...attributes })));
  };
  return { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
}

function formatJson(at: string, level: Level, body: string, attributes: Record<string, unknown>): string {
  return JSON.stringify({
    timestamp: at,
    severity_text: level.toUpperCase(),
    severity_number: SEVERITY[level],
    body,
    attributes: { "service.name": "aegis", ...attributes },
  });
}

function formatText(at: string, level: Level, body: string, attributes: Record<string, unknown>): string {
  const rest = Object.entries(attributes).map(([name, value]) => `${name}=${textValue(value)}`);
  return [at, level.toUpperCase().padEnd(5), body, ...rest].join(" ");
}

function textValue(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
  return /^[\w.:/@%+-]+$/.test(text) ? text : JSON.stringify(text).slice(0, MAX_TEXT);
}

/** Secrets out, addresses masked, sizes bounded; errors become their text. */
function clean(value: unknown, mask: boolean, depth: number): unknown {
  if (typeof value === "string") return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return "…";
  if (Array.isArray(value)) return value.slice(0, 100).map((each) => clean(each, mask, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      if (SECRET_FIELD.test(name.toLowerCase())) return [name, "(left out)"];
      if (mask && ADDRESS_FIELDS.has(name) && typeof each === "string") return [name, maskAddress(each)];
      return [name, clean(each, mask, depth + 1)];
    }),
  );
}

/**
 * [SECURITY] CWE-117: a logged value can neither begin a line of its own nor drive the terminal (CWE-150). What it
 * writes instead is valid inside of JSON too.
 */
function escapeControls(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function writeStdout(line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

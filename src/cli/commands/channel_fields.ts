import type { Command } from "commander";
import { isNoticeKind, NOTICE_KINDS, type NoticeKind } from "../../core/notice.ts";
import { collect, type Options } from "../context.ts";
import { UsageError } from "../failure.ts";
import { readNamedFile } from "../read_file.ts";

/** Options that webhooks and mail profiles share: whether it is on, and what it is told. */
export function addChannelOptions(command: Command): Command {
  return command.option("--events <list>", "what is told by it, with commas; all: everything")
    .option("--on", "switch it on").option("--off", "switch it off");
}

/** What of those was said. Throws UsageError. */
export function channelFields(options: Options): { enabled?: boolean; kinds?: NoticeKind[] } {
  if (options.on === true && options.off === true) throw new UsageError("--on and --off exclude each other");
  return {
    ...(options.on === true ? { enabled: true } : options.off === true ? { enabled: false } : {}),
    ...(typeof options.events === "string" ? { kinds: kindsOf(options.events) } : {}),
  };
}

/** A secret comes from a file: what stands in a command line, others on the machine can read. */
export function secretIn(path: unknown, what: string): string | undefined {
  return typeof path === "string" ? readNamedFile(path, what).trim() : undefined;
}

/** `--header 'X-Token: abc'`, once for each. */
export function addHeaderOption(command: Command): Command {
  return command.option("--header <field>", "sent with each message; once for each", collect);
}

export function headersIn(fields: unknown): [string, string][] | undefined {
  if (!Array.isArray(fields)) return undefined;
  return fields.map((field): [string, string] => {
    const found = /^([^:\s]+):\s*(.*)$/.exec(String(field));
    if (found === null) throw new UsageError(`--header is written as 'X-Token: abc', not "${field}"`);
    return [found[1]!, found[2]!];
  });
}

function kindsOf(text: string): NoticeKind[] {
  if (text === "all") return [...NOTICE_KINDS];
  return text.split(",").map((each) => {
    const kind = each.trim();
    if (!isNoticeKind(kind)) {
      throw new UsageError(`--events knows no "${kind}"; it takes all, or of ${NOTICE_KINDS.join(", ")}`);
    }
    return kind;
  });
}

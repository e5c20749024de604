import type { Command } from "commander";
import { parseDuration } from "../../config/values.ts";
import type { OperationInput, OperationOutput } from "../../control/operation.ts";
import { act } from "../context.ts";
import type { CliContext, Options } from "../context.ts";
import { UsageError } from "../failure.ts";
import type { Instance } from "../instance.ts";
import { csvCell, safeJson, safeText } from "../safe_text.ts";
import { tableLines, timeText } from "../table.ts";
import { addReplay } from "./log_replay.ts";

type Row = OperationOutput<"traffic.query">["rows"][number];
type Filter = OperationInput<"traffic.query">;

const EXAMPLES = `
Examples:
  aegis log tail --action blocked
  aegis log query --host shop.example.com --status 4xx --since 1h
  aegis log replay 01JD8F3K7QW2T9ABCDEFGH0012
  aegis log export --since 7d --format csv > week.csv`;
const PAGE = 500;
const TAIL_EVERY_MS = 1_000;

/** `aegis log`: the request log. */
export function addLog(program: Command, cli: CliContext): void {
  const log = program.command("log").summary("the request log").description("The request log.")
    .addHelpText("after", EXAMPLES);

  const query = withFilter(log.command("query").description("Show requests, newest first."))
    .option("-n, --limit <count>", "at most so many", "50");
  act(query, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const limit = Number(options.limit);
      if (!Number.isInteger(limit) || limit < 1) {
        throw new UsageError("--limit takes a whole number above zero");
      }
      const rows: Row[] = [];
      for await (const page of pages(instance, filterOf(options, cli.parts.clock.now()), limit)) {
        rows.push(...page);
      }
      if (options.json === true) return cli.json(rows);
      cli.out(...tableLines(HEAD, rows.map(cells), cli.terminal.columns));
    }));

  const tail = withFilter(log.command("tail").description("Show requests as they come, until interrupted."));
  act(tail, (_, options) => cli.withInstance(options, (instance) => follow(cli, instance, options)));

  const reports = log.command("reports").description("Refusals that visitors call mistakes, newest first.");
  act(reports, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const found = await instance.call("traffic.reports", {});
      if (options.json === true) return cli.json(found);
      cli.out(...tableLines(
        ["TIME", "HOST", "CLIENT", "REQUEST", "SAYS"],
        found.map((each) => [
          new Date(each.at).toISOString(),
          each.host_name ?? "",
          each.client,
          each.request_id,
          each.text.replace(/\s+/g, " "),
        ]),
        cli.terminal.columns,
      ));
    }));

  addReplay(log, cli);

  const give = withFilter(
    log.command("export").description("Write requests to standard output, newest first."),
  )
    .option("--format <format>", "csv or jsonl", "csv");
  act(give, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const line = options.json === true || options.format === "jsonl"
        ? (row: Row) => safeJson(row)
        : csvLine;
      if (line === csvLine) {
        if (options.format !== "csv") throw new UsageError("--format takes csv or jsonl");
        cli.out(CSV_COLUMNS.join(","));
      }
      for await (const page of pages(instance, filterOf(options, cli.parts.clock.now()), Infinity)) {
        for (const row of page) cli.out(line(row));
      }
    }));
}

function withFilter(command: Command): Command {
  return command
    .option("--host <domain>").option("--client <address>").option(
      "--status <status>",
      "403, or a class: 4xx",
    )
    .option("--action <action>", "allowed, detected, blocked or challenged").option("--rule <id>")
    .option("--reason <reason>").option("--method <method>").option(
      "-q, --query <words>",
      "in path, user agent, findings",
    )
    .option("--since <when>", "a duration such as 1h, or a date").option("--until <when>", "likewise");
}

function filterOf(options: Options, now: number): Filter {
  const filter: Record<string, unknown> = {};
  for (const key of ["host", "client", "status", "action", "rule", "reason", "method"]) {
    if (typeof options[key] === "string") filter[key] = options[key];
  }
  if (typeof options.query === "string") filter.q = options.query;
  if (typeof options.since === "string") filter.from = momentOf(options.since, now);
  if (typeof options.until === "string") filter.to = momentOf(options.until, now);
  return filter as Filter;
}

function momentOf(text: string, now: number): number {
  const ago = parseDuration(text);
  const at = ago === null ? Date.parse(text) : now - ago;
  if (Number.isNaN(at)) {
    throw new UsageError(`"${text}" is no time; write 30m, 24h, 7d or 2026-01-31T12:00:00Z`);
  }
  return at;
}

async function* pages(instance: Instance, filter: Filter, limit: number): AsyncGenerator<readonly Row[]> {
  let before: string | null = null;
  for (let left = limit; left > 0;) {
    const cursor: { before?: string } = before === null ? {} : { before };
    const page: OperationOutput<"traffic.query"> = await instance.call("traffic.query", {
      ...filter,
      ...cursor,
      limit: Math.min(PAGE, left),
    });
    yield page.rows;
    left -= page.rows.length;
    before = page.next;
    if (before === null) return;
  }
}

/** Asks once a second for what is new; a row that stands twice at the same millisecond is shown once. */
async function follow(cli: CliContext, instance: Instance, options: Options): Promise<void> {
  const filter = filterOf(options, cli.parts.clock.now());
  let from = cli.parts.clock.now();
  let shown = new Set<string>();
  while (!cli.parts.interrupted.aborted) {
    const fresh: Row[] = [];
    for await (const page of pages(instance, { ...filter, from }, 10 * PAGE)) {
      fresh.push(...page.filter((row) => !shown.has(row.id)));
    }
    for (const row of fresh.toReversed()) {
      cli.out(options.json === true ? safeJson(row) : safeText(cells(row).join("  ")));
    }
    const newest = fresh[0]?.at ?? from;
    shown = new Set([
      ...(newest === from ? shown : []),
      ...fresh.filter((row) => row.at === newest).map((row) => row.id),
    ]);
    from = newest;
    await pause(TAIL_EVERY_MS, cli.parts.interrupted);
  }
}

function pause(ms: number, interrupted: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stop = () => resolve();
  interrupted.addEventListener("abort", stop, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    interrupted.removeEventListener("abort", stop);
  });
}

const HEAD = ["TIME", "STATUS", "ACTION", "REASON", "CLIENT", "REQUEST"];

function cells(row: Row): string[] {
  return [
    timeText(row.at),
    row.status === 0 ? "–" : String(row.status),
    row.action + (row.count > 1 ? ` ×${row.count}` : ""),
    row.reason ?? "–",
    row.client,
    `${row.method} ${row.host}${row.target}`,
  ];
}

const CSV_COLUMNS = [
  "time",
  "id",
  "host",
  "client",
  "method",
  "target",
  "status",
  "action",
  "reason",
  "detail",
  "rules",
  "latency_ms",
  "response_bytes",
  "count",
];

function csvLine(row: Row): string {
  return [
    new Date(row.at).toISOString(),
    row.id,
    row.host,
    row.client,
    row.method,
    row.target,
    row.status,
    row.action,
    row.reason,
    row.detail,
    row.rules.map((rule) => rule.id).join(" "),
    row.latency_ms,
    row.response_bytes,
    row.count,
  ].map(csvCell).join(",");
}

import type { Command } from "commander";
import type { OperationOutput } from "../../control/operation.ts";
import { act, type CliContext, collect, type Options } from "../context.ts";
import { UsageError } from "../failure.ts";
import type { Instance } from "../instance.ts";
import { safeText } from "../safe_text.ts";
import { tableLines } from "../table.ts";

type Made = OperationOutput<"exceptions.create">;

/** `aegis rule exceptions`, `except` and `unexcept`. */
export function addExceptions(rule: Command, cli: CliContext): void {
  const list = rule.command("exceptions").description("List what rules let pass, and where.")
    .option("--host <domain>", "only those that stand for this host");
  act(list, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const host = typeof options.host === "string" ? { host: options.host } : {};
      const found = await instance.call("exceptions.list", host);
      if (options.json === true) return cli.json(found);
      const rows = found.map((each) => [
        each.id,
        each.rule_id,
        each.host_name ?? "every host",
        each.path ?? "every path",
        each.targets.join(" ") + (each.up_to_score === null ? "" : ` up to score ${each.up_to_score}`),
        each.note,
      ]);
      cli.out(
        ...tableLines(["ID", "RULE", "HOST", "PATH", "TARGETS", "NOTE"], rows, cli.terminal.columns),
      );
    }));

  const make = rule.command("except").description(
    "Let a rule pass somewhere; `learned` is the second opinion.",
  )
    .argument("<rule>")
    .option("--host <domain>", "absent: on every host").option(
      "--path <path>",
      "exact, or a prefix that ends in *",
    )
    .option("--target <target>", "e.g. args:message; several times for several", collect)
    .option("--up-to-score <score>", "of `learned` alone: what scores higher is found still")
    .option("--request <id>", "of the log: it is tried on that request before it is made")
    .option("--note <text>", "why; kept in the audit log");
  act(make, ([id], options) =>
    cli.withInstance(options, async (instance) => {
      const made = await instance.call("exceptions.create", {
        rule_id: id!,
        ...await scopeOf(instance, options),
      });
      if (options.json === true) return cli.json(made);
      cli.out(...outcomeLines(made).map(safeText));
    }));

  const lift = rule.command("unexcept").description("Take an exception back.").argument(
    "<id>",
    "of the exception",
  );
  act(lift, ([id], options) =>
    cli.withInstance(options, async (instance) => {
      await instance.call("exceptions.delete", { id: id! });
      if (options.json === true) return cli.json({ id });
      cli.out(`taken back: ${id}`);
    }));
}

async function scopeOf(instance: Instance, options: Options) {
  const { host, path, target, request, note } = options;
  const score = options.upToScore === undefined ? undefined : Number(options.upToScore);
  if (score !== undefined && !Number.isFinite(score)) throw new UsageError("--up-to-score takes a number");
  return {
    ...(typeof host === "string" ? { host_id: (await instance.call("hosts.get", { id: host })).id } : {}),
    ...(typeof path === "string" ? { path } : {}),
    ...(Array.isArray(target) && target.length > 0 ? { targets: target.map(String) } : {}),
    ...(score === undefined ? {} : { up_to_score: score }),
    ...(typeof request === "string" ? { request_id: request } : {}),
    ...(typeof note === "string" ? { note } : {}),
  };
}

function outcomeLines(made: Made): string[] {
  const how = {
    nothing: "",
    findings: ", as the findings in the log show",
    replay: ", as the replay of the request shows",
  }[made.verified_by];
  const still = made.still_refused_by;
  return [
    `${made.rule_id} lets it pass from now on${how} (${made.id})`,
    ...(still.length === 0 ? [] : [`still refused by ${still.join(", ")}`]),
  ];
}

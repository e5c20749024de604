import type { Command } from "commander";
import { readAssignments } from "../assignments.ts";
import { act, type CliContext, collect } from "../context.ts";
import { UsageError } from "../failure.ts";

/** `aegis rule edit`. */
export function addEdit(rule: Command, cli: CliContext): void {
  const edit = rule.command("edit").description("Change a custom rule: some of its fields, or all of it.")
    .argument("<id>")
    .option(
      "--set <key=value>",
      "a field of the rule; null takes it away; several times for several",
      collect,
    )
    .option("--definition", "read the YAML of the whole rule from standard input");
  act(edit, ([id], options) =>
    cli.withInstance(options, async (instance) => {
      const isWhole = options.definition === true;
      const assignments = Array.isArray(options.set) ? options.set.map(String) : [];
      if (isWhole === assignments.length > 0) {
        throw new UsageError("name fields with --set, or give all of the rule with --definition");
      }
      const changed = await instance.call("rules.update", {
        id: id!,
        ...(isWhole
          ? { definition: await cli.terminal.readInput() }
          : { rule: { ...readAssignments(assignments) } }),
      });
      if (options.json === true) return cli.json(changed);
      cli.out(`${changed.id} is in force: ${changed.severity}, ${changed.effective}`);
    }));
}

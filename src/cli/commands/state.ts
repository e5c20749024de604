import type { Command } from "commander";
import { formatListen } from "../../config/fields.ts";
import { BUILD_INFO } from "../../core/build_info.ts";
import { builtInSource } from "../../control/rules/rule_catalogue.ts";
import { act } from "../context.ts";
import type { CliContext } from "../context.ts";
import { EXIT } from "../failure.ts";
import { Instance } from "../instance.ts";
import { safeText } from "../safe_text.ts";
import { factLines, tableLines, timeText } from "../table.ts";

/** `aegis check`, `status`, `version` and `reload`. */
export function addState(program: Command, cli: CliContext): void {
  const check = program.command("check").summary("check the configuration")
    .description("Read the configuration as run would, and say every fault with file and line.")
    .argument("[file]", "configuration file (default: aegis.yml where it exists)")
    .addHelpText("after", "\nExamples:\n  aegis check\n  aegis check /etc/aegis/aegis.yml --json");
  act(check, ([file], options) => {
    const config = cli.config(options, file === undefined ? {} : { config: file });
    if (options.json === true) {
      {
        const { sources: _, api_schemas, ...read } = config;
        const schemas = api_schemas.map(({ text: _text, ...schema }) => schema);
        return cli.json({ ok: true, ...read, api_schemas: schemas, secret_key: config.secret_key !== null });
      }
    }
    const listen = (list: typeof config.proxy_listen) =>
      list.map((each) => `${formatListen(each)}${each.h2c === true ? " with h2c" : ""}`).join(", ") || "off";
    cli.out(
      `${config.config_path ?? "no file: defaults"}: good`,
      ...factLines([
        ["hosts", config.hosts.map((host) => host.domains[0]).join(", ") || "none in the file"],
        ...(config.streams.length === 0
          ? []
          : [["streams", config.streams.map(({ name }) => name).join(", ")] as const]),
        ...(config.rules.length === 0
          ? []
          : [["rules", config.rules.map(({ rule }) => rule.id).join(", ")] as const]),
        ...(config.api_schemas.length === 0 ? [] : [
          ["schemas", config.api_schemas.map(({ path, fields }) => path ?? fields.url).join(", ")] as const,
        ]),
        ...(config.docker_socket === null ? [] : [["docker", config.docker_socket] as const]),
        ["http", listen(config.proxy_listen)],
        ["https", listen(config.https_listen)],
        ["admin", listen(config.admin_listen)],
        ["data", config.data_dir],
        ["preset", config.preset],
      ]),
    );
  });

  const status = program.command("status").summary("state of the running instance")
    .description("Threads, listeners, database and log of the running instance. Exit code 1 where none runs.")
    .addHelpText("after", "\nExamples:\n  aegis status\n  aegis status --json");
  act(status, async (_, options) => {
    const config = cli.config(options);
    const state = await new Instance(config, cli.parts.openOffline).callRunning("system.status", {});
    if (state === undefined) {
      cli.exitCode = EXIT.failed;
      if (options.json === true) return cli.json({ running: false, data_dir: config.data_dir });
      return cli.out(`not running (data directory ${config.data_dir})`, "start it with: aegis run");
    }
    if (options.json === true) return cli.json({ running: true, ...state });
    cli.out(
      ...factLines([
        ["version", `${state.version} (${state.form})`],
        ["running since", timeText(state.started_at)],
        ["memory", `${Math.round(state.memory_bytes / 1_048_576)} MiB`],
        ["database", `${state.database.path}, ${Math.round(state.database.bytes / 1024)} KiB`],
        ["rule set", state.ruleset_version],
        ["log", `${state.log.lost} lost, ${state.log.sampled_out} left out by sampling`],
      ]),
      "",
      ...tableLines(
        ["LISTENER", "ADDRESS", "STATE", "REMEDY"],
        state.listeners.map((each) => [each.name, each.address, each.state, each.remedy ?? ""]),
        cli.terminal.columns,
      ),
      "",
      ...tableLines(
        ["THREAD", "STATE", "RESTARTS"],
        state.threads.map((each) => [`${each.kind} ${each.index}`, each.state, String(each.restarts)]),
        cli.terminal.columns,
      ),
    );
    if (state.sources.length > 0) {
      cli.out(
        "",
        ...tableLines(
          ["HOSTS OF", "PLACE", "STATE", ""],
          state.sources.map((each) => [each.kind, each.place, each.state, safeText(each.text)]),
          cli.terminal.columns,
        ),
      );
    }
    const unread = state.sources.flatMap((source) =>
      source.problems.map(({ where, message, remedy }) => `${where}: ${message} (${remedy})`)
    );
    const troubles = [state.database.error, state.log.error, ...unread].filter((each) => each !== undefined);
    for (const trouble of troubles) cli.terminal.err(`aegis: ${safeText(trouble)}`);
  });

  const version = program.command("version").summary("version, commit, build, Deno, V8")
    .description("What this executable is.")
    .addHelpText("after", "\nExamples:\n  aegis version\n  aegis version --json");
  act(version, (_, options) => {
    const facts = {
      ...BUILD_INFO,
      deno: Deno.version.deno,
      v8: Deno.version.v8,
      ruleset_version: builtInSource().version,
    };
    if (options.json === true) return cli.json(facts);
    cli.out(
      `aegis ${facts.version}`,
      ...factLines([
        ["form", facts.form],
        ["commit", facts.commit || "not known"],
        ["built", facts.built_at || "not built: run from source"],
        ["deno", facts.deno],
        ["v8", facts.v8],
        ["rule set", facts.ruleset_version],
      ]),
    );
  });

  const reload = program.command("reload").summary("read the configuration again")
    .description("Read the configuration file again and put everything in force anew, without a restart.")
    .addHelpText("after", "\nExample:\n  aegis reload");
  act(reload, async (_, options) => {
    const done = await new Instance(cli.config(options), cli.parts.openOffline).callRunning(
      "system.reload",
      {},
    );
    if (done === undefined) {
      cli.exitCode = EXIT.failed;
      return cli.out("not running: there is nothing to reload");
    }
    if (options.json === true) return cli.json(done);
    cli.out(`reloaded: snapshot ${done.version} is in force`);
  });
}

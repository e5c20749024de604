import type { Command } from "commander";
import { AegisError } from "../../core/errors.ts";
import type { OperationInput, OperationOutput } from "../../control/operation.ts";
import { act, type CliContext, type Options } from "../context.ts";
import { UsageError } from "../failure.ts";
import { safeText } from "../safe_text.ts";
import { factLines, tableLines, timeText } from "../table.ts";
import { readNamedFile } from "../read_file.ts";

type Schema = OperationOutput<"schemas.list">[number];
type Detail = OperationOutput<"schemas.get">;
type Patch = OperationInput<"schemas.update">["schema"];

const EXAMPLES = `
Examples:
  aegis schema add --host api.example.com --file openapi.yaml
  aegis schema add --host api.example.com --url https://api.example.com/openapi.json --mode enforce
  aegis schema edit "Shop API" --mode enforce --block-undefined on --strict-body on
  aegis schema show "Shop API"
  aegis schema rule "Shop API" GET /users/{id} off
  aegis schema refresh "Shop API"`;

/** `aegis schema`. */
export function addSchema(program: Command, cli: CliContext): void {
  const schema = program.command("schema").summary("OpenAPI and Swagger documents that requests must fit")
    .description("OpenAPI and Swagger documents that the requests of a host must fit.")
    .addHelpText("after", EXAMPLES);

  const list = schema.command("list").description("List schemas.").option(
    "--host <domain>",
    "of this host only",
  );
  act(list, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const filter = typeof options.host === "string" ? { host: options.host } : {};
      const schemas = await instance.call("schemas.list", filter);
      if (options.json === true) return cli.json(schemas);
      const rows = schemas.map((each) => [
        each.name,
        each.host_name,
        each.mode,
        String(each.endpoints),
        each.dialect,
        each.failure === "" ? each.url === "" ? "upload" : each.url : `failed: ${each.failure}`,
        each.id,
      ]);
      const head = ["NAME", "HOST", "MODE", "ENDPOINTS", "VERSION", "FROM", "ID"];
      cli.out(...tableLines(head, rows, cli.terminal.columns));
    }));

  const show = schema.command("show").description("Show a schema and its endpoints.").argument(
    "<schema>",
    "name or id",
  );
  act(show, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const found = await instance.call("schemas.get", { id: await idOf(instance, name!) });
      if (options.json === true) return cli.json(found);
      cli.out(...detailLines(found, cli.terminal.columns));
    }));

  const add = withFields(
    schema.command("add").description("Check a host's requests against a document.")
      .requiredOption("--host <domain>", "the host, by domain or id")
      .option("--file <file>", "an OpenAPI 3.0, 3.1 or Swagger 2 document, JSON or YAML"),
  );
  act(add, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const file = typeof options.file === "string"
        ? { document: readNamedFile(options.file, "--file") }
        : {};
      const made = await instance.call("schemas.create", {
        schema: { host: String(options.host), ...fieldsOf(options), ...file },
      });
      if (options.json === true) return cli.json(made);
      cli.out(
        safeText(
          `added ${made.name}: ${made.endpoints} ${
            made.endpoints === 1 ? "endpoint" : "endpoints"
          }, mode ${made.mode} (${made.id})`,
        ),
      );
      for (const note of made.notes) cli.out(safeText(`note: ${note}`));
    }));

  const edit = withFields(
    schema.command("edit").description("Change how a schema is applied; what is not named stays.")
      .argument("<schema>", "name or id")
      .option("--file <file>", "another document in place of the one that is there"),
  );
  act(edit, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const id = await idOf(instance, name!);
      const patch: Patch = fieldsOf(options);
      const hasFile = typeof options.file === "string";
      if (Object.keys(patch).length === 0 && !hasFile) {
        throw new UsageError("name what changes, e.g. --mode enforce");
      }
      if (hasFile) {
        await instance.call("schemas.ingest", {
          id,
          document: readNamedFile(String(options.file), "--file"),
        });
      }
      const changed = await instance.call("schemas.update", { id, schema: patch });
      report(cli, options, "changed", changed);
    }));

  const rule = schema.command("rule").description("Switch one endpoint; inherit: as its schema.")
    .argument("<schema>", "name or id").argument("<method>").argument("<path>", "as the document has it")
    .argument("<mode>", "off, detect, enforce or inherit");
  act(rule, ([name, method, path, mode], options) =>
    cli.withInstance(options, async (instance) => {
      const found = await instance.call("schemas.get", { id: await idOf(instance, name!) });
      const endpoint = found.rules.find((each) =>
        each.method === method!.toUpperCase() && each.path === path
      );
      if (endpoint === undefined) {
        throw new AegisError(
          "not_found",
          `${found.name} has no endpoint ${method} ${path}; see: aegis schema show`,
        );
      }
      const changed = await instance.call("schemas.set_rule", {
        id: found.id,
        i: endpoint.i,
        mode: mode === "inherit" ? null : mode as "off",
      });
      report(cli, options, "switched", changed);
    }));

  for (
    const [verb, operation, text] of [
      ["refresh", "schemas.refresh", "Fetch the document again; the last good one stays where that fails."],
      ["remove", "schemas.delete", "Check requests against a schema no longer."],
    ] as const
  ) {
    const command = schema.command(verb).description(text).argument("<schema>", "name or id");
    act(command, ([name], options) =>
      cli.withInstance(options, async (instance) => {
        const id = await idOf(instance, name!);
        const found = await instance.call("schemas.get", { id });
        await instance.call(operation, { id });
        report(cli, options, verb === "refresh" ? "refreshed" : "removed", found);
      }));
  }
}

function withFields(command: Command): Command {
  return command.option("--name <name>", "the document's title where absent")
    .option("--url <url>", "where the document is fetched from")
    .option("--every <seconds>", "fetched again so often; 0: only by hand")
    .option("--base-path <path>", "where the API lies on this host; the document's own where absent")
    .option("--mode <mode>", "off, detect or enforce")
    .option("--block-undefined <switch>", "on: paths that it does not name are refused (404)")
    .option("--strict-body <switch>", "on: fields that it does not name are refused (400)");
}

function fieldsOf(options: Options): Patch {
  const text = (name: string) => typeof options[name] === "string" ? String(options[name]) : undefined;
  const isOn = (name: string) => {
    const value = text(name);
    if (value === undefined || value === "on" || value === "off") {
      return value === undefined ? value : value === "on";
    }
    throw new UsageError(`${name} is on or off, not "${value}"`);
  };
  const every = text("every");
  if (every !== undefined && !/^\d{1,9}$/.test(every)) throw new UsageError("--every takes seconds, as 3600");
  const fields = {
    name: text("name"),
    url: text("url"),
    refresh_seconds: every === undefined ? undefined : Number(every),
    base_path: text("basePath"),
    // The operation validates.
    mode: text("mode") as Patch["mode"],
    block_undefined: isOn("blockUndefined"),
    strict_body: isOn("strictBody"),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

type Instance = Parameters<Parameters<CliContext["withInstance"]>[1]>[0];

async function idOf(instance: Instance, wanted: string): Promise<string> {
  const schemas = await instance.call("schemas.list", {});
  const found = schemas.filter(({ id, name }) => id === wanted || name === wanted);
  if (found.length === 1) return found[0]!.id;
  throw found.length === 0
    ? new AegisError("not_found", `there is no schema ${wanted}; see: aegis schema list`)
    : new AegisError("conflict", `${found.length} schemas are called ${wanted}; name one by its id`);
}

function detailLines(found: Detail, columns: number): string[] {
  const rows = found.rules.map((each) => [
    each.method,
    each.path,
    each.own_mode === null ? each.mode : `${each.mode} (its own)`,
    each.body.join(", "),
  ]);
  return [
    ...factLines([
      ["schema", `${found.name} (${found.id})`],
      ["host", found.host_name],
      ["document", `${found.title} ${found.api_version}, version ${found.dialect}`],
      ["below", found.bases.map((base) => base === "" ? "/" : base).join(", ")],
      ["mode", found.mode],
      ["unknown paths", found.block_undefined ? "refused" : "passed"],
      ["unknown fields", found.strict_body ? "refused" : "passed"],
      ...(found.url === "" ? [] : [["from", found.url] as [string, string]]),
      ...(found.fetched_at === null ? [] : [["fetched", timeText(found.fetched_at)] as [string, string]]),
      ...(found.failure === "" ? [] : [["failed", found.failure] as [string, string]]),
      ...found.notes.map((note): [string, string] => ["note", note]),
    ]),
    "",
    ...tableLines(["METHOD", "PATH", "MODE", "BODY"], rows, columns),
  ];
}

function report(cli: CliContext, options: Options, what: string, schema: Schema): void {
  if (options.json === true) return cli.json(schema);
  cli.out(safeText(`${what} ${schema.name} on ${schema.host_name}: mode ${schema.mode}`));
}

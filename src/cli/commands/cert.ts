import type { Command } from "commander";
import { AegisError } from "../../core/errors.ts";
import type { OperationOutput } from "../../control/operation.ts";
import { act } from "../context.ts";
import type { CliContext } from "../context.ts";
import { safeText } from "../safe_text.ts";
import { tableLines, timeText } from "../table.ts";
import { readNamedFile } from "../read_file.ts";

type Certificate = OperationOutput<"certificates.list">[number];

const EXAMPLES = `
Examples:
  aegis cert import --cert fullchain.pem --key privkey.pem
  aegis cert list
  aegis cert import --cert renewed.pem --key renewed.key --replace shop.example.com
  aegis host edit shop.example.com --set certificate=custom --set certificate_id=ID`;

/** `aegis cert`. */
export function addCert(program: Command, cli: CliContext): void {
  const cert = program.command("cert").summary("stored certificates").description(
    "Certificates that are stored.",
  )
    .addHelpText("after", EXAMPLES);

  const list = cert.command("list").description("List certificates, those that end first on top.");
  act(list, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const certificates = await instance.call("certificates.list", {});
      if (options.json === true) return cli.json(certificates);
      const rows = certificates.map((each) => [
        each.id,
        nameOf(each) + (each.names.length > 1 ? ` +${each.names.length - 1}` : ""),
        timeText(each.not_after),
        each.issuer,
        each.used_by.map(({ host_name }) => host_name).join(", "),
      ]);
      cli.out(...tableLines(["ID", "NAMES", "ENDS", "ISSUER", "USED BY"], rows, cli.terminal.columns));
    }));

  const add = cert.command("import").description(
    "Store a certificate with its key; hosts that it fits use it at once.",
  )
    .requiredOption("--cert <file>", "the certificate and its chain, PEM")
    .requiredOption("--key <file>", "its private key, PEM")
    .option("--replace <certificate>", "id or name of the one whose place it takes");
  act(add, (_, options) =>
    cli.withInstance(options, async (instance) => {
      const stored = await instance.call("certificates.upload", {
        certificate: readNamedFile(String(options["cert"]), "--cert"),
        key: readNamedFile(String(options["key"]), "--key"),
        ...(typeof options.replace === "string"
          ? { id: find(await instance.call("certificates.list", {}), options.replace).id }
          : {}),
      });
      if (options.json === true) return cli.json(stored);
      cli.out(safeText(`stored ${nameOf(stored)} until ${timeText(stored.not_after)} (${stored.id})`));
      for (const warning of stored.warnings) cli.out(safeText(warning));
    }));

  const remove = cert.command("remove").description("Delete a certificate that no host is bound to.")
    .argument("<certificate>", "id or name");
  act(remove, ([name], options) =>
    cli.withInstance(options, async (instance) => {
      const found = find(await instance.call("certificates.list", {}), name!);
      await instance.call("certificates.delete", { id: found.id });
      if (options.json === true) return cli.json(found);
      cli.out(safeText(`removed ${nameOf(found)}`));
    }));
}

function find(certificates: readonly Certificate[], wanted: string): Certificate {
  const found = certificates.filter((each) => each.id === wanted || nameOf(each) === wanted);
  if (found.length === 1) return found[0]!;
  throw found.length === 0
    ? new AegisError("not_found", `there is no certificate ${wanted}; see: aegis cert list`)
    : new AegisError(
      "conflict",
      `${found.length} certificates are for ${wanted}; name one by its id: aegis cert list`,
    );
}

function nameOf({ names, subject }: Pick<Certificate, "names" | "subject">): string {
  return names[0] ?? subject;
}

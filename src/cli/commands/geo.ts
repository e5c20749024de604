import type { Command } from "commander";
import { act } from "../context.ts";
import type { CliContext } from "../context.ts";
import { safeText } from "../safe_text.ts";
import { tableLines, timeText } from "../table.ts";

const EXAMPLES = `
Examples:
  aegis geo                    the databases in use
  aegis geo 193.0.6.139        where an address is`;

/** `aegis geo`. */
export function addGeo(program: Command, cli: CliContext): void {
  const geo = program.command("geo").summary("countries of clients").description(
    "Countries of clients, and the databases that say so.",
  ).argument("[address]").addHelpText("after", EXAMPLES);
  act(geo, ([address], options) =>
    cli.withInstance(options, async (instance) => {
      if (address === undefined) {
        const status = await instance.call("geo.status", {});
        if (options.json === true) return cli.json(status);
        const rows = status.files.map((file) => [
          file.role,
          file.type ?? "",
          timeText(file.built_at),
          stateOf(file, status.enabled),
          file.path,
        ]);
        return cli.out(...tableLines(["FOR", "TYPE", "BUILT", "STATE", "FILE"], rows, cli.terminal.columns));
      }
      const place = await instance.call("geo.look_up", { address });
      if (options.json === true) return cli.json(place);
      const network = place.asn === null ? "" : `AS${place.asn} ${place.organisation}`;
      cli.out(safeText([place.name, place.city, network].filter((each) => each.trim() !== "").join(", ")));
    }));
}

function stateOf(
  { error, built_at }: { error: string | null; built_at: number | null },
  isOn: boolean,
): string {
  if (error === null) return isOn ? "in use" : "off";
  return built_at === null ? error : `${error}; the last good copy stays in use`;
}

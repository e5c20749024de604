import type { Command } from "commander";
import type { OperationOutput } from "../../control/operation.ts";
import { act, type CliContext } from "../context.ts";
import { safeText } from "../safe_text.ts";
import { factLines, timeText } from "../table.ts";

type Kept = OperationOutput<"traffic.evidence">;
type Replayed = OperationOutput<"traffic.replay">;

const LACKS: Readonly<Record<Kept["body_lacks"], string>> = {
  nothing: "",
  end: ", only its beginning",
  all: ", it was not read as a whole",
};

/** `aegis log replay`. */
export function addReplay(log: Command, cli: CliContext): void {
  const replay = log.command("replay")
    .description("Judge a refused request once more by the rules of now; its host must keep evidence.")
    .argument("<id>", "of the request, as visitors and log have it")
    .option("--show", "the request itself as well, with secrets by their shape");
  act(replay, ([id], options) =>
    cli.withInstance(options, async (instance) => {
      const result = await instance.call("traffic.replay", { id: id! });
      const kept = options.show === true ? await instance.call("traffic.evidence", { id: id! }) : null;
      if (options.json === true) return cli.json(kept === null ? result : { ...result, request: kept });
      cli.out(...resultLines(result), ...(kept === null ? [] : ["", ...requestLines(kept)]));
    }));
}

function resultLines(result: Replayed): string[] {
  return [
    ...factLines([
      ["request", result.request_id],
      ["now", `${result.verdict}, ${result.score} of ${result.threshold} points`],
      ...(result.gone.length === 0 ? [] : [["no longer found", result.gone.join(", ")] as [string, string]]),
      ...(result.fresh.length === 0 ? [] : [["newly found", result.fresh.join(", ")] as [string, string]]),
    ]),
    ...result.findings.map((each) =>
      safeText(`  ${each.rule_id}  +${each.points}  ${each.target}: ${each.value}`)
    ),
  ];
}

function requestLines(kept: Kept): string[] {
  return [
    `${kept.method} ${kept.target} ${kept.protocol}`,
    ...kept.headers.map(({ name, value }) => `${name}: ${value}`),
    "",
    ...(kept.body ?? "(no text that could be shown)").split("\n"),
    "",
    `${kept.body_bytes} bytes of body kept${LACKS[kept.body_lacks]}; it leaves at ${timeText(kept.until)}`,
  ].map(safeText);
}

import type { OperationOutput } from "../../control/operation.ts";
import { safeText } from "../safe_text.ts";

function sequenceLines(rows: NonNullable<OperationOutput<"rules.test">["sequence"]>): string[] {
  const isMet = rows.some(({ met }) => met.length > 0);
  return [
    isMet ? "met: the client's next request would be refused" : "no correlated rule is met",
    "",
    ...rows.map((row) => {
      const met = row.met.map((each) => ` <- meets ${each.rule_id} by ${each.counted} requests`).join("");
      return safeText(
        `${String(row.n).padStart(4)}  +${row.at} s  ${row.method} ${row.path} -> ${row.status}  ${
          row.found.join(" ")
        }${met}`,
      );
    }),
  ];
}

/** What the rules found in a request, and how they read it, line by line. */
export function explainLines(result: OperationOutput<"rules.test">): string[] {
  if (result.sequence !== undefined) return sequenceLines(result.sequence);
  const lines = [`${result.verdict}: score ${result.score} of ${result.threshold}`];
  if (!result.pattern_valid) lines.push(safeText(`the rule cannot be used: ${result.pattern_error ?? ""}`));
  if (result.findings.length === 0 && result.pattern_valid) lines.push("no rule found anything");
  for (const finding of result.findings) {
    lines.push(
      "",
      safeText(`${finding.rule_id}: ${finding.rule_name} (${finding.severity}, ${finding.points} points)`),
      safeText(`  in ${finding.target}: ${finding.value}`),
      ...finding.steps.map((step) => safeText(`    ${step.transformation}: ${step.output}`)),
    );
    const read = finding.steps.at(-1)?.output ?? finding.value;
    const match = read.slice(finding.span[0], finding.span[1]);
    if (match !== "") lines.push(safeText(`  matched: ${match}`));
  }
  return lines;
}

import type { FindingView } from "../model.ts";
import { Bytes, cut, Safe } from "./bytes.tsx";
import { changedRanges } from "./difference.ts";

type Read = Pick<FindingView, "rule_id" | "value" | "steps" | "span" | "learned">;

/**
 * How a value was read: as sent, after each transformation that changed it, and what each rule matched in the last.
 * All findings are of one value and one reading.
 */
export function DecodeChain({ findings }: { readonly findings: readonly [Read, ...Read[]] }) {
  const readings = readingsOf(findings[0]);
  const last = readings.at(-1)?.text ?? findings[0].value;
  return (
    <ol class="chain">
      {readings.map((reading, i) => {
        const next = readings[i + 1];
        if (next === undefined && readings.length > 1) return null;
        return (
          <li>
            <span class="step">{reading.name}</span>
            <Bytes
              stretches={cut(
                reading.text,
                next === undefined ? [] : changedRanges(reading.text, next.text),
                "changed",
              )}
            />
          </li>
        );
      })}
      {findings.map((finding) => (
        <>
          <li>
            <span class="step">
              match
              {findings.length > 1 ? <span class="sub mono">{finding.rule_id}</span> : null}
              {readings.length > 1 ? <span class="sub">after {readings.at(-1)?.name}</span> : null}
            </span>
            <Bytes stretches={cut(last, [finding.span], "match")} />
          </li>
          {finding.learned === null ? null : <LearnedScore learned={finding.learned} text={last} />}
        </>
      ))}
    </ol>
  );
}

/** How sure the model is, and the pieces of the value that made it so, heaviest first. */
function LearnedScore(
  props: { readonly learned: NonNullable<FindingView["learned"]>; readonly text: string },
) {
  const { score, threshold, pieces } = props.learned;
  return (
    <li>
      <span class="step">
        learned score <span class="sub">{score}, suspect above {threshold}</span>
      </span>
      {pieces.length === 0 ? null : (
        <span class="small">
          {pieces.map((piece, i) => (
            <>
              {i === 0 ? "" : " "}
              <code class="bytes">
                <Safe text={props.text.slice(piece.start, piece.end)} />
              </code>{" "}
              <span class="muted">+{piece.weight}</span>
            </>
          ))}
        </span>
      )}
    </li>
  );
}

interface Reading {
  readonly name: string;
  readonly text: string;
}

/** Steps that changed nothing are left out. */
function readingsOf(finding: Pick<Read, "value" | "steps">): Reading[] {
  const readings: Reading[] = [{ name: "as sent", text: finding.value }];
  for (const step of finding.steps) {
    if (step.output !== readings.at(-1)?.text) {
      readings.push({ name: step.transformation, text: step.output });
    }
  }
  return readings;
}

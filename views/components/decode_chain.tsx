import type { FindingView } from "../model.ts";
import { Bytes, cut, Safe } from "./bytes.tsx";
import { changedRanges } from "./difference.ts";

/** How a value was read: as sent, after each transformation that changed it, and the match in the last. */
export function DecodeChain(
  props: { readonly finding: Pick<FindingView, "value" | "steps" | "span" | "learned"> },
) {
  const readings = readingsOf(props.finding);
  const last = readings.at(-1)?.text ?? props.finding.value;
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
      <li>
        <span class="step">
          match
          {readings.length > 1 ? <span class="sub">after {readings.at(-1)?.name}</span> : null}
        </span>
        <Bytes stretches={cut(last, [props.finding.span], "match")} />
      </li>
      {props.finding.learned === null ? null : <LearnedScore learned={props.finding.learned} text={last} />}
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

/** Steps that changed nothing are named together with the next that did. */
function readingsOf(finding: Pick<FindingView, "value" | "steps">): Reading[] {
  const readings: Reading[] = [{ name: "as sent", text: finding.value }];
  for (const step of finding.steps) {
    if (step.output !== readings.at(-1)?.text) {
      readings.push({ name: step.transformation, text: step.output });
    }
  }
  return readings;
}

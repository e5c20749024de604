import { Safe } from "../../components/bytes.tsx";
import type { TrafficDetail } from "../../model.ts";

/** From so many points on a request looks automated (spec 03, Bots). */
const LINE = 4;

/** By what the client's program can be told apart: its bot score with the reasons, and its fingerprints. */
export function ProgramFacts(props: { readonly program: TrafficDetail["program"] }) {
  const { program } = props;
  if (program === null) return null;
  const { bot_score, reasons, fingerprint, http2, ja4 } = program;
  return (
    <>
      <dt>Bot score</dt>
      <dd>
        {bot_score >= LINE
          ? `${bot_score}, looks automated`
          : `${bot_score}, below the ${LINE} of automated ones`}
        {reasons.length === 0 ? null : (
          <ul class="small muted">
            {reasons.map(({ points, text }) => <li>{`+${points} ${text}`}</li>)}
          </ul>
        )}
      </dd>
      <dt>Fingerprint</dt>
      <dd class="mono break">{fingerprint}</dd>
      {http2 === "" ? null : (
        <>
          <dt>HTTP/2</dt>
          <dd class="mono break">
            <Safe text={http2} />
          </dd>
        </>
      )}
      {ja4 === "" ? null : (
        <>
          <dt>JA4</dt>
          <dd class="mono break">
            <Safe text={ja4} />
          </dd>
        </>
      )}
    </>
  );
}

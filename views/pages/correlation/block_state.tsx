import { Ago } from "../../components/time.tsx";
import type { CorrelationEventView } from "../../model_correlation.ts";

/** What became of the client. */
export function BlockState(props: { readonly event: CorrelationEventView; readonly now: number }) {
  const { event, now } = props;
  if (event.block === "none") return <>only written down</>;
  if (event.block === "over") return <>nobody is kept out now</>;
  return event.blocked_until === null ? <>kept out</> : (
    <>
      kept out, ends <Ago at={event.blocked_until} now={now} />
    </>
  );
}

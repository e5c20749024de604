import { type Stream } from "../../core/stream.ts";
import type { Control } from "../control.ts";
import type { OperationOutput } from "../operation.ts";

type View = OperationOutput<"streams.get">;

/** A stream with its state, as faces show it. */
export function streamView(control: Control, stream: Stream): View {
  const { up, text, checked_at } = control.targets.state(stream.id);
  const fault = control.streamStates.faults()[stream.id] ?? "";
  const state = !stream.enabled ? "disabled" : fault !== "" ? "failed" : up === false ? "down" : "serving";
  return {
    ...structuredClone(stream) as View,
    state,
    fault: stream.enabled ? fault : "",
    upstream_state: { up, text, checked_at },
    ...streamCounters(control, stream),
  };
}

export function streamCounters(control: Control, { id }: Pick<Stream, "id">) {
  const { active, total, refused, failed, uploadBytes, downloadBytes } = control.streamStates.counters(id);
  return { active, total, refused, failed, upload_bytes: uploadBytes, download_bytes: downloadBytes };
}

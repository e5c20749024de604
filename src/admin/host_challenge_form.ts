import type { OperationInput } from "../control/operation.ts";
import type { FormReader } from "./form_reader.ts";

type Challenge = NonNullable<OperationInput<"hosts.update">["host"]["challenge"]>;

/** The tab "Challenge". Texts that the schema refuses are passed on: it says why. */
export function readChallenge(form: FormReader): Challenge {
  const agents = form.text("challenge.exempt_agents").split(/\r?\n/).map((line) => line.trim());
  return {
    mode: (form.text("challenge.mode") || null) as "managed" | null,
    no_script: form.isOn("challenge.no_script"),
    minutes: form.whole("challenge.minutes"),
    bind: form.text("challenge.bind") as "network",
    exempt_paths: form.list("challenge.exempt_paths"),
    exempt_cidrs: form.list("challenge.exempt_cidrs"),
    exempt_agents: agents.filter((line) => line !== ""),
  };
}

import type { Control } from "./control/control.ts";
import { LOCAL_ACTOR } from "./control/operation.ts";
import { perform } from "./control/perform.ts";
import type { RunningFacts } from "./control/running_facts.ts";
import { BUILD_INFO } from "./core/build_info.ts";
import { setupCommand } from "./setup_command.ts";

/** What the person at the terminal reads once Aegis serves: where, and what to do next. */
export async function greeting(control: Control, facts: RunningFacts): Promise<string[]> {
  const lines = [`Aegis ${BUILD_INFO.version} is running.`, ""];
  for (const { name, address } of facts.read().listeners) lines.push(`  ${name.padEnd(8)}${address}`);
  const setup = await perform(control, LOCAL_ACTOR, "setup.link", {});
  if (!setup.needed) return [...lines, ""];
  return [
    ...lines,
    "",
    "First run. Open this link once, on this machine, to make your account:",
    "",
    `  ${setup.url}`,
    "",
    `The certificate is of Aegis's own CA, SHA-256 ${setup.ca_fingerprint}.`,
    `To trust it: ${setup.trust_command}`,
    `Shown again by: ${setupCommand(BUILD_INFO.form, control.config.sources.flags.dataDir)}`,
    "",
  ];
}

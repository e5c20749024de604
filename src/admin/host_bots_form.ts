import type { OperationInput } from "../control/operation.ts";
import type { FormReader } from "./form_reader.ts";

type Bots = NonNullable<OperationInput<"hosts.update">["host"]["bots"]>;

/** The tab "Bots". Texts that the schema refuses are passed on: it says why. */
export function readBots(form: FormReader): Bots {
  const at = (name: string) => `bots.robots.${name}`;
  return {
    action: (form.text("bots.action") || null) as "block" | null,
    block_known: form.isOn("bots.block_known"),
    block_ai: form.isOn("bots.block_ai"),
    block_ai_assistants: form.isOn("bots.block_ai_assistants"),
    robots: {
      enabled: form.isOn(at("enabled")),
      disallow_ai: form.isOn(at("disallow_ai")),
      search: said(form.text(at("search"))),
      ai_input: said(form.text(at("ai_input"))),
      ai_train: said(form.text(at("ai_train"))),
      disallow: lines(form.text(at("disallow"))),
      allow: lines(form.text(at("allow"))),
      sitemaps: lines(form.text(at("sitemaps"))),
      custom: lines(form.text(at("custom"))),
    },
  };
}

function said(text: string): boolean | null {
  return text === "" ? null : text === "yes";
}

/** Without the empty ones. */
function lines(text: string): string[] {
  return text.split(/\r?\n/).map((line) => line.trimEnd()).filter((line) => line !== "");
}

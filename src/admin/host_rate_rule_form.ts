import type { OperationInput } from "../control/operation.ts";
import type { FormReader } from "./form_reader.ts";
import { readWhen } from "./host_lines.ts";

type HostPatch = OperationInput<"hosts.update">["host"];
type RateRules = NonNullable<HostPatch["rate_rules"]>;

/** Rows of the form, without those that are taken out. */
export function rateRuleRows(form: FormReader): number[] {
  const rows: number[] = [];
  for (let i = 0; form.has(`rate_rules.${i}.name`); i++) {
    if (!form.isOn(`rate_rules.${i}.remove`)) rows.push(i);
  }
  return rows;
}

/** `rate_rules` as the form has them. */
export function readRateRules(form: FormReader): RateRules {
  const rules = rateRuleRows(form).map((i) => {
    const at = `rate_rules.${i}`;
    const kind = form.text(`${at}.key_kind`);
    const when = readWhen(form, at);
    return {
      name: form.text(`${at}.name`),
      ...(when === null ? {} : { when }),
      key: kind === "header" || kind === "cookie" ? `${kind}:${form.text(`${at}.key`)}` : kind,
      count: form.whole(`${at}.count`),
      period_seconds: form.whole(`${at}.period_seconds`),
      statuses: form.list(`${at}.statuses`).map((status) => wholeOf(form, `${at}.statuses`, status)),
      action: form.text(`${at}.action`),
      ban_seconds: form.whole(`${at}.ban_seconds`),
    };
  });
  // The operation validates: what was typed may be anything.
  return rules as RateRules;
}

function wholeOf(form: FormReader, name: string, text: string): number {
  if (/^\d{3}$/.test(text)) return Number(text);
  form.refuse(name, `"${text.slice(0, 40)}" is no status`, "write statuses such as 401, 403");
  return 0;
}

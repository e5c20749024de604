import type { HeaderEdits } from "../../../src/core/header_edits.ts";
import type { Target } from "../../../src/core/target.ts";
import type { HostCondition, HostConditionGroup } from "../../../src/core/transform.ts";

/** Values of a host as lines of text, as the editor shows them; src/admin/host_lines.ts reads them back. */

/** `Name: value` a line. */
export function fieldLines(fields: HeaderEdits["set"]): string {
  return Object.entries(fields).map(([name, value]) => `${name}: ${value}`).join("\n");
}

/** `http://10.0.0.1:8080 weight=2` a line; only what differs from a usual target is written. */
export function targetLines(
  targets: readonly Omit<Target, "id">[],
  usual: Omit<Target, "id" | "url">,
): string {
  const plain = usual as Readonly<Record<string, unknown>>;
  return targets.map((target) => {
    const options = Object.entries(target).flatMap(([key, value]) =>
      key === "url" || key === "id" || value === plain[key] ? [] : [` ${key}=${value}`]
    );
    return target.url + options.join("");
  }).join("\n");
}

/** `[not] [exact] target operator value` a line. Null where groups stand within groups: lines cannot say that. */
export function conditionLines(group: HostConditionGroup | undefined): string | null {
  if (group === undefined) return "";
  const lines: string[] = [];
  for (const each of group.of) {
    if ("of" in each) return null;
    lines.push(conditionLine(each));
  }
  return lines.join("\n");
}

function conditionLine({ target, operator, value, case_sensitive, negated }: HostCondition): string {
  const words = [
    negated === true ? "not" : "",
    case_sensitive === true ? "exact" : "",
    target,
    operator,
    Array.isArray(value) ? value.join(", ") : String(value ?? ""),
  ];
  return words.filter((word) => word !== "").join(" ");
}

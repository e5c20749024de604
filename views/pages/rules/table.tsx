import type { Child } from "hono/jsx";
import type { RuleView } from "../../model.ts";
import { RuleRow } from "./row.tsx";

/** Rules, each with its switch; `empty` stands where there are none. */
export function RuleTable(
  props: {
    readonly rules: readonly RuleView[];
    /** Names of families by their ids. */
    readonly families: ReadonlyMap<string, string>;
    readonly may: boolean;
    readonly empty?: Child;
  },
) {
  return (
    <div class="scroll">
      <table data-rows>
        <thead>
          <tr>
            <th class="c1">
              <span class="sr">On</span>
            </th>
            <th>Rule</th>
            <th class="s m">Family</th>
            <th class="s">Severity</th>
            <th class="s m r">Level</th>
            <th class="r s">Findings, 24 h</th>
          </tr>
        </thead>
        <tbody hx-target:inherited="closest tr" hx-swap:inherited="outerHTML">
          {props.rules.map((rule) => (
            <RuleRow rule={rule} family={props.families.get(rule.family) ?? rule.family} may={props.may} />
          ))}
          {props.rules.length > 0 || props.empty === undefined ? null : (
            <tr>
              <td colspan={6} class="muted">{props.empty}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

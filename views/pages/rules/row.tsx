import { count } from "../../components/format.ts";
import { trafficHref } from "../../components/links.ts";
import type { RuleView } from "../../model.ts";

const POINTS: Readonly<Record<RuleView["severity"], number>> = { low: 2, medium: 3, high: 4, critical: 5 };

/** One rule with its switch. The switch of the row acts at once and can be undone. */
export function RuleRow(props: { readonly rule: RuleView; readonly family: string; readonly may: boolean }) {
  const { rule } = props;
  const path = `/rules/${encodeURIComponent(rule.id)}`;
  const on = rule.effective !== "off";
  return (
    <tr id={`rule-${rule.id}`}>
      <td>
        <input
          type="checkbox"
          role="switch"
          aria-label={rule.name}
          checked={on}
          disabled={!props.may}
          hx-post={`${path}/toggle`}
          hx-vals={JSON.stringify({ switch: on ? "off" : "on", was: rule.switch })}
        />
      </td>
      <td>
        <a href={path}>{rule.name}</a> <span class="mono muted">{rule.id}</span>
        {rule.switch === "inherit" || rule.switch === "on" || rule.switch === "off" ? null : (
          <>
            {" "}
            <span class="tag detected">{rule.switch}</span>
          </>
        )}
        <span class="sub phone">
          {rule.severity} +{POINTS[rule.severity]}, level {rule.paranoia}, {count(rule.findings_24h)} in 24 h
        </span>
      </td>
      <td class="s m clip">{props.family}</td>
      <td class="s clip">
        {rule.severity} <span class="muted">+{POINTS[rule.severity]}</span>
      </td>
      <td class="s m r">{rule.paranoia}</td>
      <td class="r s">
        {rule.findings_24h === 0
          ? <span class="muted">0</span>
          : <a href={trafficHref({ rule: rule.id }, { range: "24h" })}>{count(rule.findings_24h)}</a>}
      </td>
    </tr>
  );
}

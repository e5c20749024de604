import { Safe } from "../../components/bytes.tsx";

/** robots.txt as crawlers read it, or what is wrong with what was typed. */
export function RobotsPreview(props: { readonly text: string; readonly faults: readonly string[] }) {
  if (props.faults.length > 0) {
    return (
      <ul class="small err">
        {props.faults.map((fault) => (
          <li>
            <Safe text={fault} />
          </li>
        ))}
      </ul>
    );
  }
  return (
    <pre tabindex={0} role="region" aria-label="robots.txt">
      <Safe text={props.text} lines />
    </pre>
  );
}

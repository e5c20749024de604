import { Safe } from "../components/bytes.tsx";
import { Icon, type IconName } from "../components/icon.tsx";

export interface PaletteEntry {
  readonly href: string;
  readonly icon: IconName;
  readonly text: string;
  readonly aside: string;
}

/** The palette's answers: options whose links the keyboard follows. */
export function PaletteList(props: { readonly entries: readonly PaletteEntry[] }) {
  if (props.entries.length === 0) {
    return (
      <li role="option" aria-disabled="true" class="pad small muted">
        Nothing found. Enter searches the traffic.
      </li>
    );
  }
  return (
    <>
      {props.entries.map((entry, i) => (
        <li role="option" id={`palette-${i}`} aria-selected={i === 0 ? "true" : "false"}>
          <a href={entry.href} tabindex={-1} class={i === 0 ? "on" : undefined}>
            <Icon name={entry.icon} />
            <span class="clip">
              <Safe text={entry.text} />
            </span>
            <span class="muted end">{entry.aside}</span>
          </a>
        </li>
      ))}
    </>
  );
}

import { Safe } from "../components/bytes.tsx";
import { Icon, type IconName } from "../components/icon.tsx";
import { ALL_PAGES } from "./nav.ts";

export interface PaletteEntry {
  readonly href: string;
  readonly icon: IconName;
  readonly text: string;
  readonly aside: string;
}

/** What the palette shows before anything is typed. */
export const PAGE_ENTRIES: readonly PaletteEntry[] = ALL_PAGES.map((page) => ({
  href: page.href,
  icon: page.icon,
  text: page.text,
  aside: "page",
}));

/** The palette's answers: options that the keyboard walks; plain links without script. */
export function PaletteList(props: { readonly entries: readonly PaletteEntry[] }) {
  return (
    <>
      {props.entries.map((entry, i) => (
        <li role="presentation">
          <a
            href={entry.href}
            role="option"
            id={`palette-${i}`}
            aria-selected={i === 0 ? "true" : "false"}
            class={i === 0 ? "on" : undefined}
          >
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

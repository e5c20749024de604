import { Safe } from "../components/bytes.tsx";
import { Icon, type IconName } from "../components/icon.tsx";
import type { Role } from "../model.ts";
import { ALL_PAGES, isFor } from "./nav.ts";

export interface PaletteEntry {
  readonly href: string;
  readonly icon: IconName;
  readonly text: string;
  readonly aside: string;
}

/** What the palette shows before anything is typed: the pages. */
export function pageEntries(role: Role): PaletteEntry[] {
  return ALL_PAGES.filter((page) => isFor(page, role)).map((page) => ({
    href: page.href,
    icon: page.icon,
    text: page.text,
    aside: "page",
  }));
}

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

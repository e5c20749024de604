/** Line drawings on a 16 px grid; our own. */
const PATHS = {
  menu: "M2 4h12M2 8h12M2 12h12",
  search: "M2.5 7a4.5 4.5 0 1 0 9 0 4.5 4.5 0 1 0-9 0M10.3 10.3L14 14",
  dashboard: "M2.5 10.5a5.5 5.5 0 1 1 11 0M8 10.5l2.5-3.5M2.5 13h11",
  traffic: "M2 5.5h10.5M10 3l2.5 2.5L10 8M14 10.5H3.5M6 8l-2.5 2.5L6 13",
  streams: "M2 4c5 0 5 4 9 4h3M2 12c5 0 5-4 9-4M2 8h3",
  hosts: "M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01",
  certificate:
    "M3 2.5h10v8H8M3 2.5v8h1M5.5 5.5h5M4 10a2 2 0 1 0 4 0 2 2 0 1 0-4 0M4.8 11.7V14.5L6 13.7l1.2.8v-2.8",
  rules: "M2.5 3h11L9.5 8v5L6.5 11.5V8z",
  schema: "M6 2.5H4.5v4L3 8l1.5 1.5v4H6M10 2.5h1.5v4L13 8l-1.5 1.5v4H10",
  correlation:
    "M3 4.5a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0M3 11.5a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0M10 8a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0M6 5l4 2.3M6 11l4-2.3",
  shield: "M8 2l5 1.8v4c0 3-2 5-5 6.2-3-1.2-5-3.2-5-6.2v-4z",
  person: "M5.5 5.5a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0M3 13.5c.5-2.5 2.5-3.5 5-3.5s4.5 1 5 3.5",
  document: "M4 2.5h5.5L12.5 5.5v8H4zM6 8h4.5M6 10.5h4.5",
  settings: "M2.5 5h5M11 5h2.5M9.3 3v4M2.5 11h2.5M8.5 11h5M6.8 9v4",
  system:
    "M4.5 4.5h7v7h-7zM6.5 2v2.5M9.5 2v2.5M6.5 11.5V14M9.5 11.5V14M2 6.5h2.5M2 9.5h2.5M11.5 6.5H14M11.5 9.5H14",
  help: "M2 8a6 6 0 1 0 12 0A6 6 0 1 0 2 8M6.3 6.3a1.7 1.7 0 1 1 2.6 1.5c-.6.4-.9.7-.9 1.4M8 11.4h.01",
  bell: "M3.5 11.5h9l-1.3-2V7a3.2 3.2 0 1 0-6.4 0v2.5zM6.7 13.5h2.6",
  info: "M2 8a6 6 0 1 0 12 0A6 6 0 1 0 2 8M8 7.5V11M8 5h.01",
  warning: "M8 2.5l6 11H2zM8 6.5v3M8 11.5h.01",
  check: "M3 8.5l3.5 3.5L13 4.5",
  stop: "M3 3h10v10H3zM6 8h4",
  plus: "M8 3v10M3 8h10",
  close: "M4 4l8 8M12 4l-8 8",
  up: "M3 10l5-5 5 5",
  down: "M3 6l5 5 5-5",
  pause: "M5.5 3.5v9M10.5 3.5v9",
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration beside words; never the only label. */
export function Icon(props: { readonly name: IconName }) {
  return (
    <svg class="i" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[props.name]} />
    </svg>
  );
}

export function Logo() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
      <circle cx="10" cy="10" r="8.5" fill="none" stroke="currentColor" stroke-width="2" />
      <path d="M10 4.5l4.7 11h-2.3L10 9.3 7.6 15.5H5.3z" fill="currentColor" />
    </svg>
  );
}

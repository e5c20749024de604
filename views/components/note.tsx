import type { Child } from "hono/jsx";
import { Icon, type IconName } from "./icon.tsx";

const ICONS: Readonly<Record<NoteKind, IconName>> = {
  accent: "info",
  ok: "check",
  detected: "warning",
  blocked: "stop",
};

export type NoteKind = "accent" | "ok" | "detected" | "blocked";

/** Something the reader should know, beside what it is about. */
export function Note(
  props: {
    readonly kind: NoteKind;
    readonly title?: string;
    readonly alert?: boolean;
    readonly children?: Child;
  },
) {
  return (
    <div class={`note ${props.kind}`} role={props.alert === true ? "alert" : undefined}>
      <Icon name={ICONS[props.kind]} />
      <div>
        {props.title === undefined ? null : <b>{props.title}</b>} {props.children}
      </div>
    </div>
  );
}

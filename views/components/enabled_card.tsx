import type { ViewContext } from "../model.ts";
import { PostButton } from "./form.tsx";

/** The card of an editor that switches its `noun` off and on, and opens the dialog `delete` that removes it. */
export function EnabledCard(
  { ctx, path, noun, enabled }: {
    readonly ctx: ViewContext;
    readonly path: string;
    readonly noun: string;
    readonly enabled: boolean;
  },
) {
  return (
    <section class="card pad stack fill">
      <PostButton ctx={ctx} action={`${path}/enabled`} fields={{ enabled: enabled ? "off" : "on" }}>
        {enabled ? `Disable ${noun}` : `Enable ${noun}`}
      </PostButton>
      <button type="button" class="btn danger" popovertarget="delete">Remove {noun}…</button>
    </section>
  );
}

import type { ViewContext } from "../model.ts";
import { duration } from "./format.ts";
import { PostButton } from "./form.tsx";
import { Ago } from "./time.tsx";

/** Something that is switched on for a while with one click, and off with another; it ends by itself. */
export function SwitchFor(
  { ctx, action, label, hint, until, minutes }: {
    readonly ctx: ViewContext;
    /** Takes `minutes`; 0 ends it. */
    readonly action: string;
    readonly label: string;
    readonly hint: string;
    /** Milliseconds since 1970; null: it is off. */
    readonly until: number | null;
    /** What can be chosen, the usual one first. */
    readonly minutes: readonly number[];
  },
) {
  return (
    <div class="field">
      <b>{label}</b>
      <p class="hint">{hint}</p>
      {until === null
        ? (
          <div class="row">
            {minutes.map((each) => (
              <PostButton ctx={ctx} action={action} fields={{ minutes: String(each) }}>
                <span class="sr">{label} for</span> {duration(each * 60_000)}
              </PostButton>
            ))}
          </div>
        )
        : (
          <div class="row">
            <span>
              On; ends <Ago at={until} now={ctx.now} />.
            </span>
            <PostButton ctx={ctx} action={action} fields={{ minutes: "0" }}>
              End <span class="sr">{label}</span> now
            </PostButton>
          </div>
        )}
    </div>
  );
}

import { SwitchField } from "../../components/field.tsx";
import { settingsForm } from "../../components/fixed.ts";
import { PostForm } from "../../components/form.tsx";
import { EMPTY_FORM, type ViewContext } from "../../model.ts";
import { ShieldCard } from "./shield.tsx";

export const TOGGLES = {
  waf: ["Firewall", "The rules. Off, no request of any host is looked at by them."],
  geoip: ["Countries", "Where clients come from, and what is refused by it."],
  challenge: [
    "Challenges",
    "Off, only an overload or the switch to under attack makes clients prove anything.",
  ],
  anomaly: ["Anomalies", "Whether requests are far more than usual, and how clients behave."],
  stats: ["Statistics", "Rows and figures of allowed requests. What is refused or found is always kept."],
} as const;

export type ToggleName = keyof typeof TOGGLES;

/** Whole parts, each on or off from the next request on. */
export function TogglesCard(
  { ctx, toggles }: { readonly ctx: ViewContext; readonly toggles: Readonly<Record<ToggleName, boolean>> },
) {
  const form = settingsForm(ctx, EMPTY_FORM);
  const may = ctx.user.role === "admin" || ctx.user.role === "owner";
  return (
    <ShieldCard title="Parts" text="Each is on or off from the next request on.">
      <PostForm ctx={ctx} action="/shield/toggles" class="stack" label="Parts">
        <fieldset class="stack" disabled={!may}>
          {Object.entries(TOGGLES).map(([name, [label, hint]]) => (
            <SwitchField
              form={form}
              name={`toggles.${name}`}
              label={label}
              hint={hint}
              checked={toggles[name as ToggleName]}
            />
          ))}
          {may
            ? (
              <div>
                <button type="submit" class="btn">Save</button>
              </div>
            )
            : null}
        </fieldset>
      </PostForm>
    </ShieldCard>
  );
}

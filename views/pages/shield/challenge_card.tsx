import { Safe } from "../../components/bytes.tsx";
import { SelectField } from "../../components/field.tsx";
import { isFixed, settingsForm } from "../../components/fixed.ts";
import { PostForm } from "../../components/form.tsx";
import { count, plural } from "../../components/format.ts";
import { trafficHref } from "../../components/links.ts";
import type { ChallengeMode, HostChallenge } from "../../../src/core/challenge.ts";
import type { FormState, ViewContext } from "../../model.ts";
import { ShieldCard } from "./shield.tsx";

export interface ChallengeCardProps {
  readonly ctx: ViewContext;
  readonly form: FormState;
  readonly mode: ChallengeMode;
  readonly issued: number;
  readonly passed: number;
  readonly failed: number;
  readonly hosts: readonly {
    readonly id: string;
    readonly name: string;
    readonly challenge: HostChallenge;
  }[];
}

const MODES = [
  { value: "managed", text: "Managed" },
  { value: "invisible", text: "Invisible: never a checkbox" },
  { value: "interactive", text: "Interactive: a checkbox" },
  { value: "always", text: "Always: everybody, once" },
  { value: "off", text: "Off" },
];

/** What browsers have to prove. */
export function ChallengeCard(props: ChallengeCardProps) {
  const { ctx, mode, issued, passed, failed, hosts } = props;
  const form = settingsForm(ctx, props.form);
  const may = ctx.user.role === "admin" || ctx.user.role === "owner";
  const special = hosts.filter(({ challenge }) => challenge.mode !== null && challenge.mode !== mode);
  return (
    <ShieldCard
      title="Challenge"
      text={
        <>
          A browser does a small sum before it comes in: a moment for a person, dear for a flood.{" "}
          <a href={trafficHref({ reason: "challenge" }, { range: "24h" })}>Asked in 24 h</a>
        </>
      }
    >
      <dl class="kv">
        <dt>Since the start</dt>
        <dd>
          {plural(issued, "page")} sent, {count(passed)} passed, {plural(failed, "failed proof")}
        </dd>
      </dl>
      <PostForm ctx={ctx} action="/shield/challenge" class="stack" label="Challenge" state={form}>
        <fieldset class="stack" disabled={!may}>
          <SelectField
            form={form}
            name="challenge.mode"
            label="Who is asked"
            value={mode}
            options={MODES}
            hint="Managed, invisible and interactive ask under attack and in doubt; managed shows a checkbox only in doubt. Off asks where a rule says so, and while the machine is overloaded. A host may say otherwise, under Challenge."
          />
          {may && !isFixed(ctx.fixed, "challenge.mode")
            ? <button type="submit" class="btn">Save</button>
            : null}
        </fieldset>
      </PostForm>
      {special.length === 0 ? null : (
        <dl class="kv">
          {special.map(({ id, name, challenge }) => (
            <>
              <dt>
                <a href={`/hosts/${encodeURIComponent(id)}/challenge`}>
                  <Safe text={name} />
                </a>
              </dt>
              <dd>{challenge.mode}</dd>
            </>
          ))}
        </dl>
      )}
    </ShieldCard>
  );
}

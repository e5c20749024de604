import { Safe } from "../../components/bytes.tsx";
import { plural } from "../../components/format.ts";
import { PostButton } from "../../components/form.tsx";
import { Note } from "../../components/note.tsx";
import { Ago } from "../../components/time.tsx";
import type { ViewContext } from "../../model.ts";
import type { BotListView } from "../../model_shield.ts";

interface Props {
  readonly ctx: ViewContext;
  readonly lists: readonly BotListView[];
  /** Who looks may change them. */
  readonly may: boolean;
}

/** What search engines publish of their crawlers' networks, and names of AI crawlers; how fresh, and fetched by a click. */
export function BotLists({ ctx, lists, may }: Props) {
  return (
    <>
      <h3>Published lists</h3>
      <p class="hint">
        Crawlers of search engines are let through where they come from these networks; of the others the
        names of their addresses decide.
      </p>
      {lists.filter(({ error }) => error !== "").map(({ title, error }) => (
        <Note kind="detected" title={title}>
          The last fetch failed: <Safe text={error} />. The list stays as it was.
        </Note>
      ))}
      <dl class="kv">
        {lists.map((list) => (
          <>
            <dt>{list.title}</dt>
            <dd class="row">
              <span>
                {list.taken_at === null ? cameText(list) : (
                  <>
                    {entriesText(list)}, of <Ago at={list.taken_at} now={ctx.now} />
                  </>
                )}
              </span>
              {may && list.source !== ""
                ? (
                  <PostButton ctx={ctx} action="/shield/bots/list" fields={{ name: list.name }}>
                    Fetch <span class="sr">the list of {list.title}</span>
                  </PostButton>
                )
                : null}
            </dd>
          </>
        ))}
      </dl>
    </>
  );
}

function cameText(list: BotListView): string {
  if (list.entries === 0) return list.source === "" ? "only those that Aegis knows" : "not fetched yet";
  return `${entriesText(list)}, as they came with this version`;
}

function entriesText({ name, entries }: BotListView): string {
  return name === "ai" ? `${plural(entries, "name")} beside those known` : plural(entries, "network");
}

import { PostButton } from "../components/form.tsx";
import { Note } from "../components/note.tsx";
import { Ago } from "../components/time.tsx";
import type { BannerView, ViewContext } from "../model.ts";

const TEXTS: Readonly<Record<BannerView["kind"], string>> = {
  under_attack: "is switched to under attack: clients have to prove that they are browsers",
  statistics: "gets far more requests than usual: clients have to prove that they are browsers",
  load: "has too many requests in flight: clients have to prove that they are browsers",
  maintenance: "shows its maintenance page",
  waf_pause: "is not looked after by the firewall",
};

/** Where a switch is ended, by its kind. */
const PLACES: Readonly<Partial<Record<BannerView["kind"], string>>> = {
  under_attack: "under-attack",
  maintenance: "maintenance",
  waf_pause: "pause-waf",
};

/** What holds for a while, at the top of every page, with the button that ends it. */
export function Banners({ ctx }: { readonly ctx: ViewContext }) {
  if (ctx.banners.length === 0) return null;
  return (
    <section class="stack banners" aria-label="For now">
      {ctx.banners.map((banner) => <Banner ctx={ctx} banner={banner} />)}
    </section>
  );
}

function Banner({ ctx, banner }: { readonly ctx: ViewContext; readonly banner: BannerView }) {
  const { kind, host_id, host_name, until } = banner;
  const place = PLACES[kind];
  const at = host_id === null ? "/shield" : `/hosts/${encodeURIComponent(host_id)}`;
  return (
    <Note kind={kind === "maintenance" ? "accent" : "detected"}>
      <span class="row">
        <span>
          <a href={at}>{host_name ?? "Every host"}</a> {TEXTS[kind]}
          {until === null ? "; it ends by itself." : (
            <>
              ; it ends <Ago at={until} now={ctx.now} />.
            </>
          )}
        </span>
        {place === undefined || ctx.user.role === "viewer" ? null : (
          <span class="end">
            <PostButton ctx={ctx} action={`${at}/${place}`} fields={{ minutes: "0" }} class="btn bare">
              End now
            </PostButton>
          </span>
        )}
      </span>
    </Note>
  );
}

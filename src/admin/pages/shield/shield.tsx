import type { Context, Hono } from "hono";
import { EMPTY_FORM } from "../../../../views/model.ts";
import { ShieldPage } from "../../../../views/pages/shield/shield.tsx";
import type { AdminDeps, AdminEnv } from "../../deps.ts";
import { page } from "../../respond.tsx";
import { attackCard } from "./attack_card.tsx";
import { botsCard } from "./bots_card.tsx";
import { challengeCard } from "./challenge_card.tsx";
import type { RefusedForm, ShieldCardRoutes } from "./card.ts";
import { limitsCard } from "./limits_card.tsx";
import { proxiesCard } from "./proxies_card.tsx";
import { togglesCard } from "./toggles_card.tsx";

/** In the order of the page. A new card is a file here, one of the same name in views/pages/shield, and a line. */
const MAIN: readonly ShieldCardRoutes[] = [attackCard, limitsCard, botsCard, proxiesCard];
/** Beside them: what is chosen once. */
const ASIDE: readonly ShieldCardRoutes[] = [togglesCard, challengeCard];

export function shieldRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  app.get("/shield", (c) => show(c, deps, null));
  for (const card of [...MAIN, ...ASIDE]) card.routes(app, deps, (c, refused) => show(c, deps, refused));
}

async function show(c: Context<AdminEnv>, deps: AdminDeps, refused: RefusedForm | null): Promise<Response> {
  const draw = (cards: readonly ShieldCardRoutes[]) =>
    Promise.all(
      cards.map((card) => card.render(c, deps, refused?.card === card.name ? refused.form : EMPTY_FORM)),
    );
  const [main, aside] = await Promise.all([draw(MAIN), draw(ASIDE)]);
  return page(
    c,
    deps,
    { title: "Shield", section: "shield", status: refused?.status ?? 200 },
    <ShieldPage main={main} aside={aside} />,
  );
}

import type { Context, Hono } from "hono";
import type { Child } from "hono/jsx";
import type { FormState } from "../../../../views/model.ts";
import type { AdminDeps, AdminEnv } from "../../deps.ts";

/** A form of a card that was refused: the page is shown again with it. */
export interface RefusedForm {
  readonly card: string;
  readonly status: number;
  readonly form: FormState;
}

/** One card of the page Shield: what it shows, and what its forms do. */
export interface ShieldCardRoutes {
  /** Tells whose a refused form is. */
  readonly name: string;
  render(c: Context<AdminEnv>, deps: AdminDeps, form: FormState): Promise<Child>;
  /** `show`: the whole page, with a form that was refused. */
  routes(
    app: Hono<AdminEnv>,
    deps: AdminDeps,
    show: (c: Context<AdminEnv>, refused: RefusedForm) => Promise<Response>,
  ): void;
}

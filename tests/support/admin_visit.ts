import { type AdminFixture, type FixtureOptions, PASSWORD, startAdminFixture } from "./admin_fixture.ts";

/** Somebody before the administration, without a browser. */
export interface Visitor {
  readonly fixture: AdminFixture;
  get(
    path: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; text: string }>;
  post(
    path: string,
    fields: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; text: string }>;
}

/** Runs `run` against an administration of its own, which ends with it. */
export async function visit(
  options: FixtureOptions,
  signedIn: boolean,
  run: (visitor: Visitor) => Promise<void>,
): Promise<void> {
  const fixture = startAdminFixture(options);
  let cookie = "";
  const call = async (path: string, init: RequestInit) => {
    const response = await fetch(fixture.url + path, { redirect: "manual", ...init });
    const set = response.headers.getSetCookie().find((each) => each.startsWith("__Host-aegis_session="));
    if (set !== undefined) cookie = set.split(";")[0] ?? "";
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const visitor: Visitor = {
    fixture,
    get: (path, headers = {}) => call(path, { headers: { cookie, ...headers } }),
    post: (path, fields, headers = {}) =>
      call(path, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { cookie, origin: fixture.url, ...headers },
      }),
  };
  try {
    if (signedIn) await visitor.post("/sign-in", { name: "Mira Olsen", password: PASSWORD });
    await run(visitor);
  } finally {
    await fixture.close();
  }
}

/** What a machine says of one incident; the fields that its API requires. */
interface Alert {
  readonly message: string;
  readonly decisions: readonly Decision[];
}

interface Decision {
  readonly origin: string;
  readonly type: string;
  readonly scope: string;
  readonly value: string;
  readonly duration: string;
  readonly scenario: string;
}

/** Required by the Local API's description (definitions Alert and Decision). */
const OF_ALERT = [
  "scenario",
  "scenario_hash",
  "scenario_version",
  "message",
  "events_count",
  "start_at",
  "stop_at",
  "capacity",
  "leakspeed",
  "simulated",
  "events",
  "source",
];
const OF_DECISION = ["origin", "type", "scope", "value", "duration", "scenario"];

/**
 * The parts of a CrowdSec Local API that machines and bouncers use, for what the real one (crowdsec.ts) does not do when
 * it is asked to: to be away, to forget sessions, to be something else.
 */
export function startLocalApi(
  { machine, password }: { readonly machine: string; readonly password: string },
) {
  const state = {
    url: "",
    signIns: 0,
    isAway: false,
    /** Something else answers at its address. */
    isNone: false,
    alerts: [] as Alert[],
    decisions: () => kept.toSorted((a, b) => a.scope < b.scope ? -1 : 1),
    forgetSessions: () => void (token = crypto.randomUUID()),
    close: () => http.shutdown(),
  };
  let kept: Decision[] = [];
  let token = crypto.randomUUID() as string;
  const http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (state.isAway) return Response.json({ message: "away" }, { status: 500 });
    if (state.isNone) return new Response("<html>", { headers: { "content-type": "text/html" } });
    if (pathname === "/v1/decisions/stream") {
      const others = {
        id: 0,
        origin: "crowdsec",
        type: "ban",
        scope: "Ip",
        value: "192.0.2.7",
        duration: "1h",
      };
      return Response.json({
        new: [others, ...kept.map((each, i) => ({ id: i + 1, ...each }))],
        deleted: null,
      });
    }
    if (pathname === "/v1/watchers/login" && request.method === "POST") {
      state.signIns++;
      const login = await request.json();
      const isNamed = request.headers.get("user-agent")?.split("/").length === 2;
      if (isNamed && login.machine_id === machine && login.password === password) {
        return Response.json({ code: 200, expire: new Date(2_000_000_000_000).toISOString(), token });
      }
      return Response.json({ code: 401, message: "incorrect Username or Password" }, { status: 401 });
    }
    if (request.headers.get("authorization") !== `Bearer ${token}`) {
      return Response.json({ code: 401, message: "cookie token is empty" }, { status: 401 });
    }
    if (pathname === "/v1/alerts" && request.method === "POST") {
      const alerts = await request.json() as (Alert & Record<string, unknown>)[];
      const missing = alerts.flatMap((alert) => [
        ...OF_ALERT.filter((name) => alert[name] === undefined),
        ...alert.decisions.flatMap((each) => OF_DECISION.filter((name) => !(name in each))),
      ]);
      if (missing.length > 0) return Response.json({ message: `${missing} is required` }, { status: 400 });
      state.alerts.push(...alerts);
      kept.push(...alerts.flatMap(({ decisions }) => decisions));
      return Response.json(alerts.map((_, i) => String(i + 1)), { status: 201 });
    }
    if (pathname === "/v1/decisions" && request.method === "DELETE") {
      const before = kept.length;
      const asked = ["scopes", "value", "scenario", "origin"].map((name) => searchParams.get(name)).join();
      kept = kept.filter(({ scope, value, scenario, origin }) =>
        [scope, value, scenario, origin].join() !== asked
      );
      return Response.json({ nbDeleted: String(before - kept.length) });
    }
    return Response.json({ message: "no such page" }, { status: 404 });
  });
  state.url = `http://127.0.0.1:${http.addr.port}`;
  return state;
}

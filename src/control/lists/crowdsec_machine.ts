import { AegisError } from "../../core/errors.ts";
import type { BanOrigin } from "../../core/ban_wish.ts";
import type { Transport } from "../../core/ports.ts";
import type { OfferedBan } from "../../store/offered_bans.ts";
import { callJson, type JsonAnswer } from "./json_call.ts";

export interface MachineLogin {
  /** Of the Local API. */
  readonly url: string;
  readonly machine: string;
  readonly password: string;
}

/** A ban as it is offered. Times are milliseconds since 1970. */
export interface Offer extends OfferedBan {
  readonly reason: string;
  readonly startsAt: number;
}

/** As agents of CrowdSec say it: of what others say `cscli decisions list` shows nothing. */
const ORIGIN = "crowdsec";

/** What a decision of this machine is for, as the Local API tells its bouncers: by it a machine knows its own again. */
export function scenarioOf(machine: string, origin: BanOrigin): string {
  return `${machine}/${origin}`;
}

/** Whether a scenario is one of this machine's; of an empty name none is. */
export function isScenarioOf(machine: string, scenario: string): boolean {
  return machine !== "" && scenario.startsWith(`${machine}/`);
}

/**
 * A machine ("watcher") of a CrowdSec Local API: signs in, says what it decided and takes it back (its API 1.0:
 * `/watchers/login`, `/alerts`, `/decisions`). Rejects with AegisError, whose text an operator reads.
 */
export class CrowdSecMachine {
  readonly #transport: Transport;
  readonly #login: MachineLogin;
  #token: string | null = null;

  constructor(transport: Transport, login: MachineLogin) {
    this.#transport = transport;
    this.#login = login;
  }

  /** One alert a ban, with the decision in it. `now`: milliseconds since 1970. */
  async offer(offers: readonly Offer[], now: number): Promise<void> {
    await this.#call("POST", "/v1/alerts", offers.map((offer) => alertOf(offer, now)));
  }

  /** Ends what was offered; a decision that has ended already is none. */
  async withdraw({ network, scenario }: OfferedBan): Promise<void> {
    const { scope, value } = sourceOf(network);
    const filter = new URLSearchParams({
      scopes: scope,
      value,
      scenario,
      origin: ORIGIN,
    });
    await this.#call("DELETE", `/v1/decisions?${filter}`);
  }

  async #call(method: "POST" | "DELETE", path: string, json?: unknown): Promise<void> {
    const isFresh = this.#token === null;
    let answer = await this.#send(method, path, json);
    // The server forgets sessions: after an hour by itself, or when it is started anew.
    if (answer.status === 401 && !isFresh) {
      this.#token = null;
      answer = await this.#send(method, path, json);
    }
    if (answer.status < 200 || answer.status > 299) throw refused(answer);
  }

  async #send(method: "POST" | "DELETE", path: string, json: unknown): Promise<JsonAnswer> {
    this.#token ??= await this.#signIn();
    return await callJson(this.#transport, {
      method,
      url: this.#urlOf(path),
      headers: [["authorization", `Bearer ${this.#token}`]],
      ...(json === undefined ? {} : { json }),
    });
  }

  async #signIn(): Promise<string> {
    const answer = await callJson(this.#transport, {
      method: "POST",
      url: this.#urlOf("/v1/watchers/login"),
      headers: [],
      json: { machine_id: this.#login.machine, password: this.#login.password, scenarios: [] },
    });
    const token = answer.status === 200 ? (parsed(answer.text) as { token?: unknown } | null)?.token : null;
    if (typeof token === "string" && /^[\x21-\x7e]+$/.test(token)) return token;
    if (answer.status === 200) {
      throw new AegisError("unavailable", "it gives no session: is this a CrowdSec Local API?");
    }
    throw refused(answer);
  }

  #urlOf(path: string): URL {
    return new URL(this.#login.url.replace(/\/+$/, "") + path);
  }
}

function alertOf({ network, scenario, endsAt, startsAt, reason }: Offer, now: number) {
  const { scope, value } = sourceOf(network);
  const at = new Date(startsAt).toISOString();
  return {
    scenario,
    scenario_hash: "",
    scenario_version: "",
    message: `Aegis banned ${network}${reason === "" ? "" : `: ${reason}`}`,
    events_count: 1,
    start_at: at,
    stop_at: at,
    capacity: 0,
    leakspeed: "0",
    simulated: false,
    remediation: true,
    events: [],
    source: { scope, value, ...(scope === "Ip" ? { ip: value } : { range: value }) },
    decisions: [{
      origin: ORIGIN,
      type: "ban",
      scope,
      value,
      duration: `${Math.ceil((endsAt - now) / 1_000)}s`,
      scenario,
    }],
  };
}

function sourceOf(network: string): { scope: "Ip" | "Range"; value: string } {
  return { scope: network.includes("/") ? "Range" : "Ip", value: network };
}

function refused({ status, text }: JsonAnswer): AegisError {
  const message = (parsed(text) as { message?: unknown } | null)?.message;
  const why = typeof message === "string" ? `: ${message.slice(0, 200)}` : "";
  return new AegisError("unavailable", `it answered ${status}${why}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON says nothing.
    return null;
  }
}

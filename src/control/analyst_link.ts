import type { CorrelationSetup } from "../core/correlation_setup.ts";
import type { AnalystHealth, AnalystToControl, ControlToAnalyst } from "../core/messages.ts";
import type { Snapshot } from "../core/snapshot.ts";
import { setupParts } from "../waf/correlation/in_force.ts";
import type { BanDesk } from "./bans/ban_desk.ts";

/** What is known of the analyst. */
export interface AnalystFigures {
  health(): AnalystHealth;
}

const NOTHING: AnalystHealth = Object.freeze({
  kind: "health",
  requests: 0,
  lost: 0,
  events: 0,
  unwritten: 0,
  clients: 0,
  bytes: 0,
});

/** While nothing runs. */
export const NO_ANALYST: AnalystFigures = Object.freeze({ health: () => NOTHING });

/** Control's side of the analyst thread: tells it the rules, and takes its wishes to the desk. */
export class AnalystLink implements AnalystFigures {
  readonly #desk: Pick<BanDesk, "wish">;
  #port: MessagePort | null = null;
  #message: ControlToAnalyst | null = null;
  #health: AnalystHealth = NOTHING;

  constructor(desk: Pick<BanDesk, "wish">) {
    this.#desk = desk;
  }

  health(): AnalystHealth {
    return this.#health;
  }

  /** The analyst was started, first or again: it knows nothing. */
  join(port: MessagePort): void {
    this.#port?.close();
    this.#port = port;
    this.#health = NOTHING;
    port.onmessage = ({ data }: MessageEvent<AnalystToControl>) => {
      if (data.kind === "health") this.#health = data;
      else this.#desk.wish(data.wishes);
    };
    this.#tell();
  }

  /** Another snapshot is in force; most of them say nothing new to the analyst. */
  update(snapshot: Snapshot, blockSeconds: number): void {
    const { rules, hosts, ruleSwitches, exceptions, settings } = snapshot;
    const { waf, anomaly } = settings.toggles;
    const parts = setupParts(rules, waf ? hosts : [], {
      ruleSwitches,
      exceptions,
      paranoiaLevel: settings.waf.paranoia_level,
    });
    const setup: CorrelationSetup = { ...parts, hashKey: settings.hashKey, blockSeconds };
    const message: ControlToAnalyst = { kind: "correlation", setup, scoresBehaviour: anomaly };
    if (JSON.stringify(message) === JSON.stringify(this.#message)) return;
    this.#message = message;
    this.#tell();
  }

  close(): void {
    this.#port?.close();
    this.#port = null;
  }

  #tell(): void {
    if (this.#message !== null) this.#port?.postMessage(this.#message);
  }
}

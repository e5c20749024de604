import type { z } from "zod";
import type { Host } from "../../core/host.ts";
import { AegisError, errorText } from "../../core/errors.ts";
import type { hostSource as schema } from "../contract/system.ts";

/** Where hosts come from besides the database, and how that stands; for status and pages. */
export type HostSource = z.output<typeof schema>;

/** `own` and those of `found` that take no domain from them, nor from each other. */
export function withFound(own: readonly Host[], found: readonly Host[]): readonly Host[] {
  if (found.length === 0) return own;
  return [...own, ...found.filter((host) => ownerOf(own, host) === undefined)];
}

/** What is said of found hosts that stand back. */
export function takenProblems(
  own: readonly Host[],
  found: readonly Host[],
): { readonly where: string; readonly message: string; readonly remedy: string }[] {
  return found.flatMap((host) => {
    const owner = ownerOf(own, host);
    return owner === undefined ? [] : [{
      where: host.domains.join(", "),
      message: `belongs to the host ${owner.domains[0]} already, which goes before labels of containers`,
      remedy: "take the domain from that host, or another one in the label",
    }];
  });
}

function ownerOf(own: readonly Host[], host: Host): Host | undefined {
  return own.find((each) => each.domains.some((domain) => host.domains.includes(domain)));
}

/** How it stands with the configuration file. */
export class ConfigFileSource {
  readonly #path: string;
  #fault: AegisError | string | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** Notes what comes of reading the file again; throws as `read` does. */
  async read<T>(read: () => T | Promise<T>): Promise<T> {
    try {
      const done = await read();
      this.#fault = null;
      return done;
    } catch (thrown) {
      this.refused(thrown);
      throw thrown;
    }
  }

  /** What it says cannot be put in force. */
  refused(why: unknown): void {
    this.#fault = why instanceof AegisError ? why : errorText(why);
  }

  gone(why: string): void {
    this.#fault = why;
  }

  /** `hosts`: how many it declares. */
  view(hosts: number): HostSource {
    const fault = this.#fault;
    const fields = fault instanceof AegisError ? fault.fields ?? [] : [];
    return {
      kind: "file",
      place: this.#path,
      state: fault === null ? "ok" : "failed",
      text: fault === null
        ? `${hosts} ${hosts === 1 ? "host" : "hosts"} declared`
        : `${
          sentence(typeof fault === "string" ? fault : fault.message)
        } What it said before stays in force.`,
      problems: fields.map(({ field, line, message, remedy }) => ({
        where: line === undefined ? field : `line ${line}, ${field}`,
        message,
        remedy: remedy ?? "correct it",
      })),
    };
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

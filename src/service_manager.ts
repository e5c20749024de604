import { join } from "node:path";

/** Who started Aegis as a service, and wants to know how it fares (sd_notify(3)). */
export interface ServiceManager {
  /** Serving, or serving again after a reload. */
  ready(): void;
  reloading(): void;
  stopping(): void;
  /** Every thread turns, once Aegis serves. Called more often than needed; sent as often as asked for. */
  alive(): void;
  close(): void;
}

export interface ServiceManagerParts {
  /** `NOTIFY_SOCKET` and `WATCHDOG_USEC` of the environment. */
  readonly socket: string | undefined;
  readonly watchdogUsec: string | undefined;
  /** A datagram socket sends from a path of its own: it is made here, and removed at the end. */
  readonly directory: string;
  /** Milliseconds on a clock that never goes back. */
  monotonic(): number;
  warn(text: string): void;
}

/** Speaks to systemd where it asked to be told; null where nobody did, or where its socket cannot be used. */
export function findServiceManager(parts: ServiceManagerParts): ServiceManager | null {
  const { socket } = parts;
  if (socket === undefined || socket === "") return null;
  if (!socket.startsWith("/")) {
    parts.warn(`NOTIFY_SOCKET ${socket} is no path: the service manager is not told`);
    return null;
  }
  return new Systemd(socket, parts);
}

class Systemd implements ServiceManager {
  readonly #parts: ServiceManagerParts;
  readonly #to: Deno.UnixAddr;
  readonly #ownPath: string;
  readonly #connection: Deno.DatagramConn;
  /** Half of what systemd waits for, as sd_watchdog_enabled(3) advises; 0: it does not wait. */
  readonly #aliveEveryMs: number;
  #isReady = false;
  #aliveAt = Number.NEGATIVE_INFINITY;
  #sending: Promise<void> = Promise.resolve();

  constructor(socket: string, parts: ServiceManagerParts) {
    this.#parts = parts;
    this.#to = { transport: "unixpacket", path: socket };
    this.#ownPath = join(parts.directory, "notify.sock");
    removeFile(this.#ownPath);
    this.#connection = Deno.listenDatagram({ transport: "unixpacket", path: this.#ownPath });
    const usec = Number(parts.watchdogUsec ?? 0);
    this.#aliveEveryMs = Number.isFinite(usec) && usec > 0 ? usec / 2_000 : 0;
  }

  ready(): void {
    this.#isReady = true;
    this.#send("READY=1");
  }

  reloading(): void {
    this.#send(`RELOADING=1\nMONOTONIC_USEC=${Math.round(this.#parts.monotonic() * 1_000)}`);
  }

  stopping(): void {
    this.#send("STOPPING=1");
  }

  alive(): void {
    const now = this.#parts.monotonic();
    if (!this.#isReady || this.#aliveEveryMs === 0 || now - this.#aliveAt < this.#aliveEveryMs) return;
    this.#aliveAt = now;
    this.#send("WATCHDOG=1");
  }

  close(): void {
    void this.#sending.then(() => {
      this.#connection.close();
      removeFile(this.#ownPath);
    });
  }

  #send(state: string): void {
    this.#sending = this.#sending.then(async () => {
      try {
        await this.#connection.send(new TextEncoder().encode(state), this.#to);
      } catch (thrown) {
        this.#parts.warn(`the service manager was not told ${state.split("=", 1)[0]}: ${thrown}`);
      }
    });
  }
}

function removeFile(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
}

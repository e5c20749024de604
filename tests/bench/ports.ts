import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { withDescendants } from "./processes.ts";

/** State LISTEN in /proc/net/tcp (proc(5), enum in the kernel's tcp_states.h). */
const LISTENING = "0A";
const TABLES = ["/proc/net/tcp", "/proc/net/tcp6"];

/** Below the ports that Linux gives to connections and to listeners on port 0 (32768 to 60999, ip(7)). */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_767;

/**
 * `count` ports of loopback that nothing listens on, each another one. Nobody gets one of them by chance before it is
 * used: neither a connection nor a listener that takes what is free.
 */
export function freePorts(count: number): number[] {
  // All are held at once, so that none is given twice.
  const held: Deno.Listener[] = [];
  try {
    while (held.length < count) {
      const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
      const listener = listenOn(port);
      if (listener !== null) held.push(listener);
    }
    return held.map((listener) => (listener.addr as Deno.NetAddr).port);
  } finally {
    for (const listener of held) listener.close();
  }
}

/** Null where the port is taken. */
function listenOn(port: number): Deno.Listener | null {
  try {
    return Deno.listen({ hostname: "127.0.0.1", port });
  } catch (thrown) {
    if (thrown instanceof Deno.errors.AddrInUse) return null;
    throw thrown;
  }
}

/**
 * True where every socket that listens on the port belongs to process `pid` or its descendants, and there is one.
 * Anything else would be measured in their name.
 */
export function ownsPort(pid: number, port: number): boolean {
  const listening = listeningSockets(port);
  const own = new Set(withDescendants(pid).flatMap(socketsOf));
  return listening.length > 0 && listening.every((inode) => own.has(inode));
}

/** Inodes of the sockets that listen on the port. */
function listeningSockets(port: number): string[] {
  const inodes: string[] = [];
  for (const table of TABLES) {
    for (const line of readFileSync(table, "utf8").split("\n").slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === LISTENING && parseInt(local!.slice(local!.indexOf(":") + 1), 16) === port) {
        inodes.push(inode!);
      }
    }
  }
  return inodes;
}

/** Inodes of all sockets that the process holds; none where it is gone. */
function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  const inodes: string[] = [];
  for (const name of listOf(folder)) {
    const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`${folder}/${name}`))?.[1];
    if (inode !== undefined) inodes.push(inode);
  }
  return inodes;
}

function listOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (thrown) {
    return emptyWhereGone(thrown, []);
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch (thrown) {
    return emptyWhereGone(thrown, "");
  }
}

/** Processes and descriptors may end while they are looked at. */
function emptyWhereGone<T>(thrown: unknown, empty: T): T {
  const { code } = thrown as { code?: string };
  if (code === "ENOENT" || code === "ESRCH") return empty;
  throw thrown;
}

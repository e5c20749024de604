import { connect } from "node:net";
import { dirname } from "node:path";
import { AegisError, errorText } from "../core/errors.ts";
import type { ErrorData } from "../core/messages.ts";
import type { Logger } from "../core/ports.ts";
import type { LiveTail } from "../control/traffic/live.ts";
import { isOperation, LOCAL_ACTOR } from "../control/operation.ts";
import type { Perform } from "../control/perform.ts";
import { eventStream } from "./events.ts";
import { PROBLEMS } from "./problem.ts";

export interface ControlSocketParts {
  readonly perform: Perform;
  readonly live: Pick<LiveTail, "subscribe">;
  readonly logger: Logger;
  /** `aegis.sock` in a directory that only this user enters. */
  readonly path: string;
}

export interface ControlSocket {
  close(): Promise<void>;
}

/** Operations under way may take this long when the instance stops. */
const CLOSE_MS = 2_000;
const MAX_BODY_CHARS = 24 * 1_048_576;

/**
 * The way of the CLI to a running instance: `POST /operations/{name}` with the input as JSON answers `{output}` or
 * `{error}`, `GET /events` streams live rows. Whoever can open the socket is the terminal's owner.
 *
 * [SECURITY] The socket is born 0755 (Deno.serve), so it is made in a 0700 directory and set to 0600; no browser
 * reaches a unix socket, so there is neither cookie nor CSRF here. Throws `conflict` where another instance answers.
 */
export async function openControlSocket(parts: ControlSocketParts): Promise<ControlSocket> {
  const { path } = parts;
  Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  Deno.chmodSync(dirname(path), 0o700);
  await removeStale(path);
  const leaving = new AbortController();
  const hard = new AbortController();
  const server = Deno.serve(
    { path, signal: hard.signal, onListen() {}, onError: (thrown) => failure(thrown) },
    (request) => answer(parts, request, leaving.signal),
  );
  Deno.chmodSync(path, 0o600);
  return {
    async close() {
      // Event streams never end by themselves, and `shutdown` would wait for them.
      leaving.abort();
      const timer = setTimeout(() => hard.abort(), CLOSE_MS);
      await server.shutdown();
      clearTimeout(timer);
      removeFile(path);
    },
  };
}

async function answer(parts: ControlSocketParts, request: Request, leaving: AbortSignal): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    if (request.method === "GET" && pathname === "/events") {
      const stillThere = () => Promise.resolve(!leaving.aborted);
      return eventStream({ ...parts, actor: LOCAL_ACTOR, signal: leaving, isStillSignedIn: stillThere });
    }
    const name = /^\/operations\/([a-z_]+\.[a-z_]+)$/.exec(pathname)?.[1];
    if (request.method !== "POST" || name === undefined || !isOperation(name)) {
      throw new AegisError(
        "not_found",
        `this instance knows no ${request.method} ${pathname}: is it another version?`,
      );
    }
    // `perform` validates the input, so its type is only promised.
    return Response.json({
      output: await parts.perform(LOCAL_ACTOR, name, await readJson(request) as never),
    });
  } catch (thrown) {
    if (!(thrown instanceof AegisError) || thrown.code === "internal") {
      parts.logger.error("an operation failed", { operation: pathname, error: errorText(thrown) });
    }
    return failure(thrown);
  }
}

async function readJson(request: Request): Promise<unknown> {
  const text = await request.text();
  if (text.length > MAX_BODY_CHARS) throw new AegisError("invalid_input", "the input is too large");
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch (cause) {
    throw new AegisError("invalid_input", "the input is not JSON", { cause });
  }
}

/** The terminal's owner reads the private text too. */
function failure(thrown: unknown): Response {
  const error = thrown instanceof AegisError
    ? thrown
    : new AegisError("internal", "internal error", { privateText: errorText(thrown), cause: thrown });
  const data: ErrorData = {
    code: error.code,
    message: error.message,
    privateText: error.privateText,
    fields: error.fields,
  };
  return Response.json({ error: data }, { status: PROBLEMS[error.code].status });
}

/** A socket file that a dead instance left behind goes; where one answers, it stays. */
async function removeStale(path: string): Promise<void> {
  try {
    if (!Deno.lstatSync(path).isSocket) {
      throw new AegisError("conflict", `${path} is there and is no socket: move it away`);
    }
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return;
    throw thrown;
  }
  if (await answers(path)) {
    throw new AegisError(
      "conflict",
      `another instance runs with this data directory (${path} answers): stop it first`,
    );
  }
  removeFile(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const settle = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}

function removeFile(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
}

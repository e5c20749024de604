import http from "node:http";
import { AegisError } from "../core/errors.ts";
import type { ErrorData } from "../core/messages.ts";

/** An answer takes at most this long: a certificate or a rule test is the slowest there is. */
const DEADLINE_MS = 60_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * Calls an operation of the running instance. Undefined: none is running (no socket, or nobody behind it).
 * Throws AegisError as the operation did.
 */
export async function callBySocket(
  path: string,
  name: string,
  input: unknown,
): Promise<{ output: unknown } | undefined> {
  const answer = await post(path, `/operations/${name}`, JSON.stringify(input));
  if (answer === undefined) return undefined;
  const message = parseAnswer(answer.text, answer.status);
  if ("error" in message) throw errorOf(message.error);
  return message;
}

function post(
  socketPath: string,
  path: string,
  body: string,
): Promise<{ status: number; text: string } | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string } | undefined>();
  const headers = {
    "content-type": "application/json",
    "content-length": String(new TextEncoder().encode(body).length),
  };
  const request = http.request({
    socketPath,
    path,
    method: "POST",
    headers,
    timeout: DEADLINE_MS,
    agent: false,
  });
  request.on("timeout", () => request.destroy(new Error(`no answer within ${DEADLINE_MS / 1_000} s`)));
  request.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ECONNREFUSED") return resolve(undefined);
    reject(unreachable(socketPath, error));
  });
  request.on("response", (response) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    response.on("data", (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) request.destroy(new Error("the answer is too long"));
      else chunks.push(chunk);
    });
    response.on("error", (error) => reject(unreachable(socketPath, error)));
    response.on(
      "end",
      () =>
        resolve({ status: response.statusCode ?? 0, text: new TextDecoder().decode(concat(chunks, bytes)) }),
    );
  });
  request.end(body);
  return promise;
}

function concat(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function unreachable(path: string, error: NodeJS.ErrnoException): AegisError {
  const denied = error.code === "EACCES" || error.code === "EPERM";
  const text = denied
    ? `${path} belongs to another user: run this as that user (sudo -u …)`
    : `the running instance does not answer on ${path}: ${error.message}`;
  return new AegisError("unavailable", text, { cause: error });
}

function parseAnswer(text: string, status: number): { output: unknown } | { error: Partial<ErrorData> } {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (cause) {
    throw new AegisError("unavailable", `the running instance answered ${status} without a reason`, {
      cause,
    });
  }
  if (typeof message === "object" && message !== null) {
    if ("error" in message && typeof message.error === "object" && message.error !== null) {
      return { error: message.error };
    }
    if ("output" in message) return { output: message.output };
  }
  throw new AegisError(
    "unavailable",
    `the running instance answered ${status} with something else than an answer`,
  );
}

function errorOf(data: Partial<ErrorData>): AegisError {
  const message = data.message ?? "the operation failed";
  return new AegisError(data.code ?? "internal", message, {
    privateText: data.privateText ?? message,
    fields: data.fields ?? [],
  });
}

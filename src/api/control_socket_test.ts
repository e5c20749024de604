import assert from "node:assert/strict";
import http from "node:http";
import { connect } from "node:net";
import type { ErrorData } from "../core/messages.ts";
import { type MadeControl, makeControl } from "../../tests/support/make_control.ts";
import { type ControlSocket, openControlSocket } from "./control_socket.ts";

function open(made: MadeControl, path: string): Promise<ControlSocket> {
  return openControlSocket({
    perform: (actor, name, input) => made.do(name, input, actor),
    live: made.control.live,
    logger: made.control.logger,
    path,
  });
}

interface Answer {
  readonly status: number;
  readonly output?: { readonly needed: boolean };
  readonly error?: ErrorData;
}

function call(path: string, name: string, input: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({
      socketPath: path,
      path: `/operations/${name}`,
      method: "POST",
      agent: false,
    });
    request.on("error", reject);
    request.on("response", async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, ...JSON.parse(text) });
    });
    request.end(JSON.stringify(input));
  });
}

Deno.test("a client of the socket performs operations as the terminal, and gets errors with their fields", async () => {
  const made = await makeControl();
  const path = `${made.config.data_dir}/run/aegis.sock`;
  const socket = await open(made, path);
  try {
    assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
    assert.equal(Deno.statSync(`${made.config.data_dir}/run`).mode! & 0o777, 0o700);
    assert.equal((await call(path, "setup.link", {})).output?.needed, true);
    const { status, error } = await call(path, "hosts.create", { host: { domains: [] } });
    assert.deepEqual([status, error?.code], [422, "invalid_input"]);
    assert.ok(error!.fields.some((each) => each.field === "host.targets"));
    assert.equal((await call(path, "hosts.explode", {})).error?.code, "not_found");
  } finally {
    await socket.close();
    await made.close();
  }
});

Deno.test("a socket that a dead instance left is replaced, one that answers is not", async () => {
  const made = await makeControl();
  const path = `${made.config.data_dir}/run/aegis.sock`;
  Deno.mkdirSync(`${made.config.data_dir}/run`);
  const dead = Deno.listen({ transport: "unix", path });
  dead.close();
  // Deno removes the file when it closes the listener; a killed process does not.
  const left = await new Deno.Command("python3", {
    args: ["-c", "import socket,sys; s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1])", path],
  }).output();
  assert.equal(left.success, true);
  const socket = await open(made, path);
  try {
    await assert.rejects(open(made, path), /another instance runs/);
    assert.equal((await call(path, "setup.status", {})).status, 200);
  } finally {
    await socket.close();
    await made.close();
  }
});

Deno.test("a file that is no socket is never removed", async () => {
  const made = await makeControl();
  const path = `${made.config.data_dir}/run/aegis.sock`;
  Deno.mkdirSync(`${made.config.data_dir}/run`);
  Deno.writeTextFileSync(path, "mine");
  try {
    await assert.rejects(open(made, path), /no socket/);
    assert.equal(Deno.readTextFileSync(path), "mine");
  } finally {
    await made.close();
  }
});

Deno.test("closing ends event streams too", async () => {
  const made = await makeControl();
  const path = `${made.config.data_dir}/run/aegis.sock`;
  const socket = await open(made, path);
  const client = connect({ path });
  try {
    client.write("GET /events HTTP/1.1\r\nhost: aegis\r\n\r\n");
    await new Promise((seen) => client.once("data", seen));
    const gone = new Promise((done) => client.once("close", done));
    await socket.close();
    client.destroy();
    await gone;
    assert.equal(made.control.live.watchers, 0);
  } finally {
    client.destroy();
    await made.close();
  }
});

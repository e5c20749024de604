import assert from "node:assert/strict";
import { connect } from "node:net";
import { AegisError } from "../core/errors.ts";
import { callBySocket } from "../cli/socket_client.ts";
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

Deno.test("the CLI's client performs operations as the terminal, and gets errors with their fields", async () => {
  const made = await makeControl();
  const path = `${made.config.data_dir}/run/aegis.sock`;
  const socket = await open(made, path);
  try {
    assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
    assert.equal(Deno.statSync(`${made.config.data_dir}/run`).mode! & 0o777, 0o700);
    const answer = await callBySocket(path, "setup.link", {});
    assert.equal((answer!.output as { needed: boolean }).needed, true);
    const failed = await callBySocket(path, "hosts.create", { host: { domains: [] } }).catch((thrown) =>
      thrown
    );
    assert.ok(failed instanceof AegisError);
    assert.equal(failed.code, "invalid_input");
    assert.ok(failed.fields.some((each) => each.field === "host.targets"));
    const unknown = await callBySocket(path, "hosts.explode", {}).catch((thrown) => thrown);
    assert.equal(unknown.code, "not_found");
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
    assert.notEqual(await callBySocket(path, "setup.status", {}), undefined);
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

import assert from "node:assert/strict";
import { join } from "node:path";
import { startInProcess } from "../support/in_process.ts";
import { localCa } from "../support/local_trust.ts";
import { listenerPort } from "../support/listener_port.ts";
import { npmPackage, startNodeApplication } from "../support/npm_application.ts";

const SCRIPT = join(import.meta.dirname!, "grpc_node.mjs");

Deno.test("gRPC passes in every way it knows: over TLS and HTTP/2 to Aegis, over h2c to a real server", async () => {
  const grpc = await npmPackage("@grpc/grpc-js", "1.14.7");
  const server = await startNodeApplication((port) => [SCRIPT, grpc, "server", String(port)]);
  const aegis = await startInProcess(`hosts:
  - domains: [grpc.test]
    targets: [{ url: "${server.url}", protocol: h2 }]
    waf: { mode: enforce }
`);
  const caFile = join(aegis.dataDir, "ca.pem");
  try {
    await Deno.writeTextFile(caFile, await localCa(aegis));
    const port = await listenerPort(aegis, "https");
    const { stdout, stderr, success } = await new Deno.Command("node", {
      args: [SCRIPT, grpc, "client", String(port), caFile],
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr) + server.output());
    assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)), {
      unary: { message: "echo hello", code: 0, details: "", header: "blue", cancelled: "0" },
      large: 2_000_005,
      fail: { message: null, code: 9, details: "not today", cancelled: null },
      deadline: { message: null, code: 4, details: "Deadline exceeded", cancelled: null },
      serverStream: [200, 2_000_000],
      clientStream: "1000000",
      bidi: ["<0>", "<1>", "<2>", "<3>", "<4>"],
      cancelled: "2",
    });
  } finally {
    await aegis.stop();
    await server.stop();
  }
});

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { request } from "node:http";
import { createServer, type Socket } from "node:net";
import { deflateRawSync } from "node:zlib";
import { type AegisProcess, startAegis } from "../support/aegis_process.ts";
import { INFECTED, startClamd } from "../support/clamd.ts";
import { until } from "../support/until.ts";

/** An application that takes uploads; `whole` are the sizes of those that reached their end. */
function startTarget() {
  const whole: number[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    try {
      whole.push((await request.arrayBuffer()).byteLength);
      return new Response("taken");
    } catch {
      return new Response("broken off", { status: 400 }); // the upload ended before its end, which is what is tested
    }
  });
  return { whole, url: `http://127.0.0.1:${server.addr.port}`, close: () => server.shutdown() };
}

async function formOf(files: readonly (readonly [string, Uint8Array<ArrayBuffer> | string])[]) {
  const form = new FormData();
  form.set("note", "holiday");
  for (const [name, content] of files) form.append("file", new Blob([content]), name);
  const encoded = new Response(form);
  return { type: encoded.headers.get("content-type")!, body: new Uint8Array(await encoded.arrayBuffer()) };
}

function post(
  aegis: AegisProcess,
  host: string,
  { type, body }: { type: string; body: Uint8Array },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({
      port: aegis.httpPort,
      host: "127.0.0.1",
      method: "POST",
      path: "/upload",
      agent: false,
      headers: { host, "content-type": type, "content-length": body.length },
    }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** A ZIP archive with one deflated file. */
function zip(name: string, content: string): Uint8Array<ArrayBuffer> {
  const data = deflateRawSync(Buffer.from(content));
  const crc = crc32(Buffer.from(content));
  const head = Buffer.alloc(26);
  head.writeUInt16LE(20, 0);
  head.writeUInt16LE(8, 4);
  head.writeUInt32LE(crc, 10);
  head.writeUInt32LE(data.length, 14);
  head.writeUInt32LE(content.length, 18);
  head.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), head, Buffer.from(name), data]);
  const central = Buffer.concat([
    Buffer.from("PK\x01\x02\x14\x00"),
    head,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Uint8Array.from(Buffer.concat([local, central, end]));
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

/** Something in the place of clamd that does what `serve` does with each connection. */
async function startOdd(serve: (socket: Socket) => void): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}); // a scan that is given up closes without a word
    socket.on("close", () => sockets.delete(socket));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    close: () => {
      sockets.forEach((socket) => socket.destroy());
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

Deno.test("uploads go through clamd: infected ones never reach the application whole, and outages go as chosen", async (t) => {
  const target = startTarget();
  const clamd = await startClamd();
  const host = (name: string, scan: string) =>
    `  - { domains: [${name}], targets: [{ url: "${target.url}" }], file_scan: ${scan} }\n`;
  const aegis = await startAegis({
    // Refused again and again from one address, the test would wait in the tarpit.
    config:
      `toggles: { anomaly: false }\nfile_scan: { clamd: "127.0.0.1:${clamd.port}", timeout_ms: 300 }\nhosts:\n` +
      host("enforce.test", "{ mode: enforce, on_failure: refuse }") +
      host("detect.test", "{ mode: detect }") + host("open.test", "{ mode: enforce }"),
  });
  const noise = crypto.getRandomValues(new Uint8Array(65_536));
  const big = (extra: string) =>
    Uint8Array.from(Buffer.concat([...Array(20).fill(noise), Buffer.from(extra)]));
  try {
    await t.step("clean files pass, small and large, several at once", async () => {
      const uploads = [
        await formOf([["a.txt", "hello"]]),
        await formOf([["a.txt", "hello"], ["b.bin", big("")], ["empty", ""]]),
        { type: "application/octet-stream", body: big("end") },
        { type: "application/json", body: Buffer.from(JSON.stringify({ note: INFECTED })) },
      ];
      for (const upload of uploads) assert.equal(await post(aegis, "enforce.test", upload), 200);
      assert.deepEqual(target.whole, uploads.map(({ body }) => body.length));
    });

    await t.step("infected ones are refused wherever they stand, in archives too", async () => {
      target.whole.length = 0;
      const uploads = [
        await formOf([["evil.txt", `x ${INFECTED} y`]]),
        await formOf([["good.bin", big("")], ["evil.bin", big(INFECTED)]]),
        await formOf([["evil.zip", zip("inside.txt", INFECTED.repeat(50))], ["good.txt", "hello"]]),
        { type: "application/octet-stream", body: big(INFECTED) },
      ];
      for (const upload of uploads) assert.equal(await post(aegis, "enforce.test", upload), 403);
      assert.deepEqual(target.whole, []);
      const { rows } = await until("the log has them", async () => {
        const found = await aegis.perform("traffic.query", { reason: "file_scan" });
        return found.rows.reduce((sum, { count }) => sum + count, 0) >= uploads.length ? found : null;
      });
      const { detail } = await aegis.perform("traffic.get", { id: rows.at(-1)!.id });
      assert.match(detail, /^evil\.txt: Aegis\.Test\.Signature/);
    });

    await t.step("detect writes down and lets pass", async () => {
      assert.equal(await post(aegis, "detect.test", await formOf([["evil.txt", INFECTED]])), 200);
      assert.equal(target.whole.length, 1);
      await until(
        "the log says so",
        async () =>
          (await aegis.perform("traffic.query", { host: "detect.test", action: "detected" })).rows.length ===
            1,
      );
    });

    await t.step(
      "what is written so that nobody can scan it is refused where outages pass, and noted in detect",
      async () => {
        target.whole.length = 0;
        const upload = await formOf([["evil.txt", INFECTED]]);
        const odd = { ...upload, type: `${upload.type}; boundary=other` };
        assert.equal(await post(aegis, "open.test", odd), 403);
        assert.deepEqual(target.whole, []);
        assert.equal(await post(aegis, "detect.test", odd), 200);
        await until("the log has both", async () => {
          const { rows } = await aegis.perform("traffic.query", { reason: "file_scan" });
          const details = await Promise.all(
            rows.slice(0, 2).map(async ({ id }) => (await aegis.perform("traffic.get", { id })).detail),
          );
          return details.every((detail) =>
            /Content-Type that can be read in several ways/.test(detail ?? "")
          );
        });
      },
    );

    await t.step("without a verdict a file passes or is refused, as the host chose", async () => {
      const odd = [
        await startOdd((socket) => void socket.resume()),
        await startOdd((socket) => void socket.end("what?\0")),
        await startOdd((socket) => void socket.destroy()),
        await startOdd((socket) => void socket.write("x".repeat(10_000))),
      ];
      try {
        for (const { port } of odd) {
          await aegis.perform("settings.update", { patch: { file_scan: { max_bytes: 1_048_576 } } });
          await Deno.writeTextFile(
            `${aegis.dataDir}/aegis.yml`,
            (await Deno.readTextFile(`${aegis.dataDir}/aegis.yml`)).replace(
              /clamd: "[^"]*"/,
              `clamd: "127.0.0.1:${port}"`,
            ),
          );
          await aegis.perform("system.reload", {});
          const upload = await formOf([["a.txt", "hello"]]);
          assert.equal(await post(aegis, "open.test", upload), 200);
          assert.equal(await post(aegis, "enforce.test", upload), 403);
        }
      } finally {
        for (const each of odd) await each.close();
      }
      const upload = await formOf([["a.txt", "hello"]]);
      assert.equal(await post(aegis, "open.test", upload), 200, "nobody listens any more");
      assert.equal(await post(aegis, "enforce.test", upload), 403);
      assert.match(aegis.output(), /an upload was not scanned/);
    });
  } finally {
    assert.equal(await aegis.stop(), 0);
    await clamd.stop();
    await target.close();
  }
});

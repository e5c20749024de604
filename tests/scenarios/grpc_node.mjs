/**
 * A real gRPC server and client (@grpc/grpc-js under Node), without generated code: messages are plain bytes.
 * `node grpc_node.mjs PACKAGE server PORT` serves; `node grpc_node.mjs PACKAGE client PORT CA_FILE` calls grpc.test at
 * PORT over TLS in every way gRPC knows and prints one line of JSON.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [packagePath, mode, port, caFile] = process.argv.slice(2);
const grpc = createRequire(import.meta.url)(packagePath);
const bytes = (value) => Buffer.from(value);
const method = (name, requestStream, responseStream) => ({
  path: `/aegis.Echo/${name}`,
  requestStream,
  responseStream,
  requestSerialize: bytes,
  requestDeserialize: bytes,
  responseSerialize: bytes,
  responseDeserialize: bytes,
});
const service = {
  Unary: method("Unary", false, false),
  Fail: method("Fail", false, false),
  Slow: method("Slow", false, false),
  ServerStream: method("ServerStream", false, true),
  ClientStream: method("ClientStream", true, false),
  Bidi: method("Bidi", true, true),
};

function serve() {
  const server = new grpc.Server();
  let cancelled = 0;
  server.addService(service, {
    Unary(call, answer) {
      const trailers = new grpc.Metadata();
      trailers.set("x-cancelled", String(cancelled));
      call.sendMetadata(call.metadata);
      answer(null, Buffer.concat([bytes("echo "), call.request]), trailers);
    },
    Fail(_call, answer) {
      answer({ code: grpc.status.FAILED_PRECONDITION, details: "not today" });
    },
    Slow(call) {
      call.on("cancelled", () => cancelled++);
    },
    ServerStream(call) {
      const count = Number(call.request);
      for (let i = 0; i < count; i++) call.write(Buffer.alloc(10_000, i));
      call.end();
    },
    ClientStream(call, answer) {
      let total = 0;
      call.on("data", (message) => total += message.length);
      call.on("end", () => answer(null, bytes(String(total))));
    },
    Bidi(call) {
      call.on("data", (message) => call.write(Buffer.concat([bytes("<"), message, bytes(">")])));
      call.on("end", () => call.end());
    },
  });
  const address = `127.0.0.1:${port}`;
  server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error) => {
    if (error) throw error;
  });
}

async function call() {
  const Client = grpc.makeGenericClientConstructor(service, "Echo");
  const client = new Client(`127.0.0.1:${port}`, grpc.credentials.createSsl(readFileSync(caFile)), {
    "grpc.ssl_target_name_override": "grpc.test",
    "grpc.default_authority": "grpc.test",
  });
  const deadline = (ms) => ({ deadline: Date.now() + ms });
  const once = (start) =>
    new Promise((resolve) => {
      const found = {};
      const running = start((error, message) => {
        found.message = message === undefined ? null : String(message);
        found.code = error?.code ?? 0;
        // How long it took stands there too.
        found.details = (error?.details ?? "").replace(/ after .*/, "");
      });
      running.on("metadata", (metadata) => found.header = metadata.get("x-tag")[0] ?? null);
      running.on("status", (status) => {
        found.cancelled = status.metadata.get("x-cancelled")[0] ?? null;
        setImmediate(() => resolve(found));
      });
    });
  const metadata = new grpc.Metadata();
  metadata.set("x-tag", "blue");
  const unary = (text) => once((done) => client.Unary(bytes(text), metadata, deadline(20_000), done));

  const results = { unary: await unary("hello") };
  results.large = (await unary("x".repeat(2_000_000))).message?.length;
  results.fail = await once((done) => client.Fail(bytes(""), deadline(20_000), done));
  results.deadline = await once((done) => client.Slow(bytes(""), deadline(500), done));
  results.serverStream = await new Promise((resolve, reject) => {
    let [messages, total] = [0, 0];
    const stream = client.ServerStream(bytes("200"), deadline(20_000));
    stream.on("data", (message) => [messages, total] = [messages + 1, total + message.length]);
    stream.on("error", reject);
    stream.on("end", () => resolve([messages, total]));
  });
  results.clientStream = await new Promise((resolve) => {
    const stream = client.ClientStream(
      deadline(20_000),
      (error, message) => resolve(error?.code ?? String(message)),
    );
    for (let i = 0; i < 100; i++) stream.write(Buffer.alloc(10_000));
    stream.end();
  });
  results.bidi = await new Promise((resolve, reject) => {
    const answers = [];
    const stream = client.Bidi(deadline(20_000));
    stream.on("error", reject);
    stream.on("data", (message) => {
      answers.push(String(message));
      // Each answer brings the next question: both directions are open at once.
      if (answers.length < 5) stream.write(bytes(String(answers.length)));
      else stream.end();
    });
    stream.on("end", () => resolve(answers));
    stream.write(bytes("0"));
  });
  const cancelling = client.Slow(bytes(""), deadline(20_000), () => {});
  setTimeout(() => cancelling.cancel(), 300);
  await new Promise((resolve) => cancelling.on("status", resolve));
  // The server sees both: the call whose deadline passed and the one that was cancelled.
  for (let i = 0; i < 100 && results.cancelled !== "2"; i++) {
    results.cancelled = (await unary("again")).cancelled;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  client.close();
  console.log(JSON.stringify(results));
}

if (mode === "server") serve();
else await call();

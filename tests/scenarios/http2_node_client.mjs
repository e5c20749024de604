/**
 * What Node's own HTTP/2 client (nghttp2) makes of Aegis: `node http2_node_client.mjs PORT CA_FILE` prints one line of
 * JSON. Hosts: app.test answers requests, live.test echoes WebSocket messages.
 */
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import http2 from "node:http2";
import tls from "node:tls";

const [port, caFile] = process.argv.slice(2);
const ca = readFileSync(caFile);
const MIB = 1 << 20;
const UPLOAD = { ":method": "POST", "content-type": "application/octet-stream" };

async function connect(host) {
  const session = http2.connect(`https://${host}:${port}`, {
    createConnection: () =>
      tls.connect({ host: "127.0.0.1", port: Number(port), servername: host, ca, ALPNProtocols: ["h2"] }),
  });
  await once(session, "remoteSettings");
  return session;
}

async function exchange(session, headers, body) {
  const stream = session.request(headers, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  let trailers = null;
  const informational = [];
  stream.on("trailers", (fields) => trailers = { ...fields });
  stream.on("headers", (fields) => informational.push(fields[":status"]));
  const answered = once(stream, "response");
  const chunks = [];
  stream.on("data", (chunk) => chunks.push(chunk));
  const ended = once(stream, "end");
  const [head] = await answered;
  await ended;
  return {
    status: head[":status"],
    headers: { ...head },
    body: Buffer.concat(chunks),
    trailers,
    informational,
  };
}

function hashOf(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

/** More requests at once than a connection may have open: the client holds the rest back. */
async function many(session) {
  const answers = await Promise.all(
    Array.from({ length: 300 }, (_, i) => exchange(session, { ":path": `/number/${i}?n=${i}` })),
  );
  return answers.filter(({ status, body }, i) =>
    status === 200 && JSON.parse(body).url === `/number/${i}?n=${i}`
  ).length;
}

async function echo(session) {
  const sent = randomBytes(5 * MIB);
  const { status, body } = await exchange(session, { ...UPLOAD, ":path": "/echo" }, sent);
  return { status, same: hashOf(body) === hashOf(sent) };
}

/** One download is not read at all while small requests come and go on the same connection. */
async function besideAPausedDownload(session) {
  const download = session.request({ ":path": "/large" });
  await once(download, "response");
  const { status } = await exchange(session, { ":path": "/beside" });
  let bytes = 0;
  for await (const chunk of download) bytes += chunk.length;
  return { status, bytes };
}

async function cancelled(session) {
  const download = session.request({ ":path": "/endless" });
  await once(download, "data");
  download.close(http2.constants.NGHTTP2_CANCEL);
  await once(download, "close");
  const { status } = await exchange(session, { ":path": "/after" });
  return status;
}

/** RFC 8441: a WebSocket on one stream. The frames are those of RFC 6455: a masked "hello", its mask zero. */
async function webSocket() {
  const session = await connect("live.test");
  const offered = session.remoteSettings.enableConnectProtocol;
  const stream = session.request({
    ":method": "CONNECT",
    ":protocol": "websocket",
    ":path": "/chat",
    "sec-websocket-version": "13",
    "sec-websocket-protocol": "echo",
  });
  const [head] = await once(stream, "response");
  stream.write(Buffer.from([0x81, 0x85, 0, 0, 0, 0, ...Buffer.from("hello")]));
  const [frame] = await once(stream, "data");
  stream.close();
  await once(stream, "close");
  await close(session);
  return {
    offered,
    status: head[":status"],
    protocol: head["sec-websocket-protocol"],
    frame: frame.toString("latin1"),
  };
}

async function close(session) {
  session.close();
  await once(session, "close");
}

const session = await connect("app.test");
const result = {
  many: await many(session),
  echo: await echo(session),
  beside: await besideAPausedDownload(session),
  cancelled: await cancelled(session),
};
const post = await exchange(session, { ":method": "POST", ":path": "/trailers", te: "trailers" }, "x");
result.trailers = { body: post.body.toString(), trailers: post.trailers };
const expecting = { ...UPLOAD, ":path": "/count", expect: "100-continue" };
const counted = await exchange(session, expecting, Buffer.alloc(1_000));
result.expect = {
  status: counted.status,
  informational: counted.informational,
  bytes: JSON.parse(counted.body).bytes,
};
result.early = (await exchange(session, { ":path": "/hints" })).informational;
const head = await exchange(session, { ":method": "HEAD", ":path": "/head" });
result.head = { status: head.status, bytes: head.body.length };
result.attack =
  (await exchange(session, { ":path": "/?id=1%27%20UNION%20SELECT%20name,pass%20FROM%20users--" })).status;
const [pinged] = await new Promise((resolve) => session.ping((error) => resolve([error === null])));
result.ping = pinged;
await close(session);
result.webSocket = await webSocket();
console.log(JSON.stringify(result));

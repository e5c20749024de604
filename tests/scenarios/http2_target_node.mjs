/**
 * A real server of HTTP/2 (Node's own, nghttp2): `node http2_target_node.mjs h2c PORT`, or
 * `… h2 PORT CERT_FILE KEY_FILE` over TLS with ALPN.
 */
import { readFileSync } from "node:fs";
import http2 from "node:http2";

const [mode, port, certFile, keyFile] = process.argv.slice(2);
const server = mode === "h2c"
  ? http2.createServer({ settings: { maxConcurrentStreams: 20 } })
  : http2.createSecureServer({
    cert: readFileSync(certFile),
    key: readFileSync(keyFile),
  });
let sessions = 0;
server.on("session", () => sessions++);
server.on("stream", (stream, headers) => {
  const [, what, count] = headers[":path"].split("/");
  stream.on("error", () => {});
  switch (what) {
    case "echo":
      stream.respond({ ":status": 200, "x-length": headers["content-length"] ?? "none" }, {
        waitForTrailers: true,
      });
      stream.on("wantTrailers", () => stream.sendTrailers({ "x-trailer": "end" }));
      return void stream.pipe(stream);
    case "bytes": {
      stream.respond({ ":status": 200 });
      const chunk = Buffer.alloc(65_536, 0x61);
      let left = Number(count);
      const more = () => {
        while (left > 0) {
          const size = Math.min(left, chunk.length);
          left -= size;
          if (!stream.write(chunk.subarray(0, size))) return void stream.once("drain", more);
        }
        stream.end();
      };
      return more();
    }
    case "leave":
      // No further streams on this connection; what runs is finished.
      stream.respond({ ":status": 200 });
      stream.end(String(sessions));
      return stream.session.close();
    default:
      stream.respond({ ":status": 200, "content-type": "application/json" });
      return stream.end(JSON.stringify({ sessions, headers }));
  }
});
server.listen(Number(port), "127.0.0.1");

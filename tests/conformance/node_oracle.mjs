// The second parser: Node's llhttp behind node:http. Answers each complete request with what it made of it.
import { createServer } from "node:http";

const server = createServer((request, response) => {
  const parts = [];
  request.on("data", (chunk) => parts.push(chunk));
  request.on("end", () => {
    const seen = {
      method: request.method,
      target: request.url,
      body: Buffer.concat(parts).toString("latin1"),
    };
    const text = Buffer.from(JSON.stringify(seen), "utf8").toString("base64");
    response.writeHead(200, { "content-length": 0, "x-seen": text });
    response.end();
  });
  request.on("error", () => {});
});
// CONNECT would hang for want of a listener; a parser that knows it is all that is asked.
server.on("connect", (_request, socket) => socket.end("HTTP/1.1 405 Method Not Allowed\r\n\r\n"));
server.on("clientError", (_error, socket) => {
  if (socket.writable) {
    socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  }
});
server.keepAliveTimeout = 1_000;
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
process.stdin.on("end", () => process.exit(0)).resume();

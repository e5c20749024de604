import assert from "node:assert/strict";
import { join } from "node:path";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import { type AddressInfo, createServer } from "node:net";
import { freePorts } from "../bench/ports.ts";
import { startDemoTarget } from "../support/demo_target.ts";
import { ask } from "../support/http_client.ts";
import { startInProcess } from "../support/in_process.ts";
import { localCa } from "../support/local_trust.ts";
import { printedBy, runProgram, startProgram } from "../support/program.ts";
import { TestAuthority } from "../support/raw_certificates.ts";
import { RawClient } from "../support/raw_client.ts";
import { until } from "../support/until.ts";

/** One address for HTTPS, SSH over TLS and mail: TLS by name and protocol, beside the hosts and on ports of streams. */

const authority = new TestAuthority();

/** A mail server's TLS of its own: greets by its name, then echoes. */
async function mailServer(name: string) {
  const { certificatePem, keyPem } = authority.issue(name, [name]);
  const server = createTlsServer({ cert: certificatePem, key: keyPem }, (socket) => {
    socket.write(`* OK ${name}\r\n`);
    socket.on("data", (chunk) => socket.write(chunk));
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** Sends back the first line that it gets, in the clear. */
async function firstLineServer() {
  const server = createServer((socket) => {
    socket.once("data", (chunk) => socket.end(chunk.toString().split("\r\n")[0]!));
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** Shakes hands and reads the greeting; or why that failed. */
function greeting(port: number, servername: string, alpn: string[] = []): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTls({
      host: "127.0.0.1",
      port,
      servername,
      ALPNProtocols: alpn,
      rejectUnauthorized: false,
    });
    const end = (text: string) => {
      socket.destroy();
      resolve(text);
    };
    socket.once(
      "data",
      (chunk) => end(`${socket.getPeerCertificate().subject.CN}: ${chunk.toString().trim()}`),
    );
    socket.once("error", (error) => end(`error ${error.message}`));
    socket.once("close", () => end("closed"));
  });
}

/** A user's key, a host's key and the server, all in one directory. */
async function sshServer(dir: string, port: number) {
  const file = (name: string) => join(dir, name);
  for (const name of ["host", "user"]) {
    await runProgram("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file(name)]);
  }
  await Deno.copyFile(file("user.pub"), file("authorized"));
  await Deno.mkdir("/run/sshd", { recursive: true });
  const options = {
    Port: port,
    ListenAddress: "127.0.0.1",
    HostKey: file("host"),
    AuthorizedKeysFile: file("authorized"),
    StrictModes: "no",
    UsePAM: "no",
    PidFile: "none",
    PermitRootLogin: "yes",
    PasswordAuthentication: "no",
  };
  const args = Object.entries(options).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  return await startProgram("/usr/sbin/sshd", ["-D", "-e", "-f", "/dev/null", ...args], port);
}

Deno.test("one address serves HTTPS, SSH over TLS and mail, each told by name or protocol", async () => {
  const dir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const [sshPort, plainSsh, shared] = freePorts(3) as [number, number, number];
  const sshd = await sshServer(dir, sshPort);
  const imap = await mailServer("imap.test");
  const smtp = await mailServer("smtp.test");
  const target = await startDemoTarget("app");
  const who = await firstLineServer();
  const aegis = await startInProcess(
    `workers: 2
hosts: [{ domains: [a.test], targets: [{ url: "${target.url}" }] }]
streams:
  - { name: imap, listen: https, server_names: [imap.test], upstream: "127.0.0.1:${imap.port}" }
  - { name: ssh-tls, listen: https, alpn: [ssh], tls: terminate, upstream: "127.0.0.1:${sshPort}" }
  - { name: who, listen: https, alpn: [who], tls: terminate, upstream: "127.0.0.1:${who.port}", proxy_protocol: { send: v1 } }
  - { name: ssh, listen: "127.0.0.1:${plainSsh}", upstream: "127.0.0.1:${sshPort}" }
  - { name: shared-imap, listen: "127.0.0.1:${shared}", server_names: ["*.test"], upstream: "127.0.0.1:${imap.port}" }
  - { name: shared-smtp, listen: "127.0.0.1:${shared}", server_names: [smtp.test], upstream: "127.0.0.1:${smtp.port}" }
  - { name: shared-rest, listen: "127.0.0.1:${shared}", upstream: "127.0.0.1:${sshPort}" }`,
  );
  try {
    const { httpsPort } = aegis;
    const ca = await localCa(aegis);
    const page = () => ask({ port: httpsPort, host: "a.test", path: "/", ca });
    assert.equal((await page()).status, 200);
    // The mail server's own certificate: its TLS passes through untouched.
    assert.equal(await greeting(httpsPort, "imap.test"), "imap.test: * OK imap.test");
    await printedBy(
      "openssl",
      [
        "s_client",
        "-connect",
        `127.0.0.1:${httpsPort}`,
        "-servername",
        "imap.test",
        "-quiet",
        "-verify_quiet",
      ],
      /\* OK imap\.test/,
    );

    // Told by its protocol; TLS ends at Aegis.
    const proxy = `openssl s_client -quiet -verify_quiet -alpn ssh -connect 127.0.0.1:${httpsPort}`;
    const ssh = (...args: string[]) =>
      runProgram("ssh", [
        "-F",
        "none",
        "-i",
        join(dir, "user"),
        "-o",
        "StrictHostKeyChecking=no",
        "-o",
        `UserKnownHostsFile=${join(dir, "known")}`,
        "-o",
        "LogLevel=ERROR",
        ...args,
      ], "hello\n");
    assert.equal(await ssh("-o", `ProxyCommand=${proxy}`, "root@a.test", "tr a-z A-Z"), "HELLO\n");
    // And on a port of its own, in which the server speaks first.
    assert.equal(await ssh("-p", String(plainSsh), "root@127.0.0.1", "tr a-z A-Z"), "HELLO\n");

    // TLS ends here, and the upstream is told of whom.
    const told = await greeting(httpsPort, "a.test", ["who"]);
    assert.match(told, new RegExp(`PROXY TCP4 127\\.0\\.0\\.1 127\\.0\\.0\\.1 \\d+ ${httpsPort}$`));

    // A shared port: the exact name before the wildcard, what is no TLS to the one that takes the rest.
    assert.equal(await greeting(shared, "smtp.test"), "smtp.test: * OK smtp.test");
    assert.equal(await greeting(shared, "other.test"), "imap.test: * OK imap.test");
    const plain = await RawClient.clear(shared);
    await plain.write("SSH-2.0-test\r\n");
    assert.match(await plain.readThrough("\r\n"), /^SSH-2\.0-OpenSSH/);
    plain.close();
    assert.equal((await page()).status, 200);

    const rows = await until("all are in the log", async () => {
      const rows = await aegis.perform("streams.connections", {});
      return rows.length === 8 ? rows : null;
    });
    assert.deepEqual(
      rows.map(({ stream_name, server_name }) => `${stream_name} ${server_name}`).sort(),
      [
        "imap imap.test",
        "imap imap.test",
        "shared-imap other.test",
        "shared-rest ",
        "shared-smtp smtp.test",
        "ssh ",
        "ssh-tls ",
        "who a.test",
      ],
    );
  } finally {
    await aegis.stop();
    await sshd.stop();
    await imap.close();
    await smtp.close();
    await who.close();
    await target.close();
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a shared port without a taker for the rest answers strangers with an alert, and broken hellos in time", async () => {
  const [listen] = freePorts(1) as [number];
  const imap = await mailServer("imap.test");
  const aegis = await startInProcess(`workers: 1
server: { handshake_timeout_ms: 300 }
streams: [{ name: imap, listen: "127.0.0.1:${listen}", server_names: [imap.test], upstream: "127.0.0.1:${imap.port}" }]`);
  try {
    assert.equal(await greeting(listen, "imap.test"), "imap.test: * OK imap.test");
    assert.match(
      await greeting(listen, "stranger.test"),
      /^error .*unrecogni[sz]ed name|UnrecognisedName|UnrecognizedName/i,
    );
    for (
      const bytes of [
        "GET / HTTP/1.1\r\n\r\n",
        "\x16\x03\x01\x40\x01",
        "\x16\x03\x01\x00\x04\x01\x00\x00",
        "",
      ]
    ) {
      const client = await RawClient.clear(listen);
      await client.write(bytes);
      await client.readToEnd().catch(() => "reset");
      client.close();
    }
  } finally {
    await aegis.stop();
    await imap.close();
  }
});

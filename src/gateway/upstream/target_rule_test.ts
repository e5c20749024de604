import assert from "node:assert/strict";
import { addressRefusal, parseTarget } from "./target_rule.ts";

Deno.test("targets are scheme, host and port", () => {
  assert.deepEqual(parseTarget("http://App.test"), {
    tls: false,
    host: "app.test",
    port: 80,
    isSocket: false,
    isAddress: false,
  });
  assert.deepEqual(parseTarget("https://10.0.0.1:8443"), {
    tls: true,
    host: "10.0.0.1",
    port: 8443,
    isSocket: false,
    isAddress: true,
  });
  assert.deepEqual(parseTarget("http://[::1]:3000/"), {
    tls: false,
    host: "::1",
    port: 3000,
    isSocket: false,
    isAddress: true,
  });
});

Deno.test("numbers that are addresses in disguise are read as the address", () => {
  for (
    const url of [
      "http://2852039166",
      "http://0xa9fea9fe",
      "http://0251.0376.0251.0376",
      "http://169.254.43518",
    ]
  ) {
    const endpoint = parseTarget(url);
    assert.ok(typeof endpoint !== "string" && endpoint.isAddress);
    assert.match(addressRefusal(endpoint.host, true)!, /169\.254\.169\.254 is refused: link-local/);
  }
});

Deno.test("other schemes, credentials, paths and port 0 are refused with the reason", () => {
  const cases: [string, RegExp][] = [
    ["app.test:80", /http, https or unix/],
    ["not a url", /not a URL/],
    ["file:///etc/passwd", /scheme file/],
    ["http://user:pass@app.test", /password/],
    ["http://user@app.test", /user name/],
    ["http://app.test/path", /no path/],
    ["http://app.test/?q", /no path/],
    ["http://app.test:0", /port 0/],
  ];
  for (const [url, reason] of cases) {
    const endpoint = parseTarget(url);
    assert.ok(typeof endpoint === "string", url);
    assert.match(endpoint, reason);
  }
});

Deno.test("link-local, metadata and addresses that are no host's are refused always", () => {
  for (
    const address of [
      "169.254.169.254",
      "169.254.0.1",
      "fe80::1",
      "febf::1",
      "fd00:ec2::254",
      "::ffff:169.254.169.254",
      "::ffff:a9fe:a9fe",
      "64:ff9b::169.254.169.254",
      "2002:a9fe:a9fe::1",
      "64:ff9b:1::169.254.169.254",
      "2001:0:a9fe:a9fe::1",
      "2001:0:5db8:d822::5601:5601",
      "fe80::200:5efe:169.254.169.254",
      "2001:db8::5efe:169.254.169.254",
      "fd20:ce::254",
      "100.100.100.200",
      "192.0.0.192",
      "168.63.129.16",
      "224.0.0.1",
      "255.255.255.255",
      "ff02::1",
      "::7f00:1",
      "nonsense",
    ]
  ) {
    assert.notEqual(addressRefusal(address, true), null, address);
  }
});

Deno.test("private and loopback addresses follow the switch", () => {
  for (
    const address of [
      "127.0.0.1",
      "0.0.0.0",
      "10.1.2.3",
      "172.16.0.1",
      "172.31.255.255",
      "192.168.1.1",
      "100.100.100.201",
      "198.18.0.1",
      "fec0::1",
      "::1",
      "::",
      "fc00::1",
      "fd12::1",
      "::ffff:10.0.0.1",
      "64:ff9b::7f00:1",
    ]
  ) {
    assert.equal(addressRefusal(address, true), null, address);
    assert.notEqual(addressRefusal(address, false), null, address);
  }
  for (const address of ["93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1", "2002:5db8:d822::1"]) {
    assert.equal(addressRefusal(address, false), null, address);
  }
});

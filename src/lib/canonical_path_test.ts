import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalPath } from "./canonical_path.ts";

function pathOf(raw: string): string {
  return canonicalPath(raw).path;
}

Deno.test("a plain path is its own canonical form", () => {
  assert.deepEqual(canonicalPath("/a/B.html"), {
    path: "/a/B.html",
    escapes: false,
    hasEncodedSeparator: false,
    isCanonical: true,
  });
  assert.equal(canonicalPath("*").path, "*");
});

Deno.test("unreserved characters are decoded once, others keep their escape", () => {
  assert.equal(pathOf("/%61dmin/%7euser"), "/admin/~user");
  assert.equal(pathOf("/a%20b/%c3%a9"), "/a%20b/%C3%A9");
  assert.equal(pathOf("/%2561dmin"), "/%2561dmin");
  assert.equal(pathOf("/a%3Fb"), "/a%3Fb");
  assert.equal(pathOf("/100%/%zz"), "/100%/%zz");
  assert.equal(pathOf("/caf\xe9"), "/caf%E9");
});

Deno.test("dot segments and repeated slashes are resolved", () => {
  assert.equal(pathOf("//admin"), "/admin");
  assert.equal(pathOf("/a/./b//c/../d"), "/a/b/d");
  assert.equal(pathOf("/a/b/.."), "/a/");
  assert.equal(pathOf("/a/."), "/a/");
  assert.equal(pathOf("/a/%2e%2e/b"), "/b");
  assert.equal(pathOf("/a//"), "/a/");
  assert.equal(pathOf("/.well-known/x"), "/.well-known/x");
  assert.equal(canonicalPath("/.well-known/x").isCanonical, true);
});

Deno.test("a climb above the root is seen at every level of decoding", () => {
  const climbing = [
    "/..",
    "/../etc/passwd",
    "/a/../../b",
    "/%2e%2e/x",
    "/.%2e/x",
    "/%252e%252e/x",
    "/%25252e%25252e/x",
    "/a/..%2f..%2fb",
    "/..%5cwindows",
    "/..\\windows",
    "/a/..%252f..%252fb",
    "/..;/manager",
    "/%c0%ae%c0%ae/x",
    "/a/..%c0%af..%c0%afetc",
    "/%EF%BC%8E%EF%BC%8E/x",
    "/..%20/x",
    "/.%00./x",
  ];
  for (const raw of climbing) assert.equal(canonicalPath(raw).escapes, true, raw);
  for (
    const raw of [
      "/a/../b",
      "/a/..b",
      "/.../x",
      "/a/b/../../c",
      "/a%2f..%2fb",
      "/%2e/x",
      "/%20/..",
      "/a%20b/..",
    ]
  ) {
    assert.equal(canonicalPath(raw).escapes, false, raw);
  }
});

Deno.test("separators that servers read differently are reported", () => {
  for (const raw of ["/a%2Fb", "/a%5cb", "/a\\b", "/a;x=1/b"]) {
    assert.equal(canonicalPath(raw).hasEncodedSeparator, true, raw);
  }
  assert.equal(canonicalPath("/a%20b").hasEncodedSeparator, false);
});

Deno.test("the canonical form is stable", () => {
  for (const raw of ["/%61/%2e%2e/b%2fc//d/", "/%2561", "/a b", "/x/%", "/%e4%b8%ad/./", "relative", ""]) {
    const once = pathOf(raw);
    assert.equal(pathOf(once), once, raw);
    assert.equal(canonicalPath(once).isCanonical, true, raw);
  }
});

Deno.test("[SECURITY] what does not climb as it was sent does not climb in its canonical form", () => {
  assert.equal(canonicalPath("/;%2fa\\.%2e").escapes, true, "/;%2Fa\\.. climbs for who drops parameters");
  const pieces = fc.constantFrom(
    "a",
    "/",
    "\\",
    ".",
    "%2e",
    "%2E",
    "%2f",
    "%5c",
    ";",
    "%",
    "25",
    "2e",
    "%3b",
    " ",
    "%00",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 14 }), (parts) => {
      const before = canonicalPath(`/${parts.join("")}`);
      if (before.escapes) return;
      const { path, escapes } = canonicalPath(before.path);
      assert.deepEqual([path, escapes], [before.path, false]);
    }),
    { numRuns: 3_000 },
  );
});

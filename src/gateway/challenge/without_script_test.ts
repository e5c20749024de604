import assert from "node:assert/strict";
import {
  ask,
  cookieOf,
  gatewayWith,
  proofOf,
  submit,
  ticketOf,
} from "../../../tests/support/challenge_visit.ts";
import { ownPath } from "./without_script.ts";

Deno.test("without scripts: not before the time, once, back to its own site, and no loop without cookies", () => {
  const gateway = gatewayWith({ mode: "always", no_script: true });
  const body = ask(gateway, { rawPath: "/shop", rawQuery: "a=1&b=%2F" })!.body;
  const url = /http-equiv="refresh" content="10; url=([^"]+)"/.exec(body)![1]!.replaceAll("&amp;", "&");
  const [rawPath, rawQuery] = url.split("?") as [string, string];
  const early = ask(gateway, { rawPath, rawQuery })!;
  assert.equal(early.status, 503);
  assert.match(early.body, /content="10; url=/);
  gateway.clock.advance(10_000);
  const done = ask(gateway, { rawPath, rawQuery })!;
  assert.equal(done.status, 303);
  const cookie = cookieOf(done);
  const [checkPath, checkQuery] = done.headers.get("location")!.split("?") as [string, string];
  const back = ask(gateway, { rawPath: checkPath, rawQuery: checkQuery, cookie })!;
  assert.equal(back.headers.get("location"), "/shop?a=1&b=%2F");
  assert.equal(ask(gateway, { cookie, rawPath: "/shop" }), null);
  const lost = ask(gateway, { rawPath: checkPath, rawQuery: checkQuery })!;
  assert.equal(lost.status, 403);
  assert.doesNotMatch(lost.body, /refresh/);
  assert.equal(ask(gateway, { rawPath, rawQuery })!.headers.get("set-cookie"), undefined, "spent");
  // A ticket for waiting is no ticket for proving, and the other way round.
  const ticket = new URLSearchParams(rawQuery).get("token")!;
  assert.equal(submit(gateway, proofOf(ticket, 4)).status, 403);
  const proving = ticketOf(ask(gateway)).ticket;
  gateway.clock.advance(20_000);
  assert.equal(ask(gateway, { rawPath, rawQuery: `token=${proving}&to=%2F` })!.status, 503);
});

Deno.test("where waiting is not allowed nobody gets in by it", () => {
  const gateway = gatewayWith({ mode: "always" });
  assert.doesNotMatch(ask(gateway)!.body, /http-equiv="refresh"/);
  const answer = ask(gateway, { rawPath: "/_aegis/challenge/wait", rawQuery: "token=x&to=%2Fshop" })!;
  assert.equal(answer.headers.get("set-cookie"), undefined);
});

Deno.test("a visitor is sent back to a path of this site and nowhere else", () => {
  for (const good of ["/", "/a/b?c=d", "/a?to=https://x.test", "/%0d%0a"]) assert.equal(ownPath(good), good);
  const hostile = [
    "//evil.test",
    "/\\evil.test",
    "\\/evil.test",
    "https://evil.test",
    "javascript:alert(1)",
    "/x\r\nset-cookie: a=b",
    "/\t/evil.test",
    "",
    "evil",
    "/a\\b",
    "/_aegis/challenge/check?to=/",
    `/${"a".repeat(5_000)}`,
    "/\u2028",
  ];
  for (const each of hostile) assert.equal(ownPath(each), "/", each);
  assert.equal(ownPath(null), "/");
});

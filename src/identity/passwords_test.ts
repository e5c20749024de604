import { equal, match, notEqual, rejects } from "node:assert/strict";
import { AegisError } from "../core/errors.ts";
import { needsRehash, PasswordHasher } from "./passwords.ts";

const hasher = new PasswordHasher();

Deno.test("a hash is a PHC string of Argon2id with its own salt", async () => {
  const [one, other] = [await hasher.hash("a rather long one"), await hasher.hash("a rather long one")];
  match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  notEqual(one, other);
  equal(needsRehash(one), false);
});

Deno.test("only the password that made a hash verifies against it", async () => {
  const hash = await hasher.hash("tr8mbone-velvet-quarry");
  equal(await hasher.verify("tr8mbone-velvet-quarry", hash), true);
  equal(await hasher.verify("tr8mbone-velvet-quarrY", hash), false);
});

Deno.test("hashes of other Argon2id programs verify, and ask to be made anew", async () => {
  // Argon2 reference implementation, src/test.c: version 0x13, t=2, m=16, p=1, "password", "somesalt".
  const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  equal(await hasher.verify("password", reference), true);
  equal(needsRehash(reference), true);
});

Deno.test("the same text in another Unicode composition is the same password", async () => {
  const hash = await hasher.hash("caf\u00e9 au lait matin");
  equal(await hasher.verify("cafe\u0301 au lait matin", hash), true);
});

Deno.test("an unknown user and a damaged hash are simply wrong", async () => {
  equal(await hasher.verify("anything at all", null), false);
  equal(
    await hasher.verify(
      "anything at all",
      "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c",
    ),
    false,
  );
});

Deno.test("more sign-ins at once than can be served are refused, and the next ones go on", async () => {
  const busy = new PasswordHasher();
  const waiting = Array.from(
    { length: 16 },
    () => busy.verify("x", "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5Q"),
  );
  await rejects(busy.verify("x", null), (thrown: AegisError) => thrown.code === "rate_limited");
  await Promise.all(waiting);
  equal(await busy.verify("x", "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5Q"), false);
});

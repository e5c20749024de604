import { deepEqual, equal, ok } from "node:assert/strict";
import { COMMON_PARTS } from "./common_passwords.ts";
import { checkNewPassword } from "./password_policy.ts";

const refused = (password: string, own: string[] = []) => checkNewPassword(password, own) !== null;

Deno.test("a password below twelve or above 256 characters is refused with its length", () => {
  equal(checkNewPassword("short-one", [])?.message, "has 9 characters");
  equal(checkNewPassword("x7".repeat(200), [])?.message, "has 400 characters");
  equal(checkNewPassword("é😀ñ-längé-hi9", [])?.message, undefined);
});

Deno.test("what an attacker tries first is refused, however it is spelt", () => {
  const guesses = [
    "password1234",
    "P@ssw0rd2024!",
    "123456789012",
    "qwertyuiop123",
    "qwertzuiop2025",
    "aaaaaaaaaaaaaaa",
    "abcabcabcabcabc",
    "abcdefghijklmnop",
    "passwordpassword",
    "letmeinletmein!",
    "iloveyou123456",
    "Administrator1!",
    "Welcome2026!!",
    "1q2w3e4r5t6y",
    "correcthorsebatterystaple",
  ];
  deepEqual(guesses.filter((guess) => !refused(guess)), []);
});

Deno.test("the user's own name and address count for nothing", () => {
  ok(refused("ada.lovelace1234", ["ada.lovelace", "ada@example.org"]));
  ok(refused("lovelace-example", ["Ada", "ada.lovelace@example.org"]));
  ok(!refused("ada.lovelace1234", []));
});

Deno.test("what nobody guesses passes", () => {
  const good = [
    "tr8mbone-velvet-quarry",
    "my dog sparky likes bones",
    "gV7#kq2Lm9!xZ",
    "zwölf rote Fahrräder im Regen",
  ];
  deepEqual(good.filter((password) => refused(password)), []);
});

Deno.test("the list holds some hundred parts, lower case and without repetition", () => {
  ok(COMMON_PARTS.length > 500);
  equal(new Set(COMMON_PARTS).size, COMMON_PARTS.length);
  deepEqual(COMMON_PARTS.filter((part) => part !== part.toLowerCase()), []);
});

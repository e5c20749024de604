import { deepEqual, equal } from "node:assert/strict";
import { isSecretName, maskQuery } from "./mask.ts";

Deno.test("values of secret-looking names are masked and nothing else changes", () => {
  equal(maskQuery("a=1&password=hunter2&b=%20x&&c"), "a=1&password=***&b=%20x&&c");
  equal(maskQuery("token=a=b&q=token"), "token=***&q=token");
  equal(
    maskQuery("access_token=1&accessToken=2&X-Api-Key=3&user%5Bpassword%5D=4"),
    "access_token=***&accessToken=***&X-Api-Key=***&user%5Bpassword%5D=***",
  );
  equal(maskQuery("plain"), "plain");
  equal(maskQuery("password="), "password=");
});

Deno.test("a name that hides behind per cent signs is still a secret name", () => {
  equal(maskQuery("p%61ssword=1&p%2561ssword=2"), "p%61ssword=***&p%2561ssword=***");
});

Deno.test("words that only contain a secret word are not secret names", () => {
  const plain = [
    "author",
    "compass",
    "passage",
    "design",
    "tokenizer_model",
    "keyboard",
    "page",
    "q",
    "assignee",
  ];
  deepEqual(plain.filter(isSecretName), []);
  const secret = [
    "pwd",
    "newPassword",
    "api_key",
    "apikey",
    "PHPSESSID",
    "sid",
    "user.token",
    "otp",
    "client_secret",
  ];
  deepEqual(secret.filter((name) => !isSecretName(name)), []);
});

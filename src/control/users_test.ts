import assert from "node:assert/strict";
import { type MadeControl, makeControl, person, refusalOf } from "../../tests/support/make_control.ts";
import { type Actor, nobody } from "./operation.ts";

const PASSWORD = "wandering lilac turbine";
const OTHER = "seventeen quiet harbours";

async function withUsers(run: (made: MadeControl, owner: Actor) => Promise<void>): Promise<void> {
  const made = await makeControl();
  try {
    const { user } = await made.do("setup.user", { name: "owner", password: PASSWORD });
    await run(made, person("owner", user.id));
  } finally {
    await made.close();
  }
}

Deno.test("the last owner can neither be demoted, disabled nor deleted; a second one frees the first", async () => {
  await withUsers(async (made, owner) => {
    for (
      const attempt of [
        () => made.do("users.set_role", { id: owner.id, role: "admin" }),
        () => made.do("users.set_enabled", { id: owner.id, enabled: false }),
        () => made.do("users.delete", { id: owner.id }),
      ]
    ) assert.equal((await refusalOf(attempt())).code, "conflict");
    await made.do("users.create", { name: "second", password: PASSWORD, role: "owner" });
    assert.equal((await made.do("users.set_role", { id: owner.id, role: "admin" })).role, "admin");
  });
});

Deno.test("an admin manages everybody but owners", async () => {
  await withUsers(async (made, owner) => {
    const admin = person("admin");
    const made2 = await made.do("users.create", { name: "vera", password: PASSWORD, role: "viewer" }, admin);
    await made.do("users.set_role", { id: made2.id, role: "admin" }, admin);
    for (
      const attempt of [
        () => made.do("users.create", { name: "x", password: PASSWORD, role: "owner" }, admin),
        () => made.do("users.set_role", { id: made2.id, role: "owner" }, admin),
        () => made.do("users.set_password", { id: owner.id, password: OTHER }, admin),
        () => made.do("users.set_enabled", { id: owner.id, enabled: false }, admin),
        () => made.do("users.delete", { id: owner.id }, admin),
      ]
    ) assert.equal((await refusalOf(attempt())).code, "forbidden");
  });
});

Deno.test("one's own password needs the current one, ends the sessions, and another's needs a role", async () => {
  await withUsers(async (made) => {
    const vera = await made.do("users.create", { name: "vera", password: PASSWORD, role: "viewer" });
    const self = { ...person("viewer", vera.id), name: "vera" };
    const { token } = await made.do("auth.login", { name: "vera", password: PASSWORD }, nobody("192.0.2.1"));
    const wrong = await refusalOf(made.do("users.set_password", { id: vera.id, password: OTHER }, self));
    assert.equal(wrong.fields[0]?.field, "current_password");
    await made.do("users.set_password", { id: vera.id, password: OTHER, current_password: PASSWORD }, self);
    assert.equal(await made.do("auth.resolve", { token }), null);
    await made.do("auth.login", { name: "vera", password: OTHER }, nobody("192.0.2.1"));
    const mira = await made.do("users.create", { name: "mira", password: PASSWORD, role: "operator" });
    const other = await refusalOf(made.do("users.set_password", { id: mira.id, password: OTHER }, self));
    assert.equal(other.code, "forbidden");
  });
});

Deno.test("weak passwords are refused with what to do", async () => {
  await withUsers(async (made) => {
    for (const password of ["short", "passwordpassword", "mira-mira-mira"]) {
      const failed = await refusalOf(made.do("users.create", { name: "mira", password, role: "viewer" }));
      assert.equal(failed.code, "invalid_input", password);
      assert.equal(failed.fields[0]?.field, "password", password);
    }
  });
});

Deno.test("unknown names, wrong passwords and disabled users get one and the same answer", async () => {
  await withUsers(async (made) => {
    const vera = await made.do("users.create", { name: "vera", password: PASSWORD, role: "viewer" });
    await made.do("users.set_enabled", { id: vera.id, enabled: false });
    const answers = new Set<string>();
    for (
      const [name, password] of [["nobody", PASSWORD], ["owner", OTHER], ["owner", ""], [
        "vera",
        PASSWORD,
      ]] as const
    ) {
      const failed = await refusalOf(made.do("auth.login", { name, password }, nobody("192.0.2.1")));
      answers.add(JSON.stringify([failed.code, failed.message, failed.fields]));
    }
    assert.equal(answers.size, 1);
  });
});

Deno.test("guessing is slowed by name and by address", async () => {
  await withUsers(async (made) => {
    const codes: string[] = [];
    for (let i = 0; i < 7; i++) {
      codes.push(
        (await refusalOf(made.do("auth.login", { name: "owner", password: OTHER }, nobody("192.0.2.1"))))
          .code,
      );
    }
    assert.deepEqual(codes.slice(0, 4), Array(4).fill("not_signed_in"));
    assert.equal(codes.at(-1), "rate_limited");
    // A minute later the right password works again: nobody is kept out for long by strangers.
    made.clock.advance(61_000);
    await made.do("auth.login", { name: "owner", password: PASSWORD }, nobody("192.0.2.2"));
  });
});

Deno.test("sessions expire when idle and at their end, can be listed and revoked, and others' are not there", async () => {
  await withUsers(async (made, owner) => {
    const vera = await made.do("users.create", { name: "vera", password: PASSWORD, role: "viewer" });
    const ofOwner = await made.do("auth.login", { name: "owner", password: PASSWORD }, nobody("192.0.2.1"));
    const ofVera = await made.do("auth.login", { name: "vera", password: PASSWORD }, nobody("192.0.2.2"));
    const self = person("viewer", vera.id);
    assert.deepEqual((await made.do("sessions.list", {}, self)).map((each) => each.user_name), ["vera"]);
    const all = await made.do("sessions.list", {}, owner);
    assert.equal(all.length, 2);
    const foreign = all.find((each) => each.user_name === "owner")!;
    assert.equal((await refusalOf(made.do("sessions.revoke", { id: foreign.id }, self))).code, "not_found");
    await made.do("sessions.revoke", { id: all.find((each) => each.user_name === "vera")!.id }, owner);
    assert.equal(await made.do("auth.resolve", { token: ofVera.token }), null);
    assert.equal((await made.do("auth.resolve", { token: ofOwner.token }))?.user.name, "owner");
    made.clock.advance(13 * 3_600_000);
    assert.equal(await made.do("auth.resolve", { token: ofOwner.token }), null);
  });
});

Deno.test("the setup token is always needed, ten wrong ones make a new one, and it is spent by the first user", async () => {
  const made = await makeControl();
  try {
    const file = `${made.config.data_dir}/setup-token`;
    const first = await made.do("setup.link", {});
    assert.equal(Deno.statSync(file).mode! & 0o777, 0o600);
    assert.equal(Deno.readTextFileSync(file).trim(), first.token);
    assert.match(first.url, /^https:\/\/localhost:9443\/setup\?token=/);
    const who = { name: "mira", password: PASSWORD };
    for (let i = 0; i < 10; i++) {
      await refusalOf(made.do("setup.complete", { ...who, token: `guess ${i}` }, nobody("127.0.0.1")));
    }
    const second = await made.do("setup.link", {});
    assert.notEqual(second.token, first.token);
    await refusalOf(made.do("setup.complete", { ...who, token: first.token }, nobody("127.0.0.1")));
    await made.do("setup.complete", { ...who, token: second.token }, nobody("127.0.0.1"));
    assert.throws(() => Deno.statSync(file), Deno.errors.NotFound);
    assert.deepEqual(await made.do("setup.status", {}), { needed: false });
    assert.equal((await made.do("setup.link", {})).token, "");
    assert.equal(
      (await refusalOf(made.do("setup.user", { name: "x", password: PASSWORD }))).code,
      "conflict",
    );
  } finally {
    await made.close();
  }
});

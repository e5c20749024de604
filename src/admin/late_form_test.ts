import assert from "node:assert/strict";
import { EMPTY_FORM } from "../../views/model.ts";
import { lateForm } from "./late_form.ts";

Deno.test("a form that came too late says at each field what is in force now", () => {
  const { errors, message } = lateForm(
    { ...EMPTY_FORM, message: "shop.test was changed meanwhile by Mira" },
    {
      timeouts: { connect_ms: 3000, idle_ms: 5000 },
      domains: ["a.test"],
      targets: [{ url: "http://a:1", weight: 2 }, { url: "http://b:1" }],
      websocket: false,
      left_alone: undefined,
      notes: "new",
    },
    {
      timeouts: { connect_ms: 4000, idle_ms: 5000, body_ms: 1 },
      domains: ["a.test", "b.test"],
      targets: [{ url: "http://a:1", weight: 1, id: "t1" }],
      websocket: true,
      left_alone: 7,
      notes: "",
    },
  );
  assert.deepEqual(errors.map(({ field, message }) => [field, message]), [
    ["timeouts.connect_ms", "in force now: 4000"],
    ["domains", "in force now: a.test, b.test"],
    ["targets.0.weight", "in force now: 1"],
    ["targets.1", "in force now: nothing"],
    ["websocket", "in force now: on"],
    ["notes", "in force now: nothing"],
  ]);
  assert.match(message ?? "", /changed meanwhile by Mira\. Below what differs/);
});

Deno.test("who saves what is in force already is told so", () => {
  const { errors, message } = lateForm(EMPTY_FORM, { notes: "x", domains: [] }, { notes: "x", domains: [] });
  assert.deepEqual(errors, []);
  assert.equal(message, "It was changed meanwhile. It is what stands here.");
});

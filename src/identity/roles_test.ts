import { deepEqual, equal } from "node:assert/strict";
import { ROLES } from "../core/role.ts";
import { mayManageRole, roleAllows } from "./roles.ts";

Deno.test("each role may do what the ones below it may", () => {
  const allowed = ROLES.map((role) => ROLES.filter((needed) => roleAllows(role, needed)).length);
  deepEqual(allowed, [1, 2, 3, 4]);
});

Deno.test("only admins and owners manage people, and nobody above themselves", () => {
  equal(mayManageRole("operator", "viewer"), false);
  equal(mayManageRole("admin", "admin"), true);
  equal(mayManageRole("admin", "owner"), false);
  equal(mayManageRole("owner", "owner"), true);
});

import { z } from "zod";
import { id, nothing, role, timestamp } from "./common.ts";
import { contract } from "../operation_contract.ts";

export const userName = z.string().min(1).max(64)
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._@+-]*$/u,
    "letters, digits, space and . _ @ + - only, starting with a letter or digit",
  );

/** Length only; the list of common ones is asked when it is set. At most 1,024, because hashing costs by length. */
export const newPassword = z.string().min(12, "at least 12 characters").max(1_024);

export const userView = z.strictObject({
  id,
  name: z.string(),
  email: z.string().nullable(),
  role,
  enabled: z.boolean(),
  created_at: timestamp,
  last_seen_at: timestamp.nullable(),
});

export const usersContract = {
  "users.list": contract({
    summary: "Everybody who can sign in",
    role: "admin",
    changes: false,
    input: nothing,
    output: z.array(userView),
  }),
  "users.create": contract({
    summary: "Make a user",
    role: "admin",
    changes: true,
    input: z.strictObject({
      name: userName,
      password: newPassword,
      role,
      email: z.email().max(254).optional(),
    }),
    output: userView,
  }),
  "users.set_password": contract({
    summary: "Set a password: one's own (with the current one), or another's; ends all sessions of that user",
    role: "viewer",
    changes: true,
    input: z.strictObject({
      id,
      password: newPassword,
      /** Needed where a person changes their own. */
      current_password: z.string().max(1_024).optional(),
    }),
    output: nothing,
  }),
  "users.set_role": contract({
    summary: "Change what a user may do",
    role: "admin",
    changes: true,
    input: z.strictObject({ id, role }),
    output: userView,
  }),
  "users.set_enabled": contract({
    summary: "Allow or forbid a user to sign in; forbidding ends all sessions",
    role: "admin",
    changes: true,
    input: z.strictObject({ id, enabled: z.boolean() }),
    output: userView,
  }),
  "users.delete": contract({
    summary: "Delete a user",
    role: "admin",
    changes: true,
    input: z.strictObject({ id }),
    output: nothing,
  }),
};

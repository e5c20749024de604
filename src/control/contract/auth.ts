import { z } from "zod";
import { id, nothing, timestamp } from "./common.ts";
import { contract } from "../operation_contract.ts";
import { userView } from "./users.ts";

export const sessionView = z.strictObject({
  id,
  user_id: id,
  user_name: z.string(),
  address: z.string(),
  user_agent: z.string(),
  created_at: timestamp,
  last_seen_at: timestamp,
  expires_at: timestamp,
});

const sessionToken = z.string().min(1).max(200);

export const authContract = {
  "auth.login": contract({
    summary: "Sign in with name and password",
    role: "anyone",
    changes: true,
    input: z.strictObject({
      name: z.string().max(64),
      password: z.string().max(1_024),
      user_agent: z.string().max(512).optional(),
    }),
    output: z.strictObject({
      token: z.string(),
      csrf: z.string(),
      user: userView,
      expires_at: timestamp,
    }),
  }),
  "auth.resolve": contract({
    summary: "Whose session a token is; slides its idle expiry",
    role: "anyone",
    changes: false,
    input: z.strictObject({ token: sessionToken }),
    output: z.strictObject({ user: userView, csrf: z.string(), session_id: id }).nullable(),
  }),
  "auth.logout": contract({
    summary: "End the session of a token",
    role: "anyone",
    changes: true,
    input: z.strictObject({ token: sessionToken }),
    output: nothing,
  }),
  "sessions.list": contract({
    summary: "Open sessions: one's own; for admins everybody's",
    role: "viewer",
    changes: false,
    input: nothing,
    output: z.array(sessionView),
  }),
  "sessions.revoke": contract({
    summary: "End a session",
    role: "viewer",
    changes: true,
    input: z.strictObject({ id }),
    output: nothing,
  }),
};

/** What a person may do in the admin: each role holds all that the ones before it hold (spec 04, People and roles). */
export const ROLES = Object.freeze(["viewer", "operator", "admin", "owner"] as const);

export type Role = (typeof ROLES)[number];

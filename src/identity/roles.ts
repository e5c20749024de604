import { type Role, ROLES } from "../core/role.ts";

/** True where a person of `role` may do what needs `needed`. */
export function roleAllows(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** True where `actor` may give, take or change `target`'s role: nobody hands out more than they have. */
export function mayManageRole(actor: Role, target: Role): boolean {
  return roleAllows(actor, "admin") && roleAllows(actor, target);
}

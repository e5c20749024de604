import { STATIC_FIELDS } from "./tables.gen.ts";

/** Names and values by index on the wire, 1 to 61 (RFC 7541, Appendix A); index 0 is empty. */
export const STATIC_NAMES: readonly string[] = ["", ...STATIC_FIELDS.map(([name]) => name)];
export const STATIC_VALUES: readonly string[] = ["", ...STATIC_FIELDS.map(([, value]) => value)];

export const STATIC_ENTRIES = STATIC_FIELDS.length;

/** What an entry costs beyond its name and value (RFC 7541, 4.1). */
export const ENTRY_OVERHEAD_BYTES = 32;
/** Size that both sides of a connection begin with (RFC 9113, 6.5.2). */
export const INITIAL_TABLE_BYTES = 4_096;

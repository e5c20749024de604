/** Kinds of SQL words, one letter each; see sqli_tokens.ts for the letters. */
function table(kinds: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const [kind, list] of Object.entries(kinds)) for (const word of list.split(" ")) words.set(word, kind);
  return words;
}

export const SQL_WORDS = table({
  U: "union except intersect minus",
  E: "select insert update delete drop create alter truncate exec execute declare shutdown waitfor merge call grant " +
    "revoke load replace handler rename copy attach pragma begin dbms_pipe",
  L: "and or xor",
  o: "like rlike regexp between in is ilike glob similar sounds",
  B: "from where having group order limit offset into procedure returning",
  K: "table database schema view index trigger function user role delay time column outfile dumpfile extension " +
    "sequence synonym login infile low_priority",
  n: "null true false current_user session_user system_user current_timestamp sysdate",
  "+": "div mod collate binary",
  j: "by all distinct as set values on not exists any some case when then else end join inner outer left right " +
    "natural using asc desc escape with rollup top",
});

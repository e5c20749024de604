import type { AlarmLevel } from "../../gateway/shared_alarm.ts";

const TEXTS: Readonly<Record<AlarmLevel, string>> = Object.freeze({
  none: "as usual",
  statistics: "far more requests than usual",
  load: "too many requests in flight",
  operator: "switched to under attack",
});

const ORDER: readonly AlarmLevel[] = ["none", "statistics", "operator", "load"];

export function stronger(a: AlarmLevel, b: AlarmLevel): AlarmLevel {
  return ORDER.indexOf(a) < ORDER.indexOf(b) ? b : a;
}

/** `level` with the operator's switch as it stands now. */
export function levelNow(level: AlarmLevel, isSwitched: boolean): AlarmLevel {
  if (isSwitched) return stronger(level, "operator");
  return level === "operator" ? "none" : level;
}

/** How the process stands, for people. `attacked`: hosts that are under attack by themselves. */
export function processText(level: AlarmLevel, attacked: number): string {
  if (attacked === 0) return TEXTS[level];
  return `${TEXTS[level]}; ${attacked === 1 ? "one host is" : `${attacked} hosts are`} under attack`;
}

/** How a host stands by itself (`own`), and why its clients are asked all the same where the others' are (`level`). */
export function hostText(own: AlarmLevel, level: AlarmLevel): string {
  if (own !== "none" || level === "none") return TEXTS[own];
  return "asked like every host; nothing unusual here";
}

import { parseAddress } from "../../lib/ip.ts";

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Each says whether a text is of its format; unknown formats say nothing (JSON Schema 2020-12, 7). */
export const TEXT_FORMATS: Readonly<Record<string, (text: string) => boolean>> = Object.freeze({
  date: isDate,
  "date-time": isDateTime,
  time: isTime,
  email: (text) =>
    text.length <= 320 && /^[^\s@"(),:;<>[\\\]]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text),
  uuid: (text) => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text),
  ipv4: (text) => /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) && parseAddress(text) !== null,
  ipv6: (text) => text.includes(":") && !/[%/[\]]/.test(text) && parseAddress(text) !== null,
  hostname: isHostname,
  uri: (text) => /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]*$/i.test(text),
  url: (text) => /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]*$/i.test(text),
  "uri-reference": (text) => /^[^\s<>"{}|\\^`]*$/.test(text),
  byte: (text) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text),
});

const TWO_31 = 2 ** 31;
const TWO_63 = 2 ** 63;

/** The same for numbers. */
export const NUMBER_FORMATS: Readonly<Record<string, (value: number) => boolean>> = Object.freeze({
  int32: (value) => Number.isInteger(value) && value >= -TWO_31 && value < TWO_31,
  int64: (value) => Number.isInteger(value) && value >= -TWO_63 && value < TWO_63,
});

/** RFC 3339, 5.6: `full-date`. */
function isDate(text: string): boolean {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (found === null) return false;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month >= 1 && month <= 12 && day >= 1 &&
    day <= (month === 2 && isLeap ? 29 : DAYS[month - 1]!);
}

/** RFC 3339, 5.6: `full-time`; a second 60 is one that was put in. */
function isTime(text: string): boolean {
  const found = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:z|[+-](\d\d):(\d\d))$/i.exec(text);
  if (found === null) return false;
  const [hour, minute, second] = [Number(found[1]), Number(found[2]), Number(found[3])];
  return hour < 24 && minute < 60 && second <= 60 && Number(found[4] ?? 0) < 24 &&
    Number(found[5] ?? 0) < 60;
}

function isDateTime(text: string): boolean {
  const split = text.search(/[t ]/i);
  return split === 10 && isDate(text.slice(0, 10)) && isTime(text.slice(11));
}

function isHostname(text: string): boolean {
  return text.length > 0 && text.length <= 253 &&
    text.split(".").every((label) => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label));
}

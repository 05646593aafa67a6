const PARTS = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?([Zz]|([+-])(\d\d):(\d\d))$/;
const ZERO = "0001-01-01T00:00:00Z";

/** Go's `Time.String` of RFC 3339 text: `2024-01-02 03:04:05.123 +0000 UTC`. */
export function formatGoTime(text: string): string {
  const match = PARTS.exec(text === "" ? ZERO : text);
  if (match === null) return text;
  const [, year, month, day, hour, minute, second, fraction = "", zone = "Z", sign, hours, minutes] = match;
  const digits = fraction.replace(/0+$/, "");
  const offset = zone.toUpperCase() === "Z" ? "+0000 UTC" : zoneText(`${sign}${hours}${minutes}`);
  const clock = `${hour}:${minute}:${second}${digits === "" ? "" : `.${digits}`}`;
  return `${year}-${month}-${day} ${clock} ${offset}`;
}

/** What Go's encoder writes for a time: the text itself, or the zero time for none. */
export function formatGoTimeJson(text: string): string {
  return text === "" ? ZERO : text;
}

function zoneText(offset: string): string {
  return offset === "+0000" ? "+0000 UTC" : `${offset} ${offset}`;
}

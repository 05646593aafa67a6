/** A moment in the local zone as Go's `Time.String` shows it: `2026-11-23 05:25:29 +0000 UTC`. Takes Unix seconds. */
export function formatLocalTime(unixSeconds: number): string {
  const date = new Date(unixSeconds * 1000);
  const [day, clock] = localParts(date);
  const offset = formatOffset(date, "");
  return `${day} ${clock} ${offset} ${zoneName(date, offset)}`;
}

/** A moment in the local zone as RFC 3339 without fraction: `2026-11-23T05:25:29Z`. Takes Unix seconds. */
export function formatLocalRfc3339(unixSeconds: number): string {
  const date = new Date(unixSeconds * 1000);
  const [day, clock] = localParts(date);
  return `${day}T${clock}${date.getTimezoneOffset() === 0 ? "Z" : formatOffset(date, ":")}`;
}

function localParts(date: Date): readonly [string, string] {
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString();
  return [shifted.slice(0, -14), shifted.slice(-13, -5)];
}

function formatOffset(date: Date, separator: string): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.trunc(size / 60))}${separator}${two(size % 60)}`;
}

function zoneName(date: Date, offset: string): string {
  if (date.getTimezoneOffset() === 0 && Intl.DateTimeFormat().resolvedOptions().timeZone === "UTC")
    return "UTC";
  // Each locale knows the abbreviations of its own region only.
  for (const locale of ["en-US", "en-GB", "en-AU"]) {
    const parts = new Intl.DateTimeFormat(locale, { timeZoneName: "short" }).formatToParts(date);
    const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
    if (/^[A-Z]{2,5}$/.test(name)) return name;
  }
  return offset.endsWith("00") ? offset.slice(0, 3) : offset;
}

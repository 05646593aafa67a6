const LAYOUT =
  /January|Jan|Monday|Mon|MST|2006|Z07:00|Z0700|-07:00|-0700|-07|_2|01|02|03|04|05|06|15|PM|pm|[.,](?:0+|9+)(?![0-9])|1|2|3|4|5/g;
const PARTS = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/;

export const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;
export const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

/** Go's `Time.Format` of RFC 3339 text; layouts show how 2006-01-02 15:04:05 would look. */
export function formatTimeLayout(time: string, layout: string): string {
  const match = PARTS.exec(time);
  if (match === null) return time;
  const [, year = "", month = "", day = "", hour = "", minute = "", second = "", fraction = "", zone = "Z"] =
    match;
  const monthName = MONTHS[Number(month) - 1] ?? "";
  const dayName = weekdayOf(time);
  const clock12 = String(Number(hour) % 12 || 12);
  const isUtc = zone.toUpperCase() === "Z";
  const offset = isUtc ? "+00:00" : zone;
  const plainOffset = offset.replace(":", "");
  const values: Readonly<Record<string, string>> = {
    "2006": year,
    "06": year.slice(2),
    "01": month,
    "1": String(Number(month)),
    Jan: monthName.slice(0, 3),
    January: monthName,
    "02": day,
    _2: String(Number(day)).padStart(2),
    "2": String(Number(day)),
    Mon: dayName.slice(0, 3),
    Monday: dayName,
    "15": hour,
    "03": clock12.padStart(2, "0"),
    "3": clock12,
    "04": minute,
    "4": String(Number(minute)),
    "05": second,
    "5": String(Number(second)),
    PM: Number(hour) < 12 ? "AM" : "PM",
    pm: Number(hour) < 12 ? "am" : "pm",
    MST: isUtc ? "UTC" : plainOffset,
    "Z07:00": isUtc ? "Z" : offset,
    Z0700: isUtc ? "Z" : plainOffset,
    "-07:00": offset,
    "-0700": plainOffset,
    "-07": offset.slice(0, 3),
  };
  return layout.replace(LAYOUT, (token) => values[token] ?? fractionOf(fraction, token));
}

/** English name of the day of the week. */
export function weekdayOf(time: string): string {
  const date = new Date(`${time.slice(0, 10)}T00:00:00Z`);
  return DAYS[date.getUTCDay()] ?? "";
}

function fractionOf(fraction: string, token: string): string {
  const digits = fraction.padEnd(9, "0").slice(0, token.length - 1);
  const shown = token.charAt(1) === "9" ? digits.replace(/0+$/, "") : digits;
  return shown === "" ? "" : token.charAt(0) + shown;
}

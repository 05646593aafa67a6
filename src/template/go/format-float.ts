/**
 * Formats a float as Go's `strconv.FormatFloat`: layout `e`, `f` or `g`; precision -1 is the shortest
 * text that reads back the same. Exact halves round to even, which JavaScript's own methods do not.
 */
export function formatFloat(value: number, layout: "e" | "f" | "g", precision: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const exact = precision < 0 ? shortest(Math.abs(value)) : expand(Math.abs(value));
  switch (layout) {
    case "e": {
      const digits = precision < 0 ? exact : round(exact, precision + 1);
      return sign + exponential(digits, precision < 0 ? digits.digits.length - 1 : precision);
    }
    case "f": {
      const digits = precision < 0 ? exact : round(exact, exact.point + precision);
      return (
        sign + plain(digits, precision < 0 ? Math.max(digits.digits.length - digits.point, 0) : precision)
      );
    }
    case "g":
      return sign + general(exact, precision);
  }
}

/** The number 0.DIGITS × 10^point. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

function general(exact: Decimal, precision: number): string {
  const wanted = precision === 0 ? 1 : precision;
  const digits = wanted < 0 ? exact : trim(round(exact, wanted));
  let limit = wanted;
  if (limit > digits.digits.length && digits.digits.length >= digits.point) limit = digits.digits.length;
  if (wanted < 0) limit = 6;
  const exponent = digits.point - 1;
  if (exponent < -4 || exponent >= limit) return exponential(digits, Math.max(digits.digits.length - 1, 0));
  return plain(digits, Math.max(digits.digits.length - digits.point, 0));
}

function exponential({ digits, point }: Decimal, places: number): string {
  const first = digits.charAt(0) || "0";
  const rest = places > 0 ? `.${digits.slice(1, places + 1).padEnd(places, "0")}` : "";
  const exponent = digits === "" ? 0 : point - 1;
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${first}${rest}e${exponent < 0 ? "-" : "+"}${size}`;
}

function plain({ digits, point }: Decimal, places: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (places <= 0) return whole;
  const fraction = point > 0 ? digits.slice(point) : "0".repeat(-point) + digits;
  return `${whole}.${fraction.slice(0, places).padEnd(places, "0")}`;
}

/** Keeps `count` digits, rounding halves to even. */
function round({ digits, point }: Decimal, count: number): Decimal {
  if (count < 0) return { digits: "", point: 0 };
  if (digits.length <= count) return { digits, point };
  const kept = digits.slice(0, count);
  const next = digits.charAt(count);
  const isHalf = next === "5" && /^0*$/.test(digits.slice(count + 1));
  const isOdd = Number(kept.charAt(count - 1) || "0") % 2 === 1;
  const up = isHalf ? isOdd : next >= "5";
  if (!up) return trim({ digits: kept, point });
  const raised = (BigInt(kept || "0") + 1n).toString().padStart(count, "0");
  return trim({ digits: raised, point: point + raised.length - count });
}

function trim({ digits, point }: Decimal): Decimal {
  const short = digits.replace(/0+$/, "");
  return short === "" ? { digits: "", point: 0 } : { digits: short, point };
}

function shortest(value: number): Decimal {
  if (value === 0) return { digits: "", point: 0 };
  const [mantissa = "0", exponent = "0"] = value.toExponential().split("e");
  return trim({ digits: mantissa.replace(".", ""), point: Number(exponent) + 1 });
}

function expand(value: number): Decimal {
  if (value === 0) return { digits: "", point: 0 };
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const stored = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & 0xfffffffffffffn;
  const mantissa = stored === 0 ? fraction : fraction | 0x10000000000000n;
  const exponent = (stored === 0 ? 1 : stored) - 1075;
  if (exponent >= 0) {
    const digits = (mantissa << BigInt(exponent)).toString();
    return trim({ digits, point: digits.length });
  }
  const digits = (mantissa * 5n ** BigInt(-exponent)).toString();
  return trim({ digits, point: digits.length + exponent });
}

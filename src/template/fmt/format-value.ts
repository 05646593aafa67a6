import { formatGoTime } from "../go/go-time.ts";
import { goString } from "../go/go-type.ts";
import {
  elementOf,
  elementsOf,
  entriesOf,
  fieldsOf,
  GoValue,
  integerOf,
  isInteger,
  isNil,
  isSequence,
  numberOf,
  textOf,
} from "../go/go-value.ts";
import { typeName } from "../go/type-name.ts";
import { type Flags, pad } from "./flags.ts";
import { formatFloatVerb, formatInteger } from "./format-number.ts";
import { formatRune, formatString } from "./format-string.ts";

/** Addresses have no meaning here; this stands for every pointer that Go would show as one. */
const ADDRESS = 0xc000000000n;
const TEXT_VERBS = "vsqxX";

/** One argument of a print function, as Go's `fmt` shows it. */
export function formatArgument(argument: GoValue, verb: string, flags: Flags): string {
  if (argument.type.kind === "invalid") {
    return verb === "v" || verb === "T" ? pad("<nil>", flags) : badVerb(argument, verb, flags);
  }
  if (verb === "T") return formatString(typeName(argument.type), "s", flags) ?? "";
  return formatValue(argument, verb, { flags, depth: 0 });
}

interface Place {
  readonly flags: Flags;
  readonly depth: number;
}

function formatValue(value: GoValue, verb: string, place: Place): string {
  const { flags, depth } = place;
  const { type } = value;
  const text = methodText(value);
  if (text !== undefined && !flags.sharpV && TEXT_VERBS.includes(verb)) {
    return formatString(text, verb, flags) ?? badVerb(value, verb, flags);
  }
  if (isInteger(value)) return formatIntegerVerb(value, verb, flags) ?? badVerb(value, verb, flags);
  switch (type.kind) {
    case "invalid":
      return depth === 0 ? "<invalid reflect.Value>" : verb === "v" ? "<nil>" : badVerb(value, verb, flags);
    case "string":
      return formatString(textOf(value), verb, flags) ?? badVerb(value, verb, flags);
    case "bool":
      return verb === "v" || verb === "t"
        ? pad(String(value.value === true), flags)
        : badVerb(value, verb, flags);
    case "float64":
      if (verb === "v") return formatFloatVerb(numberOf(value), "g", flags);
      return "eEfFgG".includes(verb)
        ? formatFloatVerb(numberOf(value), verb, flags)
        : badVerb(value, verb, flags);
    case "any":
      if (!isNil(value)) return formatValue(elementOf(value), verb, { flags, depth: depth + 1 });
      return flags.sharpV ? `${typeName(type)}(nil)` : "<nil>";
    case "pointer":
      return formatPointer(value, verb, place);
    case "time":
      return formatString(formatGoTime(textOf(value)), verb, flags) ?? badVerb(value, verb, flags);
    default:
      return formatComposite(value, verb, place);
  }
}

function formatComposite(value: GoValue, verb: string, { flags, depth }: Place): string {
  const { type } = value;
  const inner = (element: GoValue) => formatValue(element, verb, { flags, depth: depth + 1 });
  const name = typeName(type);
  if (flags.sharpV && (type.kind === "slice" || type.kind === "map") && isNil(value)) return `${name}(nil)`;
  const join = (parts: readonly string[]) => parts.join(flags.sharpV ? ", " : " ");
  if (isSequence(type)) {
    const body = join(elementsOf(value).map(inner));
    return flags.sharpV ? `${name}{${body}}` : `[${body}]`;
  }
  if (type.kind === "map") {
    const { key } = type;
    const body = join(entriesOf(value).map(([k, v]) => `${inner(new GoValue(key, k))}:${inner(v)}`));
    return flags.sharpV ? `${name}{${body}}` : `map[${body}]`;
  }
  const named = flags.plusV || flags.sharpV;
  const parts = fieldsOf(value).map(([field, member]) => {
    const shown = member.type.kind === "any" && !isNil(member) ? elementOf(member) : member;
    return (named ? `${field.name}:` : "") + inner(shown);
  });
  return `${flags.sharpV ? name : type.kind === "methods" ? "&" : ""}{${join(parts)}}`;
}

function formatPointer(value: GoValue, verb: string, { flags, depth }: Place): string {
  const target = elementOf(value);
  const shown = isSequence(target.type) || target.type.kind === "struct" || target.type.kind === "map";
  if (depth === 0 && shown) return `&${formatValue(target, verb, { flags, depth: depth + 1 })}`;
  const nil = isNil(value);
  if (verb === "v" && flags.sharpV) {
    return `(${typeName(value.type)})(${nil ? "nil" : `0x${ADDRESS.toString(16)}`})`;
  }
  if (verb === "v" || verb === "p") {
    if (nil && verb === "v") return pad("<nil>", flags);
    return pad(`0x${(nil ? 0n : ADDRESS).toString(16)}`, flags);
  }
  return "bodxX".includes(verb)
    ? formatInteger(nil ? 0n : ADDRESS, verb, flags)
    : badVerb(value, verb, flags);
}

function formatIntegerVerb(value: GoValue, verb: string, flags: Flags): string | undefined {
  const number = integerOf(value);
  if (verb === "v") {
    const hex = flags.sharpV && value.type.kind.startsWith("uint");
    return hex ? formatInteger(number, "x", { ...flags, sharp: true }) : formatInteger(number, "d", flags);
  }
  if ("bdoOxX".includes(verb)) return formatInteger(number, verb, flags);
  return "cqU".includes(verb) ? formatRune(number, verb, flags) : undefined;
}

function badVerb(value: GoValue, verb: string, flags: Flags): string {
  if (value.type.kind === "invalid") return `%!${verb}(<nil>)`;
  return `%!${verb}(${typeName(value.type)}=${formatArgument(value, "v", flags)})`;
}

/** What the `String` method of a value gives, if its type has one. */
function methodText(value: GoValue): string | undefined {
  const { type } = value;
  if (type.kind === "pointer") {
    // The methods of a struct belong to pointers to it as well.
    return type.target.kind === "struct" && !isNil(value) ? methodText(elementOf(value)) : undefined;
  }
  if (type.kind === "time") return formatGoTime(textOf(value));
  if (!("toText" in type) || type.toText === undefined) {
    return type.kind === goString.kind && "verbatimNumber" in type ? textOf(value) : undefined;
  }
  return type.toText(value.value);
}

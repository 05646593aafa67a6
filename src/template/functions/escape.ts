import { isPrintable } from "../../base/index.ts";
import { sprint } from "../fmt/print.ts";
import { type GoValue, indirect } from "../go/go-value.ts";
import { type FunctionMap, toGoString, variadic } from "./go-function.ts";

const HTML: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
  "\0": "\ufffd",
};
const JS: Readonly<Record<string, string>> = { "\\": "\\\\", "'": "\\'", '"': '\\"' };

/** `html`, `js` and `urlquery` of Go's text/template. */
export const escapeFunctions: FunctionMap = {
  html: variadic([], (args) => toGoString(escapeHtml(joined(args)))),
  js: variadic([], (args) => toGoString(escapeJs(joined(args)))),
  urlquery: variadic([], (args) => toGoString(escapeQuery(joined(args)))),
};

function joined(args: readonly GoValue[]): string {
  if (args.length === 0) return "";
  return sprint(args.map(printable));
}

function printable(arg: GoValue): GoValue {
  if (arg.type.kind === "invalid") return toGoString("<no value>");
  return arg.type.kind === "pointer" ? indirect(arg).value : arg;
}

function escapeHtml(text: string): string {
  return [...text].map((char) => HTML[char] ?? char).join("");
}

function escapeJs(text: string): string {
  let out = "";
  for (const char of text) {
    const known = JS[char];
    const code = char.codePointAt(0) ?? 0;
    if (known !== undefined) out += known;
    else if ("<>&=".includes(char) || code < 0x20 || (code >= 0x80 && !isPrintable(char))) {
      out += `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`;
    } else out += char;
  }
  return out;
}

function escapeQuery(text: string): string {
  const escaped = encodeURIComponent(text.toWellFormed());
  return escaped
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

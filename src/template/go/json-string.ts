const NEEDS_CARE = /["\\<>&\u2028\u2029\ud800-\udfff]|[^\u0020-\uffff]/;
const HTML = /[<>&]/g;
const LINE_SEPARATORS = /[\u2028\u2029]/g;

/** A JSON string as Go's encoder writes it; HTML escaping turns `< > &` into `\u003c` and so on. */
export function encodeJsonString(text: string, escapeHtml: boolean): string {
  if (!NEEDS_CARE.test(text)) return `"${text}"`;
  const quoted = JSON.stringify(text.toWellFormed()).replace(LINE_SEPARATORS, unicodeEscape);
  return escapeHtml ? quoted.replace(HTML, unicodeEscape) : quoted;
}

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

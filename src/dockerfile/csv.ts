import { InstructionError } from "./errors.ts";

/** The fields of one CSV record, as Go's `encoding/csv` reads it. Throws `invalidArgument`; `what` names the fields. */
export function readCsv(text: string, what: string): string[] {
  if (text === "") throw bad(what, "EOF");
  const fields: string[] = [];
  for (let at = 0; ; ) {
    const { field, end } = text.charAt(at) === '"' ? readQuoted(text, at, what) : readPlain(text, at, what);
    fields.push(field);
    if (end >= text.length) return fields;
    at = end + 1;
  }
}

function readPlain(text: string, start: number, what: string): { field: string; end: number } {
  const comma = text.indexOf(",", start);
  const end = comma < 0 ? text.length : comma;
  const field = text.slice(start, end);
  const quote = field.indexOf('"');
  if (quote >= 0) throw bad(what, `${place(start + quote)}: bare " in non-quoted-field`);
  return { field, end };
}

function readQuoted(text: string, start: number, what: string): { field: string; end: number } {
  let field = "";
  for (let at = start + 1; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw bad(what, `${place(at)}: extraneous or missing " in quoted-field`);
    field += text.slice(at, quote);
    const next = text.charAt(quote + 1);
    if (next === "" || next === ",") return { field, end: quote + 1 };
    if (next !== '"') throw bad(what, `${place(quote)}: extraneous or missing " in quoted-field`);
    field += '"';
    at = quote + 2;
  }
}

function place(column: number): string {
  return `parse error on line 1, column ${column + 1}`;
}

function bad(what: string, reason: string): InstructionError {
  return new InstructionError(`failed to parse csv ${what}: ${reason}`);
}

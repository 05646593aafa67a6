/** Splits one line of RFC 4180 comma-separated values. Throws with the texts of Go's CSV reader. */
export function parseCsv(line: string): string[] {
  if (line === "") throw new Error("EOF");
  const fields: string[] = [];
  for (let at = 0; ; ) {
    if (line[at] !== '"') {
      const comma = line.indexOf(",", at);
      const end = comma < 0 ? line.length : comma;
      const quote = line.slice(at, end).indexOf('"');
      if (quote >= 0)
        throw new Error(`parse error on line 1, column ${at + quote + 1}: bare " in non-quoted-field`);
      fields.push(line.slice(at, end));
      at = end;
    } else {
      const { field, end } = readQuoted(line, at + 1);
      fields.push(field);
      at = end;
    }
    if (at >= line.length) return fields;
    at++;
  }
}

function readQuoted(line: string, start: number): { readonly field: string; readonly end: number } {
  let field = "";
  for (let at = start; ; ) {
    const quote = line.indexOf('"', at);
    if (quote < 0) throw quoteError(line.length + 1);
    field += line.slice(at, quote);
    if (line[quote + 1] === '"') {
      field += '"';
      at = quote + 2;
      continue;
    }
    if (quote + 1 < line.length && line[quote + 1] !== ",") throw quoteError(quote + 1);
    return { field, end: quote + 1 };
  }
}

function quoteError(column: number): Error {
  return new Error(`parse error on line 1, column ${column}: extraneous or missing " in quoted-field`);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]+/g;

/** Text of others for a terminal: spaces instead of what would move its cursor or change its colours; lines and tabs stay. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, " ");
}
